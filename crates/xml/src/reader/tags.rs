//! Start and end tags: attributes, and the namespaces that names are in.

use std::collections::HashSet;

use super::XML_NS;
use super::chars::{IN_VALUE, SUSPECT};
use super::parse::{InScope, Parser, key_of};
use super::scanner::{QName, Result};
use super::tree::{AttributeData, NO_NAMESPACE, NodeData, Span, XML, index};
use crate::error::{XmlError, XmlErrorKind, excerpt};

/// The namespace of the prefix `xmlns`, which nobody may use.
const XMLNS_NS: &str = "http://www.w3.org/2000/xmlns/";

/// So many attributes are compared with each other, which is quicker than looking them up.
const FEW: usize = 16;

impl Parser<'_, '_> {
    /// The scanner is at the `<`.
    pub(super) fn start_tag(&mut self) -> Result<()> {
        let start = self.scanner.at;
        self.check_element_limits(start)?;
        self.scanner.at += 1;
        let name = self.scanner.qname("an element")?;
        let attributes = self.tree.attributes.len();
        let declarations = self.tree.bindings.len();
        // Most tags are nothing but a name.
        let empty = !self.scanner.take(">") && self.attributes(attributes, declarations)?;
        let binding = self.resolve(name, true)?;
        self.resolve_attributes(attributes)?;
        self.tree.open(NodeData {
            binding,
            span: name.local,
            prefix_len: name.prefix.len(),
            offset: index(start),
            parent: 0,
            next: 0,
            attributes: index(attributes),
            attribute_count: index(self.tree.attributes.len() - attributes),
            declarations: index(declarations),
            declaration_count: index(self.tree.bindings.len() - declarations),
        });
        if empty {
            self.close();
        }
        Ok(())
    }

    fn check_element_limits(&mut self, at: usize) -> Result<()> {
        self.elements += 1;
        if self.elements > self.limits.elements_max {
            return Err(self.limit(at, "elements", self.limits.elements_max));
        }
        if self.tree.depth() >= self.depth_max() {
            return Err(self.limit(at, "elements inside one another", self.depth_max()));
        }
        Ok(())
    }

    #[cold]
    fn limit(&self, at: usize, what: &str, max: usize) -> XmlError {
        self.scanner.error(at, XmlErrorKind::Limit, format!("There are more than {max} {what}."))
    }

    /// Everything from the name to `>` (false) or `/>` (true).
    #[inline(never)] // which keeps the way of the tags without attributes short
    fn attributes(&mut self, attributes: usize, declarations: usize) -> Result<bool> {
        loop {
            let space = self.scanner.skip_space();
            if self.scanner.take(">") {
                return Ok(false);
            }
            if self.scanner.take("/>") {
                return Ok(true);
            }
            if !space {
                let message = format!("White space, '>' or '/>' was expected, but {} stands here.", self.scanner.found());
                return Err(self.scanner.ill(self.scanner.at, message));
            }
            let count = self.tree.attributes.len() - attributes + self.tree.bindings.len() - declarations;
            if count >= self.limits.attributes_max {
                return Err(self.limit(self.scanner.at, "attributes on one element", self.limits.attributes_max));
            }
            self.attribute(declarations)?;
        }
    }

    fn attribute(&mut self, declarations: usize) -> Result<()> {
        let name = self.scanner.qname("an attribute")?;
        self.scanner.skip_space();
        if !self.scanner.take("=") {
            let message = format!("'=' was expected after the name of an attribute, but {} stands here.", self.scanner.found());
            return Err(self.scanner.ill(self.scanner.at, message));
        }
        self.scanner.skip_space();
        let value = self.value()?;
        match (self.scanner.part(name.prefix), self.scanner.part(name.local)) {
            (b"", b"xmlns") => return self.declare(name.start(), Span::EMPTY, value, declarations),
            (b"xmlns", _) => return self.declare(name.start(), name.local, value, declarations),
            _ => {}
        }
        self.tree.attributes.push(AttributeData {
            binding: NO_NAMESPACE,
            name: name.local,
            prefix_len: name.prefix.len(),
            value,
            offset: index(name.start()),
        });
        Ok(())
    }

    /// A quoted value, normalised as a value of type CDATA.
    fn value(&mut self) -> Result<Span> {
        let open = self.scanner.at;
        let Some(quote @ (b'"' | b'\'')) = self.scanner.peek() else {
            let message = format!("A quoted value was expected, but {} stands here.", self.scanner.found());
            return Err(self.scanner.ill(open, message));
        };
        self.scanner.at += 1;
        let derived = self.tree.text.len();
        let mut copied = None;
        let mut start = self.scanner.at;
        loop {
            let Some(byte) = self.scanner.find(IN_VALUE | SUSPECT) else {
                return Err(self.scanner.ill(open, "The value of an attribute does not end."));
            };
            let at = self.scanner.at;
            match byte {
                _ if byte == quote => break,
                b'<' => return Err(self.scanner.ill(at, "The character '<' may not stand in the value of an attribute.")),
                b'&' | b'\t' | b'\n' | b'\r' => {
                    self.tree.text.push_str(&self.scanner.text[start..at]);
                    let c = if byte == b'&' { self.scanner.reference()? } else { self.space() };
                    self.tree.text.push(c);
                    start = self.scanner.at;
                    copied = Some(derived);
                }
                b'"' | b'\'' => self.scanner.at += 1,
                _ => {
                    self.scanner.check_char(at)?;
                    self.scanner.at += 1;
                }
            }
        }
        let end = self.scanner.at;
        self.scanner.at += 1;
        let Some(derived) = copied else { return Ok(Span::new(start, end)) };
        self.tree.text.push_str(&self.scanner.text[start..end]);
        Ok(Span::new(derived, self.tree.text.len()))
    }

    /// One blank for a tabulator or for one end of line.
    fn space(&mut self) -> char {
        if !self.scanner.take("\r\n") {
            self.scanner.at += 1;
        }
        ' '
    }

    /// A namespace declaration; an empty span declares the default namespace.
    fn declare(&mut self, at: usize, prefix: Span, uri: Span, declarations: usize) -> Result<()> {
        let (name, value) = (self.tree.get(prefix), self.tree.get(uri));
        let reason = match (name, value) {
            ("xml", XML_NS) => return Ok(()),
            ("xml" | "xmlns", _) => Some("The prefixes xml and xmlns cannot be bound."),
            (_, XML_NS | XMLNS_NS) => Some("The namespaces of xml and xmlns cannot be bound to another prefix."),
            (prefix, "") if !prefix.is_empty() => Some("A prefix cannot be bound to no namespace."),
            _ => None,
        };
        if let Some(reason) = reason {
            return Err(self.scanner.ill(at, reason));
        }
        if self.tree.bindings[declarations..].iter().any(|binding| self.tree.is(binding.prefix, name)) {
            return Err(self.scanner.ill(at, "One element declares a prefix, or the default namespace, twice."));
        }
        if self.scope.len() >= self.limits.namespaces_max {
            return Err(self.limit(at, "namespace declarations in scope", self.limits.namespaces_max));
        }
        let number = self.tree.bind(prefix, uri);
        let binding = if uri.is_empty() { NO_NAMESPACE } else { number };
        let key = key_of(self.scanner.part(prefix));
        self.scope.push(InScope { prefix, key, binding });
        Ok(())
    }

    /// The binding that gives a name its namespace; names of attributes have none by default.
    fn resolve(&self, name: QName, element: bool) -> Result<u32> {
        let prefix = self.scanner.part(name.prefix);
        if prefix.is_empty() && !element {
            return Ok(NO_NAMESPACE);
        }
        let key = key_of(prefix);
        let declares = |declared: &&InScope| declared.key == key && self.scanner.part(declared.prefix) == prefix;
        if let Some(declared) = self.scope.iter().rev().find(declares) {
            return Ok(declared.binding);
        }
        match prefix {
            b"" => Ok(NO_NAMESPACE),
            b"xml" => Ok(XML),
            _ => Err(self.undeclared(name)),
        }
    }

    #[cold]
    fn undeclared(&self, name: QName) -> XmlError {
        let message = format!("The prefix \"{}\" is not declared.", excerpt(self.tree.get(name.prefix)));
        self.scanner.ill(name.start(), message)
    }

    /// Gives attributes their namespaces, which may be declared after them, and refuses duplicates.
    fn resolve_attributes(&mut self, first: usize) -> Result<()> {
        let mut until = first;
        let resolved = loop {
            let Some(AttributeData { name: local, prefix_len, offset, .. }) = self.tree.attributes.get(until).copied() else {
                break Ok(());
            };
            if prefix_len > 0 {
                let start = offset as usize;
                let prefix = Span::new(start, start + prefix_len as usize);
                match self.resolve(QName { prefix, local }, false) {
                    Ok(binding) => self.tree.attributes[until].binding = binding,
                    Err(error) => break Err(error),
                }
            }
            until += 1;
        };
        // Whatever is wrong first is told.
        match self.duplicate(first, until) {
            Some(duplicate) => {
                let message = format!("The attribute \"{}\" is given twice.", excerpt(self.tree.get(duplicate.name)));
                Err(self.scanner.ill(duplicate.offset as usize, message))
            }
            None => resolved,
        }
    }

    /// The first of these attributes that has the name of one before it.
    fn duplicate(&self, first: usize, until: usize) -> Option<AttributeData> {
        let all = &self.tree.attributes[first..until];
        if all.len() <= FEW {
            let is_duplicate = |at: &usize| all[..*at].iter().any(|other| self.same_name(other, &all[*at]));
            return (0..all.len()).find(is_duplicate).map(|at| all[at]);
        }
        let mut seen = HashSet::with_capacity(all.len());
        let name = |attribute: &AttributeData| (self.tree.uri(attribute.binding), self.tree.get(attribute.name));
        all.iter().find(|attribute| !seen.insert(name(attribute))).copied()
    }

    fn same_name(&self, a: &AttributeData, b: &AttributeData) -> bool {
        self.tree.is(a.name, self.tree.get(b.name))
            && (a.binding == b.binding || self.tree.uri(a.binding) == self.tree.uri(b.binding))
    }

    /// The scanner is at `</`.
    pub(super) fn end_tag(&mut self) -> Result<()> {
        let start = self.scanner.at;
        self.scanner.at += 2;
        let Some(open) = self.tree.innermost() else { return Ok(()) };
        let name = &self.scanner.text[open.offset as usize + 1..open.span.end()];
        if !self.scanner.take(name) || !matches!(self.scanner.peek(), Some(b'>' | b' ' | b'\t' | b'\n' | b'\r')) {
            return Err(self.mismatch(start, name));
        }
        self.scanner.skip_space();
        if !self.scanner.take(">") {
            let message = format!("'>' was expected at the end of an end tag, but {} stands here.", self.scanner.found());
            return Err(self.scanner.ill(self.scanner.at, message));
        }
        self.close();
        Ok(())
    }

    /// The end tag at `start` does not close the element that is open.
    fn mismatch(&mut self, start: usize, open: &str) -> XmlError {
        self.scanner.at = start + 2;
        match self.scanner.qname("an element") {
            Err(error) => error,
            Ok(name) => {
                let found = excerpt(&self.scanner.text[name.start()..name.local.end()]);
                let message = format!("The element \"{}\" is closed by an end tag \"{found}\".", excerpt(open));
                self.scanner.ill(start, message)
            }
        }
    }

    /// Closes the innermost element and forgets what it declared.
    fn close(&mut self) {
        let declared = self.tree.innermost().map_or(0, |node| node.declaration_count as usize);
        self.scope.truncate(self.scope.len() - declared);
        self.tree.close();
    }
}
