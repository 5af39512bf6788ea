//! Prints a table as an XML Schema document.

mod collect;
mod printer;

use crate::schema::Schema;
use printer::Printer;

/// The prefix for a namespace, the namespace, and where its schema document is (`""`: nowhere).
pub type Import<'a> = (&'a str, &'a str, &'a str);

/// The XML Schema document of everything that `schema` has in the namespace `ns` (`""` for none): global
/// elements, and named types, those included that are not listed in the table but in use.
///
/// An element of another namespace is printed as a reference, and so is a global element of this one. Every
/// other namespace in use should be in `imports`; what is not is imported without a place.
pub fn print(schema: &Schema, ns: &str, imports: &[Import<'_>]) -> String {
    let found = collect::collect(schema, ns);
    let mut printer = Printer::new(schema, ns, imports, &found.namespaces);
    for element in schema.elements.iter().filter(|element| element.ns == ns) {
        printer.global_element(element);
    }
    for ty in &found.complex_types {
        printer.complex_type(ty);
    }
    for ty in &found.simple_types {
        printer.simple_type(ty);
    }
    printer.finish()
}
