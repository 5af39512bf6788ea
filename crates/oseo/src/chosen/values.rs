//! The values of one level, order or item, by the names of the options that they are for.

use std::cell::OnceCell;

use ordergate_xml::{Node, Position};

use serde_json::{Map, Value as Json};

use super::{text, xml};
use crate::collections::Component;
use crate::schema::OS;
use crate::{Exception, describe};

/// Where something stands, for a diagnosis.
#[derive(Debug, Clone)]
pub(super) struct Place {
    position: Position,
    path: String,
}

impl Place {
    pub fn of(node: Node<'_>, path: impl Into<String>) -> Self {
        Self { position: node.position(), path: path.into() }
    }

    pub fn refused(&self, locator: &str, problem: &str) -> Exception {
        Exception::invalid(locator, format!("{}, {}: {problem}", self.position, self.path))
    }

    pub fn missing(&self, locator: &str, problem: &str) -> Exception {
        Exception::missing(locator, format!("{}, {}: {problem}", self.position, self.path))
    }
}

/// The values of one level.
#[derive(Debug)]
pub(super) struct Level<'c, 'd> {
    chosen: Vec<(&'c str, Chosen<'d>)>,
}

/// What was chosen for one option, and whether that is offered, once it was asked.
#[derive(Debug)]
pub(super) struct Chosen<'d> {
    value: Value<'d>,
    place: Place,
    verdict: OnceCell<Result<(), Exception>>,
}

#[derive(Debug)]
enum Value<'d> {
    Xml(Node<'d>),
    Text(Vec<String>),
}

impl<'d> Chosen<'d> {
    pub fn xml(node: Node<'d>, place: Place) -> Self {
        Self { value: Value::Xml(node), place, verdict: OnceCell::new() }
    }

    pub fn text(tokens: Vec<String>, place: Place) -> Self {
        Self { value: Value::Text(tokens), place, verdict: OnceCell::new() }
    }

    /// The value of an option that has a single one.
    pub fn single(&self) -> Option<String> {
        match &self.value {
            Value::Xml(node) => Some(node.text().trim().to_owned()),
            Value::Text(tokens) => tokens.first().cloned(),
        }
    }

    /// The value as elements would have it: texts, and objects with the names of the elements.
    pub fn to_json(&self, component: &Component) -> Json {
        match &self.value {
            Value::Xml(node) => describe::value(*node),
            Value::Text(tokens) => text::to_json(component, &mut tokens.iter()),
        }
    }

    /// Whether the component, which must always be the same one, allows this value.
    pub fn verdict(&self, component: &Component) -> Result<(), Exception> {
        let judge = || match &self.value {
            Value::Xml(node) => xml::check(component, *node, &self.place.path, &component.name),
            Value::Text(tokens) => text::check(component, tokens, &self.place),
        };
        self.verdict.get_or_init(judge).clone()
    }
}

/// The values of options that are not declared: only XMLEncoding says by itself which option a value is for.
pub(super) fn undeclared(holder: Node<'_>, path: &str) -> Result<Map<String, Json>, Exception> {
    let mut values = Map::new();
    for (n, data) in holder.children_named(OS, "option").filter_map(|option| option.child(OS, "ParameterData")).enumerate() {
        let Some(given) = data.child(OS, "values") else { continue };
        if data.child(OS, "encoding").is_some_and(|e| e.text() == "TextEncoding") {
            let place = Place::of(given, format!("{path}/option[{}]/ParameterData/values", n + 1));
            return Err(place.refused("values", "without declared options only XMLEncoding can be understood"));
        }
        values.extend(given.children().map(|child| (child.name().to_owned(), describe::value(child))));
    }
    Ok(values)
}

impl<'c, 'd> Level<'c, 'd> {
    /// Reads the `ParameterData` of all elements of this name.
    pub fn read(holder: Node<'d>, element: &str, path: &str, components: &[&'c Component]) -> Result<Self, Exception> {
        let mut level = Self { chosen: Vec::new() };
        for (n, option) in holder.children_named(OS, element).enumerate() {
            let Some(data) = option.child(OS, "ParameterData") else { continue };
            let Some(values) = data.child(OS, "values") else { continue };
            let path = format!("{path}/{element}[{}]/ParameterData/values", n + 1);
            let is_text = data.child(OS, "encoding").is_some_and(|e| e.text() == "TextEncoding");
            let read = if is_text { text::read(values, &path, components)? } else { xml::read(values, &path, components)? };
            for (name, chosen) in read {
                if level.get(name).is_some() {
                    return Err(chosen.place.refused(name, "the option has a value already"));
                }
                level.chosen.push((name, chosen));
            }
        }
        Ok(level)
    }

    pub fn get(&self, name: &str) -> Option<&Chosen<'d>> {
        self.chosen.iter().find(|(known, _)| *known == name).map(|(_, chosen)| chosen)
    }
}

/// Components and the values for them.
pub(super) type Read<'c, 'd> = Vec<(&'c str, Chosen<'d>)>;
