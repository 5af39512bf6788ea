//! STUB
use crate::schema::Schema;
/// An `xs:import`: the prefix for a namespace in the printed document, the namespace, and where its schema is.
pub type Import<'a> = (&'a str, &'a str, &'a str);
/// STUB
pub fn print(schema: &Schema, ns: &str, imports: &[Import<'_>]) -> String { let _ = (schema, ns, imports); String::new() }
