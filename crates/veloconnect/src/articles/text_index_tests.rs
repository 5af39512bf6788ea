#![allow(clippy::unwrap_used)]
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

fn index(articles: &[(u32, &str, &str, Option<&str>)]) -> TextIndex {
    let mut builder = IndexBuilder::new(1);
    for (place, id, description, ean) in articles {
        builder.push(*place, id, description, *ean, None).unwrap();
    }
    builder.finish().unwrap()
}

fn found(index: &TextIndex, text: &str) -> Vec<u32> {
    index.search(&Words::new(text)).page(0, usize::MAX).places
}

/// veloconnect 60, 61: every word, as a part of number, description or EAN; case and accents are nothing.
#[test]
fn what_is_found() {
    let index = index(&[
        (0, "100-SP263", "Speiche 263 mm silber, Packung", Some("4000000000006")),
        (3, "200", "Kühler für Größe M", None),
        (4, "AB 7", "KUEHLER, ss", Some("4000000000013")),
        (9, "speiche", "", None),
    ]);
    for (text, places) in [
        ("", &[0, 3, 4, 9][..]),
        ("speiche", &[0, 9]),
        ("SPEICHE 263", &[0]),
        ("263 speiche silber", &[0]),
        ("peich", &[0, 9]),
        ("speiche 264", &[]),
        ("000013", &[4]),
        ("7 kuehler", &[4]),
        ("kühler", &[3, 4]),
        ("kuhler", &[3]),
        ("kuehler", &[3, 4]),
        ("KU\u{308}HLER groesse", &[3]),
        ("größe", &[3]),
        ("gross", &[3]),
        ("ß", &[3, 4]),
        // Words do not reach from one text into another.
        ("263speiche", &[]),
        ("packung4000", &[]),
        ("x", &[]),
    ] {
        assert_eq!(found(&index, text), places, "{text}");
    }
    let nothing = self::index(&[]);
    assert_eq!(found(&nothing, ""), [0_u32; 0]);
    assert_eq!(found(&nothing, "a"), [0_u32; 0]);
}

#[test]
fn places_ascend() {
    let mut builder = IndexBuilder::new(1);
    builder.push(5, "A", "", None, None).unwrap();
    assert_eq!(builder.push(5, "B", "", None, None), Err(IndexError::Order(5)));
}

proptest! {
    /// What is found is what looking at each article by itself finds.
    #[test]
    fn as_if_each_were_looked_at(
        articles in proptest::collection::vec(("[ab]{0,3}", "[abü ]{0,8}", proptest::option::of("[12]{1,3}")), 0..12),
        text in "[abü12 ]{0,6}",
    ) {
        let mut builder = IndexBuilder::new(1);
        for (place, (id, description, ean)) in (0..).zip(&articles) {
            builder.push(place, id, description, ean.as_deref(), None).unwrap();
        }
        let whole = found(&builder.finish().unwrap(), &text);
        let words = Words::new(&text);
        let alone: Vec<u32> = (0..).zip(&articles).filter(|(_, (id, description, ean))| {
            let mut own = String::new();
            for text in [Some(id), Some(description), ean.as_ref()].into_iter().flatten() {
                index_into(&mut own, text);
                own.push(SEPARATOR);
            }
            words.iter().all(|word| ways(word).any(|way| own.contains(way)))
        }).map(|(place, _)| place).collect();
        prop_assert_eq!(whole, alone);
    }
}

/// Prints what searches of half a million articles take on this machine; run it by name, in a release build.
#[test]
#[ignore = "prints figures, decides nothing"]
#[expect(clippy::print_stdout, reason = "figures are what it is for")]
fn figures_for_half_a_million_articles() {
    const ARTICLES: u32 = 500_000;
    const PARTS: [&str; 12] = [
        "Speiche",
        "Felge",
        "Laufrad",
        "Reifen",
        "Schlauch",
        "Kette",
        "Zahnkranz",
        "Pedal",
        "Bremsbelag",
        "Lenkergriff",
        "Sattel",
        "Schutzblech",
    ];
    const KINDS: [&str; 8] = ["schwarz", "silber", "grün", "Größe M", "faltbar", "Edelstahl", "Pannenschutz", "für Kinderräder"];
    let began = Instant::now();
    let mut builder = IndexBuilder::new(1);
    for n in 0..ARTICLES {
        let (part, kind) = (PARTS[n as usize % PARTS.len()], KINDS[n as usize / 7 % KINDS.len()]);
        let description = format!(
            "{part} {kind} {} mm, Modell {:05}, Verpackungseinheit Werkstatt",
            n % 700,
            n.wrapping_mul(2_654_435_761) % 99_991
        );
        builder.push(n, &format!("{:03}-{n:06}", n % 997), &description, Some(&format!("40{n:011}")), None).unwrap();
    }
    let index = builder.finish().unwrap();
    println!("{ARTICLES} articles: {} KiB, built in {:.2?}", index.bytes() / 1024, began.elapsed());
    for text in [
        "402719",
        "speiche 263",
        "kinderräder 08123",
        "zahnkranz modell 4711",
        "pedal grün 17 mm",
        "nirgends",
        "werkstatt",
        "e",
        "",
    ] {
        let words = Words::new(text);
        let mut times: Vec<Duration> = (0..200)
            .map(|_| {
                let began = Instant::now();
                std::hint::black_box(index.search(&words).to_document());
                began.elapsed()
            })
            .collect();
        times.sort_unstable();
        let hits = index.search(&words);
        println!(
            "{text:?}: {} hits, {} bytes; p50 {:.2?}, p99 {:.2?}",
            hits.len(),
            hits.to_document().0.len(),
            times[100],
            times[197]
        );
    }
}
