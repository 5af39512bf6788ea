//! Making a document out of parts of another, which keep their place in the text.

use super::document::Document;
use super::node::Node;
use super::tree::{AttributeData, NodeData, Tree, index};

/// Writes a new document that shares the text of `source`. Namespaces can be changed; names, values and
/// places stay.
pub(crate) struct Rebuilder<'d> {
    source: &'d Document,
    tree: Tree,
}

impl<'d> Rebuilder<'d> {
    pub(crate) fn new(source: &'d Document) -> Self {
        Self { source, tree: source.tree.empty_copy() }
    }

    /// Opens a copy of `node` without attributes and content, in the namespace `ns` if one is given.
    pub(crate) fn open(&mut self, node: Node<'d>, ns: Option<&str>) {
        if let Some(label) = node.label_span() {
            self.tree.labels.push((index(self.tree.nodes.len()), label));
        }
        let data = node.data();
        let binding = match ns {
            Some(ns) if ns != node.ns() => self.tree.binding(ns),
            _ => data.binding,
        };
        self.tree.open(NodeData { binding, next: 0, attributes: index(self.tree.attributes.len()), attribute_count: 0, ..*data });
    }

    /// Copies one attribute of `node` into the element just opened, in the namespace `ns` if one is given.
    pub(crate) fn attribute(&mut self, node: Node<'d>, number: usize, ns: Option<&str>) {
        let data = self.source.tree.attributes[node.data().attributes as usize + number];
        let binding = match ns {
            Some(ns) if ns != self.source.tree.uri(data.binding) => self.tree.binding(ns),
            _ => data.binding,
        };
        self.tree.attributes.push(AttributeData { binding, ..data });
        if let Some(element) = self.tree.nodes.last_mut() {
            element.attribute_count += 1;
        }
    }

    /// Copies a text part into the innermost open element.
    pub(crate) fn text(&mut self, part: Node<'d>) {
        let data = part.data();
        if part.is_cdata() {
            self.tree.append_cdata(data.span, data.offset as usize);
        } else {
            self.tree.append_text(data.span, data.offset as usize);
        }
    }

    pub(crate) fn close(&mut self) {
        self.tree.close();
    }

    /// Copies `node` with everything in it.
    pub(crate) fn whole(&mut self, node: Node<'d>) {
        self.open(node, None);
        for number in 0..node.attributes().len() {
            self.attribute(node, number, None);
        }
        for part in node.parts() {
            if part.is_text() { self.text(part) } else { self.whole(part) }
        }
        self.close();
    }

    pub(crate) fn finish(self) -> Document {
        Document { tree: self.tree }
    }
}
