//! Large catalogues and large orders. Half a million articles, or as many as `IMPORT_ARTICLES` says, of some 55 bytes each:
//! `cargo test --release -p ordergate --test it articles::large -- --ignored --nocapture`

use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{HEADER, Shop, many, row};
use crate::harness::{assert_valid, code, eventually, memory_kib};
use crate::veloconnect_door::{Binding, Said};

const LINES: usize = 10_000;

/// An order of ten thousand lines, by a form with the usual limits and by XML with wider ones, up to the seller's own system.
#[test]
fn an_order_of_ten_thousand_lines_goes_the_whole_way() {
    let out = tempfile::tempdir().unwrap();
    let shop = Shop::with(&format!(
        "[veloconnect.erp]\norder_folder = {:?}\n[fulfilment.veloconnect]\npoll_ms = 50\n[outbox]\npoll_ms = 50\n\
         [server]\nbody_bytes_max = 4194304\n[limits]\nelements_max = 100000\n",
        out.path()
    ));
    shop.imported(&[], many(LINES));
    let numbers: Vec<String> = (0..LINES).map(|n| format!("N-{n:06}")).collect();
    let lines: Vec<_> = numbers.iter().map(|number| (number.as_str(), "2", "EA")).collect();
    for binding in [Binding::Form, Binding::Xml] {
        let ask = |operation: &str, said: Said<'_>| {
            let answer = shop.server.send(&binding.request(operation, said));
            assert_eq!((answer.status, code(&answer)), (200, "200"), "{binding:?} {operation}");
            assert_valid("veloconnect", answer.text());
            answer
        };
        let created = ask("CreateOrder", Said { lines: &lines, ..Said::default() });
        assert_eq!(created.elements("OrderResponseLine").len(), LINES, "{binding:?}");
        let transaction = created.element("TransactionID");
        let finished = ask("FinishOrder", Said { transaction, ..Said::default() });
        let written: PathBuf = out.path().join(format!("{}.json", finished.element("OrderID").unwrap()));
        let order: Value = eventually("the order is sent", || serde_json::from_slice(&std::fs::read(&written).ok()?).ok());
        let sent = order["lines"].as_array().unwrap();
        assert_eq!((sent.len(), &sent[LINES - 1]["article"]), (LINES, &Value::from(numbers[LINES - 1].as_str())));
    }
}

/// So many articles, written without being held.
fn file_of(shop: &Shop, articles: usize) -> PathBuf {
    let path = shop.folder.path().join("large.csv");
    let mut out = BufWriter::new(std::fs::File::create(&path).unwrap());
    out.write_all(HEADER.as_bytes()).unwrap();
    for n in 0..articles {
        out.write_all(row(n).as_bytes()).unwrap();
    }
    out.flush().unwrap();
    path
}

/// More than 2 GiB, in rows as long as they may be; what the rows are long by is a column that is left out, so that the store
/// stays small. The figures for as many articles are recorded in `docs/benchmarks.md`.
#[test]
fn two_gigabytes_are_read_in_flat_memory() {
    const ROWS: usize = 8_700;
    let shop = Shop::new();
    shop.imported(&[], format!("{HEADER}OLD;Alt;EA;;;1;1;;\n"));
    let notes = "n".repeat(250_000);
    let mut import = shop.server.beside("articles");
    let mut import = import
        .args(["import", "--ignore-unknown", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = import.stdin.take().unwrap();
    out.write_all(b"number;description;prices;notes\n").unwrap();
    let (mut bytes, mut memory) = (0_usize, 0);
    for n in 0..ROWS {
        let row = format!("N-{n:06};Part number {n};1;{notes}\n");
        out.write_all(row.as_bytes()).unwrap();
        bytes += row.len();
        if n % 1_000 == 999 {
            memory = memory_kib(import.id(), "VmHWM").unwrap_or_default().max(memory);
            assert_eq!([shop.told("OLD"), shop.told("N-000001")], ["Alt: available", "unknown"]);
        }
    }
    drop(out);
    assert!(import.wait().unwrap().success());
    assert!(bytes > 2 * 1024 * 1024 * 1024, "{bytes}");
    assert!((1..100_000).contains(&memory), "{memory} KB");
    assert_eq!([shop.told("OLD"), shop.told("N-008699")], ["unknown", "Part number 8699: available"]);
}

#[test]
#[ignore = "takes minutes"]
fn as_many_articles_as_may_be_are_imported_in_flat_memory() {
    let articles = std::env::var("IMPORT_ARTICLES").map_or(500_000, |number| number.parse().unwrap());
    let shop = Shop::new();
    let path = file_of(&shop, articles);
    eprintln!("file: {} MB", std::fs::metadata(&path).unwrap().len() / 1_000_000);
    let began = Instant::now();
    let mut import = shop.server.beside("articles").arg("import").arg(&path).spawn().unwrap();
    let (mut memory, mut slowest) = (0, Duration::ZERO);
    while import.try_wait().unwrap().is_none() {
        memory = memory_kib(import.id(), "VmHWM").unwrap_or_default().max(memory);
        let asked = Instant::now();
        assert!(["unknown", "Part number 1: available"].contains(&shop.told("N-000001").as_str()));
        slowest = slowest.max(asked.elapsed());
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(import.wait().unwrap().success());
    eprintln!("import: {:.1} s, {} MB; slowest answer meanwhile {slowest:?}", began.elapsed().as_secs_f64(), memory / 1_000);
    assert!(memory < 200_000, "{memory} KB");
    let last = format!("N-{:06}", articles - 1);
    assert_eq!(shop.told(&last), format!("Part number {}: available", articles - 1));
    let began = Instant::now();
    assert!(
        shop.imported(&["--kind", "stock"], {
            (0..articles).fold("number;stock\n".to_owned(), |mut text, n| {
                let _ = writeln!(text, "N-{n:06};{}", n % 7);
                text
            })
        })
        .done
    );
    eprintln!(
        "stock: {:.1} s; the server took {} MB",
        began.elapsed().as_secs_f64(),
        memory_kib(shop.server.pid(), "VmHWM").unwrap_or_default() / 1_000
    );
}
