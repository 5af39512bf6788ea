//! What prefixes stand for at a node.

use super::{Node, XML_NS};

impl<'d> Node<'d> {
    /// The namespace that a prefix stands for here; `""` asks for the default namespace.
    /// `None` if it stands for none.
    pub fn resolve_prefix(self, prefix: &str) -> Option<&'d str> {
        if prefix == "xml" {
            return Some(XML_NS);
        }
        self.binding_of(prefix).map(|(_, uri)| uri).filter(|uri| !uri.is_empty())
    }

    /// The declaration that holds here for a prefix.
    pub(crate) fn binding_of(self, prefix: &str) -> Option<(&'d str, &'d str)> {
        let mut at = Some(self);
        while let Some(node) = at {
            if let Some(declared) = node.declarations().find(|declared| declared.0 == prefix) {
                return Some(declared);
            }
            at = node.parent();
        }
        None
    }

    /// Prefix and namespace of every declaration that holds here, innermost first; without `xml`,
    /// and without a default namespace that has been undeclared.
    pub fn namespaces_in_scope(self) -> Vec<(&'d str, &'d str)> {
        let mut scope: Vec<(&str, &str)> = Vec::new();
        let mut at = Some(self);
        while let Some(node) = at {
            for declared in node.declarations() {
                if !scope.iter().any(|known| known.0 == declared.0) {
                    scope.push(declared);
                }
            }
            at = node.parent();
        }
        scope.retain(|(_, uri)| !uri.is_empty());
        scope
    }

    /// Prefix and namespace of the declarations on this very element.
    pub fn declarations(self) -> impl Iterator<Item = (&'d str, &'d str)> + Clone {
        let data = self.data();
        let start = data.declarations as usize;
        let doc = self.doc;
        doc.tree.bindings[start..start + data.declaration_count as usize]
            .iter()
            .map(move |binding| (doc.tree.get(binding.prefix), doc.tree.get(binding.uri)))
    }
}
