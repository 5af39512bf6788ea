//! STUB
use crate::schema::{Element, Schema};
use crate::{Node, Violation};
/// STUB
pub fn validate(node: Node<'_>, schema: &'static Schema) -> Result<&'static Element, Violation> { let _ = node; Ok(schema.elements[0]) }
/// STUB
pub fn validate_as(node: Node<'_>, element: &'static Element, schema: &'static Schema) -> Result<(), Violation> { let _ = (node, element, schema); Ok(()) }
