//! Webhooks: what a service of the operator hears of orders, that it can tell who called, and that nothing is lost.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::harness::{
    Config, Received, Receiver, Reply, Server, assert_snapshot, await_status, demo_articles, eventually, free_port, get, ordered,
    ordergate, output_of, submit, veloconnect,
};

const SECRET: &str = "c2lnbmluZyBzZWNyZXQgb2YgdGhlIHRlc3Rz";
const NEXT_SECRET: &str = "dGhlIHNlY3JldCB0aGF0IGNvbWVzIGFmdGVyIGl0";

/// Items whose name begins with `bad` fail for good, others are ready at once.
const MILL: &str = "cat > /dev/null; case $ORDERGATE_ITEM_ID in bad*) echo '{\"error\": \"no such scene\", \"retry\": false}' ;; \
    *) echo '{\"result\": \"https://files.example/scene?a=1\"}' ;; esac";

/// Works orders off at once, and tries again soon. It ends within `[outbox]`.
pub fn settings() -> String {
    format!(
        "[fulfilment.oseo]\nprocessor = \"command\"\npoll_ms = 50\nconcurrency = 1\ncommand = [\"/bin/sh\", \"-c\", {MILL:?}]\n\
         [outbox]\nretry_base_seconds = 1\nretry_max_seconds = 1\ntimeout_seconds = 1\npoll_ms = 50\n"
    )
}

/// A folder with the secret of a webhook.
struct Secret(TempDir);

impl Secret {
    fn new(text: &str) -> Self {
        let secret = Self(tempfile::tempdir().unwrap());
        secret.becomes(text);
        secret
    }

    fn path(&self) -> String {
        self.0.path().join("secret").display().to_string()
    }

    fn becomes(&self, text: &str) {
        std::fs::write(self.path(), text).unwrap();
    }

    fn webhook(&self, name: &str, url: &str, more: &str) -> String {
        format!("[[outbox.webhook]]\nname = {name:?}\nurl = {url:?}\nsecret_file = {:?}\n{more}\n", self.path())
    }
}

/// HMAC (RFC 2104) as the standard writes it, so that not the same code signs and verifies.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut padded = [0_u8; 64];
    padded[..key.len()].copy_from_slice(key);
    let hash = |pad: u8, text: &[u8]| Sha256::digest([&padded.map(|b| b ^ pad)[..], text].concat()).to_vec();
    hash(0x5c, &hash(0x36, text))
}

#[track_caller]
fn assert_signed(received: &Received, secret: &str) {
    let [id, timestamp, signature] =
        ["id", "timestamp", "signature"].map(|name| received.header(&format!("webhook-{name}")).unwrap());
    let signed = hmac(&STANDARD.decode(secret).unwrap(), format!("{id}.{timestamp}.{}", received.body).as_bytes());
    let expected = format!("v1,{}", STANDARD.encode(signed));
    assert!(signature.split(' ').any(|signature| signature == expected), "{signature} has no {expected}");
    let age = jiff::Timestamp::now().as_second() - timestamp.parse::<i64>().unwrap();
    assert!((0..120).contains(&age), "signed {age} s ago");
}

fn json(received: &Received) -> Value {
    serde_json::from_str(&received.body).unwrap()
}

/// The events about an order, in the order in which they came.
fn events(receiver: &Receiver, order: &str) -> Vec<String> {
    let of_order = |event: &Value| event["data"]["order"]["id"] == order;
    let name = |event: &Value| event["type"].as_str().unwrap().to_owned();
    receiver.received().iter().map(json).filter(of_order).map(|event| name(&event)).collect()
}

#[track_caller]
fn heard(receiver: &Receiver, order: &str, last: &str) -> Vec<String> {
    eventually(last, || Some(events(receiver, order)).filter(|events| events.iter().any(|event| event == last)))
}

/// Standing and report of each notification about an order.
pub fn log(server: &Server, order: &str) -> Vec<String> {
    let listed = server.outbox(&["list", "--order", order]);
    assert!(listed.status.success(), "{listed:?}");
    let line = |line: &str| {
        let columns: Vec<&str> = line.split('\t').collect();
        [1, 4, 5, 6, 7].map(|column| columns[column]).join(" ")
    };
    String::from_utf8(listed.stdout).unwrap().lines().map(line).collect()
}

/// All moves of an order are heard in order, signed; those of its items only by who asked for them.
#[test]
fn all_that_was_asked_for_is_heard() {
    let (orders, items) = (Receiver::new(|_| Reply::ok("OK")), Receiver::new(|_| Reply::Status(204, String::new())));
    let secret = Secret::new(&format!("whsec_{SECRET}\n"));
    let config = [
        settings(),
        secret.webhook("orders", &orders.url("/hook?token=in-the-url"), ""),
        secret.webhook("items", &items.url("/"), "events = [\"item.*\", \"order.failed\"]"),
    ];
    let server = Server::serve(&Config::new(&config.concat()));
    let id = ordered(&server, &submit("R &amp; D &#xFC;ber\n1", "STANDARD", &["good", "bad"]));
    let all = ["order.submitted", "order.accepted", "order.suspended", "order.in_production", "order.failed"];
    assert_eq!(heard(&orders, &id, "order.failed"), all);
    heard(&items, &id, "order.failed");
    let received = orders.received();
    for request in received.iter().chain(&items.received()) {
        assert_signed(request, SECRET);
        assert_eq!(request.header("content-type"), Some("application/json"));
    }
    assert_eq!(received[0].path, "/hook?token=in-the-url");
    let mut ids: Vec<_> = received.iter().map(|request| request.header("webhook-id").unwrap().to_owned()).collect();
    assert!(ids.iter().all(|webhook_id| webhook_id.starts_with(&format!("msg_{id}_"))), "{ids:?}");
    ids.dedup();
    assert_eq!(ids.len(), 5);
    let pretty = |event: &Value| without_times(&serde_json::to_string_pretty(event).unwrap());
    let last = json(received.last().unwrap());
    let of_item = |name: &str| items.received().iter().map(json).find(|event| event["type"] == name).unwrap();
    let shown = [json(&received[0]), last, of_item("item.failed"), of_item("item.completed")];
    assert_snapshot!("webhook_events", shown.iter().map(pretty).collect::<Vec<_>>().join("\n"));
    let log = server.log();
    assert!(!log.contains(SECRET) && !log.contains("in-the-url"), "{log}");
    assert!(!format!("{:?}", server.outbox(&["list", "--order", &id])).contains(SECRET));
}

fn without_times(text: &str) -> String {
    let line = |line: &str| match line.split_once("\": \"2") {
        Some((key, value)) if value.contains('T') && value.contains("Z\"") => {
            format!("{key}\": \"[time]\"{}", &value[value.find('"').unwrap() + 1..])
        }
        _ => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Orders of the other protocol are told in the same way.
#[test]
fn orders_of_articles_are_heard() {
    let (receiver, secret) = (Receiver::new(|_| Reply::ok("OK")), Secret::new(&format!("whsec_{SECRET}")));
    let config = format!(
        "[veloconnect]\n{}[fulfilment.veloconnect]\nprocessor = \"demo\"\ndemo_delay_ms = 1\npoll_ms = 50\n{}",
        demo_articles(),
        secret.webhook("erp", &receiver.url("/"), "")
    );
    let server = Server::serve(&Config::new(&config));
    let created = server.send(&veloconnect("CreateOrder", "&Quantity.130-KE8=3&quantityUnitCode.130-KE8=EA"));
    let transaction = created.element("TransactionID").unwrap_or_else(|| panic!("{}", created.text())).to_owned();
    let finished = server.send(&veloconnect("FinishOrder", &format!("&TransactionID={transaction}")));
    let id = finished.element("OrderID").unwrap_or_else(|| panic!("{}", finished.text())).to_owned();
    let events = heard(&receiver, &id, "order.completed");
    assert_eq!(events.first().map(String::as_str), Some("order.submitted"));
    let first = json(&receiver.received()[0]);
    assert_eq!(first["data"]["order"]["protocol"], "veloconnect");
    assert_eq!(first["data"]["order"]["kind"], "articles");
}

/// A receiver that is down, while the server is killed and started again, has heard all in order in the end; by then the
/// webhook has another address and another secret.
#[test]
fn a_receiver_that_was_down_hears_all_in_order() {
    let secret = Secret::new(&format!("whsec_{SECRET}"));
    let before = free_port();
    let config = [settings(), secret.webhook("late", &format!("http://{before}/"), "")].concat();
    let mut server = Server::serve(&Config::new(&config));
    let ids: Vec<String> = (0..4).map(|_| ordered(&server, &submit("late", "STANDARD", &["a"]))).collect();
    for id in &ids {
        await_status(&server, id, "Completed");
    }
    eventually("one was tried", || server.log().contains("will try again").then_some(()));
    server.signal("KILL");
    server.wait();
    let receiver =
        Receiver::new(|received| if received.len() % 3 == 1 { Reply::Status(503, String::new()) } else { Reply::ok("OK") });
    server.reconfigure(|toml| toml.replace(&before.to_string(), &receiver.address.to_string()));
    secret.becomes(&format!("whsec_{NEXT_SECRET}\nwhsec_{SECRET}"));
    server.start();
    for id in &ids {
        eventually("all is delivered", || log(&server, id).iter().all(|line| line.starts_with("delivered")).then_some(()));
        let mut events = events(&receiver, id);
        // What was answered with 503 came again.
        events.dedup();
        let all = ["order.submitted", "order.accepted", "order.suspended", "order.in_production", "order.completed"];
        assert_eq!(events, all);
    }
    for request in receiver.received() {
        assert_signed(&request, SECRET);
        assert_signed(&request, NEXT_SECRET);
    }
    let again: Vec<String> =
        receiver.received().iter().map(|request| [request.header("webhook-id").unwrap(), &request.body].concat()).collect();
    let distinct: std::collections::HashSet<&String> = again.iter().collect();
    assert_eq!((distinct.len(), again.len() > 20), (20, true), "the same id and the same text at each attempt");
}

/// 410 ends it; redirections, other answers and silence do not.
#[test]
fn what_receivers_answer_counts() {
    let receiver = Receiver::new(|received| match received.len() {
        1 => Reply::Status(302, String::new()),
        2 => Reply::Silence,
        3 => Reply::Status(400, "<html>".to_owned()),
        4 => Reply::Raw(b"no HTTP".to_vec()),
        5 => Reply::Status(202, String::new()),
        _ => Reply::Status(410, String::new()),
    });
    let secret = Secret::new(&format!("whsec_{SECRET}"));
    let events = "events = [\"order.completed\", \"order.submitted\"]";
    let server = Server::serve(&Config::new(&[settings(), secret.webhook("w", &receiver.url("/"), events)].concat()));
    let id = ordered(&server, &submit("answers", "STANDARD", &["a"]));
    let expected = ["delivered webhook order.submitted w answered 202", "given-up webhook order.completed w answered 410"];
    eventually("both are settled", || {
        let mut log = log(&server, &id);
        log.sort();
        (log == expected).then_some(())
    });
    assert_eq!(receiver.received().len(), 6);
    for told in ["answered 302: redirections are not followed", "did not answer", "answered 400", "not HTTP"] {
        assert!(server.log().contains(told), "{told}");
    }
}

/// A webhook that is gone from the configuration is not forgotten, and an operator's own acts are told.
#[test]
fn a_webhook_that_is_gone_may_come_back() {
    let (receiver, secret) = (Receiver::new(|_| Reply::ok("OK")), Secret::new(&format!("whsec_{SECRET}")));
    let approval = "[oseo.approval]\nproduct = \"operator\"\n";
    let webhook = secret.webhook("gone", &receiver.url("/"), "events = [\"order.cancelled\"]");
    let mut server = Server::serve(&Config::new(&[approval, &settings(), &webhook].concat()));
    let id = ordered(&server, &submit("rejected", "STANDARD", &["a"]));
    server.kill();
    assert!(server.order(&["reject", &id, "--reason", "not for you"]).status.success());
    server.reconfigure(|toml| toml.replace("\"gone\"", "\"other\""));
    server.start();
    let waits = "waiting webhook order.cancelled gone the configuration has no webhook of this name any more";
    eventually("it is missed", || (log(&server, &id) == [waits]).then_some(()));
    server.kill();
    server.reconfigure(|toml| toml.replace("\"other\"", "\"gone\""));
    server.start();
    heard(&receiver, &id, "order.cancelled");
    assert_eq!(json(&receiver.received()[0])["data"]["reason"], "rejected: not for you");
}

/// What cannot work is said at the start, with file, line and key, and without the secret.
#[test]
fn a_webhook_that_cannot_work_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("o.toml");
    let (good, bad) = (Secret::new(&format!("whsec_{SECRET}")), Secret::new("geheim-geheim"));
    let url = "https://hooks.example/";
    let one = good.webhook("one", url, "");
    let secret_of = |secret: &Secret| format!("secret_file = {:?}", secret.path());
    for (toml, place, said) in [
        (one.clone() + &one, "7:8: outbox.webhook[1].name", "another webhook's name"),
        (one.replace("\"one\"", "\"a b\""), "2:8: outbox.webhook[0].name", "letters, digits"),
        (one.replace(url, "ftp://geheim.example/"), "3:7: outbox.webhook[0].url", "http:// or https://"),
        (one.replace(&secret_of(&good), &secret_of(&bad)), "4:15: outbox.webhook[0].secret_file", "begins with \"whsec_\""),
        (one.replace(&good.path(), "/nowhere/secret"), "4:15: outbox.webhook[0].secret_file", "cannot be read"),
        (one.replace(&secret_of(&good), ""), "outbox.webhook[0].secret_file", "must be given, or secret_env"),
        (
            one.replace(&secret_of(&good), "secret_env = \"NOT_SET_ANYWHERE\""),
            "4:14: outbox.webhook[0].secret_env",
            "NOT_SET_ANYWHERE is not set",
        ),
        (one.clone() + "secret_env = \"X\"\n", "6:14: outbox.webhook[0].secret_env", "cannot be given with"),
        (one.clone() + "events = [\"order.*\", \"geheim.*\"]\n", "6:10: outbox.webhook[0].events", "names no event"),
        (one.clone() + "events = []\n", "6:10: outbox.webhook[0].events", "must name an event"),
    ] {
        std::fs::write(&path, &toml).unwrap();
        let output = output_of(ordergate().args(["serve", "--config"]).arg(&path));
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && error.contains(place) && error.contains(said), "{toml}\n{error}");
        assert!(error.contains("o.toml") || !place.starts_with(char::is_numeric), "{error}");
        assert!(!error.contains("geheim"), "{error}");
    }
    // Not read by the test above: the variable of a server is its secret.
    let receiver = Receiver::new(|_| Reply::ok("OK"));
    let by_variable = one.replace(&secret_of(&good), "secret_env = \"HOOK\"").replace(url, &receiver.url("/"));
    let mut server = Server::stopped(&Config::new(&settings()), crate::place::Place::new);
    server.set("HOOK", &format!("whsec_{SECRET}"));
    server.reconfigure(|toml| toml.to_owned() + &by_variable);
    server.start();
    assert_eq!(server.send(&get("/health/ready")).status, 200);
    let id = ordered(&server, &submit("by variable", "STANDARD", &["a"]));
    heard(&receiver, &id, "order.completed");
    assert_signed(&receiver.received()[0], SECRET);
}

/// One change may move very many items; each is told, before those of the next change.
#[test]
fn every_item_of_a_long_order_is_heard() {
    let (receiver, secret) = (Receiver::new(|_| Reply::ok("OK")), Secret::new(&format!("whsec_{SECRET}")));
    let settings = "[oseo.approval]\nproduct = \"operator\"\n[fulfilment.oseo]\nenabled = false\n[outbox]\npoll_ms = 50\n";
    let webhook = secret.webhook("items", &receiver.url("/"), "events = [\"item.*\", \"order.suspended\"]");
    let server = Server::serve(&Config::new(&[settings, &webhook].concat()));
    let names: Vec<String> = (0..300).map(|number| format!("item-{number}")).collect();
    let id = ordered(&server, &submit("long", "STANDARD", &names.iter().map(String::as_str).collect::<Vec<_>>()));
    for command in [vec!["approve", &id], vec!["suspend", &id, "--reason", "too long"]] {
        let done = server.order(&command);
        assert!(done.status.success(), "{done:?}");
    }
    heard(&receiver, &id, "order.suspended");
    let received = receiver.received();
    let items: Vec<Value> = received.iter().map(|request| json(request)["data"]["item"]["id"].clone()).collect();
    assert_eq!(items[..600], [&names[..], &names[..]].concat());
    let events = events(&receiver, &id);
    assert_eq!((events[299].as_str(), events[300].as_str(), events.len()), ("item.accepted", "item.suspended", 601));
}
