//! DescribeResultAccess: where finished items are found.

use super::customer::{Customer, Way, retrieve};
use super::report::Report;
use super::{BASE, quiet, redacted, succeeded};
use crate::harness::{Answer, Config, Server, eventually, transcript};

fn describe(id: &str, sub_function: &str) -> String {
    let content = format!("<os:orderId>{id}</os:orderId><os:subFunction>{sub_function}</os:subFunction>");
    format!("<os:DescribeResultAccess {BASE}>{content}</os:DescribeResultAccess>")
}

/// The items that an answer lists.
fn listed(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.element("status"), Some("success"), "{}", answer.text());
    answer.elements("itemId")
}

fn ask<'a>(server: &Server, id: &str, sub_function: &str, answer: &'a mut Option<Answer>) -> Vec<&'a str> {
    listed(answer.insert(Customer::demo().ask(server, &describe(id, sub_function))))
}

/// An item that is fetched, one that is pushed, one that is sent, one that says nothing.
const ORDER: &str = "<os:orderSpecification><os:deliveryOptions><os:onlineDataAccess><os:protocol>https</os:protocol>\
    </os:onlineDataAccess></os:deliveryOptions><os:orderType>PRODUCT_ORDER</os:orderType>\
    <os:orderItem><os:itemId>fetched</os:itemId><os:deliveryOptions><os:onlineDataAccess><os:protocol>http</os:protocol>\
    </os:onlineDataAccess></os:deliveryOptions><os:productId><os:identifier>urn:a&amp;b</os:identifier>\
    <os:collectionId>urn:ordergate:demo:scenes</os:collectionId></os:productId></os:orderItem>\
    <os:orderItem><os:itemId>pushed</os:itemId><os:deliveryOptions><os:onlineDataDelivery><os:protocol>sftp</os:protocol>\
    </os:onlineDataDelivery></os:deliveryOptions><os:productId><os:identifier>urn:2</os:identifier></os:productId></os:orderItem>\
    <os:orderItem><os:itemId>sent</os:itemId><os:deliveryOptions><os:mediaDelivery><os:packageMedium>DVD</os:packageMedium>\
    </os:mediaDelivery></os:deliveryOptions><os:productId><os:identifier>urn:3</os:identifier></os:productId></os:orderItem>\
    <os:orderItem><os:itemId>as the order</os:itemId><os:productId><os:identifier>urn:4</os:identifier></os:productId></os:orderItem>\
    </os:orderSpecification>";

/// OSEO 61-64: nothing before anything is ready; then what is fetched online, once for each `nextReady`, also after
/// the server was started again.
#[test]
fn finished_items_are_listed() {
    let mut server = Server::serve(&Config::new(
        "[fulfilment.oseo]\nprocessor = \"command\"\npoll_ms = 50\n\
         command = [\"/bin/sh\", \"-c\", \"cat > /dev/null; echo '{\\\"result\\\": \\\"https://files.example/x?a=1&b=2\\\"}'\"]\n",
    ));
    let customer = Customer::demo();
    let submit = format!("<os:Submit {BASE}>{ORDER}<os:statusNotification>None</os:statusNotification></os:Submit>");
    let id = customer.ask(&server, &submit).element("orderId").unwrap().to_owned();
    eventually("the order is completed", || {
        (customer.ask(&server, &retrieve(&id, "brief")).elements("status") == ["success", "Completed"]).then_some(())
    });
    let online = ["fetched", "as the order"];
    let mut answer = None;
    assert_eq!(ask(&server, &id, "allReady", &mut answer), online, "asked for all, nothing is noted");
    assert_eq!(ask(&server, &id, "nextReady", &mut answer), online);
    server.kill();
    server.start();
    assert_eq!(ask(&server, &id, "nextReady", &mut answer), [""; 0]);
    for way in Way::ALL {
        let answer = succeeded(server.send(&customer.request(way, &describe(&id, "allReady"))));
        let text = redacted(&transcript(&way.anonymous(&describe(&id, "allReady")), &answer));
        crate::harness::assert_snapshot!(format!("result_access_{way}"), text);
    }
    let history = customer.ask(&server, &retrieve(&id, "full"));
    assert!(!history.text().contains("files.example"), "GetStatus has no place for it");
}

/// OSEO 61, 56, 57.
#[test]
fn orders_without_results() {
    let (server, customer) = (quiet(), Customer::demo());
    let id = customer.order(server, "");
    for sub_function in ["allReady", "nextReady"] {
        assert_eq!(ask(server, &id, sub_function, &mut None), [""; 0]);
    }
    let foreign = Customer::other().order(server, "");
    let mut report = Report::default();
    for (message, code, locator) in [
        (describe(&foreign, "allReady"), "InvalidOrderIdentifier", "orderId"),
        (describe("0", "nextReady"), "InvalidOrderIdentifier", "orderId"),
        (describe(&id, "lastReady"), "InvalidParameterValue", "subFunction"),
        (
            describe(&id, "allReady").replace("<os:subFunction>allReady</os:subFunction>", ""),
            "MissingParameterValue",
            "subFunction",
        ),
        (describe(&id, "allReady").replace("1.0.0", "2.0.0"), "InvalidParameterValue", "version"),
    ] {
        for way in Way::ALL {
            report.refused(way, &server.send(&customer.request(way, &message)), code, Some(locator));
        }
    }
    assert!(report.checked().lines().count() >= 15);
}
