//! STUB
use crate::Node;
/// Writes XML.
#[derive(Debug, Default)]
pub struct XmlWriter { out: Vec<u8> }
impl XmlWriter {
    /// An empty document.
    pub fn new() -> Self { Self::default() }
    /// `<?xml version="1.0" encoding="UTF-8"?>`
    pub fn declaration(&mut self) -> &mut Self { self }
    /// Opens an element; `name` is the name as written, with its prefix.
    pub fn start(&mut self, name: &str) -> &mut Self { let _ = name; self }
    /// An attribute (or namespace declaration) of the element just opened.
    pub fn attr(&mut self, name: &str, value: &str) -> &mut Self { let _ = (name, value); self }
    /// Text.
    pub fn text(&mut self, text: &str) -> &mut Self { let _ = text; self }
    /// Closes the innermost open element.
    pub fn end(&mut self) -> &mut Self { self }
    /// An element with nothing but text.
    pub fn leaf(&mut self, name: &str, text: &str) -> &mut Self { let _ = (name, text); self }
    /// An element with neither attributes nor content.
    pub fn empty(&mut self, name: &str) -> &mut Self { let _ = name; self }
    /// A fragment that is already well-formed XML content.
    pub fn raw(&mut self, xml: &str) -> &mut Self { let _ = xml; self }
    /// Closes what is open and gives the bytes (UTF-8).
    pub fn finish(self) -> Vec<u8> { self.out }
}
/// Serialises `node` and its content so that it means the same where the writer stands.
/// `namer` gives the prefix that the surroundings have already declared for a namespace; `drop` says which elements to leave out.
pub fn copy(node: Node<'_>, w: &mut XmlWriter, namer: &dyn Fn(&str) -> Option<&'static str>, drop: &dyn Fn(Node<'_>) -> bool) { let _ = (node, w, namer, drop); }
