//! Writing a part of a document so that it means the same elsewhere.

use std::borrow::Cow;
use std::collections::HashSet;

use super::XmlWriter;
use crate::Node;
use crate::reader::chars::is_name_char;
use crate::reader::{Attr, Content, XML_NS};
use crate::validate::XSI_NS;

/// For [`copy`]: leaves nothing out.
pub fn keep_all(_: Node<'_>) -> bool {
    false
}

/// Writes `node` and what is in it so that it means the same where the writer stands.
///
/// `namer` gives the prefix that the surroundings of the copy have declared for a namespace; elements and
/// attributes of that namespace get it. Other names keep their prefix, which is declared where it is
/// first needed. So are prefixes that occur in text or values, because those may be qualified names
/// (`xsi:type="gml:PointType"`). `drop` tells which elements to leave out.
pub fn copy(
    node: Node<'_>,
    writer: &mut XmlWriter,
    namer: &dyn Fn(&str) -> Option<&'static str>,
    drop: &dyn Fn(Node<'_>) -> bool,
) {
    if !drop(node) {
        Copier { writer, namer, drop, scope: Vec::new() }.element(node);
    }
}

struct Copier<'c, 'd> {
    writer: &'c mut XmlWriter,
    namer: &'c dyn Fn(&str) -> Option<&'static str>,
    drop: &'c dyn Fn(Node<'_>) -> bool,
    /// What prefixes stand for on the open elements, the innermost last.
    scope: Vec<Binding<'d>>,
}

type Prefix<'d> = Cow<'d, str>;

struct Binding<'d> {
    prefix: Prefix<'d>,
    uri: &'d str,
    /// Declared by the copy, not by its surroundings.
    written: bool,
}

impl<'d> Copier<'_, 'd> {
    fn element(&mut self, node: Node<'d>) {
        let outside = self.scope.len();
        // Prefixes in text and values cannot be renamed, so they choose first.
        self.declare_mentioned(node);
        let prefix = self.prefix(node.ns(), node.prefix(), outside, true);
        let attributes: Vec<(Prefix<'d>, Attr<'d>)> =
            node.attributes().map(|attribute| (self.attribute_prefix(attribute, outside), attribute)).collect();
        self.writer.start_prefixed(&prefix, node.name());
        for Binding { prefix, uri, .. } in self.scope[outside..].iter().filter(|binding| binding.written) {
            if prefix.is_empty() {
                self.writer.attr("xmlns", uri);
            } else {
                self.writer.attr_prefixed("xmlns", prefix, uri);
            }
        }
        for (prefix, attribute) in &attributes {
            self.writer.attr_prefixed(prefix, attribute.name, attribute.value);
        }
        for part in node.content() {
            match part {
                Content::Text(text) => {
                    self.writer.text(&text);
                }
                Content::Element(child) if (self.drop)(child) => {}
                Content::Element(child) => self.element(child),
            }
        }
        self.writer.end();
        self.scope.truncate(outside);
    }

    fn attribute_prefix(&mut self, attribute: Attr<'d>, outside: usize) -> Prefix<'d> {
        if attribute.ns.is_empty() {
            return Prefix::Borrowed("");
        }
        self.prefix(attribute.ns, attribute.prefix, outside, false)
    }

    /// The prefix that a name is to be written with. What has to be declared for it is added to the scope.
    fn prefix(&mut self, ns: &'d str, own: &'d str, outside: usize, element: bool) -> Prefix<'d> {
        if ns == XML_NS {
            return Prefix::Borrowed("xml");
        }
        if ns.is_empty() {
            self.bind(Prefix::Borrowed(""), "", outside);
            return Prefix::Borrowed("");
        }
        let given = (self.namer)(ns).filter(|given| element || !given.is_empty());
        if let Some(given) = given
            && self.bound(given).is_none_or(|uri| uri == ns)
        {
            // Noted, so that this element does not declare the same prefix for another namespace.
            self.scope.push(Binding { prefix: Prefix::Borrowed(given), uri: ns, written: false });
            return Prefix::Borrowed(given);
        }
        if (element || !own.is_empty()) && self.bind(Prefix::Borrowed(own), ns, outside) {
            return Prefix::Borrowed(own);
        }
        self.new_prefix(ns, outside)
    }

    /// Makes `prefix` stand for `uri` in the element being written. `false` if the element itself needs it for another.
    fn bind(&mut self, prefix: Prefix<'d>, uri: &'d str, outside: usize) -> bool {
        if self.bound(&prefix) == Some(uri) {
            return true;
        }
        if self.scope[outside..].iter().any(|binding| binding.prefix == prefix) {
            return false;
        }
        self.scope.push(Binding { prefix, uri, written: true });
        true
    }

    /// What a prefix stands for as far as the copy knows.
    fn bound(&self, prefix: &str) -> Option<&'d str> {
        self.scope.iter().rev().find(|binding| binding.prefix == prefix).map(|binding| binding.uri)
    }

    /// Where one prefix would have to stand for two namespaces: only after repair, or below a namer's prefix.
    fn new_prefix(&mut self, ns: &'d str, outside: usize) -> Prefix<'d> {
        let usable =
            |binding: &&Binding<'d>| binding.uri == ns && !binding.prefix.is_empty() && self.bound(&binding.prefix) == Some(ns);
        if let Some(binding) = self.scope.iter().find(usable) {
            return binding.prefix.clone();
        }
        let mut number = 1;
        loop {
            let prefix = format!("ns{number}");
            if self.bound(&prefix).is_none() && self.bind(Prefix::Owned(prefix.clone()), ns, outside) {
                return Prefix::Owned(prefix);
            }
            number += 1;
        }
    }

    /// Declares the prefixes that own text and values of the element mention, and the default namespace where
    /// `xsi:type` is a name without prefix.
    fn declare_mentioned(&mut self, node: Node<'d>) {
        let outside = self.scope.len();
        for part in node.content() {
            if let Content::Text(text) = part {
                self.declare_mentioned_in(&text, node, outside);
            }
        }
        for attribute in node.attributes() {
            self.declare_mentioned_in(attribute.value, node, outside);
        }
        if node.attribute(XSI_NS, "type").is_some_and(|name| !name.contains(':')) {
            self.bind(Prefix::Borrowed(""), node.resolve_prefix("").unwrap_or(""), outside);
        }
    }

    /// A prefix is mentioned where its name stands before a colon.
    fn declare_mentioned_in(&mut self, text: &str, node: Node<'d>, outside: usize) {
        let mut start = 0;
        // A text of nothing but colons must not cost a look-up for each.
        let mut unbound: HashSet<&str> = HashSet::new();
        for (colon, _) in text.match_indices(':') {
            let name = text[start..colon].rsplit(|c| !is_name_char(c)).next().unwrap_or_default();
            start = colon + 1;
            if name.is_empty() || name == "xml" || unbound.contains(name) {
                continue;
            }
            match node.binding_of(name) {
                Some((prefix, uri)) => {
                    self.bind(Prefix::Borrowed(prefix), uri, outside);
                }
                None => {
                    unbound.insert(name);
                }
            }
        }
    }
}
