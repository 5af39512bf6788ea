//! Looking at the nodes of a document.

use std::borrow::Cow;
use std::fmt;

use super::document::Document;
use super::tree::{AttributeData, CDATA, NodeData, Span, TEXT};
use crate::error::Position;

/// Names a node within its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) u32);

/// An element of a document.
#[derive(Clone, Copy)]
pub struct Node<'d> {
    pub(super) doc: &'d Document,
    pub(super) id: NodeId,
}

/// A part of mixed content.
#[derive(Debug, Clone)]
pub enum Content<'d> {
    Element(Node<'d>),
    /// Text up to the next element or the end, references resolved. Never empty.
    Text(Cow<'d, str>),
}

/// An attribute. Namespace declarations are not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attr<'d> {
    /// `""` if none.
    pub ns: &'d str,
    /// The local name.
    pub name: &'d str,
    /// `""` if none.
    pub prefix: &'d str,
    /// Normalised as XML says: references resolved, white space turned to spaces.
    pub value: &'d str,
    offset: u32,
}

impl Attr<'_> {
    /// Where its name stands, in bytes from the start of the text.
    pub const fn offset(&self) -> usize {
        self.offset as usize
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} #{}>", self.name(), self.id.0)
    }
}

impl PartialEq for Node<'_> {
    /// The same node of the same document.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.doc, other.doc) && self.id == other.id
    }
}

impl Eq for Node<'_> {}

impl<'d> Node<'d> {
    #[inline]
    pub(super) fn data(self) -> &'d NodeData {
        &self.doc.tree.nodes[self.id.0 as usize]
    }

    fn get(self, span: Span) -> &'d str {
        self.doc.tree.get(span)
    }

    pub const fn id(self) -> NodeId {
        self.id
    }

    pub const fn document(self) -> &'d Document {
        self.doc
    }

    /// The namespace, `""` if none.
    #[inline]
    pub fn ns(self) -> &'d str {
        self.doc.tree.uri(self.data().binding)
    }

    /// The local name.
    #[inline]
    pub fn name(self) -> &'d str {
        self.get(self.data().span)
    }

    /// The prefix as written, `""` if none.
    pub fn prefix(self) -> &'d str {
        prefix(self.doc, self.data().span, self.data().prefix_len)
    }

    /// Whether this is the element of that namespace and local name.
    #[inline]
    pub fn is(self, ns: &str, name: &str) -> bool {
        let (tree, data) = (&self.doc.tree, self.data());
        tree.is(data.span, name) && tree.uri_is(data.binding, ns)
    }

    /// The element around this one; `None` for the root.
    pub fn parent(self) -> Option<Self> {
        (self.id.0 != 0).then(|| Node { doc: self.doc, id: NodeId(self.data().parent) })
    }

    /// The element children.
    pub fn children(self) -> impl Iterator<Item = Node<'d>> + Clone {
        self.parts().filter(|part| !part.is_text())
    }

    /// The element children of that name.
    pub fn children_named<'n>(self, ns: &'n str, name: &'n str) -> impl Iterator<Item = Node<'d>> + Clone + use<'d, 'n> {
        self.children().filter(move |child| child.is(ns, name))
    }

    /// The first element child of that name.
    pub fn child(self, ns: &str, name: &str) -> Option<Self> {
        self.children().find(|child| child.is(ns, name))
    }

    /// The element itself and all below it, in document order.
    pub fn descendants(self) -> impl Iterator<Item = Node<'d>> + Clone {
        let end = self.subtree_end();
        let doc = self.doc;
        (self.id.0..end).map(move |id| Node { doc, id: NodeId(id) }).filter(|node| !node.is_text())
    }

    /// The own text of the element: all of it that is not in a child, references resolved.
    #[inline]
    pub fn text(self) -> Cow<'d, str> {
        match self.first_part() {
            None => Cow::Borrowed(""),
            // Almost always there is nothing else.
            Some(part) if part.is_text() && part.next_part().is_none() => Cow::Borrowed(part.name()),
            Some(_) => self.text_among_elements(),
        }
    }

    fn text_among_elements(self) -> Cow<'d, str> {
        let mut parts = self.parts().filter(|part| part.is_text());
        let Some(first) = parts.next() else { return Cow::Borrowed("") };
        let mut text = Cow::Borrowed(first.name());
        for part in parts {
            text.to_mut().push_str(part.name());
        }
        text
    }

    /// Whether there is own text other than white space.
    pub fn has_text(self) -> bool {
        self.parts().any(|part| part.is_text() && !is_blank(part.name()))
    }

    /// Elements and text, in document order.
    pub fn content(self) -> impl Iterator<Item = Content<'d>> + Clone {
        let parts = self.parts().filter(|part| !(part.is_text() && part.name().is_empty()));
        parts.map(|part| if part.is_text() { Content::Text(Cow::Borrowed(part.name())) } else { Content::Element(part) })
    }

    /// The attributes, in the order written, without namespace declarations.
    pub fn attributes(self) -> impl ExactSizeIterator<Item = Attr<'d>> + Clone {
        let doc = self.doc;
        self.attribute_data().iter().map(move |attribute| attr(doc, attribute))
    }

    fn attribute_data(self) -> &'d [AttributeData] {
        let data = self.data();
        let start = data.attributes as usize;
        &self.doc.tree.attributes[start..start + data.attribute_count as usize]
    }

    /// The value of an attribute.
    #[inline]
    pub fn attribute(self, ns: &str, name: &str) -> Option<&'d str> {
        let tree = &self.doc.tree;
        let named = |data: &&AttributeData| tree.is(data.name, name) && tree.uri_is(data.binding, ns);
        self.attribute_data().iter().find(named).map(|data| tree.get(data.value))
    }

    /// Where the start tag stands, in bytes from the start of the text (0 in documents that were not text).
    pub fn offset(self) -> usize {
        self.data().offset as usize
    }

    /// Where the start tag stands; line 0 in documents that were not text.
    pub fn position(self) -> Position {
        self.doc.position_at(self.offset())
    }

    /// What this element was made from, in documents that were not text: the name of a parameter.
    pub fn label(self) -> Option<&'d str> {
        self.label_span().map(|span| self.get(span))
    }

    pub(super) fn label_span(self) -> Option<Span> {
        let labels = &self.doc.tree.labels;
        labels.binary_search_by_key(&self.id.0, |label| label.0).ok().map(|at| labels[at].1)
    }

    /// Element and text children. A text part is a node whose name is its text.
    pub(crate) fn parts(self) -> impl Iterator<Item = Node<'d>> + Clone + use<'d> {
        Parts { next: self.first_part() }
    }

    #[inline]
    pub(crate) fn first_part(self) -> Option<Self> {
        let id = self.id.0 + 1;
        let first = self.doc.tree.nodes.get(id as usize)?;
        (first.parent == self.id.0).then_some(Node { doc: self.doc, id: NodeId(id) })
    }

    #[inline]
    pub(crate) fn next_part(self) -> Option<Self> {
        let next = self.data().next;
        (next != 0).then_some(Node { doc: self.doc, id: NodeId(next) })
    }

    #[inline]
    pub(crate) fn is_text(self) -> bool {
        self.data().binding == TEXT
    }

    /// Whether this is text of which some stood in a CDATA section.
    pub(crate) fn is_cdata(self) -> bool {
        self.is_text() && self.data().prefix_len == CDATA
    }

    /// The id after the last one of the subtree.
    fn subtree_end(self) -> u32 {
        let mut at = self;
        loop {
            if let Some(next) = at.next_part() {
                return next.id.0;
            }
            match at.parent() {
                Some(parent) => at = parent,
                None => return super::tree::index(self.doc.tree.nodes.len()),
            }
        }
    }
}

/// A part and those after it in the same element.
#[derive(Clone)]
struct Parts<'d> {
    next: Option<Node<'d>>,
}

impl<'d> Iterator for Parts<'d> {
    type Item = Node<'d>;

    #[inline]
    fn next(&mut self) -> Option<Node<'d>> {
        let part = self.next?;
        self.next = part.next_part();
        Some(part)
    }
}

#[inline]
fn attr<'d>(doc: &'d Document, data: &'d AttributeData) -> Attr<'d> {
    Attr {
        ns: doc.tree.uri(data.binding),
        name: doc.tree.get(data.name),
        prefix: prefix(doc, data.name, data.prefix_len),
        value: doc.tree.get(data.value),
        offset: data.offset,
    }
}

fn prefix(doc: &Document, local: Span, len: u32) -> &str {
    if len == 0 {
        return "";
    }
    let end = local.start() - 1;
    &doc.tree.text[end - len as usize..end]
}

/// Whether there is nothing but white space as XML has it.
pub(crate) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
}
