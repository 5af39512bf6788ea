//! What the server says about itself, and what it never says.

use super::in_two;
use crate::harness::{
    Config, Server, Soap, Wire, eventually, get, get_status, post, retrieve, security, submit, veloconnect, veloconnect_as,
};

/// Every password that is sent, right ones and wrong ones, in every form in which one could be written.
const SECRETS: [&str; 6] =
    ["demo-secret", "geheim", "falsches-wort", "ZGVtbzpkZW1vLXNlY3JldA", "ZGVtbzpmYWxzY2hlcy13b3J0", "digest-bytes"];

#[test]
fn no_password_is_ever_written() {
    let mut server = Server::serve(&Config::new("[log]\nlevel = \"trace\"\nformat = \"json\"\n"));
    let message = get_status("<os:orderId>1</os:orderId><os:presentation>brief</os:presentation>");
    let basic = |credentials: &str| {
        let plain = message.replace("<os:GetStatus ", "<os:GetStatus xml:lang=\"en\" ");
        post("/oseo", "application/xml", plain).header("Authorization", &format!("Basic {credentials}"))
    };
    let form = "RequestName=GetStatusRequest&BuyersID=K4711&Password=falsches-wort";
    let xml = "<GetStatusRequest xmlns='urn:veloconnect:transaction-1.0'><BuyersID>K4711</BuyersID><Credential>\
               <Password>falsches-wort</Password></Credential></GetStatusRequest>";
    for request in [
        veloconnect("GetProfile", ""),
        veloconnect_as("K4711", "falsches-wort", "GetProfile", ""),
        veloconnect_as("K4711", "falsches-wort", "GetProfil", "&IsTest=quatsch"),
        veloconnect("GetStatus", "&Password=falsches-wort"),
        veloconnect("CreateOrder", "&Quantity.geheim=x"),
        post("/veloconnect", "application/x-www-form-urlencoded", form),
        post("/veloconnect", "application/xml", xml),
        post("/veloconnect", "application/xml", xml.replace("</Password>", "")),
        Soap::V11.request(&message),
        Soap::V12.request_with(&security("demo", "falsches-wort"), &message),
        Soap::V11.request_with(&security("demo", "falsches-wort").replace("</wsse:Password>", ""), &message),
        Soap::V11.request_with(&security("demo", "digest-bytes").replace("#PasswordText", "#PasswordDigest"), &message),
        basic("ZGVtbzpkZW1vLXNlY3JldA=="),
        basic("ZGVtbzpmYWxzY2hlcy13b3J0"),
        basic("falsches-wort"),
        submit("a reference", "STANDARD", &["item"]),
        get("/nowhere?Password=falsches-wort"),
        get("/oseo?wsdl&Password=falsches-wort"),
        get("http://demo:falsches-wort@localhost/health/live"),
        get("/veloconnect?Password=falsches-wort").header("Referer", "http://x/?Password=falsches-wort"),
    ] {
        let request = request.header("X-Request-Id", "noted").header("Cookie", "falsches-wort");
        request.try_send(server.address).unwrap();
    }
    // Nor when a request breaks off in the middle.
    for request in [Soap::V11.request(&message), post("/veloconnect", "application/xml", xml)] {
        let mut wire = Wire::connect(server.address);
        wire.write(&in_two(&request, 5).0).half_close();
        wire.rest();
    }
    Wire::connect(server.address).write(b"GET /falsches-wort").half_close();
    server.signal("TERM");
    assert!(server.wait().success());
    let log = server.log();
    assert!(log.matches("\"request_id\":\"noted\"").count() >= 19, "{log}");
    for line in log.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert!(event["timestamp"].is_string() && event["level"].is_string(), "{line}");
        for secret in SECRETS {
            assert!(!line.contains(secret), "{secret} in {line}");
        }
    }
}

#[test]
fn a_request_can_be_found_again_by_its_id() {
    let server = Server::serve(&Config::new("[log]\nformat = \"json\"\n"));
    let own = server.send(&retrieve("7").header("X-Request-Id", "client-17"));
    assert_eq!(own.header("x-request-id"), Some("client-17"));
    let given = server.send(&veloconnect("GetProfile", "")).header("x-request-id").unwrap().to_owned();
    assert_eq!((given.len(), given.split('-').count()), (36, 5), "{given}");
    let replaced = server.send(&get("/health/live").header("X-Request-Id", "two words"));
    assert_ne!(replaced.header("x-request-id"), Some("two words"));
    let line = |id: &str| {
        let of_id = format!("\"request_id\":\"{id}\"");
        let line = eventually("the request's line", || server.log().lines().find(|l| l.contains(&of_id)).map(str::to_owned));
        serde_json::from_str::<serde_json::Value>(&line).unwrap()
    };
    let line_of_own = line("client-17");
    for (key, value) in [
        ("method", "POST"),
        ("path", "/oseo"),
        ("protocol", "oseo"),
        ("operation", "GetStatus"),
        ("result", "InvalidOrderIdentifier"),
    ] {
        assert_eq!(line_of_own[key], value, "{line_of_own}");
    }
    assert!(line_of_own["duration_us"].is_u64() && line_of_own["status"] == 500, "{line_of_own}");
    assert_eq!(line(&given)["operation"], "GetProfile");
}

#[test]
fn requests_are_counted_by_protocol_operation_and_result() {
    let server = Server::serve(&Config::new(""));
    for _ in 0..3 {
        server.send(&submit("counted", "STANDARD", &["item"]));
    }
    server.send(&retrieve("1"));
    server.send(&retrieve("999"));
    server.send(&veloconnect("GetStatus", ""));
    server.send(&veloconnect("GetStatus", "&TransactionID=none"));
    server.send(&veloconnect("GetStatuss", ""));
    server.send(&get("/oseo"));
    server.send(&get("/nowhere"));
    let page = server.send(&get("/metrics"));
    assert_eq!(page.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    for line in [
        r#"ordergate_requests_total{protocol="oseo",operation="Submit",result="success"} 3"#,
        r#"ordergate_requests_total{protocol="oseo",operation="GetStatus",result="success"} 1"#,
        r#"ordergate_requests_total{protocol="oseo",operation="GetStatus",result="InvalidOrderIdentifier"} 1"#,
        r#"ordergate_requests_total{protocol="veloconnect",operation="GetStatus",result="200"} 1"#,
        r#"ordergate_requests_total{protocol="veloconnect",operation="GetStatus",result="420"} 1"#,
        r#"ordergate_requests_total{protocol="veloconnect",operation="unknown",result="405"} 1"#,
        r#"ordergate_requests_total{protocol="oseo",operation="unknown",result="method-not-allowed"} 1"#,
        r#"ordergate_requests_total{protocol="http",operation="other",result="client_error"} 1"#,
        r#"ordergate_request_duration_seconds_bucket{protocol="oseo",operation="Submit",le="+Inf"} 3"#,
        r#"ordergate_request_duration_seconds_count{protocol="veloconnect",operation="GetStatus"} 2"#,
        "# TYPE ordergate_request_duration_seconds histogram",
        "# TYPE ordergate_requests_total counter",
    ] {
        assert!(page.text().lines().any(|l| l == line), "{line}\nnot in\n{}", page.text());
    }
}

#[test]
fn addresses_that_are_no_protocols() {
    let server = Server::serve(&Config::new(""));
    for (request, status, text) in [
        (get("/health/live"), 200, "ok\n"),
        (get("/health/ready"), 200, "ready\n"),
        (get("/"), 404, "There is nothing at this address.\n"),
        (post("/oseo/x", "text/xml", "<a/>"), 404, "There is nothing at this address.\n"),
        // Without a folder of products none are offered.
        (get("/download/1/item_01"), 404, "There is nothing at this address.\n"),
    ] {
        let answer = server.send(&request);
        assert_eq!((answer.status, answer.text()), (status, text), "{}", request.target);
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    }
    for method in ["PUT", "DELETE", "OPTIONS"] {
        for path in ["/oseo", "/veloconnect"] {
            let mut request = get(path);
            request.method = method;
            let answer = server.send(&request);
            assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, POST")), "{method} {path}");
        }
    }
}
