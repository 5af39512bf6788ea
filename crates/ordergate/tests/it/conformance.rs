//! The conformance pages tell what is tested.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Numbers that follow a word in the sources of tests: `OSEO 1, 2, 61-64`.
fn numbers_after(word: &str, text: &str) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    for part in text.split(word).skip(1) {
        let list: String = part.chars().take_while(|c| c.is_ascii_digit() || ", -\n/".contains(*c)).collect();
        for entry in list.split(|c: char| !(c.is_ascii_digit() || c == '-')).filter(|entry| !entry.is_empty()) {
            let (from, to) = entry.split_once('-').unwrap_or((entry, entry));
            if let (Ok(from), Ok(to)) = (from.parse::<u32>(), to.parse::<u32>()) {
                found.extend(from..=to);
            }
        }
    }
    found
}

fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_oseo_rule_that_is_met_has_a_test_with_its_number() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut text = String::new();
    for folder in ["ordergate/tests/it/oseo", "engine/tests", "oseo/tests"] {
        sources(&crates.join(folder), &mut text);
    }
    for file in ["ordergate/tests/it/download.rs", "ordergate/tests/it/fulfilment.rs", "ordergate/tests/it/seed.rs"] {
        text.push_str(&fs::read_to_string(crates.join(file)).unwrap());
    }
    check("OSEO ", &text, "oseo-conformance.md", 77);
}

#[test]
fn every_veloconnect_rule_that_is_met_has_a_test_with_its_number() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut text = String::new();
    for folder in ["ordergate/tests/it", "engine/tests", "veloconnect/tests"] {
        sources(&crates.join(folder), &mut text);
    }
    check("veloconnect ", &text, "veloconnect-conformance.md", 74);
}

/// A page's rules from 1 to `last`, of which each that is said to be met must stand in a test after `word`.
fn check(word: &str, text: &str, page: &str, last: u32) {
    let tested = numbers_after(word, text);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(page);
    let page = fs::read_to_string(page).unwrap();
    let rows: Vec<Vec<&str>> =
        page.lines().filter(|l| l.starts_with("| ")).map(|l| l.trim_matches('|').split(" | ").collect()).collect();
    let numbered: Vec<(u32, bool)> =
        rows.iter().filter_map(|row| Some((row[0].trim().parse().ok()?, row[3].trim() == "yes"))).collect();
    assert_eq!(numbered.iter().map(|(number, _)| *number).collect::<Vec<_>>(), (1..=last).collect::<Vec<_>>());
    let untested: Vec<u32> = numbered.iter().filter(|(number, met)| *met && !tested.contains(number)).map(|(n, _)| *n).collect();
    assert!(untested.is_empty(), "said to be met, but no test carries the number: {untested:?}");
}
