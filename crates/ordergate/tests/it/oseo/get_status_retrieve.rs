//! GetStatus with an order id.

use ordergate_xml::builtin::parse_date_time;

use super::customer::{Customer, Way, retrieve};
use super::{BASE, Fault, Report, now, quiet, redacted, succeeded, valid};
use crate::harness::{Config, Server, eventually, get_status, transcript};

const NAMED: &str = "<os:orderReference>my order</os:orderReference><os:priority>FAST_TRACK</os:priority>";

/// OSEO 1, 2, 3, 39, 48, 49: one order of several, in each wrapping and each presentation.
#[test]
fn one_order_brief_and_full() {
    let (server, customer) = (quiet(), Customer::new(quiet()));
    let [before, wanted, after] = ["", NAMED, ""].map(|more| customer.order(server, more));
    assert!(before != wanted && wanted != after);
    for (way, name) in Way::ALL.into_iter().zip(["1.1", "1.2", "plain"]) {
        for presentation in ["brief", "full"] {
            let answer = succeeded(server.send(&customer.request(way, &retrieve(&wanted, presentation))));
            assert_eq!(answer.header("content-type"), Some(way.content_type()));
            assert_eq!(answer.elements("orderId"), [&wanted]);
            let asked = way.anonymous(&retrieve(&wanted, presentation));
            crate::harness::assert_snapshot!(format!("retrieve_{presentation}_{name}"), redacted(&transcript(&asked, &answer)));
        }
    }
}

/// OSEO 51: the order's time is that of its submission, also after its status has changed; OSEO 40: the time
/// that searches look at is that of the last change.
#[test]
fn the_time_of_an_order_is_that_of_its_submission() {
    let server = Server::serve(&Config::new("[fulfilment.oseo]\nprocessor = \"demo\"\ndemo_delay_ms = 100\n"));
    let customer = Customer::demo();
    let before = now();
    let id = customer.order(&server, "");
    let after = now();
    let time = || {
        succeeded(server.send(&customer.request(Way::V11, &retrieve(&id, "brief")))).element("orderDateTime").unwrap().to_owned()
    };
    let submitted = time();
    let micros = parse_date_time(&submitted).unwrap();
    assert!((before..=after).contains(&micros), "{before} {submitted} {after}");
    eventually("the order is completed", || {
        customer.search(&server, "<os:orderStatus>Completed</os:orderStatus>").contains(&id).then_some(())
    });
    assert_eq!(time(), submitted);
    assert!(customer.search(&server, &format!("<os:lastUpdateEnd>{submitted}</os:lastUpdateEnd>")).is_empty());
    assert_eq!(customer.search(&server, &format!("<os:lastUpdate>{submitted}</os:lastUpdate>")), [id]);
}

/// OSEO 56: what is no id of an order, and an id that no order has. An id is exact: no zeros before it, no sign.
#[test]
fn a_missing_order() {
    let (server, customer) = (quiet(), Customer::demo());
    let known = customer.order(server, "");
    let long = "9".repeat(1000);
    let ids = [
        "999999999",
        "",
        "abc",
        "-1",
        "+1",
        "1.0",
        &format!("0{known}"),
        "urn:order:7",
        "1 OR 1=1",
        "9223372036854775808",
        &long,
    ];
    let mut report = Report::default();
    for way in Way::ALL {
        for id in ids {
            let answer = server.send(&customer.request(way, &retrieve(id, "full")));
            let fault = report.refused(way, &answer, "InvalidOrderIdentifier", Some("orderId"));
            assert!(fault.diagnosis.len() < 200, "{fault}");
        }
    }
    report.checked();
    // White space around it is laid out, not meant: xs:anyURI collapses it.
    succeeded(server.send(&customer.request(Way::V11, &retrieve(&format!("\n  {known}\n"), "brief"))));
    for way in Way::ALL {
        let asked = way.anonymous(&retrieve("999999999", "full"));
        let answer = server.send(&customer.request(way, &retrieve("999999999", "full")));
        crate::harness::assert_snapshot!(format!("missing_order_{way}"), transcript(&asked, &answer));
    }
}

/// OSEO 57: another customer's order looks like none; only the id differs.
#[test]
fn someone_elses_order_looks_like_none() {
    let (server, customer) = (quiet(), Customer::demo());
    let foreign = Customer::other().order(server, "");
    for way in Way::ALL {
        for presentation in ["brief", "full"] {
            let said = |id: &str| server.send(&customer.request(way, &retrieve(id, presentation)));
            let (foreign_said, missing_said) = (said(&foreign), said("999999999"));
            Fault::read(way, &foreign_said);
            assert_eq!(foreign_said.text().replace(&foreign, "999999999"), missing_said.text());
        }
    }
}

/// OSEO 57 as pyoseo answers.
#[test]
fn someone_elses_order_is_refused_where_configured() {
    let server = Server::serve(&Config::new("[oseo]\nforeign_orders = \"unauthorized\"\n"));
    let foreign = Customer::other().order(&server, "");
    for way in Way::ALL {
        let message = retrieve(&foreign, "full");
        let answer = server.send(&Customer::demo().request(way, &message));
        let fault = Fault::read(way, &answer);
        assert_eq!((fault.code.as_str(), fault.locator.as_deref()), ("AuthorizationFailed", Some("orderId")));
        crate::harness::assert_snapshot!(format!("unauthorized_{way}"), redacted(&transcript(&way.anonymous(&message), &answer)));
        valid(&answer);
        let missing = server.send(&Customer::demo().request(way, &retrieve("999999999", "full")));
        assert_eq!(Fault::read(way, &missing).code, "InvalidOrderIdentifier");
    }
    assert!(Customer::demo().search(&server, "").is_empty());
}

/// OSEO 53, 54, 55, 75: requests that are against the schema, or that the schema leaves open.
#[test]
fn requests_that_say_too_little_or_too_much() {
    let server = quiet();
    let either = "<os:orderId>1</os:orderId>";
    let criteria = "<os:filteringCriteria/>";
    let brief = "<os:presentation>brief</os:presentation>";
    let message = |content: &str| get_status(content);
    let with_attributes = |attributes: &str| {
        format!("<os:GetStatus xmlns:os=\"http://www.opengis.net/oseo/1.0\" {attributes}>{either}{brief}</os:GetStatus>")
    };
    let cases = [
        ("OSEO 53: no presentation", message(either), "MissingParameterValue", "presentation"),
        (
            "OSEO 54: unknown presentation",
            message(&format!("{either}<os:presentation>Full</os:presentation>")),
            "InvalidParameterValue",
            "presentation",
        ),
        ("OSEO 54: empty presentation", message(&format!("{either}<os:presentation/>")), "InvalidParameterValue", "presentation"),
        (
            "OSEO 55: orderId and filteringCriteria",
            message(&format!("{either}{criteria}{brief}")),
            "InvalidParameterValue",
            "filteringCriteria",
        ),
        (
            "OSEO 55: filteringCriteria and orderId",
            message(&format!("{criteria}{either}{brief}")),
            "InvalidParameterValue",
            "orderId",
        ),
        ("OSEO 55: two orderIds", message(&format!("{either}{either}{brief}")), "InvalidParameterValue", "orderId"),
        ("OSEO 55: neither", message(brief), "MissingParameterValue", "orderId"),
        ("OSEO 75: another version", with_attributes("service=\"OS\" version=\"9.9.9\""), "InvalidParameterValue", "version"),
        (
            "OSEO 75: a version that is too long",
            with_attributes("service=\"OS\" version=\"1.0.0.0\""),
            "InvalidParameterValue",
            "version",
        ),
        ("OSEO 75: no version", with_attributes("service=\"OS\""), "MissingParameterValue", "version"),
        ("no service", with_attributes("version=\"1.0.0\""), "MissingParameterValue", "service"),
        ("another service", with_attributes("service=\"WFS\" version=\"1.0.0\""), "InvalidParameterValue", "service"),
        (
            "an unknown attribute",
            with_attributes("service=\"OS\" version=\"1.0.0\" lang=\"de\""),
            "InvalidParameterValue",
            "lang",
        ),
        ("an unknown element", message(&format!("{either}{brief}<os:history/>")), "InvalidParameterValue", "history"),
        ("an element of no namespace", message(&format!("<orderId>1</orderId>{brief}")), "InvalidParameterValue", "orderId"),
        ("text between elements", message(&format!("{either} please {brief}")), "InvalidParameterValue", "GetStatus"),
        (
            "a timeStamp that is none",
            message(&format!("<os:timeStamp>now</os:timeStamp>{either}{brief}")),
            "InvalidParameterValue",
            "timeStamp",
        ),
        (
            "a timeStamp too late",
            message(&format!("{either}{brief}<os:timeStamp>2026-01-01T00:00:00Z</os:timeStamp>")),
            "InvalidParameterValue",
            "timeStamp",
        ),
    ];
    let mut report = Report::default();
    for (title, message, code, locator) in cases {
        report.line(format_args!("\n## {title}\n{}", message.replace(&format!("{BASE}>"), "...>")));
        for way in Way::ALL {
            let answer = server.send(&Customer::demo().request(way, &message));
            let fault = report.refused(way, &answer, code, Some(locator));
            assert!(fault.diagnosis.starts_with("line 1, column "), "{title}: {fault}");
        }
    }
    crate::harness::assert_snapshot!(report.checked());
}

/// OSEO 76: when the request was sent does not matter.
#[test]
fn a_time_stamp_is_ignored() {
    let (server, customer) = (quiet(), Customer::demo());
    let id = customer.order(server, "");
    for time in ["1999-12-31T23:59:60Z", "1999-12-31T23:59:59Z", "2999-01-01T00:00:00.123+14:00"] {
        let content =
            format!("<os:timeStamp>{time}</os:timeStamp><os:orderId>{id}</os:orderId><os:presentation>brief</os:presentation>");
        let answer = server.send(&customer.request(Way::V12, &get_status(&content)));
        // XML Schema knows no leap second.
        assert_eq!(answer.status, if time.contains(":60") { 400 } else { 200 }, "{}", answer.text());
    }
}
