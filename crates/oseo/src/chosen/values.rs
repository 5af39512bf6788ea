//! The values of one level, order or item, by the names of the options that they are for.

use std::cell::OnceCell;
use std::fmt;
use std::ops::Range;
use std::rc::Rc;

use ordergate_xml::Node;

use serde_json::{Map, Value as Json};

use super::text::Tokens;
use super::{text, xml};
use crate::collections::Component;
use crate::schema::OS;
use crate::{Exception, describe};

/// Where something stands, for a diagnosis. Line and path are made out when something is wrong, not before: there may be as
/// many places as there are elements.
#[derive(Debug, Clone)]
pub(super) struct Place<'d> {
    node: Node<'d>,
    path: Rc<str>,
    /// The path is that of its parent.
    below: bool,
}

impl<'d> Place<'d> {
    pub fn of(node: Node<'d>, path: impl Into<Rc<str>>) -> Self {
        Self { node, path: path.into(), below: false }
    }

    /// The place of a child of what has this path.
    pub fn below(path: &Rc<str>, node: Node<'d>) -> Self {
        Self { node, path: Rc::clone(path), below: true }
    }

    /// Does something with the path.
    fn with_path<T>(&self, then: impl FnOnce(&Path<'_>) -> T) -> T {
        let path = Path::Text(&self.path);
        if self.below { then(&Path::Child(&path, self.node.name(), None)) } else { then(&path) }
    }

    pub fn refused(&self, locator: &str, problem: &str) -> Exception {
        self.with_path(|path| path.refused(self.node, locator, problem))
    }

    pub fn missing(&self, locator: &str, problem: &str) -> Exception {
        self.with_path(|path| path.missing(self.node, locator, problem))
    }
}

/// A path that is put together when it is shown.
#[derive(Debug, Clone, Copy)]
pub(super) enum Path<'p> {
    Text(&'p str),
    /// A child, by its name, and by its number where there are several.
    Child(&'p Path<'p>, &'p str, Option<usize>),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Child(parent, name, number) => {
                // The name may be one that the client made up, and long.
                let end = name.char_indices().nth(80).map_or(name.len(), |(at, _)| at);
                write!(f, "{parent}/{}", &name[..end])?;
                number.map_or(Ok(()), |number| write!(f, "[{number}]"))
            }
        }
    }
}

impl Path<'_> {
    pub fn refused(&self, node: Node<'_>, locator: &str, problem: &str) -> Exception {
        Exception::invalid(locator, format!("{}, {self}: {problem}", node.position()))
    }

    pub fn missing(&self, node: Node<'_>, locator: &str, problem: &str) -> Exception {
        Exception::missing(locator, format!("{}, {self}: {problem}", node.position()))
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
    place: Place<'d>,
    verdict: OnceCell<Result<(), Exception>>,
}

#[derive(Debug)]
enum Value<'d> {
    Xml(Node<'d>),
    /// The part of the text that is for the option.
    Text(Rc<str>, Range<usize>),
}

impl<'d> Chosen<'d> {
    pub fn xml(node: Node<'d>, place: Place<'d>) -> Self {
        Self { value: Value::Xml(node), place, verdict: OnceCell::new() }
    }

    pub fn text(text: Rc<str>, part: Range<usize>, place: Place<'d>) -> Self {
        Self { value: Value::Text(text, part), place, verdict: OnceCell::new() }
    }

    /// The value of an option that has a single one.
    pub fn single(&self) -> Option<String> {
        match &self.value {
            Value::Xml(node) => Some(node.text().trim().to_owned()),
            Value::Text(text, part) => Tokens::of(&text[part.clone()]).next().map(str::to_owned),
        }
    }

    /// The value as elements would have it: texts, and objects with the names of the elements.
    pub fn to_json(&self, component: &Component) -> Json {
        match &self.value {
            Value::Xml(node) => describe::value(*node),
            Value::Text(text, part) => text::to_json(component, &mut Tokens::of(&text[part.clone()])),
        }
    }

    /// Whether the component, which must always be the same one, allows this value.
    pub fn verdict(&self, component: &Component) -> Result<(), Exception> {
        let judge = || match &self.value {
            Value::Xml(node) => self.place.with_path(|path| xml::check(component, *node, path, &component.name)),
            Value::Text(text, part) => text::check(component, Tokens::of(&text[part.clone()]), &self.place),
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
