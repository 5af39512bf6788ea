//! What can be wrong with a document, and where.

use std::fmt;

/// A place in the text of a document. Lines and columns count from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// The bytes are not an XML document that we read: not well-formed, over a limit, or with a DTD.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{position}: {message}")]
pub struct XmlError {
    pub position: Position,
    pub kind: XmlErrorKind,
    /// A whole sentence without the place: what was found and what was expected.
    pub message: String,
}

/// The classes of [`XmlError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum XmlErrorKind {
    /// No content at all, or only white space.
    Empty,
    /// Bytes that are not text in the declared encoding, or an encoding that is not supported.
    Encoding,
    /// Against XML 1.0 or Namespaces in XML 1.0.
    NotWellFormed,
    /// A document type declaration, refused always.
    Doctype,
    /// One of [`crate::Limits`] is exceeded.
    Limit,
}

/// The first place where a document departs from its schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{position}, {path}: {message}")]
pub struct Violation {
    pub position: Position,
    /// Local names from the validated element down, with `[n]` from the second of several siblings
    /// of one name: `/Submit/orderSpecification/orderItem[2]/productId`. An attribute ends it as `/@version`.
    pub path: String,
    pub rule: Rule,
    /// The local name of the element or attribute that is missing or wrong: the OWS "locator".
    pub subject: String,
    /// A whole sentence: what was found and what was expected. Never longer than 300 characters, and
    /// never the value of an element whose name speaks of a password.
    pub message: String,
}

/// The rule of the schema that was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// A required element is missing.
    MissingElement,
    /// An element stands where the content model has none such (also: one too many, wrong order, wrong namespace).
    UnexpectedElement,
    /// Text stands where only elements, or nothing, may.
    UnexpectedText,
    /// A required attribute is missing.
    MissingAttribute,
    /// An attribute that the type does not have.
    UnexpectedAttribute,
    /// A fixed value differs.
    FixedValue,
    /// Text is not of the lexical form of its type.
    Datatype,
    /// Text is of its type's form but breaks a facet (length, enumeration, range, pattern).
    Facet,
    /// `xsi:nil` on an element that is not nillable, or with content.
    Nil,
    /// `xsi:type` names an unknown type, or one that is not derived from the declared one.
    XsiType,
    /// The root, or an element under a strict wildcard, has no global declaration.
    UnknownElement,
}

impl Rule {
    /// Whether something required is absent (as opposed to something present being wrong).
    pub const fn is_missing(self) -> bool {
        matches!(self, Self::MissingElement | Self::MissingAttribute)
    }
}

/// A text as messages quote it: at most 80 characters, none of them a control character.
pub(crate) fn excerpt(text: &str) -> String {
    let mut quoted: String = text.chars().take(80).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(80).is_some() {
        quoted.push('…');
    }
    quoted
}
