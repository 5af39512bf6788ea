//! Whoever reports the result of an item, it is delivered before the item is complete.

use std::fs;

use serde_json::{Value, json};

use super::web::WebServer;
use super::{Depot, PASSWORD, believing};
use crate::harness::{Reply, Service, await_status, eventually, look, post, retrieve};

struct Station {
    depot: Depot,
    token: String,
}

impl Station {
    /// Items are produced by the processor of these settings; workers may report.
    fn new(web: &WebServer, processor: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let workers = format!("[fulfilment]\nworkers_file = \"{}/workers\"\n", folder.path().display());
        let depot = Depot::with(folder, "https", web.at, &believing(&web.cert()), processor, &workers);
        let added = depot.server.worker(&["add", "mill"]);
        Self { depot, token: String::from_utf8(added.stdout).unwrap().trim().to_owned() }
    }

    fn ask(&self, operation: &str, wish: &Value) -> (u16, Value) {
        let request = post(&format!("/work/oseo/{operation}"), "application/json", wish.to_string());
        let answer = self.depot.server.send(&request.header("Authorization", &format!("Bearer {}", self.token)));
        (answer.status, serde_json::from_str(answer.text()).unwrap())
    }

    /// The URL of a product that was made.
    fn product(&self, name: &str) -> String {
        let file = self.depot.folder.path().join("out").join(name);
        fs::write(&file, "product one\n").unwrap();
        format!("file://{}", file.display())
    }

    #[track_caller]
    fn claimed(&self) -> Value {
        eventually("an item can be fetched", || {
            let (status, answer) = self.ask("claim", &json!({ "limit": 1 }));
            assert_eq!(status, 200, "{answer}");
            Some(answer["items"].get(0)?["claim"].clone())
        })
    }
}

#[track_caller]
fn arrived(station: &Station, web: &WebServer, id: &str) {
    await_status(&station.depot.server, id, "Completed");
    assert_eq!(super::names(&web.inbox()), ["one.txt"]);
    assert_eq!(fs::read_to_string(web.inbox().join("one.txt")).unwrap(), "product one\n");
    let shown = String::from_utf8(station.depot.server.order(&["show", id]).stdout).unwrap();
    assert_eq!(shown.matches("\tone\tInProduction\tCompleted\tdelivered").count(), 1, "{shown}");
}

/// The receiver is away at first: meanwhile the item is InProduction, and the server is killed.
#[test]
fn a_worker_that_fetched_it() {
    let Some(mut web) = WebServer::new() else { return };
    let mut station = Station::new(&web, "processor = \"pull\"\n");
    let id = station.depot.order("https", "one", PASSWORD);
    let claim = station.claimed();
    let ready = json!({ "claim": claim, "result": station.product("one.txt") });
    assert_eq!(station.ask("complete", &ready), (200, json!({})));
    assert_eq!(station.ask("complete", &ready).0, 410, "it is done");
    assert_eq!(station.ask("heartbeat", &json!({ "claim": claim })).0, 410);
    assert_eq!(look(&station.depot.server, &id).status, "InProduction");
    // Nobody is told where it lies on the disk.
    assert!(!station.depot.server.send(&retrieve(&id)).text().contains("file:"));
    eventually("a failed delivery is told", || {
        look(&station.depot.server, &id).items[0].2.contains("failed: cannot connect").then_some(())
    });
    let (status, answer) = station.ask("claim", &json!({ "limit": 1 }));
    assert_eq!((status, &answer["items"]), (200, &json!([])), "nobody is to produce it again");
    station.depot.server.signal("KILL");
    station.depot.server.wait();
    station.depot.server.start();
    web.run();
    arrived(&station, &web, &id);
}

#[test]
fn a_worker_without_a_result() {
    let Some(web) = WebServer::new() else { return };
    let station = Station::new(&web, "processor = \"pull\"\n");
    let id = station.depot.order("https", "one", PASSWORD);
    assert_eq!(station.ask("complete", &json!({ "claim": station.claimed(), "result": null })).0, 200);
    let (_, said) = station.depot.failed(&id);
    assert_eq!(said, "production gave nothing that could be delivered");
}

#[test]
fn a_service_that_answers_late() {
    let Some(mut web) = WebServer::new() else { return };
    web.run();
    let service = Service::new(|_| Reply::Status(202, String::new()));
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let station = Station::new(&web, &format!("processor = \"http\"\nurl = {:?}\nsecret = {secret:?}\n", service.url()));
    let id = station.depot.order("https", "one", PASSWORD);
    let heard = eventually("the service is asked", || service.heard().first().cloned()).json();
    assert_eq!(station.ask("complete", &json!({ "claim": heard["claim"], "result": station.product("one.txt") })).0, 200);
    arrived(&station, &web, &id);
    assert_eq!(service.heard().len(), 1);
}

#[test]
fn an_operator() {
    let Some(mut web) = WebServer::new() else { return };
    let station = Station::new(&web, "processor = \"none\"\n");
    let server = &station.depot.server;
    let id = station.depot.order("https", "one", PASSWORD);
    await_status(server, &id, "Accepted");
    let result = station.product("one.txt");
    let done = server.order(&["complete", &id, "one", "--result", &result]);
    assert!(done.status.success() && String::from_utf8_lossy(&done.stdout).contains("InProduction"), "{done:?}");
    let again = server.order(&["complete", &id, "one", "--result", &result]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("is being delivered already"), "{again:?}");
    eventually("a failed delivery is told", || look(server, &id).items[0].2.contains("failed: cannot connect").then_some(()));
    // Held, it is left alone; released, it is delivered and not produced again.
    assert!(server.order(&["suspend", &id, "--reason", "looked at"]).status.success());
    assert_eq!(look(server, &id).items[0].1, "Suspended");
    web.run();
    assert!(server.order(&["resume", &id]).status.success());
    arrived(&station, &web, &id);
    // Who has sent it otherwise says so.
    let id = station.depot.order("https", "two", PASSWORD);
    await_status(server, &id, "Accepted");
    assert!(server.order(&["complete", &id, "two"]).status.success());
    assert_eq!(look(server, &id).status, "Completed");
    assert_eq!(super::names(&web.inbox()), ["one.txt"]);
}

/// What lies where the server does not look, or not at all, is not delivered.
#[test]
fn a_result_that_is_not_there() {
    let Some(mut web) = WebServer::new() else { return };
    web.run();
    let station = Station::new(&web, "processor = \"none\"\n");
    for result in ["file:///etc/passwd", "https://files.example/one", &station.product("one.txt").replace("one", "gone")] {
        let id = station.depot.order("https", "one", PASSWORD);
        await_status(&station.depot.server, &id, "Accepted");
        assert!(station.depot.server.order(&["complete", &id, "one", "--result", result]).status.success());
        let (_, said) = station.depot.failed(&id);
        assert_eq!(said, "delivery: the result is not there to be delivered");
    }
    assert_eq!(super::names(&web.inbox()), [""; 0]);
}
