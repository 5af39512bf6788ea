//! What must hold of veloconnect's orders whatever happens to requests, clients and the server. And tests, which order nothing.

use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use crate::harness::{Config, Heard, Reply, Server, Service, Wire, code, demo_articles, eventually, out, veloconnect};

const LINE: &str = "&Quantity.130-KE8=2&quantityUnitCode.130-KE8=EA";

fn server(more: &str) -> Server {
    Server::serve(&Config::new(&format!("[veloconnect]\n{}{more}", demo_articles())))
}

#[track_caller]
fn begin(server: &Server, rest: &str) -> String {
    let created = server.send(&veloconnect("CreateOrder", &format!("{LINE}{rest}")));
    assert_eq!(code(&created), "200", "{}", created.text());
    created.element("TransactionID").unwrap().to_owned()
}

fn in_transaction(operation: &str, id: &str) -> crate::harness::Request {
    veloconnect(operation, &format!("&TransactionID={id}"))
}

/// veloconnect 59: FinishOrder by two connections at once is one order, and both learn its number.
#[test]
fn finishing_twice_at_once() {
    let server = server("");
    let mut orders = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let id = begin(&server, "");
        let barrier = Barrier::new(2);
        let answers = thread::scope(|scope| {
            let finish = || {
                let mut wire = Wire::connect(server.address);
                barrier.wait();
                wire.write(&in_transaction("FinishOrder", &id).bytes()).answer()
            };
            let (first, second) = (scope.spawn(finish), scope.spawn(finish));
            [first.join().unwrap(), second.join().unwrap()]
        });
        let mut codes: Vec<_> = answers.iter().map(|answer| code(answer)).collect();
        codes.sort_unstable();
        assert_eq!(codes, ["200", "430"]);
        let [first, second] = answers.map(|answer| answer.element("OrderID").unwrap().to_owned());
        assert_eq!(first, second);
        assert!(orders.insert(first));
    }
    assert_eq!(out(&server.order(&["list", "--limit", "100"])).lines().count(), 20);
}

/// The server dies after the order is on disk, and the client never reads an answer: it asks, and finds state 100 and the number.
/// veloconnect 54, 59.
#[test]
fn killed_before_the_answer_was_read() {
    let mut server = server("");
    let mut orders = std::collections::BTreeSet::new();
    for _ in 0..5 {
        let id = begin(&server, "");
        let mut wire = Wire::connect(server.address);
        wire.write(&in_transaction("FinishOrder", &id).bytes());
        eventually("the order is stored", || {
            (server.send(&in_transaction("GetStatus", &id)).element("StatusCode") == Some("100")).then_some(())
        });
        server.signal("KILL");
        server.wait();
        server.start();
        for operation in ["GetStatus", "ViewOrder"] {
            let answer = server.send(&in_transaction(operation, &id));
            assert_eq!((code(&answer), answer.element("StatusCode")), ("200", Some("100")), "{}", answer.text());
        }
        let again = server.send(&in_transaction("FinishOrder", &id));
        assert_eq!((code(&again), again.element("StatusCode")), ("430", Some("100")));
        let order = again.element("OrderID").unwrap();
        assert!(out(&server.order(&["show", order])).contains(&format!("reference\t{id}\n")));
        assert!(orders.insert(order.to_owned()));
    }
    assert_eq!(out(&server.order(&["list"])).lines().count(), 5);
}

/// A shop with one basket: what it was told last, in JSON.
fn shop(basket: &Arc<Mutex<String>>, is_silent: &Arc<Mutex<bool>>) -> Service {
    let (basket, is_silent) = (Arc::clone(basket), Arc::clone(is_silent));
    Service::new(move |heard: &Heard| {
        if *is_silent.lock().unwrap() && !heard.body.is_empty() {
            return Reply::Silence;
        }
        let mut basket = basket.lock().unwrap();
        if !heard.body.is_empty() {
            *basket = String::from_utf8(heard.body.clone()).unwrap();
        }
        Reply::ok(&basket)
    })
}

fn beside(shop: &Service) -> Server {
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let mut server = Server::stopped(&Config::new(&format!("[veloconnect]\n{}", demo_articles())), crate::place::Place::new);
    let path = server.folder().join("shop.secret");
    std::fs::write(&path, secret).unwrap();
    let section = format!(
        "[veloconnect.shop]\nenabled = true\ntransaction_id = \"Warenkorb\"\nurl = \"http://{}/basket\"\n\
         secret_file = {:?}\ntimeout_seconds = 60\n",
        shop.address,
        path.display().to_string()
    );
    server.reconfigure(|toml| format!("{toml}\n{section}"));
    server.start();
    server
}

/// The same between the commit and the answer, where the shop is told: the order is there once, whatever the shop still has.
#[test]
fn killed_between_commit_and_answer() {
    let basket = Arc::new(Mutex::new(r#"{"lines": [{"article": "130-KE8", "quantity": "3"}]}"#.to_owned()));
    let is_silent = Arc::new(Mutex::new(true));
    let shop = shop(&basket, &is_silent);
    let mut server = beside(&shop);
    let mut wire = Wire::connect(server.address);
    wire.write(&in_transaction("FinishOrder", "Warenkorb").bytes());
    // The order is on disk, and the answer waits for the shop.
    eventually("the shop is told", || shop.heard().iter().any(|heard| !heard.body.is_empty()).then_some(()));
    server.signal("KILL");
    server.wait();
    assert_eq!(wire.rest(), Vec::<u8>::new(), "no answer was sent");
    *is_silent.lock().unwrap() = false;
    server.start();
    let again = server.send(&in_transaction("FinishOrder", "Warenkorb"));
    assert_eq!((code(&again), again.element("StatusCode"), again.element("OrderID")), ("430", Some("1"), Some("1")));
    let told: serde_json::Value = serde_json::from_str(&basket.lock().unwrap()).unwrap();
    assert_eq!(told, serde_json::json!({ "lines": [], "order": "1" }));
    assert_eq!(out(&server.order(&["list"])).lines().count(), 1);
}

/// The web shop's basket over HTTP: asked before, told after, signed, by buyer.
#[test]
fn the_shops_basket() {
    let basket = Arc::new(Mutex::new(r#"{"lines": [{"article": "130-KE8", "quantity": "3", "unit": "EA"}]}"#.to_owned()));
    let shop = shop(&basket, &Arc::default());
    let server = beside(&shop);
    let view = server.send(&in_transaction("ViewOrder", "Warenkorb"));
    assert_eq!((view.element("StatusCode"), view.elements("Quantity")), (Some("2"), vec!["3"]), "{}", view.text());
    let update =
        server.send(&veloconnect("UpdateOrder", "&TransactionID=Warenkorb&Quantity.130-KE8=7&quantityUnitCode.130-KE8=EA"));
    assert_eq!(code(&update), "200");
    let told: serde_json::Value = serde_json::from_str(&basket.lock().unwrap()).unwrap();
    assert_eq!(told, serde_json::json!({ "lines": [{ "article": "130-KE8", "quantity": "7", "unit": "EA" }] }));
    for heard in shop.heard() {
        assert_eq!(heard.target, "/basket?buyer=K4711");
        assert!(heard.header("webhook-id").starts_with("basket.-.K4711."));
        assert!(heard.header("webhook-signature").starts_with("v1,"));
    }
    // What is no basket, or a refusal, changes nothing.
    for rubbish in ["no JSON", "[]", r#"{"lines": [{"article": 1}]}"#] {
        *basket.lock().unwrap() = rubbish.to_owned();
        let view = server.send(&in_transaction("ViewOrder", "Warenkorb"));
        assert_eq!(view.elements("Quantity"), ["7"], "{}", view.text());
    }
    assert!(server.log().contains("the shop's basket cannot be read"), "{}", server.log());
    *basket.lock().unwrap() = r#"{"lines": []}"#.to_owned();
    let status = server.send(&in_transaction("GetStatus", "Warenkorb"));
    assert_eq!(status.elements("StatusCode"), ["1", "1"]);
}

/// veloconnect 56: a finished test orders nothing, and says so to the operator.
#[test]
fn a_finished_test_is_seen_by_the_operator() {
    let server = server("[fulfilment.veloconnect]\nprocessor = \"demo\"\n");
    let test = begin(&server, "&IsTest=true");
    let finished = server.send(&veloconnect("FinishOrder", &format!("&TransactionID={test}&IsTest=true")));
    assert_eq!((code(&finished), finished.element("OrderID")), ("200", Some(format!("TEST-{test}").as_str())));
    assert_eq!(out(&server.order(&["list"])), "", "no order, and thus nothing for a worker");
    let open = begin(&server, "");
    let listed = server.transaction(&["list", "--buyer", "K4711"]);
    let rows: Vec<Vec<&str>> = out(&listed).lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(
        rows.iter().map(|row| row[..4].to_vec()).collect::<Vec<_>>(),
        [[&test, "Order", "100", "test"], [&open, "Order", "2", "-"]]
    );
    let tests = server.transaction(&["list", "--buyer", "K4711", "--test"]);
    assert_eq!(out(&tests).lines().count(), 1);
    let shown = server.transaction(&["show", &test, "--buyer", "K4711"]);
    let shown = out(&shown);
    assert!(shown.contains("test\tyes\n") && shown.contains("line\t130-KE8\t2\tEA\n"), "{shown}");
    assert!(shown.contains("\tbegun, as a test, by K4711\n"), "{shown}");
    assert!(shown.contains("\tfinished, as a test: nothing was ordered, and nobody is told of it\n"), "{shown}");
    for refused in [&["show", "weg", "--buyer", "K4711"][..], &["list", "--buyer", "K9999"], &["show", &test, "--buyer", "K0815"]]
    {
        assert_eq!(server.transaction(refused).status.code(), Some(1), "{refused:?}");
    }
}

/// A server deletes what nobody has touched for `open_days`, and final transactions after `final_days`, by itself; what
/// they ordered stays.
#[test]
fn old_transactions_are_cleaned_up_in_the_background() {
    let mut server = server("open_days = 30\nfinal_days = 90\n");
    let names = ["young", "idle", "finished", "long finished"];
    let ids = names.map(|_| begin(&server, ""));
    for id in &ids[2..] {
        assert_eq!(code(&server.send(&veloconnect("FinishOrder", &format!("&TransactionID={id}")))), "200");
    }
    server.signal("TERM");
    assert!(server.wait().success());
    for (id, days) in ids.iter().zip([29_i64, 31, 31, 91]) {
        let micros = days * 86_400_000_000;
        server.place.tamper(&format!("update transactions set updated_at = updated_at - {micros} where id = '{id}'"));
    }
    server.start();
    let asked = |id: &str| code(&server.send(&veloconnect("GetStatus", &format!("&TransactionID={id}")))).to_owned();
    let known = |id: &str| out(&server.transaction(&["list", "--buyer", "K4711"])).lines().any(|line| line.starts_with(id));
    eventually("the old ones are gone", || (!known(&ids[1]) && !known(&ids[3])).then_some(()));
    let answers: Vec<String> = ids.iter().map(|id| asked(id)).collect();
    assert_eq!(answers, ["200", "420", "200", "420"], "{names:?}");
    assert_eq!(out(&server.order(&["list"])).lines().count(), 2, "both orders");
}
