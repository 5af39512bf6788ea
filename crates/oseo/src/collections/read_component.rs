//! From a component's keys to the component: which keys its kind has, and whether they fit together.

use ordergate_xml::schema::NCNAME;

use super::file::{ComponentFile, Given, KindName, Word};
use super::read::{Refused, length, pattern, refused, uri};
use super::scalar::{Bounds, Scalar, Scale, Tokens};
use super::{Component, Kind, OrderOption};

/// The most values a list may be declared to have.
const LIST_MAX: usize = 1000;

/// An option at the key `at`.
pub(super) fn option(mut file: ComponentFile, at: &str) -> Result<OrderOption, Refused> {
    let grouping = file.grouping.take();
    if let Some(grouping) = &grouping {
        length(&format!("{at}.grouping"), grouping, 0, 40)?;
    }
    Ok(OrderOption { component: component(file, at, false)?, grouping })
}

/// Components that are told apart by their names. `required`: unless they say otherwise.
pub(super) fn components(files: Vec<ComponentFile>, at: &str, required: bool) -> Result<Vec<Component>, Refused> {
    let mut read: Vec<Component> = Vec::new();
    for (n, file) in files.into_iter().enumerate() {
        let at = format!("{at}[{n}]");
        let component = component(file, &at, required)?;
        if read.iter().any(|other| other.name == component.name) {
            return refused(format!("{at}.name"), "is given twice");
        }
        read.push(component);
    }
    Ok(read)
}

fn component(file: ComponentFile, at: &str, required: bool) -> Result<Component, Refused> {
    // The names are elements of orders, and customers must be able to write them.
    if NCNAME.check(&file.name).is_err() {
        return refused(format!("{at}.name"), "must be a name as XML elements have it, without a colon");
    }
    if let Some(definition) = &file.definition {
        uri(&format!("{at}.definition"), definition)?;
    }
    only_keys_of(&file, at)?;
    let has_default = file.default.is_some();
    if has_default && file.required == Some(true) {
        return refused(format!("{at}.required"), "must not be true where there is a default");
    }
    let (name, definition, label, description) =
        (file.name.clone(), file.definition.clone(), file.label.clone(), file.description.clone());
    let required = file.required.unwrap_or(required && !has_default);
    Ok(Component { name, definition, label, description, required, kind: kind(file, at)? })
}

/// Refuses keys that mean nothing for this kind.
fn only_keys_of(file: &ComponentFile, at: &str) -> Result<(), Refused> {
    use KindName::{Boolean, Category, Choice, Count, CountRange, List, Quantity, QuantityRange, Record, Text, Time, TimeRange};
    let numbers = [Count, CountRange, Quantity, QuantityRange, Time, TimeRange];
    let simple = [&numbers[..], &[Boolean, Text, Category]].concat();
    let keys: [(&str, bool, &[KindName]); 11] = [
        ("grouping", file.grouping.is_some(), &[]),
        ("default", file.default.is_some(), &simple),
        ("values", file.values.is_some(), &[&numbers[..], &[Text, Category]].concat()),
        ("pattern", file.pattern.is_some(), &[Text]),
        ("intervals", file.intervals.is_some(), &numbers),
        ("uom", file.uom.is_some(), &[Quantity, QuantityRange]),
        ("code_space", file.code_space.is_some(), &[Category]),
        ("of", file.of.is_some(), &[List]),
        ("min", file.min.is_some() || file.max.is_some(), &[List]),
        ("field", file.field.is_some(), &[Record]),
        ("item", file.item.is_some(), &[Choice]),
    ];
    match keys.into_iter().find(|(_, is_given, kinds)| *is_given && !kinds.contains(&file.kind)) {
        Some(("grouping", ..)) => refused(format!("{at}.grouping"), "belongs to an option, not to a part of one"),
        Some(("min", ..)) => refused(at, format!("has min or max, but kind {} has neither", file.kind.name())),
        Some((key, ..)) => refused(format!("{at}.{key}"), format!("is no key of kind {}", file.kind.name())),
        None => Ok(()),
    }
}

fn kind(mut file: ComponentFile, at: &str) -> Result<Kind, Refused> {
    match file.kind {
        KindName::List => list(file, at),
        KindName::Record => match file.field.take() {
            Some(fields) if !fields.is_empty() => Ok(Kind::Record(components(fields, &format!("{at}.field"), true)?)),
            _ => refused(at, "lacks field: a record has at least one"),
        },
        KindName::Choice => choice(file.item.take().unwrap_or_default(), at),
        KindName::CountRange | KindName::QuantityRange | KindName::TimeRange => {
            let scalar = scalar(&mut file, at)?;
            let default = file.default.map(|given| default_range(given, &scalar, &format!("{at}.default"))).transpose()?;
            Ok(Kind::Range { scalar, default })
        }
        _ => {
            let scalar = scalar(&mut file, at)?;
            let default = file.default.map(|given| default_value(given, &scalar, &format!("{at}.default"))).transpose()?;
            Ok(Kind::Scalar { scalar, default })
        }
    }
}

fn list(file: ComponentFile, at: &str) -> Result<Kind, Refused> {
    let Some(of) = file.of else { return refused(at, "lacks of: the kind of a list's values") };
    let (min, max) = (file.min.unwrap_or(1), file.max.unwrap_or(LIST_MAX));
    if max == 0 || max > LIST_MAX || min > max {
        return refused(at, format!("must have min up to max, and max between 1 and {LIST_MAX}"));
    }
    let at = format!("{at}.of");
    part_is_not_optional(&of, &at)?;
    Ok(Kind::List { of: Box::new(component(*of, &at, true)?), min, max })
}

fn choice(items: Vec<ComponentFile>, at: &str) -> Result<Kind, Refused> {
    if items.len() < 2 {
        return refused(at, "lacks item: a choice has at least two");
    }
    for (n, item) in items.iter().enumerate() {
        part_is_not_optional(item, &format!("{at}.item[{n}]"))?;
    }
    Ok(Kind::Choice(components(items, &format!("{at}.item"), true)?))
}

/// An element of a list and an alternative of a choice are there if they are named at all.
fn part_is_not_optional(file: &ComponentFile, at: &str) -> Result<(), Refused> {
    let given = [("required", file.required.is_some()), ("default", file.default.is_some())];
    match given.into_iter().find(|(_, is_given)| *is_given) {
        Some((key, _)) => refused(format!("{at}.{key}"), "means nothing in a list or a choice"),
        None => Ok(()),
    }
}

fn scalar(file: &mut ComponentFile, at: &str) -> Result<Scalar, Refused> {
    Ok(match file.kind {
        KindName::Boolean => Scalar::Boolean,
        KindName::Text => Scalar::Text(tokens(file, at)?),
        KindName::Category => {
            if file.values.as_ref().is_none_or(Vec::is_empty) {
                return refused(at, "lacks values: the words of a category");
            }
            if let Some(code_space) = &file.code_space {
                uri(&format!("{at}.code_space"), code_space)?;
            }
            Scalar::Category { tokens: tokens(file, at)?, code_space: file.code_space.take() }
        }
        KindName::Count | KindName::CountRange => Scalar::Count(bounds(file, Scale::Count, at)?),
        KindName::Time | KindName::TimeRange => Scalar::Time(bounds(file, Scale::Time, at)?),
        _ => {
            let Some(uom) = file.uom.take() else { return refused(at, "lacks uom: the unit of a quantity") };
            if uom.is_empty() || uom.contains([':', ' ', '\n', '\r', '\t']) {
                return refused(format!("{at}.uom"), "must be a UCUM code, without blanks and colons");
            }
            Scalar::Quantity { uom, bounds: bounds(file, Scale::Quantity, at)? }
        }
    })
}

fn tokens(file: &mut ComponentFile, at: &str) -> Result<Tokens, Refused> {
    let pattern = pattern(&format!("{at}.pattern"), file.pattern.take())?;
    let mut values: Vec<String> = Vec::new();
    for (n, Word(word)) in file.values.take().unwrap_or_default().into_iter().enumerate() {
        let key = format!("{at}.values[{n}]");
        if word.is_empty() || word.trim() != word {
            return refused(key, "must not be empty, nor begin or end with white space");
        }
        if values.contains(&word) {
            return refused(key, "is given twice");
        }
        if pattern.as_ref().is_some_and(|p| !p.matches(&word)) {
            return refused(key, "does not match the pattern");
        }
        values.push(word);
    }
    Ok(Tokens { values, pattern })
}

fn bounds(file: &mut ComponentFile, scale: Scale, at: &str) -> Result<Bounds, Refused> {
    let wrong = match scale {
        Scale::Count => "must be a whole number",
        Scale::Quantity => "must be a number",
        Scale::Time => "must be a date or a time, as a string: \"2026-01-01\" or \"2026-01-01T00:00:00Z\"",
    };
    let mut bounds = Bounds::default();
    for (n, Word(word)) in file.values.take().unwrap_or_default().into_iter().enumerate() {
        let Some(bound) = scale.bound(&word) else { return refused(format!("{at}.values[{n}]"), wrong) };
        bounds.values.push(bound);
    }
    for (n, given) in file.intervals.take().unwrap_or_default().into_iter().enumerate() {
        let key = format!("{at}.intervals[{n}]");
        let [min, max] = pair(given, &key)?;
        let (Some(min), Some(max)) = (scale.bound(&min), scale.bound(&max)) else { return refused(key, wrong) };
        if !min.is_at_most(&max) {
            return refused(key, "must be a minimum up to the maximum");
        }
        bounds.intervals.push([min, max]);
    }
    Ok(bounds)
}

fn pair(given: Given, key: &str) -> Result<[String; 2], Refused> {
    let Given::Several(words) = given else { return refused(key, "must be an array of minimum and maximum") };
    words.try_into().or_else(|_| refused(key, "must be an array of minimum and maximum"))
}

fn default_value(given: Given, scalar: &Scalar, key: &str) -> Result<String, Refused> {
    let Given::One(word) = given else { return refused(key, "must be one value") };
    match scalar.check(&word) {
        Ok(()) => Ok(word),
        Err(expected) => refused(key, format!("is not allowed: {expected}")),
    }
}

fn default_range(given: Given, scalar: &Scalar, key: &str) -> Result<[String; 2], Refused> {
    let [min, max] = pair(given, key)?;
    match scalar.check_range(&min, &max) {
        Ok(()) => Ok([min, max]),
        Err(expected) => refused(key, format!("is not allowed: {expected}")),
    }
}
