//! Values in TextEncoding, after the rules of SWE Common 2.0 (08-094r1 §8.5) with the token separator ",".
//!
//! The text has the values of all options of the set, in the order in which GetOptions lists them. Before an option
//! or field that may be absent stands `Y`, or `N` instead of it. A range is two tokens, minimum and maximum; a list its
//! number of values, then these; a record its fields; a choice the name of the chosen item, then its value.

use std::rc::Rc;

use ordergate_xml::Node;
use serde_json::{Map, Value, json};

use super::values::{Chosen, Place, Read};
use crate::Exception;
use crate::collections::{Component, Kind, named, names};

/// The values by option.
pub(super) fn read<'c, 'd>(values: Node<'d>, path: &str, components: &[&'c Component]) -> Result<Read<'c, 'd>, Exception> {
    let place = Place::of(values, path);
    if values.children().next().is_some() {
        return Err(place.refused("values", "expected text, not elements"));
    }
    let text: Rc<str> = values.text().into();
    let mut rest = Tokens::of(&text);
    let mut chosen = Vec::new();
    for component in components {
        let mut walk = Walk { tokens: rest, option: component, place: &place, judges: false };
        if walk.is_present(component)? {
            let from = walk.tokens.at;
            walk.component(component)?;
            let part = from..from.max(walk.tokens.at.saturating_sub(1));
            chosen.push((component.name.as_str(), Chosen::text(Rc::clone(&text), part, place.clone())));
        }
        rest = walk.tokens;
    }
    match rest.count() {
        0 => Ok(chosen),
        more => {
            let all = Tokens::of(&text).count();
            Err(place.refused("values", &format!("there is more text than the options take: {more} of {all} values")))
        }
    }
}

/// The tokens of a text, one after the other.
#[derive(Debug, Clone)]
pub(super) struct Tokens<'t> {
    text: &'t str,
    /// Where the next one begins; beyond the end of the text after the last.
    at: usize,
}

impl<'t> Tokens<'t> {
    pub const fn of(text: &'t str) -> Self {
        Self { text, at: 0 }
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let rest = self.text.get(self.at..)?;
        let token = &rest[..rest.find(',').unwrap_or(rest.len())];
        self.at += token.len() + 1;
        Some(token.trim())
    }
}

/// Whether the component allows the values of these tokens.
pub(super) fn check(component: &Component, tokens: Tokens<'_>, place: &Place<'_>) -> Result<(), Exception> {
    Walk { tokens, option: component, place, judges: true }.component(component)
}

/// The value of tokens that were found to be as many as the component takes.
pub(super) fn to_json(component: &Component, tokens: &mut Tokens<'_>) -> Value {
    let word = |tokens: &mut Tokens<'_>| Value::String(tokens.next().unwrap_or_default().to_owned());
    match &component.kind {
        Kind::Scalar { .. } => word(tokens),
        Kind::Range { .. } => json!({ "min": word(tokens), "max": word(tokens) }),
        Kind::List { of, .. } => {
            let count = tokens.next().and_then(|count| count.parse::<usize>().ok()).unwrap_or(0);
            let value = |_| (tokens.at <= tokens.text.len()).then(|| to_json(of, tokens));
            Value::Object(Map::from_iter([(of.name.clone(), (0..count).map_while(value).collect())]))
        }
        Kind::Record(fields) => {
            let mut record = Map::new();
            for field in fields {
                if field.required || tokens.next().is_some_and(|present| present == "Y") {
                    record.insert(field.name.clone(), to_json(field, tokens));
                }
            }
            Value::Object(record)
        }
        Kind::Choice(items) => {
            let chosen = tokens.next().and_then(|name| named(items, name));
            chosen.map_or(Value::Null, |item| Value::Object(Map::from_iter([(item.name.clone(), to_json(item, tokens))])))
        }
    }
}

/// A walk along the tokens of an option. Each step takes a token, so it ends with them.
struct Walk<'t> {
    tokens: Tokens<'t>,
    /// The option whose name is the locator of what is wrong.
    option: &'t Component,
    place: &'t Place<'t>,
    /// Whether values are judged, or only counted.
    judges: bool,
}

impl<'t> Walk<'t> {
    fn refused<T>(&self, component: &Component, problem: &str) -> Result<T, Exception> {
        let subject = &component.name;
        Err(self.place.refused(&self.option.name, &format!("{subject}: {problem}")))
    }

    fn next(&mut self, component: &Component) -> Result<&'t str, Exception> {
        match self.tokens.next() {
            Some(token) => Ok(token),
            None => Err(self.place.missing(&component.name, &format!("the text ends before {}", component.name))),
        }
    }

    fn is_present(&mut self, component: &Component) -> Result<bool, Exception> {
        if component.required {
            return Ok(true);
        }
        match self.next(component)? {
            "Y" => Ok(true),
            "N" => Ok(false),
            _ => self.refused(component, "expected Y and a value, or N for none"),
        }
    }

    fn component(&mut self, component: &Component) -> Result<(), Exception> {
        match &component.kind {
            Kind::Scalar { scalar, .. } => {
                let token = self.next(component)?;
                let verdict = if self.judges { scalar.check(token) } else { Ok(()) };
                verdict.or_else(|expected| self.refused(component, &expected))
            }
            Kind::Range { scalar, .. } => {
                let (min, max) = (self.next(component)?, self.next(component)?);
                let verdict = if self.judges { scalar.check_range(min, max) } else { Ok(()) };
                verdict.or_else(|expected| self.refused(component, &expected))
            }
            Kind::List { of, min, max } => match self.next(component)?.parse::<usize>() {
                Ok(count) if (*min..=*max).contains(&count) => (0..count).try_for_each(|_| self.component(of)),
                _ => self.refused(component, &format!("expected the number of values, {min} to {max}")),
            },
            Kind::Record(fields) => {
                fields.iter().try_for_each(|field| if self.is_present(field)? { self.component(field) } else { Ok(()) })
            }
            Kind::Choice(items) => match named(items, self.next(component)?) {
                Some(item) => self.component(item),
                None => self.refused(component, &format!("expected one of {}", names(items))),
            },
        }
    }
}
