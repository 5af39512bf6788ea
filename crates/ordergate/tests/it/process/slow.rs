//! Clients that are slow, silent, hasty or unusual.

use super::{in_two, kept_alive};
use crate::harness::{
    Config, Request, Server, Soap, Wire, assert_valid, eventually, get, get_status, post, search, submit, veloconnect,
};

const HASTE: &str = "[server]\nheader_timeout_seconds = 0.8\nbody_timeout_seconds = 0.8\nidle_timeout_seconds = 0.8\n";

fn server(toml: &str) -> Server {
    Server::serve(&Config::new(toml))
}

fn connect(server: &Server) -> Wire {
    Wire::connect(server.address)
}

fn all() -> Request {
    search("")
}

#[test]
fn who_does_not_finish_a_head_is_cut_off() {
    let server = server(HASTE);
    let (mut silent, mut slow) = (connect(&server), connect(&server));
    slow.write(b"GET /health/live HTTP/1.1\r\nHost: lo");
    assert!(silent.rest().is_empty() && slow.rest().is_empty());
    // Also when it is not the first request of the connection.
    let mut later = connect(&server);
    assert_eq!(later.write(&kept_alive(&get("/health/live"))).answer().status, 200);
    later.write(b"GET /health/live HTTP/1.1\r\n");
    assert!(later.rest().is_empty());
    assert_eq!(server.send(&get("/health/live")).status, 200);
}

/// 408, in the words of the protocol: what breaks a SOAP toolkit is HTML.
#[test]
fn who_does_not_finish_a_body_is_told_so_in_the_protocol() {
    let server = server(HASTE);
    let message = get_status("<os:orderId>1</os:orderId><os:presentation>brief</os:presentation>");
    for soap in Soap::BOTH {
        let mut wire = connect(&server);
        let answer = wire.write(&in_two(&soap.request(&message), 10).0).answer();
        assert_eq!((answer.status, answer.header("content-type")), (408, Some(soap.content_type())), "{}", answer.text());
        let fault = format!("<soap:Envelope xmlns:soap=\"{}\"><soap:Body><soap:Fault>", soap.namespace());
        assert!(answer.text().contains(&fault), "{}", answer.text());
        assert_valid("oseo", answer.text());
        assert!(wire.rest().is_empty(), "the connection cannot be used after that");
    }
    let request = post("/veloconnect", "application/xml", "<GetStatusRequest xmlns='urn:veloconnect:transaction-1.0'/>");
    let answer = connect(&server).write(&in_two(&request, 10).0).answer();
    assert_eq!((answer.status, answer.element("ResponseCode")), (408, Some("400")), "{}", answer.text());
    assert!(answer.text().contains("<GetStatusResponse "), "{}", answer.text());
    assert_valid("veloconnect", answer.text());
}

/// A client that stops sending because its user pulled the plug.
#[test]
fn who_breaks_off_within_a_body_has_sent_nothing() {
    let server = server(HASTE);
    let mut wire = connect(&server);
    wire.write(&in_two(&submit("half", "STANDARD", &["item"]), 10).0).half_close();
    let rest = String::from_utf8(wire.rest()).unwrap();
    assert!(rest.is_empty() || rest.starts_with("HTTP/1.1 400 "), "{rest}");
    assert!(crate::harness::found(&server.send(&all())).is_empty());
}

#[test]
fn an_idle_connection_is_closed_but_not_one_in_use() {
    let server = server("[server]\nidle_timeout_seconds = 0.8\n");
    let mut wire = connect(&server);
    for _ in 0..20 {
        assert_eq!(wire.write(&kept_alive(&all())).answer().status, 200);
    }
    assert!(wire.rest().is_empty());
}

#[test]
fn half_closed_pipelined_and_chunked_requests_are_served() {
    let server = server("");
    let mut half_closed = connect(&server);
    half_closed.write(&kept_alive(&all())).half_close();
    assert_eq!(half_closed.answer().status, 200);
    assert!(half_closed.rest().is_empty());

    let mut pipelined = connect(&server);
    let three = [kept_alive(&submit("first", "STANDARD", &["item"])), kept_alive(&veloconnect("GetProfile", "")), all().bytes()];
    pipelined.write(&three.concat());
    let answers = [pipelined.answer(), pipelined.answer(), pipelined.answer()];
    assert_eq!(answers[0].element("orderReference"), Some("first"));
    assert_eq!(answers[1].element("ResponseCode"), Some("200"));
    // In the order asked: the third sees what the first did.
    assert_eq!(crate::harness::found(&answers[2])[0].reference, "first");
    assert!(pipelined.rest().is_empty());

    let whole = String::from_utf8(submit("in pieces", "STANDARD", &["item"]).bytes()).unwrap();
    let (head, body) = whole.split_once("\r\n\r\n").unwrap();
    let head: Vec<&str> = head.split("\r\n").filter(|l| !l.starts_with("Content-Length")).collect();
    let mut chunked = connect(&server);
    chunked.write(format!("{}\r\nTransfer-Encoding: chunked\r\n\r\n", head.join("\r\n")).as_bytes());
    for piece in body.as_bytes().chunks(100) {
        chunked.write(format!("{:x}\r\n", piece.len()).as_bytes()).write(piece).write(b"\r\n");
    }
    let answer = chunked.write(b"0\r\n\r\n").answer();
    assert_eq!((answer.status, answer.element("orderReference")), (200, Some("in pieces")), "{}", answer.text());
}

/// A client that asks first never sends what is not wanted; one that does not ask is answered all the same.
#[test]
fn a_body_that_is_too_large_is_refused_in_the_protocol() {
    let server = server("[server]\nbody_bytes_max = 2048\n");
    let message = get_status(&format!("<!--{}-->", "x".repeat(4096)));
    let asking = Soap::V11.request(&message).header("Expect", "100-continue");
    let mut wire = connect(&server);
    let answer = wire.write(&in_two(&asking, asking.body.len()).0).answer();
    assert_eq!(answer.status, 413);
    assert_eq!(server.send(&Soap::V11.request(&message)).status, 413);
    for answer in [answer, server.send(&Soap::V11.request(&message))] {
        assert!(answer.text().contains("<soap:Fault>") && answer.text().contains("2048"), "{}", answer.text());
    }
    // In chunks the size shows only while they come.
    let head = "POST /oseo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut chunked = connect(&server);
    chunked.write(head.as_bytes());
    for _ in 0..3 {
        chunked.write(b"400\r\n").write(&[b' '; 1024]).write(b"\r\n");
    }
    assert_eq!(chunked.answer().status, 413);
    let large = post("/veloconnect", "application/xml", vec![b' '; 4096]);
    let answer = server.send(&large);
    assert_eq!((answer.status, answer.element("ResponseCode")), (413, Some("400")), "{}", answer.text());
    assert_valid("veloconnect", answer.text());
}

/// Two connections at most: further clients wait until one is free, and none is turned away.
#[test]
fn the_connection_limit_holds_and_recovers() {
    let server = server("[server]\nconnections_max = 2\n");
    let (mut one, mut two, mut three) = (connect(&server), connect(&server), connect(&server));
    for wire in [&mut one, &mut two] {
        assert_eq!(wire.write(&kept_alive(&get("/health/live"))).answer().status, 200);
    }
    three.write(&kept_alive(&get("/metrics")));
    eventually("the server has no place left", || {
        let metrics = two.write(&kept_alive(&get("/metrics"))).answer();
        let count = metrics.text().lines().find_map(|l| l.strip_prefix("ordergate_connections_full_total "));
        count.filter(|count| *count != "0").map(drop)
    });
    one.half_close();
    let metrics = three.answer();
    assert!(metrics.text().contains("\nordergate_connections_open 2\n"), "{}", metrics.text());
    drop((two, three));
    for _ in 0..10 {
        assert_eq!(server.send(&all()).status, 200);
    }
}
