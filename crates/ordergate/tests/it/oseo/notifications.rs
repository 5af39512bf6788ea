//! Callbacks: who is called, with what, and that nobody is forgotten.

use std::sync::LazyLock;
use std::time::Duration;

use super::cancel::cancel;
use super::customer::{Customer, Way};
use super::report::Report;
use super::{QUIET, quiet, redacted, small_order, succeeded};
use crate::harness::{
    Answer, Config, Received, Receiver, Reply, Server, Soap, assert_snapshot, assert_valid, await_status, eventually, post,
    pretty,
};

const ANONYMOUS: &str = "http://www.w3.org/2005/08/addressing/anonymous";

/// Works orders off at once, calls receivers on loopback, and tries again soon.
const TELLING: &str = "[fulfilment.oseo]\nprocessor = \"demo\"\ndemo_delay_ms = 20\npoll_ms = 50\n\
    [outbox]\nallow_private = [\"127.0.0.0/8\"]\nretry_base_seconds = 1\nretry_max_seconds = 1\ntimeout_seconds = 1\npoll_ms = 50\n";

/// The server of all tests here that do not disturb each other.
fn telling() -> &'static Server {
    static SERVER: LazyLock<Server> = LazyLock::new(|| Server::shared(&Config::new(TELLING)));
    &SERVER
}

pub fn reply_to(address: &str) -> String {
    format!("<wsa:ReplyTo xmlns:wsa=\"http://www.w3.org/2005/08/addressing\"><wsa:Address>{address}</wsa:Address></wsa:ReplyTo>")
}

pub fn message_id(id: &str) -> String {
    format!("<wsa:MessageID xmlns:wsa=\"http://www.w3.org/2005/08/addressing\">{id}</wsa:MessageID>")
}

/// A message of `demo` that wants to be answered at an address.
fn send(server: &Server, soap: Soap, message: &str, headers: &str) -> Answer {
    server.send(&soap.request_with(&format!("{}{headers}", Customer::demo().security()), message))
}

fn wishing(message: &str, level: &str) -> String {
    message.replace("statusNotification>None<", &format!("statusNotification>{level}<"))
}

/// Submits the smallest order, of which `address` is to be told, and gives its id.
#[track_caller]
fn ordered(server: &Server, level: &str, address: &str, more: &str) -> String {
    let answer = send(server, Soap::V11, &wishing(&small_order(more), level), &reply_to(address));
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.element("orderId").unwrap().to_owned()
}

/// The statuses of the order that callbacks told, in the order in which they came.
fn statuses(received: &[Received]) -> Vec<String> {
    received.iter().map(|request| request.element("os:status").unwrap().to_owned()).collect()
}

/// Waits until a callback says that the order has this status.
#[track_caller]
fn told(receiver: &Receiver, status: &str) -> Vec<Received> {
    eventually(status, || {
        let received = receiver.received();
        received.iter().any(|request| request.element("os:status") == Some(status)).then_some(received)
    })
}

/// The texts of `ordergate outbox list` about an order: state, channel, event and report of each.
fn log(server: &Server, order: &str) -> Vec<String> {
    let listed = server.outbox(&["list", "--order", order]);
    assert!(listed.status.success(), "{listed:?}");
    let line = |line: &str| {
        let columns: Vec<&str> = line.split('\t').collect();
        [columns[1], columns[4], columns[5], columns[7]].join(" ")
    };
    String::from_utf8(listed.stdout).unwrap().lines().map(line).collect()
}

/// OSEO 32, 71, 72, 74: every move is told, in order, as GetStatus full shows the order, in the SOAP version of the request.
#[test]
fn all_moves_are_told() {
    let server = telling();
    for soap in Soap::BOTH {
        let receiver = Receiver::new(|_| Reply::ok("OK"));
        let headers =
            format!("{}{}", message_id(&format!("urn:my-submit:{soap:?}")), reply_to(&receiver.url("/me?key=1&amp;b=2")));
        let message = wishing(&small_order("<os:orderReference>tell me</os:orderReference>"), "All");
        let id = succeeded(send(server, soap, &message, &headers)).element("orderId").unwrap().to_owned();
        let received = told(&receiver, "Completed");
        assert_eq!(statuses(&received), ["Accepted", "Suspended", "InProduction", "Completed"], "order {id}");
        for callback in &received {
            assert_valid("oseo", &callback.body);
            assert_eq!(callback.path, "/me?key=1&b=2");
        }
        let last = &received[3];
        let in_head = |name: &str| format!("{name}: {}\n", last.header(name).unwrap_or("-"));
        let own_id = last.element("wsa:MessageID").unwrap();
        let body = redacted(&pretty(&last.body)).replace(own_id, "[own id]");
        let text = [in_head("content-type"), in_head("soapaction"), body].concat();
        assert_snapshot!(format!("callback_{}", Way::Soap(soap)), text);
        let mut ids: Vec<&str> = received.iter().map(|callback| callback.element("wsa:MessageID").unwrap()).collect();
        ids.dedup();
        assert_eq!(ids.len(), 4, "each has an id of its own");
    }
}

/// OSEO 74: Final tells the end, once.
#[test]
fn the_end_is_told_once() {
    let (server, receiver) = (telling(), Receiver::new(|_| Reply::ok("OK")));
    let id = ordered(server, "Final", &receiver.url("/"), "");
    assert_eq!(statuses(&told(&receiver, "Completed")), ["Completed"]);
    // A client may not answer with an Ack, and has it nevertheless.
    assert_eq!(log(server, &id), ["delivered callback SubmitResponse answered 200, without an Ack"]);
}

/// OSEO 71, 72 (§17): the outcome of a Cancel is told to whom the Cancel names, and the order's own listener hears of it.
#[test]
fn the_outcome_of_a_cancel_is_told() {
    let (submitter, canceller) = (Receiver::new(|_| Reply::ok("OK")), Receiver::new(|_| Reply::ok("OK")));
    let server = Server::serve(&Config::new(&TELLING.replace("processor = \"demo\"\ndemo_delay_ms = 20\n", "")));
    let id = ordered(&server, "Final", &submitter.url("/submitted"), "");
    await_status(&server, &id, "Accepted");
    let headers = format!("{}{}", message_id("urn:uuid:my-cancel"), reply_to(&canceller.url("/cancelled")));
    for _ in 0..2 {
        // The second is a retry: it is answered, and tells nothing again.
        succeeded(send(&server, Soap::V12, &wishing(&cancel(&id), "Final"), &headers));
    }
    let received = told(&canceller, "Cancelled");
    assert_valid("oseo", &received[0].body);
    assert!(received[0].body.contains("<os:CancelResponse") && received[0].body.contains("my-cancel"), "{received:?}");
    assert!(told(&submitter, "Cancelled")[0].body.contains("<os:SubmitResponse"));
    let delivered = |event| format!("delivered callback {event} answered 200, without an Ack");
    eventually("both are recorded", || {
        (log(&server, &id) == [delivered("CancelResponse"), delivered("SubmitResponse")]).then_some(())
    });
}

/// OSEO 32, 73: a client that waits for a call that will not come must hear that; one that says it cannot be called waits
/// for none, and is served.
#[test]
fn who_cannot_be_called_is_told_at_once() {
    let (server, customer) = (quiet(), Customer::new(quiet()));
    let silent = Server::serve(&Config::new(&format!("{QUIET}[oseo.notification]\nenabled = false\n")));
    let mut report = Report::default();
    let addresses = [
        "",
        "mailto:me@client.example",
        "ftp://client.example/",
        "/callback",
        "http://user:secret@client.example/",
        "http://127.0.0.1/",
        "http://[::1]:8080/",
        "http://10.1.2.3/callback",
        "http://2130706433/",
        "http://client.example:0/",
    ];
    let by = |soap: Soap, level: &str, headers: &str| {
        let message = wishing(&small_order(""), level);
        server.send(&soap.request_with(&format!("{}{headers}", customer.security()), &message))
    };
    for (soap, level) in [(Soap::V11, "Final"), (Soap::V12, "All")] {
        let headers = std::iter::once(String::new()).chain(addresses.map(reply_to));
        for header in headers {
            report.refused(Way::Soap(soap), &by(soap, level, &header), "InvalidNotificationValue", Some("ws-address"));
        }
        succeeded(by(soap, level, &reply_to(ANONYMOUS)));
        succeeded(by(soap, level, &reply_to("https://client.example/callback")));
        succeeded(by(soap, "None", &reply_to("mailto:me")));
        report.line("where nobody is called");
        let answer = send(&silent, soap, &wishing(&small_order(""), level), &reply_to("http://client.example/"));
        report.refused(Way::Soap(soap), &answer, "InvalidNotificationValue", Some("ws-address"));
        succeeded(send(&silent, soap, &wishing(&small_order(""), level), &reply_to(ANONYMOUS)));
    }
    report.line("without an envelope");
    let plain = server.send(&customer.request(Way::Plain, &wishing(&small_order(""), "All")));
    report.refused(Way::Plain, &plain, "InvalidNotificationValue", Some("ws-address"));
    assert_eq!(customer.search(server, "").len(), 6);
    assert_snapshot!(report.checked());
}

/// Receivers that are slow, redirect, answer rubbish or a fault are tried again; what was told stays told.
#[test]
fn bad_receivers_are_tried_again() {
    let fault = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><e:Fault>\
        <faultcode>e:Server</faultcode><faultstring>full</faultstring></e:Fault></e:Body></e:Envelope>";
    let receiver = Receiver::new(move |received| match received.len() {
        1 => Reply::Silence,
        2 => Reply::Raw(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n".to_vec()),
        3 => Reply::Raw(b"<html>not HTTP at all".to_vec()),
        4 => Reply::Status(200, fault.to_owned()),
        5 => Reply::Status(503, "later".to_owned()),
        6 => Reply::Raw(Vec::new()),
        _ => Reply::Status(202, String::new()),
    });
    let server = telling();
    let id = ordered(server, "Final", &receiver.url("/"), "");
    eventually("it is delivered at last", || log(server, &id)[..].first()?.starts_with("delivered").then_some(()));
    let received = receiver.received();
    assert_eq!(received.len(), 7);
    assert!(received.iter().all(|callback| callback.path == "/"), "redirections are not followed: {received:?}");
    let ids: Vec<_> = received.iter().map(|callback| callback.element("wsa:MessageID")).collect();
    assert!(ids.windows(2).all(|two| two[0] == two[1]), "a client knows it again: {ids:?}");
    for told in ["did not answer", "answered 302", "not HTTP", "fault: full", "answered 503"] {
        assert!(server.log().contains(told), "{told}");
    }
}

/// A receiver that is down, while the server is killed and started again, in the end has heard all in order.
#[test]
fn nothing_is_forgotten() {
    let mut server = Server::serve(&Config::new(TELLING));
    let address = crate::harness::free_port();
    let url = format!("http://{address}/late");
    let ids: Vec<String> = (0..5).map(|_| ordered(&server, "All", &url, "")).collect();
    for id in &ids {
        await_status(&server, id, "Completed");
    }
    server.signal("KILL");
    server.wait();
    server.start();
    assert!(log(&server, &ids[0]).iter().all(|line| line.starts_with("waiting callback")), "{:?}", log(&server, &ids[0]));
    let receiver = Receiver::at(address, |_| Reply::ok("OK"));
    for id in &ids {
        let heard = eventually("all moves", || {
            let received = receiver.received();
            let mine: Vec<Received> = received.into_iter().filter(|r| r.element("os:orderId") == Some(id)).collect();
            (mine.len() >= 4).then_some(mine)
        });
        assert_eq!(statuses(&heard), ["Accepted", "Suspended", "InProduction", "Completed"]);
    }
}

/// What a name leads to is looked at when it is connected to, and an operator sees why nothing came through.
#[test]
fn a_name_that_leads_inside_is_not_called() {
    let receiver = Receiver::new(|_| Reply::ok("OK"));
    let name = format!("http://localhost:{}/", receiver.address.port());
    let config = TELLING.replace("allow_private = [\"127.0.0.0/8\"]\n", "");
    let server = Server::serve(&Config::new(&config));
    let id = ordered(&server, "Final", &name, "");
    let seen = eventually("it was tried", || log(&server, &id).pop().filter(|line| line.contains("may be called")));
    assert!(seen.starts_with("waiting callback SubmitResponse"), "{seen}");
    assert!(receiver.received().is_empty());
}

/// What cannot be delivered is given up when its time is over, is seen by the operator, and is sent when told so.
#[test]
fn what_was_given_up_can_be_sent_again() {
    let answers = |received: &[Received]| if received.len() == 1 { Reply::Status(410, String::new()) } else { Reply::ok("OK") };
    let (server, receiver) = (Server::serve(&Config::new(TELLING)), Receiver::new(answers));
    let id = ordered(&server, "Final", &receiver.url("/"), "");
    eventually("it is given up", || (log(&server, &id) == ["given-up callback SubmitResponse answered 410"]).then_some(()));
    let listed = String::from_utf8(server.outbox(&["list"]).stdout).unwrap();
    let number = listed.split('\t').next().unwrap().to_owned();
    let shown = String::from_utf8(server.outbox(&["show", &number]).stdout).unwrap();
    assert!(shown.contains("os:SubmitResponse") && shown.contains("Completed"), "{shown}");
    let unknown = server.outbox(&["retry", "1/1"]);
    assert_eq!(unknown.status.code(), Some(1), "{unknown:?}");
    let again = server.outbox(&["retry", "--given-up"]);
    assert_eq!(String::from_utf8(again.stdout).unwrap(), format!("{number}\twaiting\n"));
    eventually("it is delivered", || log(&server, &id)[0].starts_with("delivered").then_some(()));
    assert_eq!(receiver.received().len(), 2);
}

/// A receiver that hangs does not keep the server from stopping, and is called again after the next start.
#[test]
fn a_stop_does_not_wait_for_a_receiver() {
    let receiver = Receiver::new(|received| if received.len() == 1 { Reply::Silence } else { Reply::ok("OK") });
    let mut server = Server::serve(&Config::new(&TELLING.replace("timeout_seconds = 1\n", "timeout_seconds = 60\n")));
    let id = ordered(&server, "Final", &receiver.url("/"), "");
    eventually("it is called", || (receiver.received().len() == 1).then_some(()));
    server.signal("TERM");
    assert!(server.wait_within(Duration::from_secs(10)).success());
    server.start();
    eventually("it is told", || log(&server, &id)[0].starts_with("delivered").then_some(()));
    assert_eq!(receiver.received().len(), 2);
}

/// What the demo prints shows what it says: its own receiver is told of every step.
#[test]
fn the_demo_is_called_back() {
    let server = Server::demo(&[]);
    let printed = server.printed();
    let (_, rest) = printed.split_once("# OSEO: an order of which every step is told").unwrap();
    let request = &rest[rest.find("<s:Envelope").unwrap()..rest.find("</s:Envelope>").unwrap() + "</s:Envelope>".len()];
    let id = succeeded(server.send(&post("/oseo", "text/xml", request))).element("orderId").unwrap().to_owned();
    let steps = ["Accepted", "Suspended", "InProduction", "Completed"];
    eventually("every step is printed", || {
        let told = server.printed();
        let told: Vec<&str> = told.lines().filter(|line| line.starts_with("[called back]")).collect();
        (told == steps.map(|step| format!("[called back] SubmitResponse: order {id} is {step}"))).then_some(())
    });
}

/// An operator's own acts are told too.
#[test]
fn what_an_operator_does_is_told() {
    let receiver = Receiver::new(|_| Reply::ok("OK"));
    let config = format!("{TELLING}[oseo.approval]\nproduct = \"operator\"\n");
    let server = Server::serve(&Config::new(&config));
    let id = ordered(&server, "Final", &receiver.url("/"), "");
    let rejected = server.order(&["reject", &id, "--reason", "no such scene"]);
    assert!(rejected.status.success(), "{rejected:?}");
    let received = told(&receiver, "Cancelled");
    assert!(received[0].body.contains("rejected: no such scene"), "{received:?}");
}
