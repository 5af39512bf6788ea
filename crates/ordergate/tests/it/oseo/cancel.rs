//! Cancel: what is not final ends, and the answer says whether that was all.

use super::customer::{Customer, Way, retrieve};
use super::report::Report;
use super::{BASE, QUIET, quiet, redacted, succeeded};
use crate::harness::{Config, Request, Server, Soap, transcript};

pub fn cancel(id: &str) -> String {
    with_notification(id, "None")
}

fn with_notification(id: &str, notification: &str) -> String {
    let content = format!("<os:orderId>{id}</os:orderId><os:statusNotification>{notification}</os:statusNotification>");
    format!("<os:Cancel {BASE}>{content}</os:Cancel>")
}

/// In SOAP 1.1, with a message id.
fn with_message_id(customer: &Customer, message_id: &str, message: &str) -> Request {
    let id = format!("<wsa:MessageID xmlns:wsa=\"http://www.w3.org/2005/08/addressing\">{message_id}</wsa:MessageID>");
    Soap::V11.request_with(&format!("{}{id}", customer.security()), message)
}

/// OSEO 66, 69 (requirements 113-118): acknowledged, and seen in GetStatus at once.
#[test]
fn an_order_is_withdrawn() {
    let (server, customer) = (quiet(), Customer::demo());
    for way in Way::ALL {
        let id = customer.order(server, "");
        let answer = succeeded(server.send(&customer.request(way, &cancel(&id))));
        let mut text = redacted(&transcript(&way.anonymous(&cancel(&id)), &answer));
        let seen = customer.ask(server, &retrieve(&id, "full"));
        text.push_str(&redacted(&crate::harness::pretty(seen.text())));
        crate::harness::assert_snapshot!(format!("cancel_{way}"), text);
    }
}

/// OSEO 56, 57, 70, 75, 32: nothing is cancelled that is over, unknown or another's, and nobody waits for a call that
/// does not come.
#[test]
fn what_cannot_be_cancelled_is_refused() {
    let (server, customer) = (quiet(), Customer::demo());
    let (open, over, foreign) = (customer.order(server, ""), customer.order(server, ""), Customer::other().order(server, ""));
    customer.ask(server, &cancel(&over));
    let cases = [
        ("over", cancel(&over), "InvalidParameterValue", Some("orderId")),
        ("another's", cancel(&foreign), "InvalidOrderIdentifier", Some("orderId")),
        ("unknown", cancel("999999999"), "InvalidOrderIdentifier", Some("orderId")),
        ("no number", cancel("urn:x"), "InvalidOrderIdentifier", Some("orderId")),
        ("Final", with_notification(&open, "Final"), "InvalidNotificationValue", Some("ws-address")),
        ("All", with_notification(&open, "All"), "InvalidNotificationValue", Some("ws-address")),
        (
            "no notification",
            cancel(&open).replace("<os:statusNotification>None</os:statusNotification>", ""),
            "MissingParameterValue",
            Some("statusNotification"),
        ),
        ("version", cancel(&open).replace("1.0.0", "9.9.9"), "InvalidParameterValue", Some("version")),
    ];
    let mut report = Report::default();
    for (title, message, code, locator) in cases {
        report.line(title);
        for way in Way::ALL {
            report.refused(way, &server.send(&customer.request(way, &message)), code, locator);
        }
    }
    let answer = server.send(&Way::V11.anonymous(&cancel(&open)));
    report.refused(Way::V11, &answer, "AuthenticationFailed", Some("identity_token"));
    assert!(report.checked().lines().count() > 25);
    for (owner, id) in [(&customer, &open), (&Customer::other(), &foreign)] {
        let seen = owner.ask(server, &retrieve(id, "brief"));
        assert_eq!(seen.elements("status"), ["success", "Submitted"], "nothing changed");
    }
}

/// A client that did not get its answer sends again and gets it; the same message for another order is another wish,
/// and so is the message id of the Submit.
#[test]
fn a_cancel_is_retried_safely() {
    let server = Server::serve(&Config::new(QUIET));
    let customer = Customer::demo();
    let submit = with_message_id(&customer, "urn:uuid:1", &super::small_order(""));
    let id = succeeded(server.send(&submit)).element("orderId").unwrap().to_owned();
    let wish = with_message_id(&customer, "urn:uuid:1", &cancel(&id));
    let first = succeeded(server.send(&wish));
    assert_eq!(customer.ask(&server, &retrieve(&id, "brief")).elements("status"), ["success", "Cancelled"]);
    assert_eq!(server.send(&wish).body, first.body);
    let next = customer.order(&server, "");
    succeeded(server.send(&with_message_id(&customer, "urn:uuid:1", &cancel(&next))));
    assert_eq!(customer.ask(&server, &retrieve(&next, "brief")).elements("status"), ["success", "Cancelled"]);
}
