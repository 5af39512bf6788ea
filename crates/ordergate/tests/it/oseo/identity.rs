//! Who is let in, and what those hear who are not.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ordergate_xml::builtin::format_date_time;
use sha1::{Digest as _, Sha1};

use super::customer::{Customer, Way, basic, search};
use super::{Fault, QUIET, now, quiet, succeeded, valid};
use crate::harness::{
    Answer, Config, PASSWORD_DIGEST, PASSWORD_TEXT, Server, Soap, eventually, get_status, security, transcript,
};

fn all() -> String {
    search("", "brief")
}

/// A Security header with this in its UsernameToken.
fn token(content: &str) -> String {
    format!(
        "<wsse:Security xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\" \
         xmlns:wsu=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd\">\
         <wsse:UsernameToken wsu:Id=\"token-1\">{content}</wsse:UsernameToken></wsse:Security>"
    )
}

fn username(name: &str) -> String {
    format!("<wsse:Username>{name}</wsse:Username>")
}

fn password(ty: &str, text: &str) -> String {
    format!("<wsse:Password Type=\"{ty}\">{text}</wsse:Password>")
}

/// Nonce and Created, either of which may be left out.
fn freshness(nonce: &str, created: &str) -> String {
    let nonce = if nonce.is_empty() { String::new() } else { format!("<wsse:Nonce>{}</wsse:Nonce>", STANDARD.encode(nonce)) };
    let created = if created.is_empty() { String::new() } else { format!("<wsu:Created>{created}</wsu:Created>") };
    nonce + &created
}

fn digest_of(nonce: &str, created: &str, password: &str) -> String {
    STANDARD.encode(Sha1::digest([nonce, created, password].concat()))
}

/// A PasswordDigest as a toolkit makes it.
pub fn digest(customer: &Customer, nonce: &str, created: &str) -> String {
    let digest = digest_of(nonce, created, &customer.password());
    token(&(username(&customer.0) + &password(PASSWORD_DIGEST, &digest) + &freshness(nonce, created)))
}

/// PasswordText with a nonce and a time, as some toolkits send it.
fn text(customer: &Customer, nonce: &str, created: &str) -> String {
    token(&(username(&customer.0) + &password(PASSWORD_TEXT, &customer.password()) + &freshness(nonce, created)))
}

pub fn seconds_ago(seconds: i64) -> String {
    format_date_time(now() - seconds * 1_000_000)
}

fn nonce() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("nonce {}", COUNT.fetch_add(1, Ordering::Relaxed))
}

fn send(server: &Server, soap: Soap, header: &str) -> Answer {
    server.send(&soap.request_with(header, &all()))
}

#[track_caller]
fn let_in(server: &Server, header: &str) {
    for_both(server, header, |_, answer| assert_eq!(answer.status, 200, "{}", answer.text()));
}

fn for_both(server: &Server, header: &str, look: impl Fn(Soap, Answer)) {
    for soap in Soap::BOTH {
        look(soap, send(server, soap, header));
    }
}

/// Why nobody was let in (OSEO 33: always the same code, locator and text).
#[track_caller]
fn refused(way: Way, answer: &Answer) -> String {
    let fault = Fault::read(way, answer);
    assert_eq!((fault.code.as_str(), fault.locator.as_deref()), ("AuthenticationFailed", Some("identity_token")), "{fault}");
    valid(answer);
    fault.diagnosis
}

#[track_caller]
fn why_not(server: &Server, header: &str) -> String {
    let [first, second] = Soap::BOTH.map(|soap| refused(Way::Soap(soap), &send(server, soap, header)));
    // The namespaces differ in length, and so the columns.
    let without_place = |text: &str| text.split_once(", /").map_or(text.to_owned(), |(_, rest)| rest.to_owned());
    assert_eq!(without_place(&first), without_place(&second));
    first
}

const NOT_ACCEPTED: &str = "user name or password not accepted";

/// All the ways to say who one is.
#[test]
fn the_ways_in() {
    let (server, customer) = (quiet(), Customer::new(quiet()));
    let name = username(&customer.0);
    let secret = customer.password();
    let_in(server, &customer.security());
    // Clients of pyoseo leave the type out, or write it in lower case, with the short name or attributes of their own.
    for plain in ["", " type=\"PasswordText\"", " Type=\"PasswordText\"", " Type=\"wsse:#PasswordText\" domain=\"x\""] {
        let_in(server, &token(&format!("{name}<wsse:Password{plain}>{secret}</wsse:Password>")));
    }
    for soap in Soap::BOTH {
        assert_eq!(send(server, soap, &text(&customer, &nonce(), &seconds_ago(1))).status, 200);
        assert_eq!(send(server, soap, &digest(&customer, &nonce(), &seconds_ago(1))).status, 200);
    }
    let_in(server, &text(&customer, "", &seconds_ago(1)));
    for way in Way::ALL {
        for scheme in ["Basic", "basic", "BASIC"] {
            let value = basic(&customer.0, &secret).replace("Basic", scheme);
            succeeded(server.send(&way.anonymous(&all()).header("Authorization", &value)));
        }
    }
    assert!(!server.log().contains(&secret));
}

/// OSEO 33: without identity; what a client needs to know to do better.
#[test]
fn no_identity() {
    for way in Way::ALL {
        let asked = way.anonymous(&all());
        let answer = quiet().send(&asked);
        refused(way, &answer);
        crate::harness::assert_snapshot!(format!("no_identity_{way}"), transcript(&asked, &answer));
        for bad in ["Bearer abc", "Basic", "Basic ***", "Basic ZGVtbw=="] {
            refused(way, &quiet().send(&way.anonymous(&all()).header("Authorization", bad)));
        }
    }
    // Submit asks as well, and looks at the caller before it looks at the order.
    refused(Way::V12, &quiet().send(&Way::V12.anonymous(&format!("<os:Submit {}/>", super::BASE))));
}

/// Wrong password, no such account, disabled, of the other protocol: all look alike, to the byte.
#[test]
fn nobody_learns_which_accounts_exist() {
    let (server, customer) = (quiet(), Customer::new(quiet()));
    let disabled = Customer::new(server);
    let done = server.account(&["disable", "--protocol", "oseo", &disabled.0], "");
    assert!(done.status.success(), "{done:?}");
    let refused_ones = [
        (customer.0.as_str(), "hunter2-secret"),
        (&customer.0, ""),
        (&customer.0, "CUSTOMER-1-SECRET"),
        ("nobody", "hunter2-secret"),
        ("", ""),
        ("Demo", "demo-secret"),
        (&disabled.0, &disabled.password()),
        (&disabled.0, "hunter2-secret"),
        ("K4711", "geheim"),
    ];
    for way in Way::ALL {
        let mut answers = Vec::new();
        for (name, password) in refused_ones {
            let request = match way {
                Way::Soap(soap) => soap.request_with(&security(name, password), &all()),
                Way::Plain => way.anonymous(&all()).header("Authorization", &basic(name, password)),
            };
            let answer = server.send(&request);
            assert_eq!(refused(way, &answer), NOT_ACCEPTED);
            answers.push(answer.body);
        }
        answers.dedup();
        assert_eq!(answers.len(), 1);
    }
    // Neither does one who knows how to make digests.
    for name in ["nobody", &customer.0, &disabled.0] {
        let (nonce, created) = (nonce(), seconds_ago(0));
        let digest = digest_of(&nonce, &created, "hunter2-secret");
        let header = token(&(username(name) + &password(PASSWORD_DIGEST, &digest) + &freshness(&nonce, &created)));
        assert_eq!(why_not(server, &header), NOT_ACCEPTED);
    }
    let log = server.log();
    assert!(!log.contains("hunter2") && !log.contains("-secret"), "{log}");
}

/// An operator's `account` command beside the running server soon has its effect, also on those whose password
/// was found right a moment ago.
#[test]
fn accounts_change_beside_the_running_server() {
    let (server, customer) = (quiet(), Customer::new(quiet()));
    let digested = || digest(&customer, &nonce(), &seconds_ago(0));
    let account = |command: &[&str], password: &str| {
        let done = server.account(&[command, &["--protocol", "oseo", &customer.0]].concat(), password);
        assert!(done.status.success(), "{done:?}");
    };
    let until = |header: &str, status: u16| {
        eventually("the change has its effect", || (send(server, Soap::V12, header).status == status).then_some(()));
    };
    let_in(server, &customer.security());
    account(&["disable"], "");
    until(&customer.security(), 400);
    assert_eq!(why_not(server, &customer.security()), NOT_ACCEPTED);
    assert_eq!(why_not(server, &digested()), NOT_ACCEPTED);
    account(&["enable"], "");
    until(&customer.security(), 200);
    assert_eq!(send(server, Soap::V11, &digested()).status, 200);

    account(&["set-password", "--digest"], "changed-secret");
    until(&customer.security(), 400);
    assert_eq!(why_not(server, &digested()), NOT_ACCEPTED);
    let_in(server, &security(&customer.0, "changed-secret"));

    // Without a digest secret there is only the password.
    account(&["set-password"], &customer.password());
    until(&customer.security(), 200);
    assert_eq!(why_not(server, &security(&customer.0, "changed-secret")), NOT_ACCEPTED);
    assert_eq!(why_not(server, &digested()), NOT_ACCEPTED);
}

/// A nonce is good once, for one customer, in whatever form, also across a crash of the server.
#[test]
fn a_replayed_nonce() {
    let mut server = Server::serve(&Config::new(QUIET));
    let (customer, other) = (Customer::demo(), Customer::other());
    let created = seconds_ago(1);
    let (by_digest, by_text) = (digest(&customer, "once", &created), text(&customer, "once too", &created));
    for header in [&by_digest, &by_text] {
        assert_eq!(send(&server, Soap::V11, header).status, 200);
        assert_eq!(why_not(&server, header), "the nonce was used before");
    }
    assert_eq!(why_not(&server, &digest(&customer, "once", &seconds_ago(0))), "the nonce was used before");
    assert_eq!(why_not(&server, &text(&customer, "once", &created)), "the nonce was used before");
    assert_eq!(send(&server, Soap::V12, &digest(&other, "once", &created)).status, 200, "another customer's nonce");
    server.kill();
    server.start();
    assert_eq!(why_not(&server, &by_digest), "the nonce was used before");
    // A replay with a wrong digest says nothing about the nonce.
    assert_eq!(why_not(&server, &digest(&Customer("demo".into()), "once", &created).replace("demo", "other")), NOT_ACCEPTED);
    assert!(!server.log().contains("-secret"));
}

/// OASIS UsernameToken Profile: a time that is too old, or from the future, is refused however right the rest is.
#[test]
fn a_stale_token() {
    let (server, customer) = (quiet(), Customer::new(quiet()));
    let stale = "the creation time is too old, or in the future";
    for created in [seconds_ago(302), seconds_ago(-120), "1970-01-01T00:00:00Z".to_owned(), "9999-12-31T23:59:59Z".to_owned()] {
        assert_eq!(why_not(server, &digest(&customer, &nonce(), &created)), stale, "{created}");
        assert_eq!(why_not(server, &text(&customer, &nonce(), &created)), stale, "{created}");
        assert_eq!(why_not(server, &text(&customer, "", &created)), stale, "{created}");
    }
    for seconds in [240, -30] {
        assert_eq!(send(server, Soap::V11, &digest(&customer, &nonce(), &seconds_ago(seconds))).status, 200);
    }
    // A time without a zone is UTC, one with a zone is what it says.
    let in_tokyo = format!("{}+09:00", seconds_ago(-9 * 3600).trim_end_matches('Z'));
    assert_eq!(send(server, Soap::V11, &digest(&customer, &nonce(), &in_tokyo)).status, 200);
}

/// Tokens that are not as the profile has them.
#[test]
fn tokens_that_are_wrong() {
    let (server, customer) = (quiet(), Customer::new(quiet()));
    let (name, created) = (username("demo"), seconds_ago(0));
    let right = name.clone() + &password(PASSWORD_TEXT, "demo-secret");
    let digest =
        |freshness: &str| token(&(name.clone() + &password(PASSWORD_DIGEST, &digest_of("", "", "demo-secret")) + freshness));
    let one = token(&right);
    let second = one.split_once("<wsse:UsernameToken").unwrap().1.rsplit_once("</wsse:Security>").unwrap().0;
    let twice = one.replace("</wsse:Security>", &format!("<wsse:UsernameToken{second}</wsse:Security>"));
    let of_others = format!("{one}{}", customer.security());
    let cases = [
        ("two tokens", twice),
        ("two Security headers", of_others),
        ("an empty token", token("")),
        ("no Username", token(&password(PASSWORD_TEXT, "demo-secret"))),
        ("no Password", token(&name)),
        ("an unknown Type", token(&(name.clone() + &password("urn:x#PasswordSaml", "demo-secret")))),
        ("a digest without Nonce and Created", digest("")),
        ("a digest without Nonce", digest(&freshness("", &created))),
        ("a digest without Created", digest(&freshness(&nonce(), ""))),
        (
            "a digest that is not Base64",
            token(&(name.clone() + &password(PASSWORD_DIGEST, "demo-secret!") + &freshness(&nonce(), &created))),
        ),
        ("a Nonce that is not Base64", token(&format!("{right}<wsse:Nonce>***</wsse:Nonce>"))),
        ("a Created that is no time", token(&format!("{right}<wsu:Created>yesterday</wsu:Created>"))),
        ("a Created that is a date", token(&format!("{right}<wsu:Created>2026-01-01</wsu:Created>"))),
        ("an empty Security header", one.replace(&format!("<wsse:UsernameToken{second}"), "")),
    ];
    let mut report = String::new();
    for (title, header) in cases {
        let _ = writeln!(report, "{title}: {}", why_not(server, &header));
    }
    crate::harness::assert_snapshot!(report);
    assert!(!server.log().contains("demo-secret"));
}

/// Too many failures, and a name is not looked at for a while, but only from there, and not where the
/// password was found right a moment ago.
#[test]
fn guessing_is_slowed_down() {
    let server = Server::serve(&Config::new("[auth]\nfailures_per_minute_max = 3\n"));
    let throttled = "too many failed logins; try again later";
    let guess = |name: &str| refused(Way::V11, &send(&server, Soap::V11, &security(name, "hunter2-secret")));
    let_in(&server, &Customer::demo().security());
    for name in ["demo", "other", "nobody"] {
        for _ in 0..3 {
            assert_eq!(guess(name), NOT_ACCEPTED);
        }
        assert_eq!(guess(name), throttled);
    }
    let_in(&server, &Customer::demo().security());
    assert_eq!(why_not(&server, &Customer::other().security()), throttled, "not even the right password");
    assert_eq!(why_not(&server, &digest(&Customer::other(), "n", &seconds_ago(0))), throttled);
    assert!(server.account(&["add", "--protocol", "oseo", "third"], "third-secret").status.success());
    let_in(&server, &security("third", "third-secret"));
}

/// Passwords beyond ASCII, and as long as they may be.
#[test]
fn unusual_names_and_passwords() {
    let server = quiet();
    let long = "x".repeat(1024);
    for (name, password) in [("zoë@example.org", "Grüße, \"注文\" 🛰"), ("with spaces", " a b "), ("long", long.as_str())]
    {
        let added = server.account(&["add", "--protocol", "oseo", name], password);
        assert!(added.status.success(), "{added:?}");
        let_in(server, &security(name, password));
        succeeded(server.send(&Way::Plain.anonymous(&all()).header("Authorization", &basic(name, password))));
        assert_eq!(why_not(server, &security(name, password.trim_end_matches([' ', 'x', '🛰']))), NOT_ACCEPTED);
    }
    let endless = security("long", &"x".repeat(100_000));
    assert_eq!(why_not(server, &endless), NOT_ACCEPTED);
    // Who has no orders has none, whoever they are.
    let answer = server.send(&Soap::V11.request_with(&security("long", &long), &get_status(&all_of_it())));
    assert_eq!(answer.elements("orderId").len(), 0);
}

fn all_of_it() -> String {
    "<os:filteringCriteria/><os:presentation>full</os:presentation>".to_owned()
}
