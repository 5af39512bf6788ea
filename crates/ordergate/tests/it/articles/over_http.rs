//! Imports by an ERP, over HTTP.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

use super::{HEADER, Shop, many};
use crate::harness::{Request, post};

fn token(shop: &Shop) -> String {
    let added = shop.articles(&["importer", "add", "erp"]);
    assert!(added.status.success(), "{added:?}");
    String::from_utf8(added.stdout).unwrap().trim().to_owned()
}

fn request(token: &str, target: &str, body: impl Into<Vec<u8>>) -> Request {
    post(&format!("/import/veloconnect/{target}"), "text/csv", body).header("Authorization", &format!("Bearer {token}"))
}

fn sent(shop: &Shop, request: &Request) -> (u16, Value) {
    let answer = shop.server.send(request);
    (answer.status, serde_json::from_slice(&answer.body).unwrap())
}

#[test]
fn an_erp_imports_what_the_command_line_does() {
    let shop = Shop::new();
    let token = token(&shop);
    // Larger than any other request may be.
    let body = many(60_000);
    assert!(body.len() > 2 * 1024 * 1024, "{}", body.len());
    let (status, report) = sent(&shop, &request(&token, "articles", body));
    assert_eq!(
        (status, &report["summary"]["taken"], &report["summary"]["done"]),
        (200, &60_000.into(), &true.into()),
        "{report}"
    );
    assert_eq!(shop.told("N-059999"), "Part number 59999: available");
    let (status, report) = sent(&shop, &request(&token, "stock", "number;stock\nN-000001;0\n"));
    assert_eq!((status, &report["summary"]["done"]), (200, &true.into()), "{report}");
    assert_eq!(shop.told("N-000001"), "Part number 1: not_available");
    let (status, _) = sent(&shop, &request(&token, "numbers", "number,buyer,buyers_number\nN-000001,K4711,7290\n"));
    assert_eq!(status, 200);
    assert!(shop.details("N-000001").text().contains("<cac:BuyersItemIdentification><cac:ID>7290<"));
    let (status, _) = sent(&shop, &request(&token, "prices?decimal_comma", "number;prices\nN-000001;3,25\n"));
    assert_eq!((status, shop.price("K4711", "geheim", "N-000001").as_str()), (200, "3.25"));
}

#[test]
fn what_is_wrong_is_told_and_changes_nothing() {
    let shop = Shop::new();
    let token = token(&shop);
    let (status, report) = sent(&shop, &request(&token, "articles", format!("{HEADER}A;Kette;EA;;;1;1;;\nB;;EA;;;1;1;;\n")));
    let problem = &report["problems"][0];
    assert_eq!((status, &problem["line"], &problem["column"]), (422, &3.into(), &"description".into()), "{report}");
    assert_eq!(shop.told("A"), "unknown");
    let (status, report) =
        sent(&shop, &request(&token, "articles?skip_bad", format!("{HEADER}A;Kette;EA;;;1;1;;\nB;;EA;;;1;1;;\n")));
    assert_eq!((status, &report["summary"]["problems"]), (200, &1.into()), "{report}");
    let (status, report) = sent(&shop, &request(&token, "articles?dry_run", format!("{HEADER}C;Kette;EA;;;1;1;;\n")));
    assert_eq!((status, &report["summary"]["done"]), (200, &false.into()), "{report}");
    assert_eq!([shop.told("A"), shop.told("C")], ["Kette: available", "unknown"]);
    for (target, status) in [("nothing", 404), ("articles?colour=red", 400), ("articles?encoding=ebcdic", 400)] {
        assert_eq!(sent(&shop, &request(&token, target, HEADER)).0, status, "{target}");
    }
    assert_eq!(sent(&shop, &request(&token, "articles", "nonsense")).0, 422);
    let get = Request { method: "GET", ..request(&token, "articles", "") };
    assert_eq!(sent(&shop, &get).0, 405);
    let xml = post("/import/veloconnect/articles", "application/xml", "<a/>").header("Authorization", &format!("Bearer {token}"));
    assert_eq!(sent(&shop, &xml).0, 415);
}

#[test]
fn strangers_import_nothing() {
    let shop = Shop::new();
    let token = token(&shop);
    let body = format!("{HEADER}A;Kette;EA;;;1;1;;\n");
    assert_eq!(sent(&shop, &post("/import/veloconnect/articles", "text/csv", body.clone())).0, 401);
    assert_eq!(sent(&shop, &request(&token[1..], "articles", body.clone())).0, 401);
    assert!(shop.articles(&["importer", "remove", "erp"]).status.success());
    assert_eq!(sent(&shop, &request(&token, "articles", body)).0, 401);
    assert_eq!(shop.told("A"), "unknown");
}

#[test]
fn a_body_beyond_the_limit_or_cut_short_changes_nothing() {
    let shop = Shop::with("import_bytes_max = 300000\n");
    let token = token(&shop);
    assert_eq!(sent(&shop, &request(&token, "articles", format!("{HEADER}OLD;Alt;EA;;;1;1;;\n"))).0, 200);
    assert_eq!(sent(&shop, &request(&token, "articles", many(60_000))).0, 413);
    // What is announced is more than what comes, which ends with a whole row.
    let whole = request(&token, "articles", many(4_000)).bytes();
    let end = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    let mut stream = TcpStream::connect(shop.server.address).unwrap();
    stream.write_all(&whole[..end]).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(!String::from_utf8_lossy(&answer).starts_with("HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
    assert_eq!([shop.told("OLD"), shop.told("N-000001")], ["Alt: available", "unknown"]);
    // The next one is not in anybody's way.
    assert_eq!(sent(&shop, &request(&token, "articles", many(10))).0, 200);
}
