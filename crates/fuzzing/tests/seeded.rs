//! Every target over its seeds, and over mutations of them that are the same in every run.
//!
//! `ORDERGATE_FUZZ_ROUNDS` in the environment sets the number of mutations for each target.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ordergate_fuzzing::{TARGETS, Target};

/// A generator of numbers that look random (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % end.max(1)
    }
}

/// Pieces that mean something to one reader or another.
const PIECES: [&[u8]; 62] = [
    b"<",
    b">",
    b"/>",
    b"</",
    b"&",
    b";",
    b"&amp;",
    b"&#10;",
    b"&#xD800;",
    b"\"",
    b"'",
    b"=",
    b"xmlns:p=\"urn:p\"",
    b"xmlns=\"\"",
    b"p:",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"-->",
    b"<?",
    b"?>",
    b"<!DOCTYPE a>",
    b"\r\n",
    b"\t",
    b"\n",
    b"\0",
    b"\x01",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xC3",
    b"\xED\xA0\x80",
    b"%",
    b"%00",
    b"%zz",
    b"+",
    b"Quantity.x=1&",
    b"RequestName=",
    b"version=1.6&",
    b"[server]\n",
    b" xsi:nil=\"true\"",
    b" xsi:type=\"xs:int\"",
    b"99999999999999999999",
    b"2026-03-01",
    b"Basic ",
    b";",
    b",",
    b"|",
    b"\"\"",
    b"{}",
    b"[]",
    b"null",
    b"-0",
    b"1e999",
    b"0.0000000000000000000000000001",
    b"\\u0000",
    b"\\ufffe",
    b"\\ud800",
    b"-009999-01-01",
    b"../",
    b"%2e%2e%2f",
    b"bytes=-",
    b"{claim}",
];

fn mutate(seeds: &[Vec<u8>], numbers: &mut Numbers) -> Vec<u8> {
    let mut data = seeds[numbers.below(seeds.len())].clone();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(data.len() + 1);
        let end = (at + 1 + numbers.below(24)).min(data.len());
        match numbers.below(8) {
            0 if at < data.len() => data[at] ^= 1 << numbers.below(8),
            1 => drop(data.drain(at..end)),
            2 => {
                let copy = data[at..end].to_vec();
                let to = numbers.below(data.len() + 1);
                data.splice(to..to, copy);
            }
            3 => {
                let other = &seeds[numbers.below(seeds.len())];
                let from = numbers.below(other.len() + 1);
                let piece = other[from..(from + numbers.below(80)).min(other.len())].to_vec();
                data.splice(at..end, piece);
            }
            4 => data.truncate(at.max(data.len() / 2)),
            5 if at < data.len() => data[at] = u8::try_from(numbers.below(256)).unwrap(),
            _ => drop(data.splice(at..at, PIECES[numbers.below(PIECES.len())].iter().copied())),
        }
    }
    data
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders: &[&str] = match target {
        "validate_oseo" => &["../oseo/tests/bases"],
        "validate_veloconnect" => &["../veloconnect/tests/bases"],
        "xml_reader" => &["seeds/xml_reader", "../oseo/tests/bases"],
        "receipts" => &["seeds/receipts", "../veloconnect/tests/receipts"],
        _ => &[&format!("seeds/{target}")],
    };
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in folders {
        files.extend(std::fs::read_dir(here.join(folder)).unwrap().map(|file| file.unwrap().path()));
    }
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

fn run((name, target): Target, rounds: usize) {
    let rounds = std::env::var("ORDERGATE_FUZZ_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(rounds);
    let seeds = seeds(name);
    for seed in &seeds {
        target(seed);
    }
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for _ in 0..rounds {
        let data = mutate(&seeds, &mut numbers);
        let held = std::panic::catch_unwind(|| target(&data));
        assert!(held.is_ok(), "{name}: {:?}", String::from_utf8_lossy(&data));
    }
}

fn target(name: &str) -> Target {
    *TARGETS.iter().find(|target| target.0 == name).unwrap()
}

#[test]
fn xml_reader() {
    run(target("xml_reader"), 4000);
}

#[test]
fn validate_oseo() {
    run(target("validate_oseo"), 3000);
}

#[test]
fn validate_veloconnect() {
    run(target("validate_veloconnect"), 3000);
}

#[test]
fn oseo_request() {
    run(target("oseo_request"), 2000);
}

#[test]
fn veloconnect_request() {
    run(target("veloconnect_request"), 2000);
}

#[test]
fn credentials() {
    run(target("credentials"), 500);
}

#[test]
fn config() {
    run(target("config"), 2000);
}

#[test]
fn addresses() {
    run(target("addresses"), 4000);
}

#[test]
fn import_rows() {
    run(target("import_rows"), 300);
}

#[test]
fn receipts() {
    run(target("receipts"), 500);
}

#[test]
fn live_answers() {
    run(target("live_answers"), 500);
}

#[test]
fn shop_answers() {
    run(target("shop_answers"), 500);
}

#[test]
fn price_answers() {
    run(target("price_answers"), 1000);
}

#[test]
fn processor_answers() {
    run(target("processor_answers"), 3000);
}

#[test]
fn feed() {
    run(target("feed"), 800);
}

#[test]
fn callout_answers() {
    run(target("callout_answers"), 1000);
}

#[test]
fn stored_items() {
    run(target("stored_items"), 8000);
}

#[test]
fn damaged_store() {
    run(target("damaged_store"), 60);
}

#[test]
fn server_request() {
    run(target("server_request"), 300);
}

#[test]
fn downloads() {
    run(target("downloads"), 300);
}

/// Otherwise mutations would try the outermost checks alone.
#[test]
fn seeds_reach_every_operation() {
    let oseo: Vec<String> = seeds("oseo_request").iter().map(|seed| ordergate_fuzzing::oseo_request(seed)).collect();
    for result in [
        "WSDL success",
        "GetCapabilities success",
        "GetOptions success",
        "GetStatus success",
        "Submit success",
        "DescribeResultAccess success",
        "Cancel success",
        "GetQuotation success",
        "GetQuotation partial",
        "unknown OperationNotSupported",
    ] {
        assert!(oseo.iter().any(|found| found == result), "{result}: {oseo:?}");
    }
    let veloconnect: Vec<String> =
        seeds("veloconnect_request").iter().map(|seed| ordergate_fuzzing::veloconnect_request(seed)).collect();
    for operation in [
        "GetProfile",
        "GetStatus",
        "Rollback",
        "GetItemDetails",
        "GetItemDetailsList",
        "CreateOrder",
        "UpdateOrder",
        "ViewOrder",
        "FinishOrder",
        "CreateTextSearch",
        "SearchResult",
        "GetClassificationScheme",
        "StockTransmitB2B",
        "StockTransmitB2C",
        "SaleTransmitB2B",
        "SaleTransmitB2X",
        "OfferQuery",
        "InvoiceInformationDetails",
    ] {
        let result = format!("{operation} 200");
        assert!(veloconnect.contains(&result), "{result}: {veloconnect:?}");
    }
}

/// The same of what has no operations.
#[test]
fn seeds_reach_what_is_taken() {
    let imports: Vec<String> = seeds("import_rows").iter().map(|seed| ordergate_fuzzing::import_rows(seed)).collect();
    for taken in ["articles 2 2", "articles 3 3", "stock 3 3", "prices 3 3", "prices 2 2", "classification 3 3", "buyers 3 2"] {
        assert!(imports.iter().any(|found| found == taken), "{taken}: {imports:?}");
    }
    let receipts: Vec<String> = seeds("receipts").iter().flat_map(|seed| ordergate_fuzzing::receipts(seed)).collect();
    for taken in
        ["offer Stored 0", "orderConfirmation Stored 1", "deliveryNote Stored 1", "invoice Stored 0", "orderRejection Applied 1"]
    {
        assert!(receipts.iter().any(|found| found == taken), "{taken}: {receipts:?}");
    }
    let fed: Vec<usize> = seeds("feed").iter().map(|seed| ordergate_fuzzing::feed(seed)).collect();
    assert!(fed.iter().filter(|new| **new > 0).count() >= 3, "{fed:?}");
}

#[test]
fn seeds_reach_the_server() {
    let statuses: Vec<u16> = seeds("server_request").iter().flat_map(|seed| ordergate_fuzzing::server_request(seed)).collect();
    assert!(statuses.iter().filter(|status| **status == 200).count() >= 25, "{statuses:?}");
    let sent: BTreeSet<u16> = seeds("downloads").iter().map(|seed| ordergate_fuzzing::downloads(seed)).collect();
    assert_eq!(sent.into_iter().collect::<Vec<_>>(), [200, 206, 304, 412, 416]);
}
