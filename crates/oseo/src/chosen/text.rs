//! Values in TextEncoding, after the rules of SWE Common 2.0 (08-094r1 §8.5) with the token separator ",".
//!
//! The text has the values of all options of the set, in the order in which GetOptions lists them. Before an option
//! or field that may be absent stands `Y`, or `N` instead of it. A range is two tokens, minimum and maximum; a list its
//! number of values, then these; a record its fields; a choice the name of the chosen item, then its value.

use std::slice::Iter;

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
    let tokens: Vec<String> = values.text().split(',').map(|token| token.trim().to_owned()).collect();
    let mut rest = tokens.iter();
    let mut chosen = Vec::new();
    for component in components {
        let mut walk = Walk { tokens: rest.clone(), option: component, place: &place, judges: false };
        if walk.is_present(component)? {
            let from = tokens.len() - walk.tokens.len();
            walk.component(component)?;
            let of_option = tokens[from..tokens.len() - walk.tokens.len()].to_vec();
            chosen.push((component.name.as_str(), Chosen::text(of_option, place.clone())));
        }
        rest = walk.tokens;
    }
    match rest.len() {
        0 => Ok(chosen),
        more => {
            Err(place.refused("values", &format!("there is more text than the options take: {more} of {} values", tokens.len())))
        }
    }
}

/// Whether the component allows the values of these tokens.
pub(super) fn check(component: &Component, tokens: &[String], place: &Place) -> Result<(), Exception> {
    Walk { tokens: tokens.iter(), option: component, place, judges: true }.component(component)
}

/// The value of tokens that were found to be as many as the component takes.
pub(super) fn to_json(component: &Component, tokens: &mut Iter<'_, String>) -> Value {
    let word = |tokens: &mut Iter<'_, String>| Value::String(tokens.next().cloned().unwrap_or_default());
    match &component.kind {
        Kind::Scalar { .. } => word(tokens),
        Kind::Range { .. } => json!({ "min": word(tokens), "max": word(tokens) }),
        Kind::List { of, .. } => {
            let count = tokens.next().and_then(|count| count.parse::<usize>().ok()).unwrap_or(0).min(tokens.len());
            Value::Object(Map::from_iter([(of.name.clone(), (0..count).map(|_| to_json(of, tokens)).collect())]))
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
    tokens: Iter<'t, String>,
    /// The option whose name is the locator of what is wrong.
    option: &'t Component,
    place: &'t Place,
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
