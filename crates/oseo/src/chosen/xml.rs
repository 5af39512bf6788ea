//! Values in XMLEncoding: an element for each option, by its local name; namespaces differ from client to client.

use std::rc::Rc;

use ordergate_xml::Node;

use super::values::{Chosen, Path, Place, Read};
use crate::Exception;
use crate::collections::{Component, Kind, named, names};

/// The values by option.
pub(super) fn read<'c, 'd>(values: Node<'d>, path: &str, components: &[&'c Component]) -> Result<Read<'c, 'd>, Exception> {
    if values.has_text() {
        return Err(Place::of(values, path).refused("values", "expected an element for each option, not text"));
    }
    let path: Rc<str> = path.into();
    let chosen = values.children().map(|child| {
        let place = Place::below(&path, child);
        let Some(component) = components.iter().find(|c| c.name == child.name()) else {
            let names: Vec<&str> = components.iter().map(|c| c.name.as_str()).collect();
            let expected =
                if names.is_empty() { "none is offered".to_owned() } else { format!("expected one of {}", names.join(", ")) };
            return Err(place.refused(child.name(), &format!("no such option; {expected}")));
        };
        Ok((component.name.as_str(), Chosen::xml(child, place)))
    });
    chosen.collect()
}

/// Whether the component allows this element's content. `option` is the locator of what it does not allow.
pub(super) fn check(component: &Component, node: Node<'_>, path: &Path<'_>, option: &str) -> Result<(), Exception> {
    let refused = |problem: &str| Err(path.refused(node, option, problem));
    if !matches!(component.kind, Kind::Scalar { .. }) && node.has_text() {
        return refused("expected elements, not text");
    }
    match &component.kind {
        Kind::Scalar { scalar, .. } => {
            if node.children().next().is_some() {
                return refused("expected a value, not elements");
            }
            scalar.check(node.text().trim()).or_else(|expected| refused(&expected))
        }
        Kind::Range { scalar, .. } => {
            let end = |name: &str| node.children().find(|c| c.name() == name).map(|c| c.text().trim().to_owned());
            match (end("min"), end("max"), node.children().count()) {
                (Some(min), Some(max), 2) => scalar.check_range(&min, &max).or_else(|expected| refused(&expected)),
                _ => refused("expected the elements min and max"),
            }
        }
        Kind::List { of, min, max } => {
            let count = node.children().count();
            if !(*min..=*max).contains(&count) {
                return refused(&format!("has {count} values; expected {min} to {max}"));
            }
            node.children().enumerate().try_for_each(|(n, child)| {
                let path = Path::Child(path, child.name(), Some(n + 1));
                if child.name() == of.name {
                    return check(of, child, &path, option);
                }
                Err(path.refused(child, option, &format!("expected {}", of.name)))
            })
        }
        Kind::Record(fields) => record(fields, node, path, option),
        Kind::Choice(items) => {
            let mut children = node.children();
            match (children.next().map(|child| (child, named(items, child.name()))), children.next()) {
                (Some((child, Some(item))), None) => check(item, child, &Path::Child(path, &item.name, None), option),
                _ => refused(&format!("expected exactly one of {}", names(items))),
            }
        }
    }
}

fn record(fields: &[Component], node: Node<'_>, path: &Path<'_>, option: &str) -> Result<(), Exception> {
    for child in node.children() {
        let path = Path::Child(path, child.name(), None);
        let Some(field) = named(fields, child.name()) else {
            return Err(path.refused(child, option, &format!("expected one of {}", names(fields))));
        };
        if node.children().find(|c| c.name() == field.name) != Some(child) {
            return Err(path.refused(child, option, "is given twice"));
        }
        check(field, child, &path, option)?;
    }
    match fields.iter().find(|f| f.required && !node.children().any(|c| c.name() == f.name)) {
        Some(absent) => Err(path.missing(node, &absent.name, &format!("{} has no value", absent.name))),
        None => Ok(()),
    }
}
