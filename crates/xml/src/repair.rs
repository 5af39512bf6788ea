//! STUB
use crate::{Document, schema::Element};
/// STUB
pub fn repair(doc: &Document, root: &'static Element) -> Document { let _ = root; doc.clone() }
