//! Subscriptions, and the feed that brings them their products.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::customer::{Customer, Way, retrieve};
use super::report::Report;
use super::station::{DEMO, NO_PROCESSOR, PULL, Station, option, product, statuses, submit, subscribe, subscription};
use super::{BASE, cancel::cancel, redacted, succeeded};
use crate::harness::{assert_snapshot, await_status, eventually, get, post, pretty, transcript};

/// OSEO 19, 22, 23, 67: from the capabilities to the end of a subscription, as client and server speak. `PULL` leaves products
/// in the queue, so that nothing moves by itself.
#[test]
fn a_subscription_from_end_to_end() {
    let station = Station::new(PULL, "");
    let customer = Customer::demo();
    let said = |message: &str| {
        let answer = succeeded(station.server.send(&customer.request(Way::Plain, message)));
        (redacted(&transcript(&Way::Plain.anonymous(message), &answer)), answer)
    };
    let mut text = String::new();
    let contents = "<os:GetCapabilities xmlns:os=\"http://www.opengis.net/oseo/1.0\" xmlns:ows=\"http://www.opengis.net/ows/2.0\" service=\"OS\">\
         <ows:Sections><ows:Section>Contents</ows:Section></ows:Sections></os:GetCapabilities>";
    let capabilities = pretty(succeeded(station.server.send(&Way::Plain.anonymous(contents))).text());
    for line in capabilities
        .lines()
        .filter(|line| line.contains("ubscription") || line.contains("Programming") || line.contains("ollection"))
    {
        text.push_str(line);
        text.push('\n');
    }
    text.push_str(
        &said(&format!("<os:GetOptions {BASE}><os:collectionId>urn:c:acquisitions</os:collectionId></os:GetOptions>")).0,
    );
    let region = option(
        "<regionOfInterest><west>10</west><south>40</south><east>20</east><north>50</north></regionOfInterest>\
         <dateRange><min>2026-01-01T00:00:00Z</min><max>2199-12-31T00:00:00Z</max></dateRange>",
    );
    let level = option("<productType>L2A</productType>");
    let items = [
        subscription("near", &format!("<os:productOrderOptionsId>standing</os:productOrderOptionsId>{region}")),
        subscription("all", &level),
    ];
    let (submitted, answer) = said(&subscribe(&items.concat()));
    text.push_str(&submitted);
    let id = answer.element("orderId").unwrap().to_owned();
    await_status(&station.server, &id, "Suspended");
    text.push_str(&said(&retrieve(&id, "full")).0);
    let mut here = product("urn:p:1");
    here["time"] = json!("2026-05-01T10:00:00Z");
    here["box"] = json!([12, 42, 13, 43]);
    let mut there = product("urn:p:2");
    there["time"] = json!("2026-05-01T10:00:00Z");
    there["box"] = json!([32, 42, 33, 43]);
    there["properties"] = json!({ "productType": "L2A" });
    let mut raw = product("urn:p:3");
    raw["properties"] = json!({ "productType": "L1C" });
    let mut ready = product("urn:p:4 <&>");
    ready["result"] = json!("https://data.example/4");
    let (_, report) = station.announce(&[here, there, raw, ready]);
    text.push_str(&serde_json::to_string_pretty(&report).unwrap());
    text.push('\n');
    text.push_str(&said(&retrieve(&id, "full")).0);
    text.push_str(&said(&format!("<os:DescribeResultAccess {BASE}><os:orderId>{id}</os:orderId><os:subFunction>nextReady</os:subFunction></os:DescribeResultAccess>")).0);
    text.push_str(&said(&cancel(&id)).0);
    text.push_str(&said(&retrieve(&id, "full")).0);
    assert_eq!(station.counts(&[product("urn:p:5")]), [(0, 0)], "who is not subscribed any more gets nothing");
    assert_snapshot!("a_subscription_from_end_to_end", text);
}

/// OSEO 34: what is not offered, or could never be matched, is refused.
#[test]
fn subscriptions_that_are_refused() {
    let station = Station::new(NO_PROCESSOR, "");
    let customer = Customer::demo();
    let item = subscription("1", "");
    let of = |collection: &str| item.replace("urn:c:acquisitions", collection);
    let with = |values: &str| subscription("1", &option(values));
    let product =
        "<os:orderItem><os:itemId>1</os:itemId><os:productId><os:identifier>x</os:identifier></os:productId></os:orderItem>";
    let task = |id: &str| {
        format!(
            "<os:orderItem><os:itemId>1</os:itemId><os:taskingRequestId><os:ID>{id}</os:ID></os:taskingRequestId></os:orderItem>"
        )
    };
    let text = subscription(
        "1",
        "<os:option><os:ParameterData><os:encoding>TextEncoding</os:encoding><os:values>N,Y,2001-01-01,2001-12-31,N</os:values></os:ParameterData></os:option>",
    );
    let cases = [
        ("not subscribable", subscribe(&of("urn:c:archive")), "SubscriptionNotSupported", Some("orderType")),
        ("unknown", subscribe(&of("urn:c:unknown")), "UnsupportedCollection", Some("collectionId")),
        ("a product", subscribe(product), "InvalidParameterValue", Some("productId")),
        ("a subscription in a product order", submit("PRODUCT_ORDER", &item), "InvalidParameterValue", Some("subscriptionId")),
        (
            "another's options",
            subscribe(&subscription("1", "<os:productOrderOptionsId>scene</os:productOrderOptionsId>")),
            "InvalidParameterValue",
            Some("productOrderOptionsId"),
        ),
        ("no such option", subscribe(&with("<format>HDF5</format>")), "InvalidParameterValue", Some("format")),
        (
            "half a region",
            subscribe(&with("<regionOfInterest><west>1</west></regionOfInterest>")),
            "MissingParameterValue",
            Some("south"),
        ),
        (
            "a region upside down",
            subscribe(&with(
                "<regionOfInterest><west>1</west><south>50</south><east>2</east><north>40</north></regionOfInterest>",
            )),
            "",
            None,
        ),
        ("over", subscribe(&text), "InvalidParameterValue", Some("dateRange")),
        ("the same item twice", subscribe(&format!("{item}{item}")), "InvalidParameterValue", Some("itemId")),
        (
            "a task of a strange form",
            submit("TASKING_ORDER", &task("urn:other")),
            "InvalidParameterValue",
            Some("taskingRequestId"),
        ),
        ("a task in a subscription", subscribe(&task("urn:task:1")), "InvalidParameterValue", Some("taskingRequestId")),
    ];
    let mut report = Report::default();
    for (title, message, code, locator) in cases {
        let answer = station.server.send(&customer.request(Way::V12, &message));
        if code.is_empty() {
            // A box is read from the least to the greatest latitude, whichever way round they are given.
            succeeded(answer);
            continue;
        }
        report.line(title);
        report.refused(Way::V12, &answer, code, locator);
    }
    assert_snapshot!("subscriptions_that_are_refused", report.checked());
}

/// Worked off, fetched and shown like products that were ordered; a failed one does not end the subscription, and neither does a
/// restart.
#[test]
fn products_are_worked_off() {
    let mut station = Station::new(DEMO, "");
    let id = station.active(&subscribe(&subscription("s", "")));
    assert_eq!(station.counts(&[product("a"), product("b"), product("a")]), [(1, 1), (1, 1), (1, 0)]);
    let fed = eventually("both are completed", || {
        Some(station.look(&id)).filter(|order| order.items.iter().filter(|item| item.1 == "Completed").count() == 2)
    });
    assert_eq!(
        (fed.status.as_str(), statuses(&fed)),
        ("Suspended", vec![("s", "Suspended"), ("s.1", "Completed"), ("s.2", "Completed")])
    );
    station.server.signal("KILL");
    station.server.wait();
    station.server.start();
    assert_eq!(station.counts(&[product("b"), product("c")]), [(1, 0), (1, 1)]);
    eventually("the third is completed", || (station.look(&id).items.last()?.1 == "Completed").then_some(()));
    let shown = String::from_utf8(station.server.order(&["show", &id]).stdout).unwrap();
    assert!(shown.contains("2 products were announced: items s.1 to s.2") && shown.contains("worker:station"), "{shown}");
}

/// The command beside the server feeds too, says what came of each line, and goes on after bad ones.
#[test]
fn the_command_feeds_and_lists() {
    let station = Station::new(NO_PROCESSOR, "[oseo.subscription]\ndays_max = 30");
    let id = station.active(&subscribe(&subscription("s", &option("<productType>L2A</productType>"))));
    let file = station.server.folder().join("announced");
    let lines = [
        product("a").to_string(),
        "{".to_owned(),
        String::new(),
        json!({ "collection": "urn:c:archive", "identifier": "a" }).to_string(),
        "{\"collection\":\"urn:c:acquisitions\",\"identifier\":\"b\",\"properties\":{\"productType\":\"L1C\"}}".to_owned(),
    ];
    std::fs::write(&file, lines.join("\n")).unwrap();
    let run = |file: &str| station.server.subscription(&["feed", file]);
    let fed = run(file.to_str().unwrap());
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert_eq!(
        text(&fed.stdout),
        "1\turn:c:acquisitions\ta\tmatched 1\tnew 1\n4\turn:c:archive\ta\tmatched 0\tnew 0\n5\turn:c:acquisitions\tb\tmatched 0\tnew 0\n"
    );
    assert_eq!(fed.status.code(), Some(1));
    assert!(text(&fed.stderr).starts_with("line 2: EOF") && text(&fed.stderr).ends_with("a line could not be used\n"), "{fed:?}");
    let absent = run("/nowhere");
    assert!(text(&absent.stderr).contains("cannot read /nowhere"), "{absent:?}");
    let listed = text(&station.server.subscription(&["list", "urn:c:acquisitions"]).stdout);
    let fields: Vec<&str> = listed.trim_end().split('\t').collect();
    assert_eq!((fields[0], fields[1], fields[3]), (id.as_str(), "0", "{\"options\":{\"productType\":\"L2A\"}}"), "{listed}");
    // Nothing produces it: it waits for an operator.
    let waits = station.look(&id);
    assert_eq!((waits.status.as_str(), statuses(&waits)), ("Suspended", vec![("s", "Suspended"), ("s.1", "Accepted")]));
    assert!(station.server.order(&["complete", &id, "s.1", "--result", "https://x.example/1"]).status.success());
    assert_eq!(station.look(&id).items[1].1, "Completed");
    let held = station.server.order(&["complete", &id, "s"]);
    assert!(text(&held.stderr).contains("not itself produced"), "{held:?}");
}

/// Who may not announce learns nothing; what is wrong is said by its line, and the rest is fed.
#[test]
fn announcements_that_are_refused() {
    let station = Station::new(NO_PROCESSOR, "");
    station.active(&subscribe(&subscription("s", "")));
    let bare = station.server.send(&post("/feed/oseo", "application/x-ndjson", "{}"));
    assert_eq!((bare.status, bare.header("www-authenticate")), (401, Some("Bearer realm=\"ordergate workers\"")));
    assert_eq!(station.post("wrong", product("a").to_string()).0, 401);
    let (status, report) =
        station.post(&station.token, format!("{}\nnonsense\n\n{{\"task\":\"t\"}}\n{}", product("a"), product("b")));
    assert_eq!(status, 200);
    let lines = |of: &Value| of.as_array().unwrap().iter().map(|line| line["line"].as_u64().unwrap()).collect::<Vec<_>>();
    assert_eq!((lines(&report["announced"]), lines(&report["errors"])), (vec![1, 5], vec![2, 4]), "{report}");
    let bearer = format!("Bearer {}", station.token);
    for (request, status) in [
        (post("/feed/oseo", "text/xml", "x"), 415),
        (post("/feed/oseo", "application/json", vec![0xff]), 400),
        (get("/feed/oseo"), 405),
        (post("/feed/veloconnect", "application/json", "{}"), 404),
    ] {
        assert_eq!(station.server.send(&request.header("Authorization", &bearer)).status, status);
    }
}

/// However often the feed is killed half-way and repeated, and whoever else feeds the same, each product comes to each
/// subscription once.
#[test]
fn a_feed_that_is_killed_and_repeated_feeds_each_product_once() {
    const SUBSCRIPTIONS: usize = 40;
    const PRODUCTS: usize = 60;
    let mut station = Station::new(PULL, "");
    let ids: Vec<String> = (0..SUBSCRIPTIONS)
        .map(|_| station.ask(&subscribe(&subscription("s", ""))).element("orderId").unwrap().to_owned())
        .collect();
    for id in &ids {
        await_status(&station.server, id, "Suspended");
    }
    let lines = lines_of(PRODUCTS);
    let file = station.server.folder().join("announced");
    std::fs::write(&file, &lines).unwrap();
    let fed = |station: &Station| ids.iter().filter(|id| station.look(id).items.len() > 1).count();
    for until in [1, SUBSCRIPTIONS / 2] {
        std::thread::scope(|threads| {
            let (address, token) = (station.server.address, &station.token);
            let sender = threads.spawn(move || {
                let request = post("/feed/oseo", "application/x-ndjson", lines_of(PRODUCTS));
                drop(request.header("Authorization", &format!("Bearer {token}")).try_send(address));
            });
            eventually("some are fed", || (fed(&station) >= until).then_some(()));
            station.server.signal("KILL");
            sender.join().unwrap();
        });
        station.server.wait();
        station.server.start();
    }
    // Two at once, one of them beside the server.
    std::thread::scope(|threads| {
        threads.spawn(|| assert!(station.server.subscription(&["feed", file.to_str().unwrap()]).status.success()));
        assert_eq!(station.post(&station.token, lines.clone()).0, 200);
    });
    for id in &ids {
        let answer = Customer::demo().ask(&station.server, &retrieve(id, "full"));
        let identifiers: BTreeSet<&str> = answer.elements("identifier").into_iter().collect();
        assert_eq!((answer.elements("identifier").len(), identifiers.len()), (PRODUCTS, PRODUCTS), "order {id}");
        let items: BTreeSet<&str> = answer.elements("itemId").into_iter().collect();
        assert_eq!(items.len(), PRODUCTS + 1);
    }
    let again = station.post(&station.token, lines).1;
    assert!(again["announced"].as_array().unwrap().iter().all(|line| line["new"] == 0 && line["matched"] == SUBSCRIPTIONS));
}

fn lines_of(products: usize) -> String {
    (0..products).map(|n| product(&format!("urn:p:{n}")).to_string()).collect::<Vec<_>>().join(
        "
",
    )
}

/// An operator decides on subscriptions by their type; what is announced before is not theirs.
#[test]
fn a_subscription_awaits_approval() {
    let station = Station::new(NO_PROCESSOR, "[oseo.approval]\nsubscription = \"operator\"");
    let id = station.ask(&subscribe(&subscription("s", ""))).element("orderId").unwrap().to_owned();
    assert_eq!((station.look(&id).status.as_str(), station.counts(&[product("a")])), ("Submitted", vec![(0, 0)]));
    assert!(station.server.order(&["approve", &id]).status.success());
    await_status(&station.server, &id, "Suspended");
    assert_eq!(station.counts(&[product("b")]), [(1, 1)]);
}
