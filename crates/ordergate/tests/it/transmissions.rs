//! Stock and sales that retailers transmit: over HTTP, through a crash, to the operator's systems.

use std::fmt::Write as _;
use std::process::Output;

use serde_json::Value;

use crate::harness::{Answer, Config, Receiver, Reply, Server, eventually, post};

const SECRET: &str = "whsec_c2lnbmluZyBzZWNyZXQgb2YgdGhlIHRlc3Rz";

fn request(operation: &str, module: &str, frame: &str, content: &str) -> String {
    format!(
        "<{operation}Request xmlns='urn:veloconnect:{module}' xmlns:t='urn:veloconnect:transaction-1.0' \
         xmlns:a='urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-1.0' \
         xmlns:b='urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-1.0'><t:BuyersID>K4711</t:BuyersID>\
         <t:Credential><t:Password>geheim</t:Password></t:Credential>{frame}{content}</{operation}Request>"
    )
}

fn stock(frequence: &str, lines: usize) -> String {
    let mut content = format!("<CreateDate>2026-01-01T00:00:00Z</CreateDate><Frequence>{frequence}</Frequence>");
    for line in 0..lines {
        let _ = write!(
            content,
            "<StockTransmitB2BLine><a:SellersItemIdentification><a:ID>x, {line}</a:ID></a:SellersItemIdentification>\
             <b:Quantity quantityUnitCode='EA'>{line}</b:Quantity><Availability>Available</Availability></StockTransmitB2BLine>"
        );
    }
    request("StockTransmitB2B", "stock-B2B-1.4", "", &content)
}

fn sale(test: bool) -> String {
    let content = "<CreateDate>2026-01-01T00:00:00Z</CreateDate><SaleTransmitB2BLine><ID>s1</ID><a:SellersItemIdentification>\
        <a:ID>130-KE8</a:ID></a:SellersItemIdentification><QuantityFraction>2</QuantityFraction>\
        <SaleDate>2025-12-31T12:00:00</SaleDate></SaleTransmitB2BLine>";
    request("SaleTransmitB2B", "sale-B2B-1.6", if test { "<t:IsTest>true</t:IsTest>" } else { "" }, content)
}

fn send(server: &Server, body: &str) -> Answer {
    let answer = server.send(&post("/veloconnect", "application/xml", body));
    assert_eq!((answer.status, answer.element("ResponseCode")), (200, Some("200")), "{}", answer.text());
    answer
}

fn state(server: &Server, id: &str) -> String {
    let frame = format!("<t:TransactionID>{id}</t:TransactionID>");
    let answer = send(server, &request("GetStatus", "transaction-1.6", &frame, ""));
    answer.element("StatusCode").unwrap_or_default().to_owned()
}

#[track_caller]
fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// veloconnect 70: killed in state 84, a server goes on with the import when it is there again.
#[test]
fn an_import_survives_a_crash() {
    let more = "[veloconnect.transmissions]\nimport_at_once_max = 10\nlease_seconds = 1\n";
    let mut server = Server::serve(&Config::new(more));
    let answer = send(&server, &stock("Complete", 3000));
    assert_eq!(answer.element("StatusCode"), Some("84"));
    let id = answer.element("TransactionID").unwrap().to_owned();
    server.kill();
    server.start();
    eventually("it is imported", || (state(&server, &id) == "85").then_some(()));
    let exported = said(&server.transmissions(&["export", "stock-b2b", "--format", "json"]));
    assert_eq!(exported.lines().count(), 3000);
}

/// What came is listed, shown and exported beside the running server.
#[test]
fn operators_see_and_export_what_came() {
    let server = Server::serve(&Config::new(""));
    send(&server, &stock("Incremental", 2));
    send(&server, &sale(false));
    send(&server, &sale(true));
    let run = |arguments: &[&str]| said(&server.transmissions(arguments));
    let list = run(&["list", "--buyer", "K4711"]);
    let columns: Vec<Vec<&str>> = list.lines().map(|line| line.split('\t').collect()).collect();
    let told: Vec<String> = columns.iter().map(|c| [c[1], c[2], c[3], c[5], c[6], c[7], c[8]].join(" ")).collect();
    assert_eq!(
        told,
        [
            "K4711 B2BStock imported 2026-01-01T00:00:00Z incremental 2 0",
            "K4711 B2BSale imported 2026-01-01T00:00:00Z incremental 1 0",
            "K4711 B2BSale test 2026-01-01T00:00:00Z incremental 1 0",
        ]
    );
    let shown: Value = serde_json::from_str(run(&["show", columns[1][0]]).trim()).unwrap();
    assert_eq!((&shown["id"], &shown["sellersArticle"], &shown["line"]), (&"s1".into(), &"130-KE8".into(), &1.into()));
    let csv = run(&["export", "stock-b2b", "--format", "csv"]);
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!(lines[0], "buyer,owner,transmission,storedAt,known,sellersArticle,buyersArticle,quantity,unit,availability");
    assert!(lines[1].starts_with("K4711,") && lines[1].ends_with(",false,\"x, 0\",,0,EA,Available"), "{csv}");
    assert_eq!(lines.len(), 4);
    let json = run(&["export", "sale-b2b", "--since", "2026-01-01"]);
    let sold: Value = serde_json::from_str(json.trim()).unwrap();
    assert_eq!(
        (&sold["buyer"], &sold["quantity"], &sold["soldAt"]),
        (&"K4711".into(), &"2".into(), &"2025-12-31T12:00:00".into())
    );
    assert_eq!(run(&["export", "sale-b2b", "--since", "9000-01-01T00:00:00Z"]), "");
    assert_eq!(run(&["export", "sale-b2x"]), "");
    let refused = server.transmissions(&["list", "--buyer", "nobody"]);
    assert_eq!(String::from_utf8_lossy(&refused.stderr), "ordergate: there is no buyer nobody\n");
}

/// Webhooks hear of what is imported, at once or later, once for each transmission; of tests they do not.
#[test]
fn webhooks_hear_of_transmissions() {
    let receiver = Receiver::new(|_| Reply::ok(""));
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, SECRET).unwrap();
    let more = format!(
        "[veloconnect.transmissions]\nimport_at_once_max = 10\n[outbox]\npoll_ms = 50\n[[outbox.webhook]]\nname = \"erp\"\n\
         url = {:?}\nsecret_file = {secret:?}\nevents = [\"stock.received\", \"sale.received\"]\n",
        receiver.url("/erp")
    );
    let server = Server::serve(&Config::new(&more));
    send(&server, &sale(true));
    send(&server, &stock("Complete", 20));
    send(&server, &sale(false));
    eventually("both are told", || (receiver.received().len() == 2).then_some(()));
    let mut told: Vec<Value> = receiver.received().iter().map(|call| serde_json::from_str(&call.body).unwrap()).collect();
    told.sort_by_key(|event| event["type"].to_string());
    let of = |event: &Value| {
        let data = &event["data"];
        format!("{} {} {} {} {}", event["type"], data["kind"], data["buyer"], data["complete"], data["lines"])
    };
    assert_eq!(
        told.iter().map(of).collect::<Vec<_>>(),
        ["\"sale.received\" \"B2BSale\" \"K4711\" false 1", "\"stock.received\" \"B2BStock\" \"K4711\" true 20"]
    );
}
