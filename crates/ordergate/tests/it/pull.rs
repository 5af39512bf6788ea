//! Workers that fetch items over HTTP, as they and the customer see it.

use std::collections::HashSet;
use std::sync::Mutex;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{Answer, Config, Found, Server, Soap, await_status, eventually, get, look, ordered, post, retrieve, submit};

/// A server whose items are fetched, and the token of one worker.
struct Depot {
    server: Server,
    token: String,
    _folder: TempDir,
}

const OS: &str = "xmlns:os=\"http://www.opengis.net/oseo/1.0\" service=\"OS\" version=\"1.0.0\"";

impl Depot {
    fn new(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("workers").display().to_string();
        let pull = "[fulfilment.oseo]\nprocessor = \"pull\"\npoll_ms = 50\n";
        let server = Server::serve(&Config::new(&format!("[fulfilment]\nworkers_file = {file:?}\n{pull}{more}")));
        let token = added(&server, "mill-1");
        Self { server, token, _folder: folder }
    }

    fn as_worker(&self, token: &str, operation: &str, wish: &Value) -> (u16, Value) {
        let request = post(&format!("/work/oseo/{operation}"), "application/json", wish.to_string());
        said(&self.server.send(&request.header("Authorization", &format!("Bearer {token}"))))
    }

    fn ask(&self, operation: &str, wish: &Value) -> (u16, Value) {
        self.as_worker(&self.token, operation, wish)
    }

    /// The next item, as soon as there is one.
    #[track_caller]
    fn next(&self, lease_seconds: u64) -> (String, Value) {
        eventually("an item can be fetched", || {
            let (status, answer) = self.ask("claim", &json!({ "limit": 1, "lease_seconds": lease_seconds }));
            assert_eq!(status, 200, "{answer}");
            let first = answer["items"].get(0)?;
            Some((first["claim"].as_str().unwrap().to_owned(), first["item"].clone()))
        })
    }
}

fn added(server: &Server, name: &str) -> String {
    let added = server.worker(&["add", name]);
    assert!(added.status.success(), "{added:?}");
    String::from_utf8(added.stdout).unwrap().trim().to_owned()
}

/// Status and content of an answer, which is JSON whatever it says.
#[track_caller]
fn said(answer: &Answer) -> (u16, Value) {
    assert_eq!(answer.header("content-type"), Some("application/json"), "{}", answer.text());
    let content: Value = serde_json::from_str(answer.text()).unwrap();
    assert_eq!(content.get("error").is_some(), answer.status != 200, "{content}");
    (answer.status, content)
}

fn item(order: &Found, position: usize) -> (&str, &str) {
    let (_, status, info) = &order.items[position];
    (status, info)
}

#[test]
fn an_item_is_fetched_produced_and_found_by_the_customer() {
    let depot = Depot::new("");
    let submit = format!(
        "<os:Submit {OS}><os:orderSpecification><os:orderReference>R &amp; D</os:orderReference><os:deliveryOptions>\
         <os:onlineDataAccess><os:protocol>https</os:protocol></os:onlineDataAccess></os:deliveryOptions>\
         <os:orderType>PRODUCT_ORDER</os:orderType><os:orderItem><os:itemId>one</os:itemId><os:productId>\
         <os:identifier>urn:1</os:identifier></os:productId></os:orderItem></os:orderSpecification>\
         <os:statusNotification>None</os:statusNotification></os:Submit>"
    );
    let id = ordered(&depot.server, &Soap::V11.request(&submit));
    await_status(&depot.server, &id, "Suspended");
    let (claim, work) = depot.next(60);
    assert_eq!((&work["order_id"], &work["item_id"], &work["attempt"]), (&json!(id), &json!("one"), &json!(1)), "{work}");
    assert_eq!((&work["order_reference"], work.as_object().unwrap().len()), (&json!("R & D"), 11), "{work}");
    assert_eq!(work["details"]["orderItem"]["productId"]["identifier"], "urn:1", "{work}");
    assert_eq!(item(&look(&depot.server, &id), 0), ("InProduction", ""));

    let before = depot.server.send(&retrieve(&id));
    let beat = |message: Value| depot.ask("heartbeat", &json!({ "claim": claim, "message": message }));
    let (status, answer) = beat(json!("40 % <done>\n"));
    assert!(status == 200 && answer["lease_until"].as_str().unwrap().ends_with('Z'), "{answer}");
    assert_eq!(item(&look(&depot.server, &id), 0), ("InProduction", "40 % &lt;done&gt;"));
    // Without a message it stays; an empty one takes it back. Nothing else of the answer changes.
    assert_eq!(depot.ask("heartbeat", &json!({ "claim": claim })).0, 200);
    assert_eq!(item(&look(&depot.server, &id), 0), ("InProduction", "40 % &lt;done&gt;"));
    assert_eq!(beat(json!("x".repeat(4000))).0, 200);
    assert_eq!(item(&look(&depot.server, &id), 0).1.len(), 4000);
    assert_eq!(beat(json!("x".repeat(4001))).0, 422);
    assert_eq!(beat(json!("")).0, 200);
    let after = depot.server.send(&retrieve(&id));
    assert_eq!(after.text(), before.text());

    assert_eq!(depot.ask("complete", &json!({ "claim": claim, "result": "no url" })).0, 422);
    let ready = json!({ "claim": claim, "result": "https://files.example/one" });
    assert_eq!(depot.ask("complete", &ready), (200, json!({})));
    assert_eq!(depot.ask("complete", &ready).0, 410, "it is done");
    assert_eq!(depot.ask("heartbeat", &json!({ "claim": claim })).0, 410);
    assert_eq!(look(&depot.server, &id).status, "Completed");
    let describe = format!(
        "<os:DescribeResultAccess {OS}><os:orderId>{id}</os:orderId><os:subFunction>allReady</os:subFunction></os:DescribeResultAccess>"
    );
    let access = depot.server.send(&Soap::V11.request(&describe));
    assert!(access.text().contains("https://files.example/one"), "{}", access.text());
    let shown = String::from_utf8(depot.server.order(&["show", &id]).stdout).unwrap();
    assert!(shown.contains("worker:mill-1"), "{shown}");
    let page = depot.server.send(&get("/metrics"));
    for (operation, result) in [("claim", "ok"), ("heartbeat", "ok"), ("complete", "gone")] {
        let line = format!("{{protocol=\"work\",operation=\"{operation}\",result=\"{result}\"}}");
        assert!(page.text().contains(&line), "{line}\n{}", page.text());
    }
}

#[test]
fn a_failed_item_is_tried_again_unless_that_is_in_vain() {
    let depot = Depot::new("retry_base_seconds = 1\nattempts_max = 3\n");
    let id = ordered(&depot.server, &submit("fails", "STANDARD", &["one"]));
    let (claim, _) = depot.next(60);
    let fail = |claim: &str, more: &Value| {
        let mut wish = json!({ "claim": claim, "error": "cloud\ncover" });
        wish.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        depot.ask("fail", &wish).0
    };
    assert_eq!(fail(&claim, &json!({})), 200);
    let waits = look(&depot.server, &id);
    assert_eq!(item(&waits, 0), ("Suspended", "attempt 1 of 3 failed: cloud cover; next attempt after 1 s"));
    assert_eq!(fail(&claim, &json!({})), 410);
    let (claim, work) = depot.next(60);
    assert_eq!((&work["attempt"], &work["attempts_max"]), (&json!(2), &json!(3)));
    assert_eq!(fail(&claim, &json!({ "retry": false })), 200);
    let failed = look(&depot.server, &id);
    assert_eq!((failed.status.as_str(), item(&failed, 0)), ("Failed", ("Failed", "cloud cover (after 2 attempts)")));
}

#[test]
fn who_is_not_heard_of_loses_the_item_to_another() {
    let depot = Depot::new("");
    let id = ordered(&depot.server, &submit("lost", "STANDARD", &["one"]));
    let (lost, _) = depot.next(5);
    let (found, work) = depot.next(60);
    assert_eq!((&work["item_id"], &work["attempt"]), (&json!("one"), &json!(2)));
    for (operation, more) in [("heartbeat", ("message", "late")), ("complete", ("result", "x:late")), ("fail", ("error", "late"))]
    {
        let mut wish = json!({ "claim": lost });
        wish[more.0] = json!(more.1);
        assert_eq!(depot.ask(operation, &wish).0, 410, "{operation}");
    }
    assert_eq!(item(&look(&depot.server, &id), 0), ("InProduction", ""));
    assert_eq!(depot.ask("complete", &json!({ "claim": found, "result": null })).0, 200);
    assert_eq!(look(&depot.server, &id).status, "Completed");
    eventually("the lost claims are logged", || depot.server.log().contains("a worker's claim has ended").then_some(()));
}

#[test]
fn no_item_is_given_twice() {
    let depot = Depot::new("");
    let names: Vec<String> = (0..20).map(|n| format!("i{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let ids: Vec<String> = (0..10).map(|n| ordered(&depot.server, &submit(&format!("o{n}"), "STANDARD", &names))).collect();
    for id in &ids {
        await_status(&depot.server, id, "Suspended");
    }
    let given: Mutex<Vec<(Value, Value)>> = Mutex::default();
    let fetch = || {
        eventually("all items are given", || {
            let (status, answer) = depot.ask("claim", &json!({ "limit": 7 }));
            assert_eq!(status, 200, "{answer}");
            let items = answer["items"].as_array().unwrap();
            let items = items.iter().map(|item| (item["item"]["order_id"].clone(), item["item"]["item_id"].clone()));
            let mut given = given.lock().unwrap();
            given.extend(items);
            (given.len() >= 200).then_some(())
        });
    };
    std::thread::scope(|threads| {
        for _ in 0..20 {
            threads.spawn(fetch);
        }
    });
    let given = given.into_inner().unwrap();
    assert_eq!(given.len(), 200);
    let different: HashSet<String> = given.iter().map(|(order, item)| format!("{order} {item}")).collect();
    assert_eq!(different.len(), 200);
}

#[test]
fn a_cancelled_order_is_told_to_its_worker() {
    let depot = Depot::new("");
    let id = ordered(&depot.server, &submit("cancelled", "STANDARD", &["one", "two"]));
    let (claim, work) = depot.next(3600);
    assert_eq!(depot.server.send(&Soap::V11.request(&crate::oseo::cancel::cancel(&id))).status, 200);
    let (status, answer) = depot.ask("heartbeat", &json!({ "claim": claim, "message": "still at it" }));
    assert!(status == 410 && answer["error"].as_str().unwrap().contains("stop working on it"), "{answer}");
    assert_eq!(depot.ask("complete", &json!({ "claim": claim, "result": "https://x.example/1" })).0, 410);
    let over = look(&depot.server, &id);
    assert_eq!((over.items[0].1.as_str(), over.items[1].1.as_str()), ("Cancelled", "Cancelled"), "{work}");
    assert_eq!(depot.ask("claim", &json!({ "limit": 9 })), (200, json!({ "lease_seconds": 60, "items": [] })));
}

#[test]
fn a_restart_is_not_noticed_by_who_works() {
    let mut depot = Depot::new("");
    let id = ordered(&depot.server, &submit("killed", "STANDARD", &["one"]));
    let (claim, _) = depot.next(600);
    depot.server.signal("KILL");
    depot.server.wait();
    depot.server.start();
    assert_eq!(depot.ask("heartbeat", &json!({ "claim": claim })).0, 200);
    assert_eq!(depot.ask("complete", &json!({ "claim": claim, "result": null })).0, 200);
    assert_eq!(look(&depot.server, &id).status, "Completed");
}

#[test]
fn strangers_are_not_let_in() {
    let depot = Depot::new("");
    let other = added(&depot.server, "mill-2");
    let wish = json!({ "limit": 1 });
    assert_eq!(depot.as_worker(&other, "claim", &wish).0, 200);
    let empty = Vec::<u8>::new();
    let bare = depot.server.send(&post("/work/oseo/claim", "application/json", empty.clone()));
    assert_eq!((said(&bare).0, bare.header("www-authenticate")), (401, Some("Bearer realm=\"ordergate workers\"")));
    for wrong in ["", "x", &other[1..], &"0".repeat(64)] {
        assert_eq!(depot.as_worker(wrong, "claim", &wish).0, 401, "{wrong}");
        assert_eq!(depot.as_worker(wrong, "nothing", &wish).0, 401, "{wrong}");
    }
    let listed = |server: &Server| String::from_utf8(server.worker(&["list"]).stdout).unwrap();
    assert_eq!(listed(&depot.server), "mill-1\nmill-2\n");
    assert!(depot.server.worker(&["remove", "mill-2"]).status.success());
    assert_eq!((listed(&depot.server).as_str(), depot.as_worker(&other, "claim", &wish).0), ("mill-1\n", 401));
    for (arguments, says) in [
        (["add", "mill-1"], "there is a worker mill-1 already"),
        (["add", "a b"], "a worker's name has"),
        (["remove", "mill-2"], "there is no worker mill-2"),
    ] {
        let refused = depot.server.worker(&arguments);
        let text = String::from_utf8(refused.stderr).unwrap();
        assert!(refused.status.code() == Some(1) && text.contains(says) && text.lines().count() == 1, "{text}");
    }
    let log = depot.server.log();
    assert!(!log.contains(&depot.token) && !log.contains(&other), "{log}");
}

#[test]
fn what_is_asked_wrongly_is_refused_in_json() {
    let depot = Depot::new("");
    let bearer = format!("Bearer {}", depot.token);
    let send = |target: &str, content_type: &str, body: &str| {
        said(&depot.server.send(&post(target, content_type, body).header("Authorization", &bearer)))
    };
    let json = "application/json; charset=utf-8";
    let long = "x".repeat(64 * 1024);
    for (target, content_type, body, status, says) in [
        ("/work/oseo/claim", json, "", 400, "EOF"),
        ("/work/oseo/claim", json, "<claim/>", 400, "expected value"),
        ("/work/oseo/claim", json, "{\"limit\":\"7\"}", 400, "limit: invalid type"),
        ("/work/oseo/claim", json, "{\"limit\":1,\"wait\":1}", 400, "unknown field `wait`"),
        ("/work/oseo/claim", json, "{\"limit\":0}", 422, "limit must be between 1 and 100"),
        ("/work/oseo/claim", json, "{\"limit\":1,\"lease_seconds\":4}", 422, "lease_seconds must be between 5 and 3600"),
        ("/work/oseo/complete", json, "{\"claim\":\"x\"}", 400, "missing field `result`"),
        ("/work/oseo/complete", json, "{\"claim\":\"x\",\"result\":null}", 422, "claim is none"),
        ("/work/oseo/claim", "text/xml", "{\"limit\":1}", 415, "application/json"),
        ("/work/oseo/claim", json, &long, 413, "larger than 65536 bytes"),
        ("/work/veloconnect/claim", json, "{\"limit\":1}", 404, "no items to be fetched"),
        ("/work/oseo/claims", json, "{\"limit\":1}", 404, "no items to be fetched"),
        ("/work/", json, "{\"limit\":1}", 404, "no items to be fetched"),
    ] {
        // One byte over the limit, where the limit is asked for.
        let body = if body.len() == long.len() { format!("{body}x") } else { body.to_owned() };
        let (found, answer) = send(target, content_type, &body);
        assert!(found == status && answer["error"].as_str().unwrap().contains(says), "{target} {found} {answer}");
    }
    let got = depot.server.send(&get("/work/oseo/claim").header("Authorization", &bearer));
    assert_eq!((said(&got).0, got.header("allow")), (405, Some("POST")));
    // A claim that nobody was given, and one of an order that is not there.
    for order in ["1", "999"] {
        let claim = format!("{order}.0.1.60.019aa0b1-7d3c-7c52-9c43-0d5f7a5be3aa");
        assert_eq!(send("/work/oseo/heartbeat", json, &format!("{{\"claim\":\"{claim}\"}}")).0, 410);
    }
}

/// Without a file of workers no token opens anything.
#[test]
fn without_a_file_of_workers_there_are_no_tokens() {
    let server = Server::serve(&Config::new("[fulfilment.oseo]\nprocessor = \"pull\"\n"));
    let id = ordered(&server, &submit("waits", "STANDARD", &["one"]));
    await_status(&server, &id, "Suspended");
    let claim = post("/work/oseo/claim", "application/json", "{\"limit\":1}");
    assert_eq!(server.send(&claim).status, 401);
    assert_eq!(server.send(&claim.header("Authorization", "Bearer 0123456789")).status, 401);
    let refused = server.worker(&["add", "mill"]);
    assert!(String::from_utf8(refused.stderr).unwrap().contains("set fulfilment.workers_file"));
}
