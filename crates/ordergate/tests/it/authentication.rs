//! Customers whom someone else knows: a service of the operator's, or a proxy.

use std::sync::{Arc, Mutex};

use ordergate_outgoing::Signer;
use serde_json::json;

use crate::harness::{
    Answer, Config, Heard, Reply, Request, Server, Service, Soap, found, get_status, ordered, ordergate, output_of, security,
    submit, veloconnect_as,
};
use crate::oseo::identity::{digest, seconds_ago};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const YES: &str = r#"{"allowed": true}"#;
const NO: &str = r#"{"allowed": false}"#;

fn server(toml: &str) -> Server {
    Server::serve(&Config { toml: toml.to_owned(), accounts: Vec::new() })
}

fn asking(service: &Service, more: &str) -> Server {
    server(&format!("[auth]\nprovider = \"callout\"\n{more}\n[auth.callout]\ntimeout_seconds = 1\nurl = {:?}\n", service.url()))
}

fn all_orders() -> String {
    get_status("<os:filteringCriteria/><os:presentation>brief</os:presentation>")
}

fn as_user(server: &Server, user: &str, password: &str) -> Answer {
    server.send(&Soap::V11.request_with(&security(user, password), &all_orders()))
}

fn as_buyer(server: &Server, buyer: &str, password: &str) -> String {
    server.send(&veloconnect_as(buyer, password, "GetProfile", "")).element("ResponseCode").unwrap().to_owned()
}

#[track_caller]
fn refused(answer: &Answer) -> String {
    assert_eq!((answer.status, answer.element("faultcode")), (500, Some("soap:Client")), "{}", answer.text());
    assert!(answer.text().contains("exceptionCode=\"AuthenticationFailed\""), "{}", answer.text());
    answer.text().to_owned()
}

fn listed(server: &Server) -> String {
    String::from_utf8(server.account(&["list"], "").stdout).unwrap()
}

#[test]
fn a_customer_is_known_by_the_service_and_has_an_account_from_the_first_request() {
    let service = Service::new(|heard: &Heard| {
        let question = heard.json();
        let (user, password) = (question["user"].as_str().unwrap(), question["password"].as_str().unwrap());
        Reply::ok(if password == format!("{user}-secret") { YES } else { NO })
    });
    let server = asking(&service, "");
    let id = ordered(&server, &submit("mine", "STANDARD", &["one"]));
    assert_eq!(found(&as_user(&server, "demo", "demo-secret"))[0].id, id);
    assert_eq!(found(&as_user(&server, "other", "other-secret")), []);
    assert!(refused(&as_user(&server, "demo", "wrong")).contains("user name or password not accepted"));
    assert_eq!((as_buyer(&server, "K1", "K1-secret").as_str(), as_buyer(&server, "K1", "wrong").as_str()), ("200", "411"));
    assert_eq!(
        listed(&server),
        "oseo\tdemo\tenabled\t-\t-\t-\tcustomer\noseo\tother\tenabled\t-\t-\t-\tcustomer\nveloconnect\tK1\tenabled\t-\t-\t-\tcustomer\n"
    );
    let heard = service.heard();
    assert_eq!(heard.len(), 5, "who was let in a moment ago is not asked about again");
    assert_eq!(
        heard[0].json(),
        json!({
            "protocol": "oseo", "user": "demo", "password_kind": "text", "password": "demo-secret",
            "nonce": null, "created": null, "remote_address": "127.0.0.1"
        })
    );
    let log = server.log();
    assert!(!log.contains("demo-secret") && !log.contains("hidden"), "{log}");
    // No password opens such an account, whoever is asked.
    assert_eq!(server.account(&["disable", "--protocol", "oseo", "demo"], "").status.code(), Some(0));
    crate::harness::eventually("it is disabled", || (as_user(&server, "demo", "demo-secret").status == 500).then_some(()));
    refused(&as_user(&server, "demo", "demo-secret"));
}

#[test]
fn a_digest_is_passed_on_with_what_it_was_made_of_and_is_good_once() {
    let service = Service::new(|_| Reply::ok(r#"{"allowed": true, "name": "Anna A.", "groups": ["mills"]}"#));
    let server = asking(&service, "");
    let created = seconds_ago(1);
    let header = digest(&crate::oseo::customer::Customer("anna".into()), "nonce 1", &created);
    let send = || server.send(&Soap::V11.request_with(&header, &all_orders()));
    assert_eq!(send().status, 200);
    assert!(refused(&send()).contains("nonce was used before"));
    let question = service.heard()[0].json();
    assert_eq!((&question["password_kind"], &question["nonce"]), (&json!("digest"), &json!("bm9uY2UgMQ==")), "{question}");
    assert_eq!((&question["created"], question["password"].as_str().unwrap().len()), (&json!(created), 28), "{question}");
    assert_eq!(listed(&server), "oseo\tAnna A.\tenabled\t-\t-\t-\tcustomer\tmills\n");
}

#[test]
fn a_service_that_gives_no_answer_is_not_a_wrong_password() {
    let reply = Arc::new(Mutex::new(Reply::Silence));
    let now = Arc::clone(&reply);
    let service = Service::new(move |_| now.lock().unwrap().clone());
    let server = asking(&service, "failures_per_minute_max = 1");
    for silence in [
        Reply::Silence,
        Reply::Status(500, YES.to_owned()),
        Reply::Status(401, NO.to_owned()),
        Reply::Status(302, YES.to_owned()),
        Reply::ok("yes"),
        Reply::ok(r#"{"name": "demo"}"#),
        Reply::Raw(b"\0".to_vec()),
        Reply::Bytes(10_000_000),
    ] {
        *reply.lock().unwrap() = silence.clone();
        let answer = as_user(&server, "demo", "demo-secret");
        assert_eq!((answer.status, answer.element("faultcode")), (500, Some("soap:Server")), "{silence:?} {}", answer.text());
        assert!(answer.text().contains("try again later"), "{}", answer.text());
        assert_eq!(as_buyer(&server, "K1", "x"), "500", "{silence:?}");
    }
    *reply.lock().unwrap() = Reply::ok(YES);
    assert_eq!(as_user(&server, "demo", "demo-secret").status, 200);
    drop(service);
    assert_eq!(as_user(&server, "demo", "demo-secret").status, 200, "remembered");
    let log = server.log();
    assert!(
        log.contains("the authentication service gave no answer") && log.contains("did not answer within 1 seconds"),
        "{log}"
    );
}

#[test]
fn guessing_is_slowed_down_before_the_service_is_asked() {
    let service = Service::new(|_| Reply::ok(NO));
    let server = asking(&service, "failures_per_minute_max = 3");
    for _ in 0..3 {
        assert!(refused(&as_user(&server, "demo", "x")).contains("not accepted"));
    }
    assert!(refused(&as_user(&server, "demo", "x")).contains("too many failed logins"));
    assert_eq!(service.heard().len(), 3);
}

#[test]
fn only_customers_order_and_names_are_those_of_accounts() {
    let answer = Arc::new(Mutex::new(String::new()));
    let now = Arc::clone(&answer);
    let service = Service::new(move |_| Reply::Status(200, now.lock().unwrap().clone()));
    let server = asking(&service, "");
    *answer.lock().unwrap() = r#"{"allowed": true, "roles": ["chief"]}"#.to_owned();
    assert!(as_user(&server, "mill", "x").text().contains("this account may not order"));
    for name in ["", " a", "a\\u0007", &"x".repeat(129)] {
        *answer.lock().unwrap() = format!(r#"{{"allowed": true, "name": "{name}"}}"#);
        refused(&as_user(&server, &format!("n{}", name.len()), "x"));
    }
    assert_eq!(listed(&server), "");
    *answer.lock().unwrap() = r#"{"allowed": true, "roles": ["operator", "customer"]}"#.to_owned();
    assert_eq!(as_user(&server, "mill", "x").status, 200);
}

#[test]
fn the_service_knows_who_asks() {
    let service = Service::new(|_| Reply::ok(YES));
    let toml = format!("[auth]\noseo_provider = \"callout\"\n[auth.callout]\nsecret = {SECRET:?}\nurl = {:?}\n", service.url());
    let server = server(&toml);
    assert_eq!(as_user(&server, "demo", "x").status, 200);
    let heard = service.heard().pop().unwrap();
    let at = heard.header("webhook-timestamp").parse().unwrap();
    let expected = Signer::parse(SECRET).unwrap().headers(heard.header("webhook-id"), at, &heard.body).unwrap();
    assert_eq!(heard.header("webhook-signature"), expected["webhook-signature"]);
    assert_eq!(as_buyer(&server, "K1", "x"), "410", "veloconnect has its own accounts");
}

fn told(networks: &str) -> Server {
    server(&format!("[auth]\nprovider = \"trusted-header\"\n[auth.trusted_header]\nuser = \"X-User\"\nnetworks = [{networks}]\n"))
}

fn bare() -> Request {
    Soap::V11.request_with("", &all_orders())
}

#[test]
fn who_a_proxy_vouches_for_is_let_in_without_a_password() {
    let server = told("\"10.0.0.0/8\", \"127.0.0.1\"");
    assert_eq!(server.send(&bare().header("X-User", "demo")).status, 200);
    let id = ordered(&server, &submit("mine", "STANDARD", &["one"]).header("X-User", "demo"));
    assert_eq!(found(&server.send(&bare().header("X-User", "demo")))[0].id, id);
    assert_eq!(found(&server.send(&bare().header("x-user", "other"))), []);
    let named = Soap::V11.request_with(&security("demo", "any"), &all_orders());
    assert_eq!(server.send(&named.clone().header("X-User", "demo")).status, 200);
    assert!(refused(&server.send(&named.header("X-User", "other"))).contains("names another caller"));
    let buyer = |user: &str| {
        let answer = server.send(&veloconnect_as("K1", "any", "GetProfile", "").header("X-User", user));
        answer.element("ResponseCode").unwrap().to_owned()
    };
    assert_eq!((buyer("K1").as_str(), buyer("K2").as_str()), ("200", "411"));
    refused(&as_user(&server, "demo", "demo-secret"));
    refused(&server.send(&bare()));
    refused(&server.send(&bare().header("X-User", "")));
    assert!(refused(&server.send(&bare().header("X-User", "demo").header("X-User", "other"))).contains("more than once"));
    assert_eq!(as_buyer(&server, "K1", "any"), "411");
    assert_eq!(
        listed(&server),
        "oseo\tdemo\tenabled\t-\t-\t-\tcustomer\noseo\tother\tenabled\t-\t-\t-\tcustomer\nveloconnect\tK1\tenabled\t-\t-\t-\tcustomer\n"
    );
}

#[test]
fn from_anyone_else_the_header_is_refused() {
    let server = told("\"10.0.0.0/8\"");
    let forged = bare().header("X-User", "demo").header("X-Forwarded-For", "10.0.0.1");
    assert!(refused(&server.send(&forged)).contains("an address that is not believed"));
    assert_eq!(listed(&server), "");
    assert!(server.log().contains("a header that names the caller is not believed"), "{}", server.log());
    // With the built-in accounts it is a header like any other.
    let accounts = Server::serve(&Config::new(""));
    refused(&accounts.send(&bare().header("X-Remote-User", "demo")));
    assert_eq!(accounts.send(&Soap::V11.request(&all_orders()).header("X-Remote-User", "other")).status, 200);
}

#[test]
fn who_cannot_be_asked_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ordergate.toml");
    for (toml, says) in [
        ("provider = \"ldap\"", "auth.provider"),
        ("provider = \"callout\"", "auth.callout.url: must name the service"),
        ("provider = \"trusted-header\"", "auth.trusted_header.networks: must name the proxies"),
        ("[auth.callout]\nurl = \"ftp://x/\"", "auth.callout.url: cannot be called"),
        ("[auth.callout]\nsecret = \"whsec_hush\"", "auth.callout.secret"),
        ("[auth.trusted_header]\nnetworks = [\"proxy\"]", "auth.trusted_header.networks: expected an IP address"),
        ("[auth.trusted_header]\nuser = \"a b\"", "auth.trusted_header.user: must be"),
    ] {
        std::fs::write(&path, format!("[auth]\n{toml}\n")).unwrap();
        let refused = output_of(ordergate().arg("serve").arg("--config").arg(&path));
        let text = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success() && text.contains(says) && !text.contains("hush"), "{toml}: {text}");
    }
}
