//! Validation against libxml2: the printed table accepts and refuses what `validate` does.
#![allow(clippy::unwrap_used)]

#[allow(unreachable_pub, dead_code)]
mod common;
#[path = "common/toy.rs"]
#[allow(unreachable_pub)]
mod toy;

use std::fmt::Write as _;

use ordergate_xml::reader::Content;
use ordergate_xml::{Document, Limits, Node, validate, xsd};
use proptest::test_runner::{RngAlgorithm, TestRng};

/// An element that can be changed and written; names are as written, with prefix.
#[derive(Debug, Clone)]
struct Tree {
    name: String,
    attributes: Vec<(String, String)>,
    content: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Element(Tree),
    Text(String),
}

fn written(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}:{name}") }
}

fn tree(node: Node<'_>) -> Tree {
    let mut attributes: Vec<_> = node
        .declarations()
        .map(|(prefix, uri)| (if prefix.is_empty() { "xmlns".to_owned() } else { written("xmlns", prefix) }, uri.to_owned()))
        .collect();
    attributes.extend(node.attributes().map(|attribute| (written(attribute.prefix, attribute.name), attribute.value.to_owned())));
    let part = |part| match part {
        Content::Element(node) => Part::Element(tree(node)),
        Content::Text(text) => Part::Text(text.into_owned()),
    };
    Tree { name: written(node.prefix(), node.name()), attributes, content: node.content().map(part).collect() }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\n', "&#10;").replace('\t', "&#9;")
}

fn write(tree: &Tree, out: &mut String) {
    write!(out, "<{}", tree.name).unwrap();
    for (name, value) in &tree.attributes {
        write!(out, " {name}=\"{}\"", escape(value)).unwrap();
    }
    out.push('>');
    for part in &tree.content {
        match part {
            Part::Element(tree) => write(tree, out),
            Part::Text(text) => out.push_str(&escape(text)),
        }
    }
    write!(out, "</{}>", tree.name).unwrap();
}

/// A number below `n`.
fn below(rng: &mut TestRng, n: usize) -> usize {
    use proptest::prelude::Rng as _;
    usize::try_from(rng.next_u64() % n as u64).unwrap()
}

fn pick<'p>(rng: &mut TestRng, pool: &[&'p str]) -> &'p str {
    pool[below(rng, pool.len())]
}

const TEXTS: &[&str] = &[
    "",
    " ",
    "\n",
    "x",
    "red",
    " red ",
    "dark blue",
    "dark  blue",
    "12",
    "-6",
    "101",
    "0",
    "1.5",
    "A12",
    " A12",
    "A1",
    "abcde",
    "a",
    "true",
    "2014-06-24T14:31:45Z",
    "2014-06-24",
    "t:x",
    "nope:x",
    "xs:int",
    "a b",
    "%zz",
    "1e3",
    "NaN",
    "00100",
    "-5.0",
    "é",
    "ab\tcd",
];
const NAMES: &[&str] = &[
    "id",
    "key",
    "ref",
    "presentation",
    "when",
    "price",
    "thing",
    "special",
    "empty",
    "maybe",
    "note",
    "pairs",
    "open",
    "strict",
    "lax",
    "anything",
    "value",
    "code",
    "bare",
    "tree",
    "name",
    "flag",
    "size",
    "colour",
    "b",
    "left",
    "right",
    "order",
    "unknown",
    "o:x",
    "t:flag",
];
const ATTRIBUTES: &[&str] = &[
    "unit",
    "exact",
    "tax",
    "version",
    "rank",
    "lang",
    "unknown",
    "o:a",
    "t:a",
    "xml:lang",
    "xsi:nil",
    "xsi:type",
    "xsi:schemaLocation",
    "xsi:noNamespaceSchemaLocation",
    "xsi:other",
];
const VALUES: &[&str] = &[
    "",
    "true",
    "false",
    "1",
    " true ",
    "maybe",
    "1.0.0",
    " 1.0.0",
    "1.0",
    "A12",
    "de",
    "5",
    "-1",
    "Derived",
    "Base",
    "Narrow",
    "TaxedAmount",
    "Amount",
    "Shade",
    "Colour",
    "t:Derived",
    " t:Derived ",
    "xs:int",
    "xs:string",
    "xs:anyType",
    "xs:anySimpleType",
    "xs:date",
    "xs:nothing",
    "nope:x",
    "Tree",
    "Empty",
    "a:b:c",
];

fn mutate(tree: &mut Tree, rng: &mut TestRng) {
    let elements: Vec<usize> =
        tree.content.iter().enumerate().filter(|(_, part)| matches!(part, Part::Element(_))).map(|(at, _)| at).collect();
    if !elements.is_empty() && below(rng, 4) > 0 {
        let at = elements[below(rng, elements.len())];
        if let Part::Element(child) = &mut tree.content[at] {
            return mutate(child, rng);
        }
    }
    let len = tree.content.len();
    match below(rng, 11) {
        0 if len > 0 => {
            tree.content.remove(below(rng, len));
        }
        1 if len > 0 => {
            let copy = tree.content[below(rng, len)].clone();
            tree.content.insert(below(rng, len + 1), copy);
        }
        2 if len > 1 => {
            let (a, b) = (below(rng, len), below(rng, len));
            tree.content.swap(a, b);
        }
        3 => tree.name = pick(rng, NAMES).to_owned(),
        4 => tree.content = vec![Part::Text(pick(rng, TEXTS).to_owned())],
        5 => tree.content.insert(below(rng, len + 1), Part::Text(pick(rng, TEXTS).to_owned())),
        6 if !tree.attributes.is_empty() => {
            let at = below(rng, tree.attributes.len());
            if tree.attributes[at].0.starts_with("xmlns") {
                return mutate(tree, rng);
            }
            tree.attributes.remove(at);
        }
        7 | 8 => {
            let name = pick(rng, ATTRIBUTES);
            tree.attributes.retain(|(other, _)| other != name);
            tree.attributes.push((name.to_owned(), pick(rng, VALUES).to_owned()));
        }
        9 if !tree.attributes.is_empty() => {
            let at = below(rng, tree.attributes.len());
            if !tree.attributes[at].0.starts_with("xmlns") {
                pick(rng, VALUES).clone_into(&mut tree.attributes[at].1);
            }
        }
        _ => {
            let name = pick(rng, NAMES).to_owned();
            let content = vec![Part::Text(pick(rng, TEXTS).to_owned())];
            tree.content.insert(below(rng, len + 1), Part::Element(Tree { name, attributes: Vec::new(), content }));
        }
    }
}

fn declare_all(tree: &mut Tree) {
    for (name, uri) in [
        ("xmlns:t", toy::NS),
        ("xmlns:o", toy::OTHER),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("xmlns:xs", "http://www.w3.org/2001/XMLSchema"),
    ] {
        if !tree.attributes.iter().any(|(other, _)| other == name) {
            tree.attributes.push((name.to_owned(), uri.to_owned()));
        }
    }
}

#[test]
fn verdicts_are_those_of_libxml2() {
    if !common::have_xmllint("verdicts") {
        return;
    }
    let rounds: usize = std::env::var("ORDERGATE_XML_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(150);
    let dir = common::workspace("verdicts");
    let schema = dir.join("toy.xsd");
    std::fs::write(&schema, xsd::print(&toy::SCHEMA, toy::NS, &[])).unwrap();
    let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut texts: Vec<String> = toy::VALID.iter().map(|text| (*text).to_owned()).collect();
    for text in toy::VALID {
        let document = Document::parse_str(text, &Limits::default()).unwrap();
        validate(document.root(), &toy::SCHEMA).unwrap();
        let mut original = tree(document.root());
        declare_all(&mut original);
        for _ in 0..rounds {
            let mut mutant = original.clone();
            for _ in 0..=below(&mut rng, 2) {
                mutate(&mut mutant, &mut rng);
            }
            let mut text = String::new();
            write(&mutant, &mut text);
            texts.push(text);
        }
    }
    texts.sort_unstable();
    texts.dedup();
    let files: Vec<_> = (0..texts.len()).map(|number| dir.join(format!("{number}.xml"))).collect();
    for (file, text) in files.iter().zip(&texts) {
        std::fs::write(file, text).unwrap();
    }
    let verdicts = common::verdicts(&schema, &files);
    let mut wrong = Vec::new();
    let mut accepted = 0;
    for (text, verdict) in texts.iter().zip(verdicts) {
        let ours = Document::parse_str(text, &Limits::default()).map_err(|error| error.to_string());
        let ours = ours
            .and_then(|document| validate(document.root(), &toy::SCHEMA).map(drop).map_err(|violation| violation.to_string()));
        accepted += usize::from(verdict);
        if ours.is_ok() != verdict {
            wrong.push(format!("libxml2 {verdict}, we {ours:?}:\n  {text}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), texts.len(), wrong.join("\n"));
    // Otherwise the mutations would test one side only.
    assert!(accepted > texts.len() / 20 && accepted < texts.len() / 2, "{accepted} of {} accepted", texts.len());
}

/// Two namespaces that refer to each other, and forms that the toy does not have.
#[test]
fn printed_documents_refer_to_each_other() {
    use ordergate_xml::schema::*;
    static AMOUNT: ComplexType = ComplexType::named("urn:b", "Amount")
        .text(&LIMITED)
        .attributes(&[Attribute::optional("u", &TOKEN).in_namespace("urn:b")]);
    static LIMITED: SimpleType = SimpleType::of(&SMALL).between(0, 9);
    static SMALL: SimpleType = SimpleType::of(&INT).between(-50, 50);
    static PRICE: Element = element("urn:b", "price", Type::Complex(&AMOUNT));
    static EXACT: ComplexType =
        ComplexType::named("urn:a", "Exact").extends(&AMOUNT).attributes(&[Attribute::required("by", &DATE)]);
    static LIST: ComplexType = ComplexType::anonymous().content(&[
        many(&PRICE),
        optional(&element("urn:a", "exact", Type::Complex(&EXACT))),
        any(AnyNamespace::OneOf(&["urn:c", ""]), Process::Lax, 0, 1).occurs(0, 2),
    ]);
    static LIST_ELEMENT: Element = element("urn:a", "list", Type::Complex(&LIST));
    static SCHEMA: Schema = Schema { elements: &[&PRICE, &LIST_ELEMENT], types: &[&AMOUNT, &EXACT], simple_types: &[] };
    if !common::have_xmllint("printed_documents") {
        return;
    }
    let dir = common::workspace("printed");
    let schema = dir.join("a.xsd");
    std::fs::write(&schema, xsd::print(&SCHEMA, "urn:a", &[("b", "urn:b", "b.xsd")])).unwrap();
    std::fs::write(dir.join("b.xsd"), xsd::print(&SCHEMA, "urn:b", &[])).unwrap();
    let head = "<list xmlns='urn:a' xmlns:b='urn:b'>";
    let contents = [
        ("<b:price>9</b:price><b:price b:u='x'>0</b:price><exact by='2014-01-01'>3</exact><b:price>1</b:price>", false),
        (
            "<b:price>9</b:price><b:price b:u='x'>0</b:price><exact by='2014-01-01'>3</exact><c:other xmlns:c='urn:c'/><x xmlns=''/>",
            true,
        ),
        ("<b:price>10</b:price>", false),
        ("<b:price u='x'>1</b:price>", false),
        ("<exact>1</exact>", false),
        ("<exact by='2014-01-01'>60</exact>", false),
        ("<exact by='2014-01-01'>1</exact><b:price>99</b:price>", false),
        ("<exact by='2014-01-01'>1</exact><b:price>9</b:price>", false),
    ];
    let files: Vec<_> = (0..contents.len()).map(|number| dir.join(format!("{number}.xml"))).collect();
    for (file, (content, _)) in files.iter().zip(contents) {
        std::fs::write(file, format!("{head}{content}</list>")).unwrap();
    }
    let verdicts = common::verdicts(&schema, &files);
    for ((content, expected), verdict) in contents.into_iter().zip(verdicts) {
        let doc = Document::parse_str(&format!("{head}{content}</list>"), &Limits::default()).unwrap();
        let ours = validate(doc.root(), &SCHEMA).map(drop);
        assert_eq!((verdict, ours.is_ok()), (expected, expected), "{content}: {ours:?}");
    }
}
