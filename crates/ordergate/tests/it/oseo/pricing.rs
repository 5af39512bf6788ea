//! Prices that a program or a service tells, at once or later; and who is told of them.

use super::customer::{Customer, Way};
use super::notifications::{message_id, reply_to};
use super::quotation::{SCENE, by_id, get_quotation, id_of, quoted, specification, submit_by, told};
use super::{QUIET, Report, succeeded};
use crate::harness::{Config, Receiver, Reply, Server, Service, Soap, assert_valid, eventually, pretty};

/// A server whose prices a shell script tells, which has the folder as `$1`; and that folder.
pub(super) fn pricing_by(script: &str, more: &str) -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("prices.sh");
    std::fs::write(&path, script).unwrap();
    let command = ["/bin/sh".to_owned(), path.display().to_string(), folder.path().display().to_string()];
    let toml = format!("[oseo.quotation]\npricing = \"command\"\ncommand = {command:?}\ntimeout_seconds = 2\n{more}\n{QUIET}");
    (Server::serve(&Config::new(&toml)), folder)
}

/// OSEO 26: whatever the program does, there is an answer, soon.
#[test]
fn a_program_tells_the_price_or_does_not() {
    let script = r#"
        input=$(cat)
        case "$input" in
            *'"order_reference":"good"'*)
                echo "$input" > "$1/input"
                echo '{"currency":"EUR","items":[{"item_id":"item 1","price":"0.10","information":"cheap"}],"contract":"as said"}' ;;
            *'"sold out"'*) echo '{"error":"sold out","retry":false}' ;;
            *'"busy"'*) echo '{"error":"busy"}' ;;
            *'"hang"'*) sleep 600 ;;
            *'"crash"'*) kill -SEGV $$ ;;
            *'"garbage"'*) echo '<price/>' ;;
            *'"flood"'*) yes '{"currency":"EUR"}' ;;
            *'"negative"'*) echo '{"currency":"EUR","price":"-1"}' ;;
            *'"digits"'*) echo '{"currency":"EUR","price":"111111111111111111111111111111"}' ;;
            *'"number"'*) echo '{"currency":"EUR","price":12.5}' ;;
            *'"unit"'*) echo '{"currency":"DUCAT","price":"1"}' ;;
        esac"#;
    let (server, folder) = pricing_by(script, "");
    let customer = Customer::demo();
    let message = |reference: &str| {
        get_quotation(&specification(&format!("<os:orderReference>{reference}</os:orderReference>"), &[("", SCENE)]))
    };
    let good = customer.ask(&server, &message("good"));
    assert_eq!(told(&good), "total 0.10 EUR; [0.10 EUR, 0.10 EUR]");
    assert_eq!((good.element("priceInformation"), good.element("contractInformation")), (Some("cheap"), Some("as said")));
    let input: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.path().join("input")).unwrap()).unwrap();
    assert_eq!(input["quotation_id"], id_of(&good));
    assert_eq!(input["items"][0]["orderItem"]["productId"]["identifier"], "urn:scene:1");
    let sold_out = customer.ask(&server, &message("sold out"));
    assert_eq!((sold_out.element("status"), told(&sold_out)), (Some("partial"), "sold out".to_owned()));
    for bad in ["busy", "hang", "crash", "garbage", "flood", "negative", "digits", "number", "unit", "silence"] {
        let answer = server.send(&customer.request(Way::V11, &message(bad)));
        assert_eq!(answer.status, 500, "{bad}");
        let said = answer.text();
        assert!(said.contains("Server") && said.contains("the price of the order cannot be told now"), "{bad}: {said}");
    }
    // Where the program lies and what it did is for the operator.
    assert!(server.log().contains("the pricing program gave an unusable answer"), "{}", server.log());
    assert!(server.log().contains("it did not end within 2 s"), "{}", server.log());
}

/// OSEO 26: the same by a service, whose calls are signed; whatever it does, there is an answer, soon.
#[test]
fn a_service_tells_the_price_or_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").unwrap();
    let service = Service::new(|heard| match heard.json()["order_reference"].as_str().unwrap() {
        "good" => Reply::ok(r#"{"currency":"EUR","items":[{"item_id":"item 1","price":"0.10"}]}"#),
        "sold out" => Reply::Status(409, r#"{"error":"sold out"}"#.to_owned()),
        "unknown" => Reply::Status(404, "<html/>".to_owned()),
        "busy" => Reply::Status(503, String::new()),
        "wait" => Reply::Status(429, String::new()),
        "elsewhere" => Reply::Raw(b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n".to_vec()),
        "garbage" => Reply::ok("<price/>"),
        "flood" => Reply::Bytes(50_000_000),
        "no http" => Reply::Raw(b"\0\0".to_vec()),
        "negative" => Reply::ok(r#"{"currency":"EUR","price":"-1"}"#),
        _ => Reply::Silence,
    });
    let toml = format!(
        "[oseo.quotation]\npricing = \"http\"\nurl = {:?}\nsecret_file = {:?}\ntimeout_seconds = 2\n{QUIET}",
        service.url(),
        secret.display().to_string()
    );
    let (server, customer) = (Server::serve(&Config::new(&toml)), Customer::demo());
    let message = |reference: &str| {
        get_quotation(&specification(&format!("<os:orderReference>{reference}</os:orderReference>"), &[("", SCENE)]))
    };
    let good = customer.ask(&server, &message("good"));
    assert_eq!(told(&good), "total 0.10 EUR; [0.10 EUR, 0.10 EUR]");
    let heard = &service.heard()[0];
    assert!(heard.header("webhook-signature").starts_with("v1,"), "{heard:?}");
    assert_eq!(heard.json()["items"][0]["orderItem"]["productId"]["identifier"], "urn:scene:1");
    for (reference, reason) in [("sold out", "sold out"), ("unknown", "the pricing service answered with status 404")] {
        let refused = customer.ask(&server, &message(reference));
        assert_eq!((refused.element("status"), told(&refused).as_str()), (Some("partial"), reason));
    }
    for bad in ["busy", "wait", "elsewhere", "garbage", "flood", "no http", "negative", "silence"] {
        let answer = server.send(&customer.request(Way::V11, &message(bad)));
        assert_eq!(answer.status, 500, "{bad}");
        assert!(answer.text().contains("the price of the order cannot be told now"), "{bad}: {}", answer.text());
    }
    let log = server.log();
    assert!(log.contains("did not answer within 2 seconds") && log.contains("answered with status 302"), "{log}");
    assert!(!log.contains("whsec") && !log.contains("key=hidden"), "{log}");
}

/// OSEO 28: while the order is being priced its id is told, then the quotation; `kill -9` in between changes nothing.
#[test]
fn a_price_is_waited_for() {
    let script = r#"
        cat > /dev/null
        [ -e "$1/ready" ] || { echo started > "$1/started"; sleep 600; }
        echo '{"currency":"QUOTA","price":"3"}'"#;
    let (mut server, folder) = pricing_by(script, "mode = \"monitoring\"\nretry_base_seconds = 1");
    let customer = Customer::demo();
    let id = quoted(&server, &customer, "patient");
    eventually("the program runs", || folder.path().join("started").exists().then_some(()));
    let waiting = customer.ask(&server, &by_id(&id));
    assert_eq!(
        (waiting.element("status"), told(&waiting).as_str(), id_of(&waiting)),
        (Some("success"), "no quotation", id.clone())
    );
    let mut report = Report::default();
    let early = server.send(&customer.request(Way::V12, &submit_by(&id)));
    let fault = report.refused(Way::V12, &early, "InvalidParameterValue", Some("quotationId"));
    assert!(fault.diagnosis.ends_with("has no price yet; GetQuotation tells when it has"), "{fault}");
    server.signal("KILL");
    server.wait();
    std::fs::write(folder.path().join("ready"), "").unwrap();
    server.start();
    let answer = eventually("there is a price", || {
        Some(customer.ask(&server, &by_id(&id))).filter(|answer| answer.text().contains("<os:quotation>"))
    });
    assert_eq!((told(&answer).as_str(), id_of(&answer)), ("total 3 QUOTA; [3 QUOTA]", id.clone()));
    customer.ask(&server, &submit_by(&id));
}

/// OSEO 27: who can be called is called with the quotation when there is one, though the server was killed meanwhile.
#[test]
fn a_price_is_told_when_there_is_one() {
    let script = r#"
        cat > /dev/null
        [ -e "$1/ready" ] || { echo started > "$1/started"; sleep 600; }
        echo '{"currency":"EUR","price":"3.50"}'"#;
    let more = "mode = \"monitoring\"\nretry_base_seconds = 1\n[outbox]\nallow_private = [\"127.0.0.1\"]";
    let (mut server, folder) = pricing_by(script, more);
    let (customer, receiver) = (Customer::demo(), Receiver::new(|_| Reply::ok("OK")));
    let asking = |headers: &str, reference: &str| {
        let of_order = format!("<os:orderReference>{reference}</os:orderReference>");
        let message = get_quotation(&specification(&of_order, &[("", SCENE)]));
        server.send(&Soap::V12.request_with(&format!("{}{headers}", customer.security()), &message))
    };
    let headers = format!("{}{}", message_id("urn:price-please"), reply_to(&receiver.url("/prices")));
    let id = id_of(&succeeded(asking(&headers, "call me")));
    // Without a MessageID nothing can be related to the request; what cannot be called is refused.
    succeeded(asking(&reply_to(&receiver.url("/never")), "poll"));
    let inside = format!("{}{}", message_id("urn:2"), reply_to("http://10.0.0.1/"));
    Report::default().refused(Way::V12, &asking(&inside, "inside"), "InvalidNotificationValue", Some("ws-address"));
    eventually("the program runs", || folder.path().join("started").exists().then_some(()));
    server.signal("KILL");
    server.wait();
    std::fs::write(folder.path().join("ready"), "").unwrap();
    server.start();
    let received = eventually("the price is told", || Some(receiver.received()).filter(|received| !received.is_empty()));
    assert_valid("oseo", &received[0].body);
    let own_id = received[0].element("wsa:MessageID").unwrap();
    let body = pretty(&received[0].body).replace(own_id, "[own id]");
    let until = received[0].element("os:validityTime").unwrap();
    crate::harness::assert_snapshot!(body.replace(until, "[time]").replace(&format!(">{id}<"), ">[id]<"));
    assert_eq!((received.len(), received[0].path.as_str()), (1, "/prices"));
}

/// OSEO 27: that there is no price is told too, by a fault: a GetQuotationResponse must have a quotation. It goes where faults
/// are wanted (WS-Addressing 1.0 §3.4), which may be nowhere.
#[test]
fn that_there_is_no_price_is_told_by_a_fault() {
    let script = r#"cat > /dev/null; echo '{"error": "the archive is closed", "retry": false}'"#;
    let (server, _folder) = pricing_by(script, "mode = \"monitoring\"\n[outbox]\nallow_private = [\"127.0.0.1\"]");
    let (customer, receiver) = (Customer::demo(), Receiver::new(|_| Reply::ok("OK")));
    let asking = |soap: Soap, headers: &str| {
        let message = get_quotation(&specification("", &[("", SCENE)]));
        server.send(&soap.request_with(&format!("{}{headers}", customer.security()), &message))
    };
    let fault_to = |address: &str| reply_to(address).replace("ReplyTo", "FaultTo");
    let replies = reply_to(&receiver.url("/replies"));
    let none = fault_to("http://www.w3.org/2005/08/addressing/none");
    let unwanted = id_of(&succeeded(asking(Soap::V11, &format!("{}{replies}{none}", message_id("urn:0")))));
    let elsewhere = fault_to(&receiver.url("/faults"));
    for (soap, sent, path) in [
        (Soap::V11, format!("{}{replies}", message_id("urn:1")), "/replies"),
        (Soap::V12, format!("{}{replies}{elsewhere}", message_id("urn:2")), "/faults"),
    ] {
        let id = id_of(&succeeded(asking(soap, &sent)));
        let told = eventually("the refusal is told", || receiver.received().into_iter().find(|received| received.path == path));
        assert_valid("oseo", &told.body);
        let related = if soap == Soap::V11 { "urn:1" } else { "urn:2" };
        assert_eq!(told.element("wsa:RelatesTo"), Some(related), "{}", told.body);
        let reason = format!("there is no price for quotation {id}: the archive is closed");
        assert!(told.body.contains("<soap:Fault>") && told.body.contains(&reason), "{}", told.body);
        assert!(told.body.contains("exceptionCode=\"NoApplicableCode\""), "{}", told.body);
    }
    eventually("it is refused", || (customer.ask(&server, &by_id(&unwanted)).element("status") == Some("partial")).then_some(()));
    assert_eq!(receiver.received().len(), 2, "who wants no fault gets none");
    let inside = format!("{}{replies}{}", message_id("urn:3"), fault_to("http://10.0.0.1/"));
    Report::default().refused(Way::V12, &asking(Soap::V12, &inside), "InvalidNotificationValue", Some("ws-address"));
}

/// OSEO 28, 38: after enough attempts there is no price, and why is told.
#[test]
fn a_price_that_is_not_found_is_given_up() {
    let script = r#"cat > /dev/null; echo attempt >> "$1/attempts"; echo 'no tariff' >&2; exit 1"#;
    let (server, folder) = pricing_by(script, "mode = \"monitoring\"\nattempts_max = 2\nretry_base_seconds = 1");
    let customer = Customer::demo();
    let id = quoted(&server, &customer, "hopeless");
    let answer = eventually("it is given up", || {
        Some(customer.ask(&server, &by_id(&id))).filter(|answer| answer.element("status") == Some("partial"))
    });
    assert_eq!((answer.element("errorMessage"), id_of(&answer)), (Some("no tariff"), id.clone()));
    assert_eq!(std::fs::read_to_string(folder.path().join("attempts")).unwrap().lines().count(), 2);
    let mut report = Report::default();
    let submitted = server.send(&customer.request(Way::V12, &submit_by(&id)));
    let fault = report.refused(Way::V12, &submitted, "InvalidParameterValue", Some("quotationId"));
    assert!(fault.diagnosis.ends_with("no tariff"), "{fault}");
}
