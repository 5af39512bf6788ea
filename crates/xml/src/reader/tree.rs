//! The arena behind a [`Document`]: nodes in document order, names and text as ranges.

use std::mem::take;

use super::XML_NS;
use super::room::Room;

/// A range of [`Tree::text`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    start: u32,
    len: u32,
}

/// The longest source. What is derived from a source is shorter than it, so ranges reach both.
pub(crate) const TEXT_MAX: usize = (u32::MAX / 2) as usize;

/// Callers keep texts below [`TEXT_MAX`] bytes; a longer one would be cut, not misread.
#[inline]
pub(crate) fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Span {
    pub(crate) const EMPTY: Self = Self { start: 0, len: 0 };

    #[inline]
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self { start: index(start), len: index(end - start) }
    }

    pub(crate) const fn start(self) -> usize {
        self.start as usize
    }

    pub(crate) const fn end(self) -> usize {
        self.start() + self.len as usize
    }

    pub(crate) const fn len(self) -> u32 {
        self.len
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// Whether two texts of one length are the same. Names are short: calling somebody for it would take longer than doing it.
#[inline]
fn same(a: &[u8], b: &[u8]) -> bool {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    a.iter().zip(b).all(|(a, b)| a == b) && a_rest.iter().zip(b_rest).all(|(a, b)| a == b)
}

/// In [`NodeData::binding`]: this node is text.
pub(crate) const TEXT: u32 = u32::MAX;
/// In [`NodeData::prefix_len`]: some of this text stood in a CDATA section.
pub(crate) const CDATA: u32 = 1;
/// The binding of names without namespace.
pub(crate) const NO_NAMESPACE: u32 = 0;
/// The binding of the prefix `xml`.
pub(crate) const XML: u32 = 1;
/// Bindings with an index below this are not stored.
const IMPLIED: u32 = 2;

/// An element, or a run of text without an element in between.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NodeData {
    /// The namespace declaration that gives this element its namespace, or [`TEXT`].
    pub binding: u32,
    /// The local name, or the text.
    pub span: Span,
    /// The prefix stands right before the local name and a colon. Of text: [`CDATA`], or 0.
    pub prefix_len: u32,
    /// Byte offset in the source text.
    pub offset: u32,
    pub parent: u32,
    /// 0: none (the root is nobody's sibling).
    pub next: u32,
    pub attributes: u32,
    pub attribute_count: u32,
    /// The declarations on this very element.
    pub declarations: u32,
    pub declaration_count: u32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct AttributeData {
    pub binding: u32,
    pub name: Span,
    pub prefix_len: u32,
    pub value: Span,
    pub offset: u32,
}

/// A namespace declaration.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binding {
    pub prefix: Span,
    pub uri: Span,
}

#[derive(Debug, Clone)]
pub(crate) struct Tree {
    /// The source, and behind it what differs from it: values with references in them, for example.
    pub text: String,
    source_len: usize,
    pub nodes: Vec<NodeData>,
    pub attributes: Vec<AttributeData>,
    pub bindings: Vec<Binding>,
    /// Ascending by node.
    pub labels: Vec<(u32, Span)>,
    /// Elements open while the tree is being built, each with its last child so far (0: none).
    open: Vec<(u32, u32)>,
}

impl Tree {
    pub(crate) fn new(source: &str) -> Self {
        let guess = source.len() / 24 + 4;
        let Room { mut text, mut nodes, mut attributes, mut bindings, labels, mut open } = Room::take();
        text.push_str(source);
        nodes.reserve_exact(guess.min(4096));
        attributes.reserve(8);
        bindings.reserve(8);
        open.reserve(16);
        Self { text, source_len: source.len(), nodes, attributes, bindings, labels, open }
    }

    /// Without nodes, attributes and labels, but with everything that ranges and numbers refer to.
    pub(crate) fn empty_copy(&self) -> Self {
        Self {
            text: self.text.clone(),
            source_len: self.source_len,
            nodes: Vec::with_capacity(self.nodes.len()),
            attributes: Vec::with_capacity(self.attributes.len()),
            bindings: self.bindings.clone(),
            labels: Vec::new(),
            open: Vec::with_capacity(16),
        }
    }

    #[inline]
    pub(crate) fn get(&self, span: Span) -> &str {
        &self.text[span.start()..span.end()]
    }

    /// Whether the range says `text`. Most comparisons end with the lengths.
    #[inline]
    pub(crate) fn is(&self, span: Span, text: &str) -> bool {
        span.len as usize == text.len() && same(&self.text.as_bytes()[span.start()..span.end()], text.as_bytes())
    }

    pub(crate) fn uri(&self, binding: u32) -> &str {
        match binding {
            NO_NAMESPACE => "",
            XML => XML_NS,
            number => self.get(self.declared(number).uri),
        }
    }

    /// Whether [`Self::uri`] is `ns`.
    #[inline]
    pub(crate) fn uri_is(&self, binding: u32, ns: &str) -> bool {
        match binding {
            NO_NAMESPACE => ns.is_empty(),
            XML => ns == XML_NS,
            number => self.is(self.declared(number).uri, ns),
        }
    }

    /// The declaration of that number, which is neither [`NO_NAMESPACE`] nor [`XML`].
    pub(crate) fn declared(&self, number: u32) -> &Binding {
        &self.bindings[(number - IMPLIED) as usize]
    }

    /// Adds a declaration and gives its number for [`Self::uri`].
    pub(crate) fn bind(&mut self, prefix: Span, uri: Span) -> u32 {
        self.bindings.push(Binding { prefix, uri });
        index(self.bindings.len() - 1) + IMPLIED
    }

    /// A number for a namespace that no declaration in the text is for. Such namespaces are few, so that it is
    /// enough to look for one among the last: a second number for the same one does no harm.
    pub(crate) fn binding(&mut self, ns: &str) -> u32 {
        if ns.is_empty() {
            return NO_NAMESPACE;
        }
        let recent = self.bindings.len().saturating_sub(16);
        if let Some(at) = self.bindings[recent..].iter().rposition(|binding| self.get(binding.uri) == ns) {
            return index(recent + at) + IMPLIED;
        }
        let uri = self.derive(ns);
        self.bind(Span::EMPTY, uri)
    }

    /// The text that the tree was made from; empty if it was built.
    pub(crate) fn source(&self) -> &str {
        &self.text[..self.source_len]
    }

    /// Adds a text that is not in the source.
    pub(crate) fn derive(&mut self, text: &str) -> Span {
        let start = self.text.len();
        self.text.push_str(text);
        Span::new(start, self.text.len())
    }

    /// The number of elements open.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    pub(crate) fn innermost(&self) -> Option<&NodeData> {
        self.open.last().map(|&(node, _)| &self.nodes[node as usize])
    }

    /// Adds an element to the innermost open one, and opens it.
    pub(crate) fn open(&mut self, node: NodeData) {
        let id = self.append(node);
        self.open.push((id, 0));
    }

    pub(crate) fn close(&mut self) {
        self.open.pop();
    }

    /// Adds text to the innermost open element, joining it to text right before it.
    pub(crate) fn append_text(&mut self, piece: Span, offset: usize) {
        if !piece.is_empty() {
            self.append_piece(piece, offset, 0);
        }
    }

    /// The same for a CDATA section, which may be empty: libxml2 takes each for content, even an empty one.
    pub(crate) fn append_cdata(&mut self, piece: Span, offset: usize) {
        self.append_piece(piece, offset, CDATA);
    }

    fn append_piece(&mut self, piece: Span, offset: usize, kind: u32) {
        let last = self.open.last().map_or(0, |open| open.1) as usize;
        if last != 0 && self.nodes[last].binding == TEXT {
            self.nodes[last].span = self.join(self.nodes[last].span, piece);
            self.nodes[last].prefix_len |= kind;
            return;
        }
        self.append(NodeData {
            binding: TEXT,
            span: piece,
            prefix_len: kind,
            offset: index(offset),
            parent: 0,
            next: 0,
            attributes: 0,
            attribute_count: 0,
            declarations: 0,
            declaration_count: 0,
        });
    }

    /// Both texts in one range. The first is copied at most once, because it then ends the whole text.
    fn join(&mut self, first: Span, second: Span) -> Span {
        if second.is_empty() {
            return first;
        }
        if first.end() == second.start() {
            return Span::new(first.start(), second.end());
        }
        let mut start = first.start();
        if start < self.source_len || first.end() != self.text.len() {
            start = self.text.len();
            self.text.extend_from_within(first.start()..first.end());
        }
        self.text.extend_from_within(second.start()..second.end());
        Span::new(start, self.text.len())
    }

    fn append(&mut self, mut node: NodeData) -> u32 {
        let id = index(self.nodes.len());
        if let Some((parent, last)) = self.open.last_mut() {
            node.parent = *parent;
            if *last != 0 {
                self.nodes[*last as usize].next = id;
            }
            *last = id;
        }
        // By a half instead of by doubling: what it grows out of is there for a moment, too.
        if self.nodes.len() == self.nodes.capacity() {
            self.nodes.reserve_exact((self.nodes.len() / 2).max(16));
        }
        self.nodes.push(node);
        id
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let room = Room {
            text: take(&mut self.text),
            nodes: take(&mut self.nodes),
            attributes: take(&mut self.attributes),
            bindings: take(&mut self.bindings),
            labels: take(&mut self.labels),
            open: take(&mut self.open),
        };
        room.leave();
    }
}
