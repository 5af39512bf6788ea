//! A document as read.

use super::decode::decode;
use super::parse::parse;
use super::tree::{Tree, index};
use super::{Limits, Node, NodeId};
use crate::error::{Position, XmlError, XmlErrorKind};

/// A document that was read or built. It borrows nothing.
#[derive(Debug, Clone)]
pub struct Document {
    pub(super) tree: Tree,
}

impl Document {
    /// Decodes and reads `bytes`. `charset` is that of the `Content-Type`, which wins over a byte
    /// order mark, which wins over the XML declaration.
    pub fn parse(bytes: &[u8], charset: Option<&str>, limits: &Limits) -> Result<Self, XmlError> {
        check_length(bytes.len(), limits)?;
        let text = decode(bytes, charset)?;
        Ok(Self { tree: parse(&text, limits)? })
    }

    /// Reads text. An encoding that its XML declaration names does not matter.
    pub fn parse_str(text: &str, limits: &Limits) -> Result<Self, XmlError> {
        check_length(text.len(), limits)?;
        Ok(Self { tree: parse(text.strip_prefix('\u{FEFF}').unwrap_or(text), limits)? })
    }

    /// The document element.
    pub fn root(&self) -> Node<'_> {
        self.node(NodeId(0))
    }

    /// The node that has this id in this document.
    ///
    /// # Panics
    /// When `id` comes from another, longer document.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        assert!((id.0 as usize) < self.tree.nodes.len(), "a node id of another document");
        Node { doc: self, id }
    }

    /// Line and column of a byte offset; line 0 for documents that were not text.
    pub fn position_at(&self, offset: usize) -> Position {
        let source = self.tree.source();
        if source.is_empty() { Position::default() } else { position(source, offset) }
    }
}

fn check_length(len: usize, limits: &Limits) -> Result<(), XmlError> {
    if len <= limits.body_bytes_max {
        return Ok(());
    }
    Err(XmlError {
        position: Position { line: 1, column: 1 },
        kind: XmlErrorKind::Limit,
        message: format!("The document is longer than {} bytes.", limits.body_bytes_max),
    })
}

/// Line and column of a byte offset, by counting. Only refusals pay for it.
pub(super) fn position(text: &str, offset: usize) -> Position {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let lines = before.bytes().filter(|byte| *byte == b'\n').count();
    let columns = before[line_start..].chars().count();
    Position { line: index(lines + 1), column: index(columns + 1) }
}
