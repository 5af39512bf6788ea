//! What the reader refuses, what it makes of what it accepts, and roxmltree's opinion.
#![allow(clippy::unwrap_used, clippy::format_push_string, clippy::too_many_lines)]

use ordergate_xml::error::XmlErrorKind;
use ordergate_xml::reader::{Content, DocumentBuilder};
use ordergate_xml::{Document, Limits, Node, Position};
use proptest::prelude::*;

fn parse(text: &str) -> Document {
    Document::parse_str(text, &Limits::default()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn kind(text: &str) -> Option<XmlErrorKind> {
    Document::parse_str(text, &Limits::default()).err().map(|error| error.kind)
}

#[test]
fn ill_formed_documents_are_refused() {
    let texts = [
        "x",
        "<a>",
        "</a>",
        "<a></b>",
        "<a/><b/>",
        "<a/>x",
        "x<a/>",
        "<a",
        "<a/",
        "< a/>",
        "<a></ a>",
        "<a></a b>",
        "<a><b></a></b>",
        "<>",
        "<a/>&amp;",
        "<a/>]]>",
        "<a>]]></a>",
        "<a><![CDATA[</a>",
        "<![CDATA[x]]><a/>",
        "<a/><![CDATA[x]]>",
        "<a><![cdata[x]]></a>",
        "<a><!x></a>",
        // Comments, processing instructions, declarations.
        "<a><!-- -- --></a>",
        "<a><!-- --->  </a>",
        "<!-- <a/>",
        "<a><? x?></a>",
        "<a><?x</a>",
        "<a><?xml version='1.0'?></a>",
        "<a/><?xml version='1.0'?>",
        " <?xml version='1.0'?><a/>",
        "<!--c--><?xml version='1.0'?><a/>",
        "<?XML x?><a/>",
        "<?xMl?><a/>",
        "<?x+y?><a/>",
        "<?a:b?><a/>",
        "<?xml?><a/>",
        "<?xml ?><a/>",
        "<?xml encoding='utf-8'?><a/>",
        "<?xml version='1.0'encoding='utf-8'?><a/>",
        "<?xml version='2.0'?><a/>",
        "<?xml version='1.'?><a/>",
        "<?xml version=1.0?><a/>",
        "<?xml version='1.0\"?><a/>",
        "<?xml version='1.0' ><a/>",
        "<?xml version='1.0' encoding=''?><a/>",
        "<?xml version='1.0' encoding='8bit'?><a/>",
        "<?xml version='1.0' encoding='a b'?><a/>",
        "<?xml version='1.0' standalone='maybe'?><a/>",
        "<?xml version='1.0' standalone='yes' encoding='utf-8'?><a/>",
        "<?xml version='1.0' x='y'?><a/>",
        // References.
        "<a>&</a>",
        "<a>& </a>",
        "<a>&amp</a>",
        "<a>&nbsp;</a>",
        "<a>&#;</a>",
        "<a>&#x;</a>",
        "<a>&#xg;</a>",
        "<a>&#0;</a>",
        "<a>&#8;</a>",
        "<a>&#xD800;</a>",
        "<a>&#xFFFE;</a>",
        "<a>&#x110000;</a>",
        "<a>&#99999999999999999999;</a>",
        "<a>&#X41;</a>",
        "<a b='&x;'/>",
        "<a b='&#1;'/>",
        // Characters.
        "<a>\u{1}</a>",
        "<a b='\u{1f}'/>",
        "<a>\u{fffe}</a>",
        "<a b='\u{ffff}'/>",
        "<a><!--\u{b}--></a>",
        "<a><?x \u{c}?></a>",
        "<a><![CDATA[\u{0}]]></a>",
        "\u{feff}\u{feff}<a/>",
        // Names.
        "<1/>",
        "<-a/>",
        "<.a/>",
        "<a\u{d7}/>",
        "<\u{b7}/>",
        "<a\u{2190}b/>",
        "<:/>",
        "<:a/>",
        "<a:/>",
        "<a:b:c xmlns:a='u'/>",
        "<a :b='c'/>",
        "<a b:='c'/>",
        "<a xmlns:='c'/>",
        "<a xmlns:1='c'/>",
        "<a xmlns:x='u' x:1='c'/>",
        // Attributes.
        "<a b/>",
        "<a b=/>",
        "<a b=c/>",
        "<a b='c/>",
        "<a b='c\"/>",
        "<a b='<'/>",
        "<a b='1'c='2'/>",
        "<a b='1' b='2'/>",
        "<a 'b'/>",
        "<a b='1',c='2'/>",
        "<a/ >",
        "<a b='c'/ >",
        "</a b='c'>",
        // Namespaces.
        "<p:a/>",
        "<a p:b='c'/>",
        "<a xmlns:p=''/>",
        "<a xmlns:xmlns='u'/>",
        "<a xmlns:xml='u'/>",
        "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>",
        "<a xmlns='http://www.w3.org/XML/1998/namespace'/>",
        "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>",
        "<a xmlns='http://www.w3.org/2000/xmlns/'/>",
        "<xmlns:a/>",
        "<a xmlns='u' xmlns='u'/>",
        "<a xmlns:p='u' xmlns:p='v'/>",
        "<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>",
        "<a xmlns:p='u' p:x='1' p:x='2'/>",
        "<a xmlns:p='u'><b/></a><p:c/>",
        "<a><b xmlns:p='u'/><p:c/></a>",
        "<p:a xmlns:p='u'></a>",
        "<p:a xmlns:p='u' xmlns:q='u'></q:a>",
        "<a xmlns:p='u&#x0;'/>",
    ];
    for text in texts {
        assert_eq!(kind(text), Some(XmlErrorKind::NotWellFormed), "{text:?}");
    }
    for text in ["", " \n", "\u{feff}"] {
        assert_eq!(kind(text), Some(XmlErrorKind::Empty), "{text:?}");
    }
    for text in ["<!DOCTYPE a><a/>", "<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "<a><!DOCTYPE a></a>"] {
        assert_eq!(kind(text), Some(XmlErrorKind::Doctype), "{text:?}");
    }
}

#[test]
fn well_formed_documents_are_accepted() {
    for text in [
        "\u{feff}<a/>",
        "<?xml version='1.1'?><a/>",
        "<?xml version = \"1.0\" encoding='x-y_z.1' standalone='no' ?>\n<a/>\n",
        "<a />",
        "<a\n></a\t>",
        "<a>]] > ]></a>",
        "<a b='>' c=\"'\"/>",
        "<a><!----><!-- - --></a>",
        "<?x?><!--c--><a/><?y z ? > ?><!--d-->",
        "<?xml-stylesheet href='x'?><a/>",
        "<a><![CDATA[<&]] >]]]></a>",
        "<\u{e9}\u{b7}:_-.1 xmlns:\u{e9}\u{b7}='u'/>",
        "<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:lang='de'/>",
        "<a xmlns='u'><b xmlns=''/></a>",
        "<a xmlns='u' xmlns:p='u' x='1' p:x='2'/>",
        "<xml/>",
        "<a xml='1'/>",
        "<a b = 'c'/>",
        "<a xmlns:p='u'><p:b xmlns:p='v'/><p:c/></a>",
        "<a p:b='c' xmlns:p='u'/>",
        "<a>\u{10ffff}\u{85}\u{efff}\u{f000}</a>",
        "<a b=' '/>",
    ] {
        parse(text);
    }
}

#[test]
fn text_and_values_are_normalised() {
    let doc = parse(
        "<a b=' x\ty\r\nz\r&#13;&#10;&#9;&lt;\n'>1\r\n2\r3\n&#13;&amp;&#x20AC;<![CDATA[<\r\n&amp;\r]]>4<!-- c -->5<?p?>6<c/>7</a>",
    );
    let root = doc.root();
    assert_eq!(root.attribute("", "b"), Some(" x y z \r\n\t< "));
    assert_eq!(root.text(), "1\n2\n3\n\r&€<\n&amp;\n4567");
    let parts: Vec<String> = root
        .content()
        .map(|part| match part {
            Content::Element(node) => format!("<{}>", node.name()),
            Content::Text(text) => text.into_owned(),
        })
        .collect();
    assert_eq!(parts, ["1\n2\n3\n\r&€<\n&amp;\n456", "<c>", "7"]);
}

#[test]
fn nodes_know_names_namespaces_and_places() {
    let doc = parse(
        "<?xml version='1.0'?>\n<a xmlns='u' xmlns:p='v'>\n  é<p:b x='1' p:x='2' xml:lang='de'><c xmlns='' xmlns:p='w'><p:d/></c></p:b>\n  <b/></a>",
    );
    let root = doc.root();
    assert!(root.is("u", "a") && !root.is("", "a") && root.has_text() && root.parent().is_none());
    assert_eq!(
        root.children().map(|node| (node.ns(), node.prefix(), node.name())).collect::<Vec<_>>(),
        [("v", "p", "b"), ("u", "", "b")]
    );
    let b = root.child("v", "b").unwrap();
    assert_eq!(b.position(), Position { line: 3, column: 4 });
    let attributes: Vec<_> = b.attributes().map(|attribute| (attribute.ns, attribute.name, attribute.value)).collect();
    assert_eq!(attributes, [("", "x", "1"), ("v", "x", "2"), ("http://www.w3.org/XML/1998/namespace", "lang", "de")]);
    let c = b.child("", "c").unwrap();
    assert_eq!((c.resolve_prefix("p"), c.resolve_prefix(""), c.resolve_prefix("q")), (Some("w"), None, None));
    assert_eq!(c.namespaces_in_scope(), [("p", "w")]);
    assert_eq!(b.namespaces_in_scope(), [("", "u"), ("p", "v")]);
    assert!(c.children().next().unwrap().is("w", "d"));
    assert_eq!(root.descendants().map(Node::name).collect::<Vec<_>>(), ["a", "b", "c", "d", "b"]);
    assert_eq!(b.descendants().count(), 3);
    let error = Document::parse_str("<a>\n<b>é</c></a>", &Limits::default()).unwrap_err();
    assert_eq!(error.to_string(), "line 2, column 5: The element \"b\" is closed by an end tag \"c\".");
}

#[test]
fn encodings() {
    let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let bytes =
        |declared: &str, e: &[u8]| [format!("<?xml version='1.0' encoding='{declared}'?><a>").as_bytes(), e, b"</a>"].concat();
    let text = |bytes: &[u8], charset: Option<&str>| {
        Document::parse(bytes, charset, &Limits::default())
            .map(|doc| doc.root().text().into_owned())
            .map_err(|error| (error.kind, error.position.column))
    };
    let good: Vec<(Vec<u8>, Option<&str>, &str)> = vec![
        ("<a>é</a>".into(), None, "é"),
        ("\u{feff}<a>é</a>".into(), None, "é"),
        ("\u{feff}<a>é</a>".into(), Some("\"UTF-8\""), "é"),
        (bytes("iso-8859-1", b"\xe9\xa4\x80"), None, "é¤\u{80}"),
        (bytes("ISO-8859-15", b"\xe9\xa4"), None, "é€"),
        (bytes("windows-1252", b"\xe9\x80"), None, "é€"),
        (bytes("US-ASCII", b"e"), None, "e"),
        // The transport wins over the declaration, and so does a byte order mark.
        (bytes("ISO-8859-1", "é".as_bytes()), Some("utf-8"), "é"),
        (bytes("UTF-8", b"\xe9"), Some("Latin1"), "é"),
        (["\u{feff}".as_bytes(), &bytes("ISO-8859-1", "é".as_bytes())].concat(), None, "é"),
        (utf16("\u{feff}<?xml version='1.0' encoding='UTF-16'?><a>é😀</a>", u16::to_le_bytes), None, "é😀"),
        (utf16("\u{feff}<a>é</a>", u16::to_be_bytes), Some("utf-16"), "é"),
        (utf16("<a>é</a>", u16::to_le_bytes), Some("utf-16le"), "é"),
        (utf16("<a>é</a>", u16::to_be_bytes), None, "é"),
    ];
    for (bytes, charset, expected) in good {
        assert_eq!(text(&bytes, charset), Ok(expected.to_owned()), "{}", String::from_utf8_lossy(&bytes));
    }
    let bad: Vec<(Vec<u8>, Option<&str>, u32)> = vec![
        (b"<a>\xe9</a>".to_vec(), None, 4),
        (b"<a>\xed\xa0\x80</a>".to_vec(), None, 4),
        ("<a>é</a>".into(), Some("us-ascii"), 4),
        (b"<a>\x81</a>".to_vec(), Some("windows-1252"), 4),
        (bytes("EBCDIC", b""), None, 1),
        ("<a/>".into(), Some("utf-7"), 1),
        (bytes("UTF-16", b""), None, 1),
        (utf16("<a/>", u16::to_be_bytes)[..7].to_vec(), Some("utf-16be"), 4),
        ([0xDC, 0x00, 0x00, 0x3C].to_vec(), Some("utf-16be"), 1),
    ];
    for (bytes, charset, column) in bad {
        assert_eq!(text(&bytes, charset), Err((XmlErrorKind::Encoding, column)), "{}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn limits_hold() {
    let limits = Limits { body_bytes_max: 200, depth_max: 3, attributes_max: 2, elements_max: 4, namespaces_max: 3 };
    let parse = |text: &str| Document::parse_str(text, &limits).err().map(|error| error.kind);
    let over = Some(XmlErrorKind::Limit);
    assert_eq!((parse("<a><b><c/></b></a>"), parse("<a><b><c><d/></c></b></a>")), (None, over));
    assert_eq!((parse("<a b='' xmlns='u'/>"), parse("<a b='' c='' xmlns='u'/>")), (None, over));
    assert_eq!((parse("<a><b/><b/><b/></a>"), parse("<a><b/><b/><b/><b/></a>")), (None, over));
    let declared = |inner: &str| format!("<a xmlns:a='u' xmlns:b='u'><b xmlns:c='u'>{inner}</b><b xmlns:c='u'/></a>");
    assert_eq!((parse(&declared("")), parse(&declared("<c xmlns:d='u'/>"))), (None, over));
    assert_eq!((parse(&format!("<a>{}</a>", "x".repeat(193))), parse(&format!("<a>{}</a>", "x".repeat(194)))), (None, over));
    let deep = Limits { depth_max: usize::MAX, ..Limits::default() };
    assert_eq!(Document::parse_str(&"<a>".repeat(300), &deep).unwrap_err().kind, XmlErrorKind::Limit);
}

/// A quadratic step anywhere would make this take minutes.
#[test]
fn a_mebibyte_of_anything_is_dealt_with() {
    let size = 1 << 20;
    let wide = Limits { attributes_max: usize::MAX, elements_max: usize::MAX, namespaces_max: 256, ..Limits::default() };
    let fill =
        |head: &str, unit: &str, tail: &str| [head, &unit.repeat((size - head.len() - tail.len()) / unit.len()), tail].concat();
    let cases = [
        (fill("", "<a>", ""), false),
        (fill("<a>", "<b/>", "</a>"), true),
        (fill("<a>", "&amp;<!---->", "</a>"), true),
        (fill("<a>", "\r", "</a>"), true),
        (fill("<a>", "]", "</a>"), true),
        (fill("<a>", "<![CDATA[]]>", "</a>"), true),
        (fill("<a b='", "\t", "'/>"), true),
        (fill("<a>", "<!--", "</a>"), false),
        (fill("<", "a", "/>"), true),
        (fill("<a xmlns:p='u'>", "<p:b xmlns='v'/>", "</a>"), true),
    ];
    for (text, accepted) in cases {
        assert_eq!(Document::parse_str(&text, &wide).is_ok(), accepted, "{}", &text[..20]);
    }
    let mut numbered = String::from("<a");
    for number in 0..60_000 {
        numbered.push_str(&format!(" a{number}=''"));
    }
    numbered.push_str("/>");
    assert_eq!(Document::parse_str(&numbered, &Limits::default()).unwrap_err().kind, XmlErrorKind::Limit);
    let many = numbered.replace(" a", " xmlns:a").replace("=''", "='u'");
    assert_eq!(Document::parse_str(&many[..many.len().min(size)], &wide).unwrap_err().kind, XmlErrorKind::Limit);
}

#[test]
fn documents_can_be_built() {
    let mut builder = DocumentBuilder::new("u", "a", None);
    builder
        .open("u", "b", Some("B.1"))
        .attribute("", "x", "y")
        .text("1 ")
        .text("2")
        .close()
        .open("", "c", Some("C"))
        .close()
        .close();
    let doc = builder.finish();
    let b = doc.root().child("u", "b").unwrap();
    assert_eq!(
        (b.label(), b.attribute("", "x"), b.text().as_ref(), b.position()),
        (Some("B.1"), Some("y"), "1 2", Position::default())
    );
    assert_eq!(doc.root().children().map(Node::label).collect::<Vec<_>>(), [Some("B.1"), Some("C")]);
    assert_eq!(doc.root().label(), None);
}

/// What a document says, without what does not matter.
fn ours(node: Node<'_>, out: &mut String) {
    let mut attributes: Vec<_> =
        node.attributes().map(|attribute| format!("{{{}}}{}={:?}", attribute.ns, attribute.name, attribute.value)).collect();
    attributes.sort();
    out.push_str(&format!("<{{{}}}{} {attributes:?} @{}>", node.ns(), node.name(), node.offset()));
    for part in node.content() {
        match part {
            Content::Element(node) => ours(node, out),
            Content::Text(text) => out.push_str(&format!("{text:?}")),
        }
    }
    out.push_str("</>");
}

fn theirs(node: roxmltree::Node<'_, '_>, out: &mut String) {
    let mut attributes: Vec<_> = node
        .attributes()
        .map(|attribute| format!("{{{}}}{}={:?}", attribute.namespace().unwrap_or(""), attribute.name(), attribute.value()))
        .collect();
    attributes.sort();
    let name = node.tag_name();
    out.push_str(&format!("<{{{}}}{} {attributes:?} @{}>", name.namespace().unwrap_or(""), name.name(), node.range().start));
    let mut text = String::new();
    let flush = |text: &mut String, out: &mut String| {
        if !text.is_empty() {
            out.push_str(&format!("{text:?}"));
            text.clear();
        }
    };
    for child in node.children() {
        match child.node_type() {
            roxmltree::NodeType::Text => text.push_str(child.text().unwrap_or_default()),
            roxmltree::NodeType::Element => {
                flush(&mut text, out);
                theirs(child, out);
            }
            _ => {}
        }
    }
    flush(&mut text, out);
    out.push_str("</>");
}

/// Where roxmltree is no oracle: it does not look at what instructions and XML declarations consist of, takes
/// `p:xmlns` for a declaration and `:a` for a name, lets prefixes be undeclared, and keeps some
/// carriage returns.
fn roxmltree_errs(text: &str) -> bool {
    let name_starts_with_colon =
        text.match_indices(':').any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || "._-\u{b7}".contains(c)));
    text.contains("<?")
        || text.contains(":xmlns")
        || text.contains("xmlns:p=''")
        || text.replace("\r\n", "").contains('\r')
        || name_starts_with_colon
}

const PIECES: &[&str] = &[
    "<",
    ">",
    "/",
    "/>",
    "</",
    "a",
    "b",
    "p:",
    ":",
    " ",
    "=",
    "'",
    "\"",
    "&",
    ";",
    "&amp;",
    "&#10;",
    "&#x",
    "]]>",
    "<![CDATA[",
    "<!--",
    "-->",
    "--",
    "-",
    "]",
    "\r",
    "\n",
    "\t",
    "é",
    "\u{b7}",
    "\u{1}",
    "\u{fffe}",
    "<b/>",
    " c='d'",
    " p:c=\"\"",
    "<p:b>",
    "</p:b>",
    "text",
    "1",
    ".",
    "<!DOCTYPE a>",
];
const SEEDS: &[&str] = &[
    "<a xmlns:p='u'><b c='d' e='f'>text</b><p:b p:c='1'/></a>",
    "<a>\r\n<b>1 &amp; 2</b><!-- c --><![CDATA[x]]>y</a>",
    "<p:a xmlns:p='u' xmlns='v'><b xmlns='w'><c p:d='e'/></b></p:a>",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn roxmltree_agrees(seed in 0..SEEDS.len(), edits in prop::collection::vec((any::<prop::sample::Index>(), 0..PIECES.len(), 0..4_usize), 0..4)) {
        let mut chars: Vec<char> = SEEDS[seed].chars().collect();
        for (at, piece, cut) in edits {
            let at = at.index(chars.len() + 1);
            let end = (at + cut).min(chars.len());
            chars.splice(at..end, PIECES[piece].chars());
        }
        let text: String = chars.into_iter().collect();
        if roxmltree_errs(&text) {
            return Ok(());
        }
        let read = Document::parse_str(&text, &Limits::default());
        match (&read, roxmltree::Document::parse(&text)) {
            (Ok(doc), Ok(other)) => {
                let (mut a, mut b) = (String::new(), String::new());
                ours(doc.root(), &mut a);
                theirs(other.root_element(), &mut b);
                prop_assert_eq!(a, b);
            }
            (Err(_), Err(_)) => {}
            (Err(error), Ok(_)) => prop_assert!(false, "only roxmltree accepts {text:?}: {error}"),
            (Ok(_), Err(error)) => prop_assert!(false, "only we accept {text:?}: {error}"),
        }
    }

    #[test]
    fn any_bytes_are_dealt_with(bytes in prop::collection::vec(any::<u8>(), 0..200), charset in prop::option::of(prop::sample::select(vec!["utf-8", "utf-16", "latin1", "cp1252", "ascii", "x"]))) {
        let _ = Document::parse(&bytes, charset, &Limits::default());
        let inner = [b"<a>".as_slice(), &bytes, b"</a>"].concat();
        if let Ok(doc) = Document::parse(&inner, Some("latin1"), &Limits::default()) {
            prop_assert!(doc.root().descendants().all(|node| node.position().line > 0 && node.text().len() <= inner.len() * 2));
        }
    }
}

/// Many attributes are told apart as few are: by namespace and local name, and whatever is wrong first is told.
#[test]
fn duplicates_among_many_attributes() {
    let many = |more: &str| {
        let others: Vec<String> = (0..40).map(|n| format!(" a{n}=\"\"")).collect();
        let others = others.concat();
        let text = format!("<a xmlns:p=\"u\" xmlns:q=\"u\" xmlns:r=\"v\"{others} p:a7=\"\"{more}/>");
        Document::parse_str(&text, &Limits::default()).map(|_| ()).map_err(|error| error.message)
    };
    let twice = |name: &str| Err(format!("The attribute \"{name}\" is given twice."));
    assert_eq!(many(" r:a7=\"\""), Ok(()));
    assert_eq!(many(" q:a7=\"\""), twice("a7"));
    assert_eq!(many(" a39=\"\" s:x=\"\""), twice("a39"));
    assert_eq!(many(" s:x=\"\" a39=\"\""), Err("The prefix \"s\" is not declared.".to_owned()));
}
