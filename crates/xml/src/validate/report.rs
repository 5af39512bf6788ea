//! Wording of violations: path, names, values, and what is not shown.

use super::model::Expected;
use crate::builtin::ValueError;
use crate::error::{Rule, excerpt};
use crate::reader::Attr;
use crate::{Node, Violation};

/// The longest message, in characters.
const MESSAGE_MAX: usize = 300;
/// The longest name or path that is quoted whole.
const PATH_MAX: usize = 1000;

/// A violation at `node`, with the path from `root`.
pub(super) fn violation(root: Node<'_>, node: Node<'_>, rule: Rule, subject: &str, message: String) -> Violation {
    Violation { position: node.position(), path: path(root, node), rule, subject: subject.to_owned(), message: cut(message) }
}

/// A value, of the element itself or of an attribute, that is not one of its type.
pub(super) fn value_violation(
    root: Node<'_>,
    node: Node<'_>,
    attribute: Option<Attr<'_>>,
    value: &str,
    error: &ValueError,
) -> Violation {
    let rule = if matches!(error, ValueError::Lexical(_)) { Rule::Datatype } else { Rule::Facet };
    let secret = is_secret(node) || attribute.is_some_and(|attribute| names_secret(attribute.name));
    let shown = if secret { "The value".to_owned() } else { format!("The value \"{}\"", excerpt(value)) };
    let Some(attribute) = attribute else {
        let message = format!("{shown} of \"{}\" {error}.", excerpt(node.name()));
        return violation(root, node, rule, node.name(), message);
    };
    let message = format!("{shown} of the attribute \"{}\" of \"{}\" {error}.", attribute.name, excerpt(node.name()));
    let mut violation = violation(root, node, rule, attribute.name, message);
    violation.path.push_str("/@");
    violation.path.push_str(attribute.name);
    violation.position = node.document().position_at(attribute.offset());
    violation
}

/// The element as messages call it.
pub(super) fn found(node: Node<'_>) -> String {
    format!("The element \"{}\"", excerpt(node.name()))
}

/// The names, quoted. If `instead` has the name of one of them and so another namespace, that is said too.
pub(super) fn name_list(expected: &[Expected], instead: Option<Node<'_>>) -> String {
    let mut list = String::new();
    let mut names: Vec<&str> = Vec::new();
    for one in expected {
        if names.contains(&one.name()) {
            continue;
        }
        if list.len() > 150 {
            list.push_str(" or another");
            break;
        }
        if !names.is_empty() {
            list.push_str(" or ");
        }
        names.push(one.name());
        match one {
            Expected::Element(element) if instead.is_some_and(|node| node.name() == element.name) => {
                list.extend(["\"", element.name, "\" of namespace \"", element.ns, "\""]);
            }
            Expected::Element(element) => list.extend(["\"", element.name, "\""]),
            Expected::Any(_) => list.push_str(one.name()),
        }
    }
    list
}

fn cut(message: String) -> String {
    match message.char_indices().nth(MESSAGE_MAX) {
        None => message,
        Some(_) => message.chars().take(MESSAGE_MAX - 1).chain(['…']).collect(),
    }
}

fn path(root: Node<'_>, node: Node<'_>) -> String {
    let mut steps = Vec::new();
    let mut at = Some(node);
    while let Some(node) = at {
        steps.push(step(node));
        at = if node == root { None } else { node.parent() };
    }
    let mut path = String::new();
    for step in steps.iter().rev() {
        path.push('/');
        path.push_str(step);
    }
    if path.len() > PATH_MAX { excerpt(&path) } else { path }
}

fn step(node: Node<'_>) -> String {
    let name = excerpt(node.name());
    let Some(parent) = node.parent() else { return name };
    let before = parent.children().take_while(|child| *child != node).filter(|child| child.name() == node.name()).count();
    if before == 0 { name } else { format!("{name}[{}]", before + 1) }
}

/// Whether the text of the element may be a secret.
fn is_secret(node: Node<'_>) -> bool {
    let mut at = Some(node);
    while let Some(node) = at {
        if names_secret(node.name()) || node.label().is_some_and(names_secret) {
            return true;
        }
        at = node.parent();
    }
    false
}

fn names_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("password") || name.contains("creditcard") || name == "nonce"
}
