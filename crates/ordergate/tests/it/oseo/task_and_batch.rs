//! Tasking orders, and product orders that are worked off in batches.

use serde_json::{Value, json};

use super::customer::retrieve;
use super::station::{PULL, Station, option, statuses, submit};
use super::{BASE, valid};
use crate::harness::{self, await_status, eventually, found, post};

/// OSEO 23: a task's products come under its name, with word of its course before; then it ends, one way or the other.
#[test]
fn a_task_is_told_of_until_it_ends() {
    let station = Station::new(PULL, "");
    let task = |id: &str| {
        format!(
            "<os:orderItem><os:itemId>t</os:itemId>{}<os:taskingRequestId><os:ID>{id}</os:ID></os:taskingRequestId></os:orderItem>",
            option("<productType>L2A</productType>")
        )
    };
    let options = station.ask(&format!(
        "<os:GetOptions {BASE}><os:taskingRequestId><os:ID>urn:task:1</os:ID></os:taskingRequestId></os:GetOptions>"
    ));
    assert_eq!((options.elements("productOrderOptionsId"), options.elements("orderType")), (vec!["task"], vec!["TASKING_ORDER"]));
    let (id, other) = (
        station.active(&submit("TASKING_ORDER", &task("urn:task:1"))),
        station.active(&submit("TASKING_ORDER", &task("urn:task:2"))),
    );
    let tell = |news: Value| {
        let mut line = json!({ "task": "urn:task:1" });
        line.as_object_mut().unwrap().extend(news.as_object().unwrap().clone());
        station.counts(&[line])
    };
    assert_eq!(tell(json!({ "progress": "acquired on 3 May" })), [(1, 1)]);
    assert_eq!(station.look(&id).items[0].2, "acquired on 3 May");
    assert_eq!(
        tell(json!({ "identifier": "urn:p:1", "collection": "urn:c:acquisitions", "result": "https://x.example/1" })),
        [(1, 1)]
    );
    let answer = station.ask(&retrieve(&id, "full"));
    valid(&answer);
    assert_eq!((answer.elements("identifier"), answer.elements("collectionId")), (vec!["urn:p:1"], vec!["urn:c:acquisitions"]));
    let wrong = station.server.tasking(&["announce", "urn:task:1", "--product", "p", "--result", "nowhere"]);
    assert!(String::from_utf8(wrong.stderr).unwrap().contains("result is no URL"));
    assert_eq!(station.server.tasking(&["announce", "urn:task:1"]).status.code(), Some(2));
    let over = station.server.tasking(&["announce", "urn:task:1", "--over"]);
    assert_eq!(String::from_utf8(over.stdout).unwrap(), "1\turn:task:1\t-\tmatched 1\tnew 1\n");
    let over = station.look(&id);
    assert_eq!((over.status.as_str(), statuses(&over)), ("Terminated", vec![("t", "Terminated"), ("t.1", "Completed")]));
    assert_eq!(tell(json!({ "identifier": "urn:p:2" })), [(0, 0)]);
    assert_eq!(station.counts(&[json!({ "task": "urn:task:2", "failed": "clouds" })]), [(1, 1)]);
    let failed = station.look(&other);
    assert_eq!((failed.status.as_str(), failed.items[0].2.as_str()), ("Failed", "clouds"));
}

/// With this reference an order may be larger, and is worked off batch after batch.
#[test]
fn a_massive_order_is_worked_off_in_batches() {
    let massive = "items_max = 10\n[oseo.massive]\nbatch_items = 4\nitems_max = 25";
    let mut station = Station::new(PULL, massive);
    let names: Vec<String> = (0..25).map(|n| format!("i{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let refused = station.server.send(&harness::submit("other", "STANDARD", &names));
    assert!(refused.status == 500 && refused.text().contains("takes at most 10"), "{}", refused.text());
    let answer = station.server.send(&harness::submit("Massive order", "STANDARD", &names));
    let id = answer.element("orderId").unwrap().to_owned();
    let claim = |station: &Station, limit: usize| {
        let request = post("/work/oseo/claim", "application/json", json!({ "limit": limit }).to_string());
        let answer = station.server.send(&request.header("Authorization", &format!("Bearer {}", station.token)));
        serde_json::from_str::<Value>(answer.text()).unwrap()["items"].as_array().unwrap().clone()
    };
    let done = |station: &Station, item: &Value| {
        let wish = json!({ "claim": item["claim"], "result": null });
        let request = post("/work/oseo/complete", "application/json", wish.to_string());
        station.server.send(&request.header("Authorization", &format!("Bearer {}", station.token)));
    };
    let mut left = 25;
    while left > 0 {
        let batch = left.min(4);
        let items = eventually("the next batch can be fetched", || Some(claim(&station, 100)).filter(|items| !items.is_empty()));
        assert_eq!(items.len(), batch);
        let waiting = station.look(&id).items.iter().filter(|item| item.1 == "Accepted").count();
        assert_eq!(waiting, left - batch);
        if left == 13 {
            station.server.signal("KILL");
            station.server.wait();
            station.server.start();
        }
        for item in &items {
            done(&station, item);
        }
        left -= batch;
    }
    await_status(&station.server, &id, "Completed");
    assert_eq!(found(&station.server.send(&harness::search(""))).len(), 1);
}
