//! Reads, checks and writes XML exactly as a schema says.
//!
//! One layer for both protocols, in four steps that do not leak into each other:
//!
//! * [`reader`] turns bytes into a [`Document`]: well-formed XML 1.0 with namespaces, within hard
//!   limits, without DTD, entities or network, each node knowing where it stood;
//! * [`schema`] is the vocabulary in which a protocol writes its messages down as constant tables;
//! * [`validate`](validate()) compares a document with such a table and names the first violation:
//!   the rule, the line, the column, the path and what was expected;
//! * [`writer`] writes answers.
//!
//! [`xsd`] prints a table as an XML Schema document, so that what is checked and what is published
//! are one thing. [`repair`] turns what sloppy clients send into what the table describes.

pub mod builtin;
pub mod error;
pub mod reader;
pub mod repair;
pub mod schema;
pub mod validate;
pub mod writer;
pub mod xsd;

pub use error::{Position, Violation, XmlError};
pub use reader::{Document, Limits, Node, NodeId};
pub use validate::validate;
pub use writer::XmlWriter;
