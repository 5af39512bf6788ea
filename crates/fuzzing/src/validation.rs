//! A document against the tables.

use ordergate_xml::schema::Schema;
use ordergate_xml::{Document, Limits, validate};

pub fn validate_oseo(data: &[u8]) {
    check(data, &ordergate_oseo::schema::SCHEMA);
}

pub fn validate_veloconnect(data: &[u8]) {
    check(data, ordergate_veloconnect::schema());
}

/// A refusal names a place in the document, in words that fit into a fault.
fn check(data: &[u8], schema: &'static Schema) {
    let Ok(document) = Document::parse(data, None, &Limits::default()) else { return };
    let Err(violation) = validate(document.root(), schema) else { return };
    assert!(violation.position.line > 0 && violation.position.column > 0, "{violation}");
    assert!(violation.path.starts_with('/'), "{violation}");
    assert!(violation.message.chars().count() <= 300, "{violation}");
    assert!(!violation.to_string().chars().any(char::is_control), "{violation:?}");
}
