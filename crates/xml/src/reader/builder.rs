//! Documents that were not text.

use super::document::Document;
use super::tree::{AttributeData, NodeData, Tree, index};

/// Builds a [`Document`] that did not come from text, such as a request that arrived as form parameters.
///
/// Each element may carry a label, the name of what it was made from (see [`Node::label`](super::Node::label)).
#[derive(Debug)]
pub struct DocumentBuilder {
    tree: Tree,
}

impl DocumentBuilder {
    /// Starts with the root element.
    pub fn new(ns: &str, name: &str, label: Option<&str>) -> Self {
        let mut builder = Self { tree: Tree::new("") };
        builder.open(ns, name, label);
        builder
    }

    /// Opens an element within the innermost open one. `ns` is `""` for none.
    pub fn open(&mut self, ns: &str, name: &str, label: Option<&str>) -> &mut Self {
        let binding = self.tree.binding(ns);
        if let Some(label) = label {
            let span = self.tree.derive(label);
            self.tree.labels.push((index(self.tree.nodes.len()), span));
        }
        let span = self.tree.derive(name);
        self.tree.open(NodeData {
            binding,
            span,
            prefix_len: 0,
            offset: 0,
            parent: 0,
            next: 0,
            attributes: index(self.tree.attributes.len()),
            attribute_count: 0,
            declarations: 0,
            declaration_count: 0,
        });
        self
    }

    /// An attribute of the element just opened. Call it before [`text`](Self::text) and further elements.
    pub fn attribute(&mut self, ns: &str, name: &str, value: &str) -> &mut Self {
        let binding = self.tree.binding(ns);
        let name = self.tree.derive(name);
        let value = self.tree.derive(value);
        self.tree.attributes.push(AttributeData { binding, name, prefix_len: 0, value, offset: 0 });
        if let Some(last) = self.tree.nodes.last_mut() {
            last.attribute_count += 1;
        }
        self
    }

    /// Text in the innermost open element.
    pub fn text(&mut self, text: &str) -> &mut Self {
        let span = self.tree.derive(text);
        self.tree.append_text(span, 0);
        self
    }

    /// Closes the innermost open element; the root stays open until [`finish`](Self::finish).
    pub fn close(&mut self) -> &mut Self {
        if self.tree.depth() > 1 {
            self.tree.close();
        }
        self
    }

    /// The document.
    pub fn finish(self) -> Document {
        Document { tree: self.tree }
    }
}
