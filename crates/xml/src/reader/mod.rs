//! Reads bytes into a [`Document`]: well-formed XML 1.0 with namespaces, each node knowing where it stood.
//!
//! The reader is our own because exact XML is what this product is for, and the fast pull parser that
//! would otherwise serve accepts seven kinds of ill-formed documents: the shell needed around it is as
//! long as this reader.
//!
//! It is a single pass over UTF-8 text into an arena. It has no DTD, hence no entities but the five
//! predefined ones, and touches neither files nor network. All of [`Limits`] hold during the pass,
//! and its cost is linear in the length of the text: namespace look-ups are bounded by
//! [`Limits::namespaces_max`], duplicate attributes by [`Limits::attributes_max`].

mod builder;
pub(crate) mod chars;
mod decode;
mod document;
mod namespaces;
mod node;
mod parse;
mod prolog;
mod rebuild;
mod room;
mod scanner;
mod tags;
mod tree;

pub use builder::DocumentBuilder;
pub use document::Document;
pub use node::{Attr, Content, Node, NodeId};

pub(crate) use node::is_blank;
pub(crate) use rebuild::Rebuilder;

/// The namespace of the prefix `xml`.
pub const XML_NS: &str = "http://www.w3.org/XML/1998/namespace";

/// How much of a document is read before it is refused with [`XmlErrorKind::Limit`](crate::error::XmlErrorKind::Limit).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes as received, before decoding. 1 MiB.
    pub body_bytes_max: usize,
    /// Elements inside one another. 64; values above 256 count as 256, which bounds recursion.
    pub depth_max: usize,
    /// Attributes of one element, namespace declarations included. 256.
    pub attributes_max: usize,
    /// Elements of the document. 50 000.
    pub elements_max: usize,
    /// Namespace declarations in scope at one place. 256.
    pub namespaces_max: usize,
}

impl Limits {
    /// None but the depth that bounds recursion: for what was stored after it had been accepted within the limits of its time.
    pub const NONE: Self = Self {
        body_bytes_max: usize::MAX,
        depth_max: usize::MAX,
        attributes_max: usize::MAX,
        elements_max: usize::MAX,
        namespaces_max: usize::MAX,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self { body_bytes_max: 1 << 20, depth_max: 64, attributes_max: 256, elements_max: 50_000, namespaces_max: 256 }
    }
}
