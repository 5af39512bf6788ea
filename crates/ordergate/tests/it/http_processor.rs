//! Items that a service of the operator's produces (`processor = "http"`), as the service and the customer see it.

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};

use ordergate_outgoing::Signer;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{Config, Found, Heard, Reply, Server, Service, Soap, await_status, eventually, look, ordered, post, submit};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const READY: &str = r#"{"result": "https://files.example/one"}"#;

fn server(service: &Service, more: &str) -> Server {
    Server::serve(&config(&service.url(), more))
}

fn config(url: &str, more: &str) -> Config {
    let section = "[fulfilment.oseo]\nprocessor = \"http\"\npoll_ms = 50\nlease_seconds = 5\nretry_base_seconds = 1\n";
    Config::new(&format!("{section}url = {url:?}\nsecret = {SECRET:?}\n{more}"))
}

fn info(order: &Found) -> (&str, &str) {
    let (_, status, info) = &order.items[0];
    (status, info)
}

/// What becomes of an order of one item with a service that answers so, and may be asked twice.
#[track_caller]
fn failure(reply: Reply, more: &str) -> String {
    let service = Service::new(move |_| reply.clone());
    let server = server(&service, &format!("attempts_max = 2\n{more}"));
    let id = ordered(&server, &submit("fails", "STANDARD", &["one"]));
    let order = await_status(&server, &id, "Failed");
    format!("{} asked {} times", info(&order).1, service.heard().len())
}

#[test]
fn the_service_reads_a_signed_item_and_says_where_it_is() {
    let service = Service::new(|_| Reply::ok(READY));
    let server = server(&service, "");
    let id = ordered(&server, &submit("R1", "FAST_TRACK", &["one"]));
    await_status(&server, &id, "Completed");
    let heard = service.heard().remove(0);
    let item = heard.json();
    assert_eq!((&item["order_id"], &item["item_id"], &item["attempt"]), (&json!(id), &json!("one"), &json!(1)), "{item}");
    assert_eq!((heard.target.as_str(), heard.header("content-type")), ("/items?key=hidden", "application/json"));
    assert_eq!(item["details"]["orderItem"]["productId"]["identifier"], "urn:scene:one");
    let (message, at) = (heard.header("webhook-id"), heard.header("webhook-timestamp").parse().unwrap());
    let expected = Signer::parse(SECRET).unwrap().headers(message, at, &heard.body).unwrap();
    assert_eq!(message, format!("oseo.{id}.0.1"));
    assert_eq!(heard.header("webhook-signature"), expected["webhook-signature"]);
    let log = server.log();
    assert!(!log.contains("hidden") && !log.contains("whsec_"), "{log}");
}

#[test]
fn what_may_pass_is_tried_again_and_what_may_not_is_not() {
    let busy = Reply::Status(503, String::new());
    assert_eq!(failure(busy, ""), "the processing service answered with status 503 (after 2 attempts) asked 2 times");
    let gone = Reply::Status(410, r#"{"error": "no such\nscene"}"#.to_owned());
    assert_eq!(failure(gone, ""), "no such scene asked 1 times");
    let unknown = Reply::Status(404, "<html/>".to_owned());
    assert_eq!(failure(unknown, ""), "the processing service answered with status 404 asked 1 times");
    let later = Reply::Status(429, String::new());
    assert_eq!(failure(later, ""), "the processing service answered with status 429 (after 2 attempts) asked 2 times");
    let no = Reply::ok(r#"{"error": "cloud cover", "retry": false}"#);
    assert_eq!(failure(no, ""), "cloud cover asked 1 times");
    let elsewhere = Reply::Raw(b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n".to_vec());
    assert_eq!(failure(elsewhere, ""), "the processing service answered with status 302 (after 2 attempts) asked 2 times");
}

#[test]
fn rubbish_silence_and_floods_are_failures_and_hold_nobody_up() {
    let garbage = failure(Reply::ok("<ready/>"), "");
    assert!(garbage.starts_with("the processing service answered with something else; expected one JSON"), "{garbage}");
    let no_http = failure(Reply::Raw(b"\0\0\0".to_vec()), "");
    assert!(no_http.starts_with("the processing service broke off, or answered with something"), "{no_http}");
    let flood = failure(Reply::Bytes(100_000_000), "");
    assert!(flood.starts_with("the processing service answered with more than 1048576 bytes (after 2"), "{flood}");
    let silent = failure(Reply::Silence, "timeout_seconds = 1\n");
    assert_eq!(silent, "the processing service did not answer within 1 s (after 2 attempts) asked 2 times");
}

#[test]
fn a_service_that_comes_back_gets_the_item() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = Server::serve(&config(&format!("http://{free}/"), "attempts_max = 1000\nretry_max_seconds = 1\n"));
    let id = ordered(&server, &submit("down", "STANDARD", &["one"]));
    eventually("the failure is shown", || {
        look(&server, &id).items[0].2.contains("failed: the processing service could not be reached").then_some(())
    });
    let listener = TcpListener::bind(free).unwrap();
    let service = Service::on(listener, |_| Reply::ok(READY));
    await_status(&server, &id, "Completed");
    drop(service);
}

/// A server whose service takes items on, and the token of that service.
struct Later {
    server: Server,
    service: Service,
    token: String,
    _folder: TempDir,
}

impl Later {
    fn new(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("workers").display().to_string();
        let service = Service::new(|_| Reply::Status(202, "never read".to_owned()));
        let mut config = config(&service.url(), more);
        config.toml = format!("[fulfilment]\nworkers_file = {file:?}\n{}", config.toml);
        let server = Server::serve(&config);
        let added = server.worker(&["add", "mill"]);
        let token = String::from_utf8(added.stdout).unwrap().trim().to_owned();
        Self { server, service, token, _folder: folder }
    }

    #[track_caller]
    fn heard(&self, count: usize) -> Heard {
        eventually("the service is asked", || self.service.heard().get(count - 1).cloned())
    }

    fn ask(&self, operation: &str, wish: &Value) -> u16 {
        let request = post(&format!("/work/oseo/{operation}"), "application/json", wish.to_string());
        self.server.send(&request.header("Authorization", &format!("Bearer {}", self.token))).status
    }
}

#[test]
fn a_service_may_answer_later_and_a_killed_server_does_not_mind() {
    let mut later = Later::new("");
    let id = ordered(&later.server, &submit("later", "STANDARD", &["one"]));
    let item = later.heard(1).json();
    let claim = &item["claim"];
    assert_eq!(item["work_url"], format!("http://{}/work/oseo", later.server.address));
    assert_eq!(later.ask("claim", &json!({ "limit": 1 })), 404, "its items are not there to be fetched");
    assert_eq!(later.ask("heartbeat", &json!({ "claim": claim, "message": "half" })), 200);
    assert_eq!(info(&look(&later.server, &id)), ("InProduction", "half"));
    later.server.signal("KILL");
    later.server.wait();
    later.server.start();
    let ready = json!({ "claim": claim, "result": "https://files.example/one" });
    assert_eq!(later.ask("complete", &ready), 200);
    assert_eq!(later.ask("complete", &ready), 410);
    await_status(&later.server, &id, "Completed");
    assert_eq!(later.service.heard().len(), 1);
}

#[test]
fn a_service_that_never_answers_is_asked_again_and_its_late_answer_is_not_taken() {
    let later = Later::new("callback_seconds = 5\nattempts_max = 2\n");
    let id = ordered(&later.server, &submit("never", "STANDARD", &["one"]));
    let first = later.heard(1).json();
    let second = later.heard(2).json();
    assert_eq!((&first["attempt"], &second["attempt"]), (&json!(1), &json!(2)));
    let late = json!({ "claim": first["claim"], "result": "https://files.example/late" });
    assert_eq!(later.ask("complete", &late), 410);
    assert!(later.server.log().contains("a worker's claim has ended"));
    let failed = await_status(&later.server, &id, "Failed");
    assert_eq!(info(&failed), ("Failed", "the processing service did not say what came of it (after 2 attempts)"));
    assert_eq!(later.service.heard().len(), 2);
}

#[test]
fn a_cancelled_order_takes_no_answer() {
    let later = Later::new("");
    let id = ordered(&later.server, &submit("cancelled", "STANDARD", &["one"]));
    let claim = later.heard(1).json()["claim"].clone();
    assert_eq!(later.server.send(&Soap::V11.request(&crate::oseo::cancel::cancel(&id))).status, 200);
    assert_eq!(later.ask("fail", &json!({ "claim": claim, "error": "late" })), 410);
    assert_eq!(look(&later.server, &id).status, "Cancelled");
}

#[test]
fn a_server_killed_while_the_service_works_asks_again() {
    let asked = AtomicUsize::new(0);
    let service =
        Service::new(move |_| if asked.fetch_add(1, Ordering::SeqCst) == 0 { Reply::Silence } else { Reply::ok(READY) });
    let mut server = server(&service, "");
    let id = ordered(&server, &submit("killed", "STANDARD", &["one"]));
    eventually("the service is asked", || (service.heard().len() == 1).then_some(()));
    server.signal("KILL");
    server.wait();
    server.start();
    await_status(&server, &id, "Completed");
    assert_eq!(service.heard()[1].json()["attempt"], 2);
}

#[test]
fn a_service_without_a_usable_secret_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, "whsec_hush").unwrap();
    let section = "[fulfilment.oseo]\nprocessor = \"http\"\nurl = \"http://127.0.0.1:9/\"\n";
    for (more, says) in [
        (format!("secret_file = {:?}", file.display().to_string()), "is no secret of the processing service"),
        ("secret = \"whsec_hush\"".to_owned(), "fulfilment.oseo.secret"),
        (String::new(), "fulfilment.oseo.secret"),
    ] {
        let path = folder.path().join("ordergate.toml");
        let store = format!("sqlite:{}", folder.path().join("store").display());
        std::fs::write(&path, format!("[store]\nurl = {store:?}\n[server]\nlisten = \"127.0.0.1:0\"\n{section}{more}\n"))
            .unwrap();
        let refused = crate::harness::output_of(crate::harness::ordergate().arg("serve").arg("--config").arg(&path));
        let text = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success() && text.contains(says) && !text.contains("hush"), "{more}: {text}");
    }
}
