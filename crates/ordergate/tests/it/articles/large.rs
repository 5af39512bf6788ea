//! Half a million articles. `cargo test --release -p ordergate --test it articles::large -- --ignored --nocapture`

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::{Shop, many};

const ARTICLES: usize = 500_000;

/// The most memory that the processes of this test's children took, in kilobytes.
fn peak(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
#[ignore = "takes minutes"]
fn half_a_million_articles_are_imported_in_flat_memory() {
    let shop = Shop::new();
    let path = shop.file("large.csv", many(ARTICLES));
    eprintln!("file: {} MB", std::fs::metadata(&path).unwrap().len() / 1_000_000);
    let began = Instant::now();
    let mut import = shop.server.beside("articles").arg("import").arg(&path).spawn().unwrap();
    let (mut memory, mut slowest) = (0, Duration::ZERO);
    while import.try_wait().unwrap().is_none() {
        memory = peak(import.id()).unwrap_or_default().max(memory);
        let asked = Instant::now();
        assert!(["unknown", "Part number 1: available"].contains(&shop.told("N-000001").as_str()));
        slowest = slowest.max(asked.elapsed());
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(import.wait().unwrap().success());
    eprintln!("import: {:.1} s, {} MB; slowest answer meanwhile {slowest:?}", began.elapsed().as_secs_f64(), memory / 1_000);
    assert!(memory < 200_000, "{memory} KB");
    let last = format!("N-{:06}", ARTICLES - 1);
    assert_eq!(shop.told(&last), format!("Part number {}: available", ARTICLES - 1));
    let began = Instant::now();
    assert!(
        shop.imported(&["--kind", "stock"], {
            (0..ARTICLES).fold("number;stock\n".to_owned(), |mut text, n| {
                let _ = writeln!(text, "N-{n:06};{}", n % 7);
                text
            })
        })
        .done
    );
    eprintln!(
        "stock: {:.1} s; the server took {} MB",
        began.elapsed().as_secs_f64(),
        peak(shop.server.pid()).unwrap_or_default() / 1_000
    );
}
