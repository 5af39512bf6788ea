//! The pair of messages that the product started from.

use crate::harness::{Server, Soap, get_status, pretty, security};

/// Checklist OSEO 60: the request of pyoseo's GetStatus page gets the response of that page, element
/// for element and value for value.
#[test]
fn the_seeds_request_gets_the_seeds_response() {
    let server = Server::demo(&[]);
    let request = Soap::V11.request_with(
        &security("demo", "demo-secret"),
        &get_status("<os:orderId>1</os:orderId><os:presentation>full</os:presentation>"),
    );
    let answer = server.send(&request);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/xml; charset=utf-8")));
    crate::harness::assert_snapshot!(pretty(answer.text()));
}
