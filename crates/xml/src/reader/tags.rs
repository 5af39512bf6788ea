//! Start and end tags: attributes, and the namespaces that names are in.

use super::XML_NS;
use super::chars::{CLASS, PLAIN};
use super::parse::Parser;
use super::scanner::{QName, Result};
use super::tree::{AttributeData, NO_NAMESPACE, NodeData, Span, XML, index};
use crate::error::{XmlError, XmlErrorKind, excerpt};

/// The namespace of the prefix `xmlns`, which nobody may use.
const XMLNS_NS: &str = "http://www.w3.org/2000/xmlns/";

impl Parser<'_, '_> {
    /// The scanner is at the `<`.
    pub(super) fn start_tag(&mut self) -> Result<()> {
        let start = self.scanner.at;
        self.check_element_limits(start)?;
        self.scanner.at += 1;
        let name = self.scanner.qname("an element")?;
        let attributes = self.tree.attributes.len();
        let declarations = self.tree.bindings.len();
        let empty = self.attributes(attributes, declarations)?;
        let binding = self.resolve(name, true)?;
        self.resolve_attributes(attributes)?;
        self.tree.open(NodeData {
            binding,
            span: name.local,
            prefix_len: index(name.prefix_len),
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

    fn limit(&self, at: usize, what: &str, max: usize) -> XmlError {
        self.scanner.error(at, XmlErrorKind::Limit, format!("There are more than {max} {what}."))
    }

    /// Everything from the name to `>` (false) or `/>` (true).
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
        let local = self.tree.get(name.local);
        if name.prefix_len == 0 && local == "xmlns" {
            return self.declare(name.start, Span::EMPTY, value, declarations);
        }
        if self.prefix(name) == "xmlns" {
            return self.declare(name.start, name.local, value, declarations);
        }
        self.tree.attributes.push(AttributeData {
            binding: NO_NAMESPACE,
            name: name.local,
            prefix_len: index(name.prefix_len),
            value,
            offset: index(name.start),
        });
        Ok(())
    }

    fn prefix(&self, name: QName) -> &str {
        &self.scanner.text[name.start..name.start + name.prefix_len]
    }

    /// A quoted value, normalised as a value of type CDATA.
    fn value(&mut self) -> Result<Span> {
        let open = self.scanner.at;
        let Some(quote @ (b'"' | b'\'')) = self.scanner.peek() else {
            let message = format!("A quoted value was expected, but {} stands here.", self.scanner.found());
            return Err(self.scanner.ill(open, message));
        };
        self.scanner.at += 1;
        let side = self.tree.side.len();
        let mut copied = None;
        let mut start = self.scanner.at;
        loop {
            let at = self.scanner.at;
            let Some(byte) = self.scanner.peek() else {
                return Err(self.scanner.ill(open, "The value of an attribute does not end."));
            };
            if CLASS[byte as usize] == PLAIN {
                self.scanner.at += 1;
                continue;
            }
            match byte {
                _ if byte == quote => break,
                b'<' => return Err(self.scanner.ill(at, "The character '<' may not stand in the value of an attribute.")),
                b'&' | b'\t' | b'\n' | b'\r' => {
                    self.tree.side.push_str(&self.scanner.text[start..at]);
                    let c = if byte == b'&' { self.scanner.reference()? } else { self.space() };
                    self.tree.side.push(c);
                    start = self.scanner.at;
                    copied = Some(side);
                }
                b']' | b'"' | b'\'' => self.scanner.at += 1,
                _ => {
                    self.scanner.check_char(at)?;
                    self.scanner.at += 1;
                }
            }
        }
        let end = self.scanner.at;
        self.scanner.at += 1;
        let Some(side) = copied else { return Ok(Span::source(start, end)) };
        self.tree.side.push_str(&self.scanner.text[start..end]);
        Ok(Span::side(side, self.tree.side.len()))
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
        if self.tree.bindings[declarations..].iter().any(|binding| self.tree.get(binding.prefix) == name) {
            return Err(self.scanner.ill(at, "One element declares a prefix, or the default namespace, twice."));
        }
        if self.scope.len() >= self.limits.namespaces_max {
            return Err(self.limit(at, "namespace declarations in scope", self.limits.namespaces_max));
        }
        let number = self.tree.bind(prefix, uri);
        self.scope.push(number);
        Ok(())
    }

    /// The binding that gives a name its namespace; names of attributes have none by default.
    fn resolve(&self, name: QName, element: bool) -> Result<u32> {
        let prefix = self.prefix(name);
        if prefix.is_empty() && !element {
            return Ok(NO_NAMESPACE);
        }
        if prefix == "xml" {
            return Ok(XML);
        }
        match self.scope.iter().rev().find(|number| self.tree.prefix_of(**number) == prefix) {
            Some(number) if self.tree.uri(*number).is_empty() => Ok(NO_NAMESPACE),
            Some(number) => Ok(*number),
            None if prefix.is_empty() => Ok(NO_NAMESPACE),
            None => Err(self.scanner.ill(name.start, format!("The prefix \"{}\" is not declared.", excerpt(prefix)))),
        }
    }

    /// Gives attributes their namespaces, which may be declared after them, and refuses duplicates.
    fn resolve_attributes(&mut self, first: usize) -> Result<()> {
        for at in first..self.tree.attributes.len() {
            let AttributeData { name: local, prefix_len, offset, .. } = self.tree.attributes[at];
            if prefix_len > 0 {
                let name = QName { start: offset as usize, prefix_len: prefix_len as usize, local };
                self.tree.attributes[at].binding = self.resolve(name, false)?;
            }
            let this = self.tree.attributes[at];
            if self.tree.attributes[first..at].iter().any(|other| self.same_name(other, &this)) {
                let message = format!("The attribute \"{}\" is given twice.", excerpt(self.tree.get(local)));
                return Err(self.scanner.ill(offset as usize, message));
            }
        }
        Ok(())
    }

    fn same_name(&self, a: &AttributeData, b: &AttributeData) -> bool {
        self.tree.get(a.name) == self.tree.get(b.name)
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
                let found = excerpt(&self.scanner.text[name.start..name.local.end()]);
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
