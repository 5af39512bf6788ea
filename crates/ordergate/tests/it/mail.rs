//! Mail: what operators and customers read of orders, and that nothing is lost.

use std::io::Write as _;
use std::process::{Command, Stdio};

use base64::Engine as _;

use crate::harness::{
    Config, Mail, MailServer, Request, Server, assert_snapshot, eventually, free_port, ordered, ordergate, output_of, submit,
};
use crate::webhooks::{log, settings};

/// Orders of `urn:free` need no approval.
const MODERATED: &str = "[oseo.approval]\nproduct = \"operator\"\ncollections = { \"urn:free\" = \"automatic\" }\n";

/// The section for a mail server that is reached without encryption.
fn mail(server: &MailServer, more: &str) -> String {
    let port = server.address.port();
    format!(
        "[outbox.mail]\nserver = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\nfrom = \"Die Bücher <orders@shop.example>\"\n{more}\n"
    )
}

fn accepting() -> MailServer {
    MailServer::new(|_| "250 ok")
}

/// Gives the customer `demo` an address, or takes it away.
#[track_caller]
fn set_mail(server: &Server, arguments: &[&str]) {
    let all = [&["set-mail", "--protocol", "oseo", "demo"], arguments].concat();
    let done = server.account(&all, "");
    assert!(done.status.success(), "{done:?}");
}

fn free(reference: &str, items: &[&str]) -> Request {
    let request = submit(reference, "STANDARD", items);
    let body = String::from_utf8(request.body).unwrap();
    let body = body.replace("</os:identifier>", "</os:identifier><os:collectionId>urn:free</os:collectionId>");
    Request { body: body.into_bytes(), ..request }
}

#[track_caller]
fn received(server: &MailServer, count: usize) -> Vec<Mail> {
    eventually("mail", || Some(server.received()).filter(|mails| mails.len() >= count))
}

/// A mail as its reader sees it, without what differs from run to run.
fn shown(mail: &Mail) -> String {
    let head = ["From", "To", "Subject", "Auto-Submitted", "Content-Type"].map(|name| format!("{name}: {}\n", mail.header(name)));
    format!("<{}> to {:?}\n{}\n{}", mail.from, mail.to, head.concat(), without_times(&mail.body()))
}

fn without_times(text: &str) -> String {
    let is_digits = |word: &str| word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b':' | b'.')) && word.len() >= 5;
    let line =
        |line: &str| line.split(' ').map(|word| if is_digits(word) { "[time]" } else { word }).collect::<Vec<_>>().join(" ");
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Operators hear what they must act upon, customers what becomes of their orders, each in their language; what customers
/// wrote stays where it belongs.
#[test]
fn who_is_written_to_and_what() {
    let postmaster = accepting();
    let more = "operators = [\"desk@shop.example\", \"Ops <ops@shop.example>\"]";
    let server = Server::serve(&Config::new(&[MODERATED, &settings(), &mail(&postmaster, more)].concat()));
    set_mail(&server, &["kunde@bücher.example", "--language", "de"]);
    // As long as a reference may be.
    let evil = "Zürich ☃)&#13;&#10;Bcc: a@b.c&#10;.&#10;QUIT";
    let failed = ordered(&server, &free(evil, &["bad", "good"]));
    let mut seen: Vec<Mail> = received(&postmaster, 5);
    for mail in &seen {
        let names = mail.headers();
        assert!(!names.iter().any(|name| name.eq_ignore_ascii_case("bcc")), "{}", mail.text);
        assert!(mail.to.len() == 1 && mail.to[0] != "a@b.c", "{mail:?}");
        assert!(mail.header("Message-ID").starts_with(&format!("<{failed}.")), "{}", mail.text);
        // An address may have other letters (RFC 6532), if the mail server says that it knows them.
        let mut head = mail.text.split("\r\n\r\n").next().unwrap().lines().filter(|line| !line.starts_with("To: "));
        assert!(head.all(str::is_ascii), "{}", mail.text);
    }
    set_mail(&server, &["customer@example.org"]);
    let waits = ordered(&server, &submit("asks first", "STANDARD", &["a"]));
    seen.extend(received(&postmaster, 7).split_off(5));
    assert!(server.order(&["reject", &waits, "--reason", "nicht für Sie"]).status.success());
    seen.extend(received(&postmaster, 8).split_off(7));
    let mut shown: Vec<String> = seen.iter().map(shown).collect();
    // Each reader's mails keep their order; who is first is chance.
    shown.sort_by_key(|mail| mail.split('\n').next().unwrap_or_default().to_owned());
    assert_snapshot!("mails", shown.join("\n=====\n"));
    let ids: std::collections::HashSet<String> = seen.iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), 8, "each mail has an id of its own");
}

/// Who has no address gets nothing, and nothing is stored for them.
#[test]
fn without_an_address_nothing_is_sent() {
    let postmaster = accepting();
    let server = Server::serve(&Config::new(&[settings(), mail(&postmaster, "")].concat()));
    let nobody = ordered(&server, &submit("nobody", "STANDARD", &["a"]));
    crate::harness::await_status(&server, &nobody, "Completed");
    set_mail(&server, &["customer@example.org"]);
    let listed = String::from_utf8(server.account(&["list"], "").stdout).unwrap();
    assert!(listed.contains("oseo\tdemo\tenabled\tdigest\tcustomer@example.org\t-\tcustomer\n"), "{listed}");
    let somebody = ordered(&server, &submit("somebody", "STANDARD", &["a"]));
    received(&postmaster, 1);
    set_mail(&server, &["--none"]);
    let again = ordered(&server, &submit("nobody again", "STANDARD", &["a"]));
    crate::harness::await_status(&server, &again, "Completed");
    assert_eq!((log(&server, &nobody).len(), log(&server, &again).len()), (0, 0));
    let delivered = "delivered mail order.completed customer@example.org accepted: 250 ok";
    eventually("it is recorded", || (log(&server, &somebody) == [delivered]).then_some(()));
    assert_eq!(postmaster.received().len(), 1);
    for bad in ["no address", "A <a@example.org>", "a@example.org\nBcc: b@example.org"] {
        let refused = server.account(&["set-mail", "--protocol", "oseo", "demo", bad], "");
        assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("expected a mail address"));
    }
    let unknown = server.account(&["set-mail", "--protocol", "oseo", "nobody", "a@example.org"], "");
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("there is no account of this name"), "{unknown:?}");
}

/// A mail server that is down, or does not want to now, is asked again with the same mail; what it never wants is given up.
#[test]
fn mail_servers_that_fail() {
    let address = free_port();
    let absent = format!(
        "[outbox.mail]\nserver = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nfrom = \"orders@shop.example\"\n\
         customer_events = [\"order.submitted\", \"order.completed\"]\n",
        address.port()
    );
    let server = Server::serve(&Config::new(&[settings(), absent].concat()));
    set_mail(&server, &["customer@example.org"]);
    let id = ordered(&server, &submit("later", "STANDARD", &["a"]));
    eventually("it was tried", || server.log().contains("will try again").then_some(()));
    let postmaster = MailServer::at(address, |mails| match mails.len() {
        1 => "451 come back later",
        2 => "250 ok",
        _ => "550 no such mailbox",
    });
    let expected = [
        "delivered mail order.submitted customer@example.org accepted: 250 ok",
        "given-up mail order.completed customer@example.org permanent error (550): no such mailbox",
    ];
    eventually("both are settled", || {
        let mut log = log(&server, &id);
        log.sort();
        (log == expected).then_some(())
    });
    let mails = postmaster.received();
    assert_eq!(mails.len(), 3);
    assert_eq!(mails[0].text, mails[1].text, "a repetition is the same mail");
    assert!(server.log().contains("come back later"), "{}", server.log());
}

/// A wrong password is mended by the operator: the mail waits for it. It is in no log.
#[test]
fn a_password_may_be_mended() {
    let (postmaster, folder) = (accepting(), tempfile::tempdir().unwrap());
    let path = folder.path().join("password");
    std::fs::write(&path, "wrong-geheim\n").unwrap();
    let more = format!("user = \"demo\"\npassword_file = {:?}\n", path.display().to_string());
    let server = Server::serve(&Config::new(&[settings(), mail(&postmaster, &more)].concat()));
    set_mail(&server, &["customer@example.org"]);
    let id = ordered(&server, &submit("auth", "STANDARD", &["a"]));
    eventually("it is refused", || server.log().contains("who are you?").then_some(()));
    std::fs::write(&path, "right\n").unwrap();
    received(&postmaster, 1);
    eventually("it is delivered", || log(&server, &id)[0].starts_with("delivered").then_some(()));
    let encoded = base64::engine::general_purpose::STANDARD.encode("\0demo\0wrong-geheim");
    assert!(!server.log().contains("geheim") && !server.log().contains(&encoded), "{}", server.log());
}

/// What cannot work is said at the start, with file, line and key.
#[test]
fn mail_that_cannot_work_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("o.toml");
    let template = folder.path().join("mail/en/customer/order.failed.txt");
    std::fs::create_dir_all(template.parent().unwrap()).unwrap();
    std::fs::write(&template, "Subject: {{ geheim }}\n\nx").unwrap();
    let good = "[outbox.mail]\nserver = \"mail.example\"\nfrom = \"orders@shop.example\"\n";
    let templates = format!("templates_dir = {:?}\n", folder.path().join("mail").display().to_string());
    for (toml, place, said) in [
        (good.replace("mail.example", "smtp://mail.example"), "2:10: outbox.mail.server", "must be the name"),
        (good.replace("orders@", "orders\\nBcc: x@"), "3:8: outbox.mail.from", "must be a mail address"),
        (good.to_owned() + "operators = [\"a@b.example\", \"nobody\"]\n", "4:29: outbox.mail.operators[1]", "must be a mail"),
        (good.to_owned() + "tls = \"maybe\"\n", "4:7: outbox.mail.tls", "expected one of `required`"),
        (good.to_owned() + "user = \"a\"\n", "outbox.mail.password_file", "must be given, or password_env"),
        (good.to_owned() + "user = \"a\"\npassword_file = \"/nowhere/p\"\n", "5:17: outbox.mail.password_file", "cannot be read"),
        (
            good.to_owned() + "tls = \"none\"\nuser = \"a\"\npassword_env = \"PATH\"\n",
            "4:7: outbox.mail.tls",
            "must not be none where a password is sent to another machine",
        ),
        (good.to_owned() + "language = \"fr\"\n", "4:12: outbox.mail.language", "expected `en` or `de`"),
        (good.to_owned() + "operator_events = [\"order.lost\"]\n", "4:19: outbox.mail.operator_events", "names no event"),
        (
            good.to_owned() + &templates,
            "4:17: outbox.mail.templates_dir",
            "en/customer/order.failed.txt: line 1: undefined value",
        ),
        (good.replace("server = \"mail.example\"\n", ""), "outbox.mail", "missing field `server`"),
    ] {
        std::fs::write(&path, &toml).unwrap();
        let output = output_of(ordergate().args(["serve", "--config"]).arg(&path));
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && error.contains(place) && error.contains(said), "{toml}\n{error}");
    }
}

/// A mail server that others wrote, over STARTTLS and from the first byte encrypted, with a login.
const REAL_SERVER: &str = r#"
import ssl, sys
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

mode, port, cert, key, into = sys.argv[1:]
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(cert, key)

class Handler:
    async def handle_DATA(self, server, session, envelope):
        with open(into, "ab") as file:
            file.write(b"To: %s\n" % ",".join(envelope.rcpt_tos).encode() + envelope.original_content)
        return "250 taken"

def login(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"demo", b"right"))

more = dict(tls_context=context, require_starttls=True) if mode == "starttls" else dict(ssl_context=context)
Controller(Handler(), hostname="127.0.0.1", port=int(port), authenticator=login, auth_required=True,
           auth_require_tls=mode == "starttls", server_hostname="localhost", **more).start()
print("ready", flush=True)
sys.stdin.read()
"#;

fn has_aiosmtpd() -> bool {
    let mut python = Command::new("python3");
    python.args(["-c", "import aiosmtpd"]).stdout(Stdio::null()).stderr(Stdio::null());
    let has = python.status().is_ok_and(|status| status.success());
    if !has {
        eprintln!("skipped: python3 with aiosmtpd is not installed");
    }
    has
}

#[test]
fn a_real_mail_server_takes_it() {
    if !has_aiosmtpd() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(path("cert"), made.cert.pem()).unwrap();
    std::fs::write(path("key"), made.signing_key.serialize_pem()).unwrap();
    std::fs::write(path("password"), "right").unwrap();
    for mode in ["starttls", "required"] {
        let (port, into) = (free_port().port().to_string(), path(mode));
        let mut python = Command::new("python3");
        python.args(["-c", REAL_SERVER, mode, &port, &path("cert"), &path("key"), &into]);
        let mut real = python.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut ready = [0; 5];
        std::io::Read::read_exact(real.stdout.as_mut().unwrap(), &mut ready).unwrap();
        let section = format!(
            "[outbox.mail]\nserver = \"localhost\"\nport = {port}\ntls = \"{mode}\"\nuser = \"demo\"\npassword_file = {:?}\n\
             from = \"orders@shop.example\"\n",
            path("password")
        );
        let strict = Server::serve(&Config::new(&[settings(), section.clone()].concat()));
        set_mail(&strict, &["customer@example.org"]);
        ordered(&strict, &submit("not trusted", "STANDARD", &["a"]));
        eventually("an unknown certificate is refused", || strict.log().contains("ertificate").then_some(()));
        drop(strict);
        let trusting = settings() + &format!("ca_file = {:?}\n", path("cert"));
        let server = Server::serve(&Config::new(&[trusting, section].concat()));
        set_mail(&server, &["customer@example.org"]);
        let id = ordered(&server, &submit("Grüße", "STANDARD", &["a"]));
        let delivered = "delivered mail order.completed customer@example.org accepted: 250 taken";
        eventually("it is taken", || (log(&server, &id) == [delivered]).then_some(()));
        let taken = std::fs::read_to_string(&into).unwrap();
        assert!(taken.contains("To: customer@example.org") && !taken.contains("not trusted"), "{taken}");
        let _ = real.stdin.take().unwrap().flush();
        let _ = real.wait();
    }
}
