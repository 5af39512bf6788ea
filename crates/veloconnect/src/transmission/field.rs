//! How a line of a request becomes flat JSON: tables of fields.

use ordergate_xml::writer::{copy, keep_all};
use ordergate_xml::{Document, Limits, Node, XmlError, XmlWriter};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::channel::{Line, text as of};
use crate::frame::read_boolean;
use crate::text::one_line;

/// One fact of a line.
pub(crate) struct Field {
    pub key: &'static str,
    /// Local names from the line down.
    pub path: &'static [&'static str],
    pub what: What,
}

/// What is taken of the element at the end of the path.
pub(crate) enum What {
    Text,
    /// A decimal, kept as text without superfluous zeros.
    Number,
    Flag,
    Attribute(&'static str),
    /// The brand of an identification: who gave the number.
    Brand,
    /// The text of the first element in it.
    FirstLeaf,
    /// The element itself, as XML.
    Fragment,
    /// Serial numbers: kind, description and number of each.
    Serials,
    /// Number or unit of the second of several.
    SecondNumber,
    SecondAttribute(&'static str),
}

pub(crate) const fn text(key: &'static str, path: &'static [&'static str]) -> Field {
    Field { key, path, what: What::Text }
}

pub(crate) const fn number(key: &'static str, path: &'static [&'static str]) -> Field {
    Field { key, path, what: What::Number }
}

pub(crate) const fn flag(key: &'static str, path: &'static [&'static str]) -> Field {
    Field { key, path, what: What::Flag }
}

pub(crate) const fn attribute(key: &'static str, path: &'static [&'static str], name: &'static str) -> Field {
    Field { key, path, what: What::Attribute(name) }
}

pub(crate) const UNIT: &str = "quantityUnitCode";
pub(crate) const CURRENCY: &str = "amountCurrencyID";

/// The facts of a line.
pub(crate) fn read(line: Node<'_>, fields: &[Field]) -> Line {
    let facts = fields.iter().filter_map(|field| {
        let value = field.what.of(find(line, field.path, field.what.place())?)?;
        Some((field.key.to_owned(), value))
    });
    facts.collect()
}

/// Whether the facts of a stored line can stand in an answer: XML among them must be some.
pub(super) fn check_fragments(line: &Line, fields: &[Field]) -> Result<(), XmlError> {
    let fragments = fields.iter().filter(|field| matches!(field.what, What::Fragment));
    fragments.filter_map(|field| of(line, field.key)).try_for_each(|xml| Document::parse_str(xml, &Limits::NONE).map(drop))
}

/// The element at the end of a path; of several of its name there the one with this number, from 0.
fn find<'d>(line: Node<'d>, path: &[&str], place: usize) -> Option<Node<'d>> {
    let (last, parents) = path.split_last()?;
    let parent = parents.iter().try_fold(line, |node, name| node.children().find(|child| child.name() == *name))?;
    parent.children().filter(|child| child.name() == *last).nth(place)
}

impl What {
    const fn place(&self) -> usize {
        match self {
            Self::SecondNumber | Self::SecondAttribute(_) => 1,
            _ => 0,
        }
    }

    fn of(&self, node: Node<'_>) -> Option<Value> {
        let text = match self {
            Self::Text => tidy(&node.text()),
            Self::Number | Self::SecondNumber => decimal(&node.text()),
            Self::Flag => return read_boolean(&node.text()).map(Value::Bool),
            Self::Attribute(name) | Self::SecondAttribute(name) => tidy(node.attribute("", name)?),
            Self::Brand => brand(node)?,
            Self::FirstLeaf => first_leaf(node)?,
            Self::Fragment => fragment(node),
            Self::Serials => return serials(node),
        };
        Some(text).filter(|text| !text.is_empty()).map(Value::String)
    }
}

fn tidy(text: &str) -> String {
    one_line(text).trim().to_owned()
}

/// A number beyond what we can hold stays as it was sent.
fn decimal(text: &str) -> String {
    let text = text.trim();
    text.trim_end_matches('.').parse::<Decimal>().map_or_else(|_| text.to_owned(), crate::number::number)
}

/// The name of the party that gave a number, or else its id. What the identification itself is comes first, and is none.
fn brand(identification: Node<'_>) -> Option<String> {
    let parts = || identification.children().skip(1).flat_map(Node::descendants);
    let of = |name: &str| parts().find(|node| node.name() == name).map(|node| tidy(&node.text()));
    of("Name").or_else(|| of("ID")).filter(|brand| !brand.is_empty())
}

fn first_leaf(node: Node<'_>) -> Option<String> {
    node.descendants()
        .filter(|node| node.children().next().is_none())
        .map(|node| tidy(&node.text()))
        .find(|text| !text.is_empty())
}

fn fragment(node: Node<'_>) -> String {
    let mut w = XmlWriter::new();
    copy(node, &mut w, &|_| None, &keep_all);
    w.finish_string()
}

fn serials(node: Node<'_>) -> Option<Value> {
    let serial = |serial: Node<'_>| {
        let attribute = |name| serial.attribute("", name).map(tidy);
        json!({ "kind": attribute("kind"), "description": attribute("description"), "number": tidy(&serial.text()) })
    };
    let all: Vec<Value> = node.children().map(serial).collect();
    (!all.is_empty()).then_some(Value::Array(all))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[Field] = &[Field { key: "xml", path: &["X"], what: What::Fragment }];

    fn check(xml: &str) -> Result<(), XmlError> {
        let mut line = Line::new();
        line.insert("xml".to_owned(), Value::String(xml.to_owned()));
        check_fragments(&line, FIELDS)
    }

    /// What an operator's wider limits let in is read again, whatever the limits are otherwise.
    #[test]
    fn fragments_are_read_without_limits_of_their_own() {
        let deep = format!("{}{}", "<a>".repeat(200), "</a>".repeat(200));
        let wide = format!("<a>{}</a>", "<b/>".repeat(60_000));
        assert!(check(&deep).is_ok() && check(&wide).is_ok() && check_fragments(&Line::new(), FIELDS).is_ok());
        assert!(check("<a>").is_err() && check("a").is_err());
    }
}
