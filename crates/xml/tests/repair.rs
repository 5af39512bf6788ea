//! What is put right, and what is left alone.
#![allow(clippy::unwrap_used)]

#[path = "common/toy.rs"]
#[allow(unreachable_pub, dead_code)]
mod toy;

use ordergate_xml::repair::repair;
use ordergate_xml::writer::{copy, keep_all};
use ordergate_xml::{Document, Limits, Node, XmlWriter, validate};

fn parse(text: &str) -> Document {
    Document::parse_str(text, &Limits::default()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn written(doc: &Document) -> String {
    let mut writer = XmlWriter::new();
    copy(doc.root(), &mut writer, &|ns| (ns == toy::NS).then_some("t"), &keep_all);
    writer.finish_string()
}

/// Everything but blanks between elements.
fn said(node: Node<'_>) -> String {
    let attributes: Vec<_> = node.attributes().map(|attribute| (attribute.ns, attribute.name, attribute.value)).collect();
    let own = if node.has_text() { node.text().into_owned() } else { String::new() };
    let children: String = node.children().map(said).collect();
    format!("<{}|{}@{} {attributes:?}>{own}{children}</>", node.ns(), node.name(), node.offset())
}

fn repaired(text: &str) -> String {
    written(&repair(&parse(text), &toy::ORDER))
}

#[test]
fn names_order_and_strays_are_put_right() {
    let cases = [
        // Namespaces, order, unknown elements, attributes and text.
        (
            "<order>\n oops <presentation xmlns='urn:other' x='1'>red</presentation>!<unknown><id>no</id></unknown><id>7</id></order>",
            "<t:order><t:id>7</t:id><t:presentation>red</t:presentation></t:order>",
        ),
        // Elements of one name keep their order; attributes too are known by local name.
        (
            "<order><special xmlns:o='urn:other' o:rank='1' rank='2'><size>1</size><name>ab</name><size>2</size></special><presentation>red</presentation><key>b</key><key>a</key></order>",
            "<t:order><t:key>b</t:key><t:key>a</t:key><t:presentation>red</t:presentation><t:special rank=\"2\"><t:name>ab</t:name><t:size>1</t:size><t:size>2</t:size></t:special></t:order>",
        ),
        (
            "<order><special xmlns:o='urn:other' o:rank='1'><name>ab</name></special></order>",
            "<t:order><t:special rank=\"1\"><t:name>ab</t:name></t:special></t:order>",
        ),
        // Groups that repeat.
        (
            "<order><pairs><key>k</key><right>1</right><left>2</left><left>3</left><flag>1</flag></pairs></order>",
            "<t:order><t:pairs><t:left>2</t:left><t:right>1</t:right><t:left>3</t:left><t:key>k</t:key><t:flag>1</t:flag></t:pairs></t:order>",
        ),
        // Mixed content keeps its order, wildcards take what they allow, anything stays as it is.
        (
            "<order><note>a<flag>1</flag>b<x/>c<b>d</b></note></order>",
            "<t:order><t:note>a<t:flag>1</t:flag>bc<t:b>d</t:b></t:note></t:order>",
        ),
        (
            "<order><open xmlns:o='urn:other' o:a='1' a='2'><o:x><id/></o:x><key/></open></order>",
            "<t:order><t:open xmlns:o=\"urn:other\" o:a=\"1\"><o:x><id xmlns=\"\"/></o:x><t:key/></t:open></t:order>",
        ),
        (
            "<order><anything a='1'>x<id/></anything></order>",
            "<t:order><t:anything a=\"1\">x<id xmlns=\"\"/></t:anything></t:order>",
        ),
        // One too many, and both branches of a choice, are for validation to refuse.
        ("<order><id>1</id><key>2</key><id>3</id></order>", "<t:order><t:id>1</t:id><t:key>2</t:key><t:id>3</t:id></t:order>"),
        ("<other><id/></other>", "<other xmlns=\"\"><t:id/></other>"),
    ];
    for (text, expected) in cases {
        assert_eq!(repaired(text), expected, "{text}");
    }
}

#[test]
fn what_is_valid_stays_valid_and_the_same() {
    for text in toy::VALID.iter().filter(|text| text.contains("order")) {
        let doc = parse(text);
        let fixed = repair(&doc, &toy::ORDER);
        validate(fixed.root(), &toy::SCHEMA).unwrap_or_else(|violation| panic!("{violation}: {text}"));
        assert_eq!(said(fixed.root()), said(doc.root()), "{text}");
    }
}

#[test]
fn places_are_those_of_the_original() {
    let doc = parse("<order>\n<presentation>green</presentation>\n<id>7</id></order>");
    let fixed = repair(&doc, &toy::ORDER);
    let violation = validate(fixed.root(), &toy::SCHEMA).unwrap_err();
    assert_eq!((violation.position.line, violation.path.as_str()), (2, "/order/presentation"));
}
