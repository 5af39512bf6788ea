//! Both encodings say the same of the same choice.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;

use ordergate_xml::{Document, Limits};
use proptest::prelude::*;
use serde_json::json;

use super::values::Level;
use crate::collections::{Collection, CollectionFile, Component};

/// Options of every form that a value has.
fn collection() -> Collection {
    let file = json!({ "id": "c", "order_options": [{
        "id": "s",
        "delivery": { "online_data_access": ["https"] },
        "option": [
            { "name": "word", "kind": "category", "values": ["one", "two"] },
            { "name": "count", "kind": "count", "intervals": [[1, 5]], "required": true },
            { "name": "range", "kind": "quantity-range", "uom": "m", "intervals": [[1, 10]] },
            { "name": "list", "kind": "list", "max": 2, "of": { "name": "n", "kind": "count", "values": [1, 5] } },
            { "name": "record", "kind": "record", "field": [
                { "name": "a", "kind": "boolean" },
                { "name": "b", "kind": "time", "required": false },
            ] },
            { "name": "choice", "kind": "choice", "item": [
                { "name": "x", "kind": "text", "pattern": "[a-z]+" },
                { "name": "y", "kind": "count" },
            ] },
        ],
    }] });
    Collection::try_from(serde_json::from_value::<CollectionFile>(file).unwrap()).unwrap()
}

/// One choice, as tokens and as an element's content.
type Both = (String, String);

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["one", "two", "1", "5", "6", "10", "abc", "true", "2026-01-01", "", "-1"]).prop_map(str::to_owned)
}

/// A word that is likelier to be right.
fn of(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![4 => prop::sample::select(words).prop_map(str::to_owned), 1 => word()]
}

fn scalar(words: &'static [&'static str]) -> impl Strategy<Value = Both> {
    of(words).prop_map(|word| (word.clone(), word))
}

fn range() -> impl Strategy<Value = Both> {
    (of(&["1", "2"]), of(&["5", "10"]))
        .prop_map(|(min, max)| (format!("{min},{max}"), format!("<min>{min}</min><max>{max}</max>")))
}

fn list() -> impl Strategy<Value = Both> {
    prop::collection::vec(of(&["1", "5"]), 0..4).prop_map(|words| {
        let tokens = [vec![words.len().to_string()], words.clone()].concat();
        (tokens.join(","), words.iter().map(|word| format!("<n>{word}</n>")).collect::<Vec<_>>().concat())
    })
}

fn record() -> impl Strategy<Value = Both> {
    (of(&["true", "0"]), prop::option::of(of(&["2026-01-01"]))).prop_map(|(a, b)| match b {
        Some(b) => (format!("{a},Y,{b}"), format!("<b>{b}</b><a>{a}</a>")),
        None => (format!("{a},N"), format!("<a>{a}</a>")),
    })
}

fn choice() -> impl Strategy<Value = Both> {
    (prop::sample::select(vec!["x", "y", "z"]), word())
        .prop_map(|(name, word)| (format!("{name},{word}"), format!("<{name}>{word}</{name}>")))
}

/// A choice for each option, or none.
fn choices() -> impl Strategy<Value = Vec<Option<Both>>> {
    use prop::option::of as optional;
    (
        optional(scalar(&["one", "two"])),
        scalar(&["1", "3", "5"]),
        optional(range()),
        optional(list()),
        optional(record()),
        optional(choice()),
    )
        .prop_map(|(word, count, range, list, record, choice)| vec![word, Some(count), range, list, record, choice])
}

/// Whether these values are taken for these options.
fn is_taken(encoding: &str, values: &str, components: &[&Component]) -> bool {
    let item = format!(
        "<os:i xmlns:os=\"{}\"><os:option><os:ParameterData><os:encoding>{encoding}</os:encoding>\
         <os:values>{values}</os:values></os:ParameterData></os:option></os:i>",
        crate::schema::OS
    );
    let document = Document::parse_str(&item, &Limits::default()).unwrap();
    let Ok(level) = Level::read(document.root(), "option", "/i", components) else { return false };
    components.iter().all(|c| level.get(&c.name).map_or(!c.required, |chosen| chosen.verdict(c).is_ok()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn both_encodings_have_one_verdict(chosen in choices()) {
        let collection = collection();
        let components = collection.option_sets[0].components();
        let (mut text, mut xml) = (Vec::new(), String::new());
        for (component, chosen) in components.iter().zip(&chosen) {
            match chosen {
                Some((tokens, element)) => {
                    text.push(if component.required { tokens.clone() } else { format!("Y,{tokens}") });
                    write!(xml, "<{0}>{element}</{0}>", component.name).unwrap();
                }
                None => text.push("N".to_owned()),
            }
        }
        let text = text.join(",");
        prop_assert_eq!(is_taken("TextEncoding", &text, &components), is_taken("XMLEncoding", &xml, &components), "{}\n{}", text, xml);
    }

    /// Any text has a verdict.
    #[test]
    fn no_text_is_too_strange(tokens in prop::collection::vec("[YN0-9a-z]{0,3}", 0..30)) {
        let collection = collection();
        let components = collection.option_sets[0].components();
        is_taken("TextEncoding", &tokens.join(","), &components);
    }
}

/// The generator above reaches both verdicts.
#[test]
fn values_that_are_taken_and_values_that_are_not() {
    let collection = collection();
    let components = collection.option_sets[0].components();
    for (text, expected) in [
        ("Y,one,3,Y,1,10,Y,2,1,5,Y,true,Y,2026-01-01,Y,x,abc", true),
        ("N,3,N,N,N,N", true),
        ("N,3,N,N,N", false),
        ("N,3,N,N,N,N,N", false),
        ("N,6,N,N,N,N", false),
        ("N,3,Y,10,1,N,N,N", false),
        ("N,3,N,Y,0,N,N", false),
        ("N,3,N,N,Y,true,N", false),
        ("N,3,N,N,N,Y,z,abc", false),
        ("", false),
    ] {
        assert_eq!(is_taken("TextEncoding", text, &components), expected, "{text}");
    }
}
