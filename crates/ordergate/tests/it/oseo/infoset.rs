//! What an XML fragment says, whatever its prefixes are, as text that can be compared.

use std::fmt::Write as _;

use roxmltree::Node;

const OS: &str = "http://www.opengis.net/oseo/1.0";
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The children of an element, one node a line. White space that only lays out is left out, except in
/// `ParameterData/values`, which may hold anything. `skip` names elements of OSEO that are left out.
pub fn content(of: Node<'_, '_>, skip: &[&str]) -> String {
    let mut out = String::new();
    children(of, false, skip, 0, &mut out);
    out
}

fn children(of: Node<'_, '_>, free: bool, skip: &[&str], depth: usize, out: &mut String) {
    let has_elements = of.children().any(|c| c.is_element());
    let mut text = String::new();
    for child in of.children() {
        if child.is_text() {
            text.push_str(child.text().unwrap());
            continue;
        }
        let is_os = child.tag_name().namespace() == Some(OS);
        if !child.is_element() || !free && is_os && skip.contains(&child.tag_name().name()) {
            continue;
        }
        flush(of, &mut text, free || !has_elements, depth, out);
        element(child, free, skip, depth, out);
    }
    flush(of, &mut text, free || !has_elements, depth, out);
}

/// Writes the text so far. Adjacent text is one, however it was written.
fn flush(of: Node<'_, '_>, text: &mut String, all: bool, depth: usize, out: &mut String) {
    if all && !text.is_empty() || !text.trim().is_empty() {
        let _ = writeln!(out, "{:depth$}{:?}", "", resolved(of, text), depth = depth * 2);
    }
    text.clear();
}

fn element(node: Node<'_, '_>, free: bool, skip: &[&str], depth: usize, out: &mut String) {
    let name = node.tag_name();
    let _ = write!(out, "{:depth$}{{{}}}{}", "", name.namespace().unwrap_or_default(), name.name(), depth = depth * 2);
    let mut attributes: Vec<_> = node
        .attributes()
        .map(|a| {
            let value = if a.namespace() == Some(XSI) { resolved(node, a.value()) } else { a.value().to_owned() };
            format!(" {{{}}}{}={value:?}", a.namespace().unwrap_or_default(), a.name())
        })
        .collect();
    attributes.sort();
    let _ = writeln!(out, "{}", attributes.concat());
    let free = free || name.name() == "values" && name.namespace() == Some(OS);
    children(node, free, skip, depth + 1, out);
}

/// A text that is a qualified name with a declared prefix means its namespace.
fn resolved(node: Node<'_, '_>, text: &str) -> String {
    let qualified = text.trim().split_once(':').filter(|(_, local)| !local.contains([':', ' ', '/']));
    let uri = qualified.and_then(|(prefix, _)| node.lookup_namespace_uri(Some(prefix)));
    match (qualified, uri) {
        (Some((_, local)), Some(uri)) => format!("{{{uri}}}{local}"),
        _ => text.to_owned(),
    }
}
