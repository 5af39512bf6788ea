//! Bytes as an XML document.

use std::fmt::Write as _;

use ordergate_xml::reader::Content;
use ordergate_xml::writer::{copy, keep_all};
use ordergate_xml::{Document, Limits, Node, XmlWriter};

/// What we read, an independent reader reads too, and finds the same in it; and a copy of it says the same.
pub fn xml_reader(data: &[u8]) {
    // The bytes, in whatever encoding they say to be.
    if let Ok(document) = Document::parse(data, None, &Limits::default()) {
        check_copy(&document);
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(document) = Document::parse_str(text, &Limits::default()) else { return };
    if text.contains(":xmlns") {
        // roxmltree takes an attribute p:xmlns for a declaration of the default namespace, which it is not.
        return;
    }
    // Line ends as XML 1.0 §2.11 has them: roxmltree leaves some carriage returns beside references as they are.
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let other = roxmltree::Document::parse(&lines).unwrap_or_else(|error| panic!("only we accept it: {error}\n{text}"));
    let (mut ours, mut theirs) = (String::new(), String::new());
    describe(document.root(), &mut ours);
    describe_other(other.root_element(), &mut theirs);
    assert_eq!(ours, theirs, "{text}");
}

fn check_copy(document: &Document) {
    let mut writer = XmlWriter::new();
    copy(document.root(), &mut writer, &|_| None, &keep_all);
    let copied = writer.finish_string();
    let limits =
        Limits { body_bytes_max: usize::MAX, namespaces_max: usize::MAX, attributes_max: usize::MAX, ..Limits::default() };
    let again = Document::parse_str(&copied, &limits).unwrap_or_else(|error| panic!("a copy is ill-formed: {error}\n{copied}"));
    let (mut first, mut second) = (String::new(), String::new());
    describe(document.root(), &mut first);
    describe(again.root(), &mut second);
    assert_eq!(first, second, "{copied}");
}

/// Names, attributes and text, whatever the prefixes.
fn describe(node: Node<'_>, out: &mut String) {
    let mut attributes: Vec<String> =
        node.attributes().map(|attribute| format!("{{{}}}{}={:?}", attribute.ns, attribute.name, attribute.value)).collect();
    attributes.sort();
    let _ = write!(out, "<{{{}}}{} {attributes:?}>", node.ns(), node.name());
    for part in node.content() {
        match part {
            Content::Element(child) => describe(child, out),
            Content::Text(text) => {
                let _ = write!(out, "{text}");
            }
        }
    }
    out.push_str("</>");
}

fn describe_other(node: roxmltree::Node<'_, '_>, out: &mut String) {
    let mut attributes: Vec<String> = node
        .attributes()
        .map(|attribute| format!("{{{}}}{}={:?}", attribute.namespace().unwrap_or(""), attribute.name(), attribute.value()))
        .collect();
    attributes.sort();
    let _ = write!(out, "<{{{}}}{} {attributes:?}>", node.tag_name().namespace().unwrap_or(""), node.tag_name().name());
    for child in node.children() {
        if child.is_element() {
            describe_other(child, out);
        } else if child.is_text() {
            out.push_str(child.text().unwrap_or(""));
        }
    }
    out.push_str("</>");
}
