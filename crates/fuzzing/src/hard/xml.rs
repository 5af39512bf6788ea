//! Documents that are hard on the XML reader alone.

use super::{BYTES_MAX, Hard, Way, filled, filled_up_to, joined, repeated};

pub(super) const ALL: &[Hard] = &[
    xml("xml: many small elements", || repeated("<a>", "<b/>", "</a>")),
    xml("xml: as many elements as are read", || filled_up_to(49_990, "<a>", |_| "<b/>".to_owned(), "</a>")),
    xml("xml: as many elements with text as are read", || filled_up_to(49_990, "<a>", |_| "x<b>y</b>".to_owned(), "</a>")),
    xml("xml: deeper than is read", || repeated("", "<a>", "")),
    xml("xml: as deep as is read, again and again", deep),
    xml("xml: one element with many attributes", || filled("<a", |n| format!(" a{n}=\"\""), "/>")),
    xml("xml: as many attributes as are read, again and again", attributes),
    xml("xml: attributes of many namespaces", namespaced_attributes),
    xml("xml: many namespaces", || filled("<a", |n| format!(" xmlns:n{n}=\"u{n}\""), "/>")),
    xml("xml: as many namespaces as are read, again and again", namespaces),
    xml("xml: one namespace for each element", || filled_up_to(49_990, "<a>", |n| format!("<b xmlns=\"u{n}\"/>"), "</a>")),
    xml("xml: character references", || repeated("<a>", "&#x41;", "</a>")),
    xml("xml: character references in an attribute", || repeated("<a b=\"", "&lt;", "\"/>")),
    xml("xml: references between elements", || filled_up_to(49_990, "<a>", |_| "<b>&lt;</b>".to_owned(), "</a>")),
    xml("xml: one long text", || repeated("<a>", "x", "</a>")),
    xml("xml: many lines", || repeated("<a>", "\r\n", "</a>")),
    xml("xml: one long name", || repeated("<", "n", "/>")),
    xml("xml: long names that are not equal", || filled("<a>", |n| format!("<b{n:01000}/>"), "</a>")),
    xml("xml: one long comment", || repeated("<a><!--", "x", "--></a>")),
    xml("xml: many comments", || repeated("<a>", "<!---->", "</a>")),
    xml("xml: comments within one text", || repeated("<a>", "x<!---->", "</a>")),
    xml("xml: many processing instructions", || repeated("<a>", "<?p?>", "</a>")),
    xml("xml: one long CDATA section", || repeated("<a><![CDATA[", "]", "]]></a>")),
    xml("xml: many CDATA sections", || repeated("<a>", "<![CDATA[x]]>", "</a>")),
    xml("xml: unclosed element", || repeated("<a>", "x", "")),
    xml("xml: unclosed tag", || repeated("<a ", " ", "")),
    xml("xml: unclosed comment", || repeated("<a><!--", "-x", "")),
    xml("xml: unclosed attribute", || repeated("<a b=\"", "x", "")),
    xml("xml: nothing but white space", || repeated("", " ", "")),
    xml("xml: nothing but the beginnings of elements", || repeated("", "<", "")),
    xml("xml: UTF-16", utf16),
    xml("xml: UTF-16 with many elements", utf16_elements),
    xml("xml: ISO-8859-1", latin),
];

const fn xml(name: &'static str, make: fn() -> Vec<u8>) -> Hard {
    Hard::new(name, Way::Xml, make)
}

fn deep() -> Vec<u8> {
    let branch = format!("{}{}", "<b>".repeat(62), "</b>".repeat(62));
    filled_up_to(790, "<a>", |_| branch.clone(), "</a>")
}

fn attributes() -> Vec<u8> {
    let attributes = joined(250, |n| format!(" a{n}=\"\""));
    filled("<a>", |_| format!("<b{attributes}/>"), "</a>")
}

fn namespaced_attributes() -> Vec<u8> {
    let declared = joined(250, |n| format!(" xmlns:n{n}=\"u{n}\""));
    let attributes = joined(250, |n| format!(" n{n}:a=\"\""));
    filled(&format!("<a{declared}>"), |_| format!("<b{attributes}/>"), "</a>")
}

fn namespaces() -> Vec<u8> {
    let declared = joined(200, |n| format!(" xmlns:n{n}=\"u\""));
    filled("<a>", |_| format!("<b{declared}/>"), "</a>")
}

fn utf16() -> Vec<u8> {
    let text = format!("<a>{}</a>", "\u{20AC}".repeat(BYTES_MAX / 2 - 20));
    in_utf16(&text)
}

fn utf16_elements() -> Vec<u8> {
    in_utf16(&format!("<a>{}</a>", "<b>\u{20AC}</b>".repeat(49_990)))
}

fn in_utf16(text: &str) -> Vec<u8> {
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    bytes
}

fn latin() -> Vec<u8> {
    let mut bytes = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>".to_vec();
    bytes.resize(BYTES_MAX - 4, 0xFC);
    bytes.extend_from_slice(b"</a>");
    bytes
}
