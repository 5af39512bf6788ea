//! Writing, and copying parts of documents elsewhere.
#![allow(clippy::unwrap_used, clippy::format_push_string, clippy::format_collect)]

use ordergate_xml::reader::Content;
use ordergate_xml::writer::{copy, keep_all};
use ordergate_xml::{Document, Limits, Node, XmlWriter};
use proptest::prelude::*;

fn parse(text: &str) -> Document {
    Document::parse_str(text, &Limits::default()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The part as copied into surroundings that declare `os` and a default namespace.
fn copied(node: Node<'_>, drop: &dyn Fn(Node<'_>) -> bool) -> (Document, String) {
    let mut writer = XmlWriter::new();
    writer.declaration().start("os:out").attr("xmlns:os", "urn:os").attr("xmlns", "urn:default");
    copy(node, &mut writer, &|ns| (ns == "urn:os").then_some("os"), drop);
    let text = writer.finish_string();
    (parse(&text), text)
}

/// What a part says, and what the prefixes in it that might be qualified names stand for.
fn infoset(node: Node<'_>, out: &mut String) {
    let resolve = |text: &str, out: &mut String| {
        for (at, _) in text.match_indices(':') {
            let prefix = text[..at].rsplit(|c: char| !c.is_alphanumeric()).next().unwrap();
            out.push_str(&format!("[{prefix}={:?}]", node.resolve_prefix(prefix)));
        }
    };
    out.push_str(&format!("<{{{}}}{}", node.ns(), node.name()));
    let mut attributes: Vec<_> = node.attributes().collect();
    attributes.sort_by_key(|attribute| (attribute.ns, attribute.name));
    for attribute in attributes {
        out.push_str(&format!(" {{{}}}{}={:?}", attribute.ns, attribute.name, attribute.value));
        resolve(attribute.value, out);
        if attribute.name == "type" && attribute.ns.ends_with("instance") && !attribute.value.contains(':') {
            out.push_str(&format!("[={:?}]", node.resolve_prefix("")));
        }
    }
    for part in node.content() {
        match part {
            Content::Element(node) => infoset(node, out),
            Content::Text(text) => {
                out.push_str(&format!("{text:?}"));
                resolve(&text, out);
            }
        }
    }
    out.push('>');
}

fn assert_same(node: Node<'_>) {
    let (doc, text) = copied(node, &keep_all);
    let (mut before, mut after) = (String::new(), String::new());
    infoset(node, &mut before);
    infoset(doc.root().children().next().unwrap(), &mut after);
    assert_eq!(before, after, "{text}");
}

#[test]
fn whatever_is_written_is_well_formed_and_reads_back() {
    let awkward = "a<b>&\"'\t\r\n]]>\u{85}\u{2028}é😀";
    let mut writer = XmlWriter::new();
    writer
        .start("a")
        .attr("b", awkward)
        .text("]]")
        .text(">")
        .text(awkward)
        .raw("<c/>")
        .leaf("d", awkward)
        .empty("e")
        .start("f")
        .text("\u{0}\u{1f}\u{fffe}\u{ffff}");
    let doc = parse(&String::from_utf8(writer.finish()).unwrap());
    let root = doc.root();
    assert_eq!(root.attribute("", "b"), Some(awkward));
    assert_eq!(root.text(), format!("]]>{awkward}"));
    assert_eq!(root.child("", "d").unwrap().text(), awkward);
    assert_eq!(root.child("", "f").unwrap().text(), "\u{fffd}".repeat(4));
}

#[test]
fn prefixes_are_taken_along() {
    let doc = parse(
        "<x xmlns='urn:os' xmlns:g='urn:gml' xmlns:unused='urn:u' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>\
         <p g:id='1' xsi:type='g:PointType'><q xmlns=''/><g:r>see g:s</g:r></p></x>",
    );
    let (_, text) = copied(doc.root().children().next().unwrap(), &|node| node.name() == "q");
    assert_eq!(
        text,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><os:out xmlns:os=\"urn:os\" xmlns=\"urn:default\">\
         <os:p xmlns:g=\"urn:gml\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" g:id=\"1\" xsi:type=\"g:PointType\"><g:r>see g:s</g:r></os:p></os:out>"
    );
    assert_same(doc.root());
}

#[test]
fn one_prefix_may_mean_different_things() {
    for text in [
        // The prefix of the surroundings, for another namespace: by name, in a value, in an attribute.
        "<os:a xmlns:os='urn:foreign'><b xmlns='urn:os' os:c='d'/></os:a>",
        "<a xmlns='urn:os'><b xmlns:os='urn:foreign'>os:x<c/></b></a>",
        "<a xmlns='urn:os' xmlns:os='urn:foreign' os:b='c'/>",
        "<os:a xmlns:os='urn:os'><os:b xmlns:os='urn:foreign'><c xmlns='urn:os'><os:d/></c></os:b></os:a>",
        "<p:a xmlns:p='u'><p:b xmlns:p='v'><p:c xmlns:p='u' p:d='p:e'/></p:b></p:a>",
        "<a><b xmlns='u'><c xmlns=''/></b></a>",
        "<a xmlns='u' xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:type='T'><b xmlns='' i:type='T'/></a>",
        "<a xml:lang='de'>xml:x http://y</a>",
        "<a xmlns:os='urn:os' os:b='c' xmlns:ns1='urn:foreign'>ns1:x os:y</a>",
    ] {
        assert_same(parse(text).root());
    }
}

fn element(depth: u32) -> BoxedStrategy<String> {
    let name = prop::sample::select(vec!["a", "p:b", "os:c", "q:d"]);
    let declarations = prop::collection::btree_map(
        prop::sample::select(vec!["xmlns", "xmlns:p", "xmlns:os", "xmlns:q"]),
        prop::sample::select(vec!["urn:os", "urn:1", "urn:2"]),
        0..3,
    );
    let attributes = prop::collection::btree_map(
        prop::sample::select(vec!["x", "p:y", "q:z"]),
        prop::sample::select(vec!["p:v", "1", "os:q:"]),
        0..3,
    );
    let leaf = prop::sample::select(vec!["text", "p:t", " q:t os:t ", "", "é"]).prop_map(str::to_owned);
    let content = if depth == 0 {
        prop::collection::vec(leaf.boxed(), 0..2).boxed()
    } else {
        prop::collection::vec(prop_oneof![leaf, element(depth - 1)], 0..4).boxed()
    };
    (name, declarations, attributes, content)
        .prop_map(|(name, declarations, attributes, content)| {
            let list = |pairs: Vec<(&str, &str)>| {
                pairs.into_iter().map(|(name, value)| format!(" {name}='{value}'")).collect::<String>()
            };
            format!(
                "<{name}{}{}>{}</{name}>",
                list(declarations.into_iter().collect()),
                list(attributes.into_iter().collect()),
                content.concat()
            )
        })
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn copies_say_the_same(inner in element(3)) {
        let text = format!("<root xmlns:p='urn:1' xmlns:os='urn:2' xmlns:q='urn:os'>{inner}</root>");
        // Two prefixes for one namespace can make two attributes one.
        if let Ok(doc) = Document::parse_str(&text, &Limits::default()) {
            for node in doc.root().descendants() {
                assert_same(node);
            }
        }
    }
}
