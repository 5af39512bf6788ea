//! Which violation is named, where, and how.
#![allow(clippy::unwrap_used)]

#[path = "common/toy.rs"]
#[allow(unreachable_pub, dead_code)]
mod toy;

use ordergate_xml::error::Rule;
use ordergate_xml::reader::DocumentBuilder;
use ordergate_xml::schema::*;
use ordergate_xml::validate::validate_as;
use ordergate_xml::{Document, Limits, Violation, validate};

const HEAD: &str = "<order xmlns='urn:toy' xmlns:o='urn:other' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>\n";

fn violation(content: &str) -> Violation {
    let text = format!("{HEAD}{content}</order>");
    let doc = Document::parse_str(&text, &Limits::default()).unwrap();
    validate(doc.root(), &toy::SCHEMA).unwrap_err()
}

#[test]
fn the_first_violation_is_named_with_its_place() {
    let start = "<id>x</id><presentation>red</presentation>";
    let cases: &[(&str, Rule, &str, &str, u32)] = &[
        // (content, rule, subject, path, column in line 2; 0 for the start tag of the order)
        ("", Rule::MissingElement, "id", "/order", 0),
        ("<presentation>red</presentation>", Rule::MissingElement, "id", "/order", 1),
        ("<id>x</id>", Rule::MissingElement, "presentation", "/order", 0),
        ("<id>x</id><when>2014-06-24T14:31:45Z</when>", Rule::MissingElement, "presentation", "/order", 11),
        // What is missing here follows later: the order is wrong.
        (
            "<id>x</id><when>2014-06-24T14:31:45Z</when><presentation>red</presentation>",
            Rule::UnexpectedElement,
            "when",
            "/order/when",
            11,
        ),
        // Both branches of a choice.
        ("<id>x</id><key>y</key><presentation>red</presentation>", Rule::UnexpectedElement, "key", "/order/key", 11),
        ("<id>x</id><o:presentation>red</o:presentation>", Rule::UnexpectedElement, "presentation", "/order/presentation", 11),
        ("<id>x</id><id>y</id><presentation>red</presentation>", Rule::UnexpectedElement, "id", "/order/id[2]", 11),
        ("<id>x</id>text<presentation>red</presentation>", Rule::UnexpectedText, "order", "/order", 11),
        ("<id><b/></id>", Rule::UnexpectedElement, "b", "/order/id/b", 5),
        ("<id a='b'/>", Rule::UnexpectedAttribute, "a", "/order/id/@a", 5),
        ("<id>x</id><presentation>green</presentation>", Rule::Facet, "presentation", "/order/presentation", 11),
        (&format!("{start}<when>now</when>"), Rule::Datatype, "when", "/order/when", 43),
        (&format!("{start}<price>1</price>"), Rule::MissingAttribute, "unit", "/order/price", 43),
        (&format!("{start}<price unit='x'>1</price>"), Rule::Facet, "unit", "/order/price/@unit", 50),
        (&format!("{start}<thing version='2'><name>ab</name></thing>"), Rule::FixedValue, "version", "/order/thing/@version", 50),
        (&format!("{start}<thing xsi:nil='true'/>"), Rule::Nil, "thing", "/order/thing", 43),
        (&format!("{start}<when xsi:nil='true'>x</when>"), Rule::Nil, "when", "/order/when", 43),
        (&format!("{start}<thing xsi:type='Amount'/>"), Rule::XsiType, "thing", "/order/thing", 43),
        (&format!("{start}<strict><o:x/></strict>"), Rule::UnknownElement, "x", "/order/strict/x", 51),
        (
            &format!("{start}<special rank='1'><name>ab</name></special><special rank='1'><name>a</name></special>"),
            Rule::Facet,
            "name",
            "/order/special[2]/name",
            104,
        ),
        (
            &format!("{start}<pairs><left/><right/><right/></pairs>"),
            Rule::UnexpectedElement,
            "right",
            "/order/pairs/right[2]",
            65,
        ),
        (&format!("{start}<empty> </empty>"), Rule::UnexpectedText, "empty", "/order/empty", 43),
    ];
    for (content, rule, subject, path, column) in cases {
        let found = violation(content);
        assert_eq!((found.rule, found.subject.as_str(), found.path.as_str()), (*rule, *subject, *path), "{content}\n{found}");
        let (line, column) = if *column == 0 { (1, 1) } else { (2, *column) };
        assert_eq!((found.position.line, found.position.column), (line, column), "{content}\n{found}");
    }
}

#[test]
fn messages_say_what_was_found_and_expected() {
    let message = |content: &str| violation(content).message;
    assert_eq!(message("<presentation>red</presentation>"), "\"id\" or \"key\" is missing: \"presentation\" was found instead.");
    assert_eq!(message("<id/>"), "\"presentation\" is missing: the end of \"order\" was found instead.");
    assert_eq!(
        message("<key/><o:ref/>"),
        "The element \"ref\" was found where \"key\" or \"ref\" of namespace \"urn:toy\" or \"presentation\" was expected."
    );
    assert_eq!(
        message("<id/><presentation>red</presentation><tree/><tree/>"),
        "The element \"tree\" was found where only the end of \"order\" was expected."
    );
    assert_eq!(
        message("<id/><presentation>blau</presentation>"),
        "The value \"blau\" of \"presentation\" is not one of red, dark blue."
    );
    let long = "x".repeat(10_000);
    for content in [format!("<id/><presentation>{long}</presentation>"), format!("<{long}/>"), format!("<id {long}='1'/>")] {
        let found = violation(&content);
        assert!(found.message.chars().count() <= 300 && found.path.len() < 11_000, "{found}");
    }
}

#[test]
fn secrets_are_not_quoted() {
    static CREDIT: ComplexType = ComplexType::anonymous().content(&[
        optional(&element("", "userPassword", Type::Simple(&INT))),
        optional(&element("", "CreditCard", Type::Complex(&CARD))),
    ]);
    static CARD: ComplexType = ComplexType::anonymous()
        .content(&[one(&element("", "number", Type::Simple(&INT)))])
        .attributes(&[Attribute::optional("pin", &INT)]);
    static ROOT: Element = element("", "root", Type::Complex(&CREDIT));
    static SCHEMA: Schema = Schema { elements: &[&ROOT], types: &[], simple_types: &[] };
    for text in [
        "<root><userPassword>hush</userPassword></root>",
        "<root><CreditCard><number>hush</number></CreditCard></root>",
        "<root><CreditCard pin='hush'><number>1</number></CreditCard></root>",
        "<root>hush</root>",
    ] {
        let doc = Document::parse_str(text, &Limits::default()).unwrap();
        let found = validate(doc.root(), &SCHEMA).unwrap_err();
        assert!(!found.to_string().contains("hush"), "{found}");
    }
}

#[test]
fn built_documents_and_parts_can_be_validated() {
    let mut builder = DocumentBuilder::new(toy::NS, "order", None);
    builder.open(toy::NS, "id", Some("Order.Id")).text("7").close();
    builder.open(toy::NS, "presentation", Some("Order.Pres")).text("red").close();
    builder.open("", "bare", Some("Order.Bare")).text("seven");
    let doc = builder.finish();
    let found = validate(doc.root(), &toy::SCHEMA).unwrap_err();
    assert_eq!((found.position.line, found.path.as_str(), found.rule), (0, "/order/bare", Rule::Datatype));
    let tree = Document::parse_str("<x><tree xmlns='urn:toy'/></x>", &Limits::default()).unwrap();
    let inner = tree.root().children().next().unwrap();
    assert!(std::ptr::eq(validate(inner, &toy::SCHEMA).unwrap(), &raw const toy::TREE));
    validate_as(tree.root(), &toy::TREE, &toy::SCHEMA).unwrap();
    assert_eq!(validate(tree.root(), &toy::SCHEMA).unwrap_err().rule, Rule::UnknownElement);
}

#[test]
fn the_deepest_documents_are_validated() {
    let deep = Limits { depth_max: usize::MAX, ..Limits::default() };
    let text = format!("<tree xmlns='urn:toy'>{}{}</tree>", "<tree>".repeat(255), "</tree>".repeat(255));
    let doc = Document::parse_str(&text, &deep).unwrap();
    validate(doc.root(), &toy::SCHEMA).unwrap();
}
