//! Deciding whether a text is a value of a simple type.

use std::borrow::Cow;

use super::calendar;
use super::lexical::is_valid;
use super::number::{compare_decimals, significant_digits};
use super::{BUILTINS, Builtin};
use crate::error::excerpt;
use crate::schema::{Facets, SimpleType};

/// Why a text is no value of a simple type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Not of the lexical form of the built-in type that is named.
    #[error("is not of type xs:{0}")]
    Lexical(&'static str),
    /// Breaks a facet. The text says which, as the end of a sentence about the value, which it does not quote.
    #[error("{0}")]
    Facet(String),
}

/// `true`, `false`, `1` or `0`, with white space around it.
pub fn parse_boolean(text: &str) -> Option<bool> {
    match text.trim_matches(WHITE_SPACE) {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

const WHITE_SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// The text with its white space as the `whiteSpace` facet of the type has it.
pub(crate) fn normalize(builtin: Builtin, text: &str) -> Cow<'_, str> {
    match builtin {
        Builtin::NormalizedString if text.contains(['\t', '\n', '\r']) => Cow::Owned(text.replace(['\t', '\n', '\r'], " ")),
        Builtin::AnySimple | Builtin::String | Builtin::NormalizedString => Cow::Borrowed(text),
        _ => collapse(text),
    }
}

fn collapse(text: &str) -> Cow<'_, str> {
    let text = text.trim_matches(WHITE_SPACE);
    let bytes = text.as_bytes();
    if !bytes.windows(2).any(|pair| pair == b"  ") && !text.contains(['\t', '\n', '\r']) {
        return Cow::Borrowed(text);
    }
    let words: Vec<&str> = text.split(WHITE_SPACE).filter(|word| !word.is_empty()).collect();
    Cow::Owned(words.join(" "))
}

impl SimpleType {
    /// Whether `text`, whose white space is not normalised yet, is a value of this type.
    /// Of a QName only the form is checked, because its prefix needs a document.
    pub fn check(&self, text: &str) -> Result<(), ValueError> {
        self.check_with(text, &|_| true)
    }

    /// The same, where `bound` tells whether a prefix of a QName is declared.
    pub(crate) fn check_with(&self, text: &str, bound: &dyn Fn(&str) -> bool) -> Result<(), ValueError> {
        let value = normalize(self.builtin, text);
        if !is_valid(self.builtin, &value) || (misplaced_space(self.builtin, text, &value) && !self.normalizes()) {
            return Err(ValueError::Lexical(name_of(self.builtin)));
        }
        if self.builtin == Builtin::QName
            && let Some((prefix, _)) = value.split_once(':')
            && !bound(prefix)
        {
            return Err(ValueError::Facet("has a prefix that is not declared".to_owned()));
        }
        let mut step = Some(self);
        while let Some(ty) = step {
            check_facets(self.builtin, &ty.facets, &value)?;
            step = ty.base;
        }
        Ok(())
    }

    /// libxml2 normalises white space before it looks at a value only for the sake of these facets.
    fn normalizes(&self) -> bool {
        let mut step = Some(self);
        while let Some(ty) = step {
            if ty.facets.pattern.is_some() || !ty.facets.enumeration.is_empty() {
                return true;
            }
            step = ty.base;
        }
        false
    }

    /// Whether this is `other` or derived from it.
    pub(crate) fn is_or_derives_from(&'static self, other: &SimpleType) -> bool {
        let mut step = Some(self);
        while let Some(ty) = step {
            if std::ptr::eq(ty, other) || (ty.name.is_some() && ty.name == other.name && ty.ns == other.ns) {
                return true;
            }
            step = ty.base;
        }
        false
    }
}

/// Whether there is white space around a value where libxml2, unless it normalises first, does not expect it.
fn misplaced_space(builtin: Builtin, text: &str, value: &str) -> bool {
    if text.len() == value.len() {
        return false;
    }
    let before = text.starts_with(WHITE_SPACE);
    let after = text.ends_with(WHITE_SPACE);
    match builtin {
        Builtin::Long
        | Builtin::Int
        | Builtin::Short
        | Builtin::Byte
        | Builtin::UnsignedLong
        | Builtin::UnsignedInt
        | Builtin::UnsignedShort
        | Builtin::UnsignedByte
        | Builtin::Date
        | Builtin::GYearMonth
        | Builtin::GYear => before || after,
        Builtin::DateTime => before || (after && !calendar::has_zone(value)),
        Builtin::Time | Builtin::Duration | Builtin::GMonthDay | Builtin::GDay | Builtin::GMonth => after,
        Builtin::Float | Builtin::Double => after && value.ends_with(['F', 'N']),
        Builtin::QName => before && value.contains(':'),
        _ => false,
    }
}

/// The name of a built-in type without prefix.
fn name_of(builtin: Builtin) -> &'static str {
    BUILTINS.iter().find(|ty| ty.builtin == builtin).and_then(|ty| ty.name).unwrap_or("anySimpleType")
}

fn check_facets(builtin: Builtin, facets: &Facets, value: &str) -> Result<(), ValueError> {
    if facets.min_length.is_some() || facets.max_length.is_some() {
        check_length(facets, value.chars().count())?;
    }
    if !facets.enumeration.is_empty() && !is_one_of(builtin, facets.enumeration, value) {
        return Err(ValueError::Facet(format!("is not one of {}", list(facets.enumeration))));
    }
    if let Some(min) = facets.min_inclusive
        && !compare_number(builtin, value, min).is_some_and(std::cmp::Ordering::is_ge)
    {
        return Err(ValueError::Facet(format!("is less than {min}")));
    }
    if let Some(max) = facets.max_inclusive
        && !compare_number(builtin, value, max).is_some_and(std::cmp::Ordering::is_le)
    {
        return Err(ValueError::Facet(format!("is more than {max}")));
    }
    check_digits(facets, value)?;
    match facets.pattern {
        Some(pattern) if !(pattern.matches)(value) => {
            Err(ValueError::Facet(format!("does not match the pattern {}", excerpt(pattern.regex))))
        }
        _ => Ok(()),
    }
}

/// Equal texts are looked for first: they are soon compared, and almost always there.
fn is_one_of(builtin: Builtin, values: &[&str], value: &str) -> bool {
    values.contains(&value) || values.iter().any(|one| same_value(builtin, one, value))
}

fn check_length(facets: &Facets, characters: usize) -> Result<(), ValueError> {
    let count = u32::try_from(characters).unwrap_or(u32::MAX);
    match (facets.min_length, facets.max_length) {
        (Some(min), _) if count < min => Err(ValueError::Facet(format!("has a length of {count}, less than {min}"))),
        (_, Some(max)) if count > max => Err(ValueError::Facet(format!("has a length of {count}, more than {max}"))),
        _ => Ok(()),
    }
}

fn check_digits(facets: &Facets, value: &str) -> Result<(), ValueError> {
    if facets.total_digits.is_none() && facets.fraction_digits.is_none() {
        return Ok(());
    }
    let (whole, fraction) = significant_digits(value);
    let exceeds = |digits: usize, most: Option<u32>| most.filter(|most| u32::try_from(digits).unwrap_or(u32::MAX) > *most);
    if let Some(most) = exceeds(whole + fraction, facets.total_digits) {
        return Err(ValueError::Facet(format!("has more than {most} digits")));
    }
    match exceeds(fraction, facets.fraction_digits) {
        Some(most) => Err(ValueError::Facet(format!("has more than {most} digits after the point"))),
        None => Ok(()),
    }
}

/// The value against a bound; `None` if they cannot be compared, as NaN cannot.
fn compare_number(builtin: Builtin, value: &str, bound: i64) -> Option<std::cmp::Ordering> {
    if matches!(builtin, Builtin::Float | Builtin::Double) {
        // Bounds are small numbers; a rounded one would still be the one that is published.
        #[allow(clippy::cast_precision_loss)]
        return value.parse::<f64>().ok()?.partial_cmp(&(bound as f64));
    }
    Some(compare_decimals(value, &bound.to_string()))
}

/// Numbers are the same by value, everything else by its text.
pub(crate) fn same_value(builtin: Builtin, a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let numeric = is_valid(Builtin::Decimal, a) && is_valid(Builtin::Decimal, b);
    numeric
        && BUILTINS.iter().any(|ty| ty.builtin == builtin && ty.is_or_derives_from(&super::DECIMAL))
        && compare_decimals(a, b).is_eq()
}

/// As many as a message has room for.
fn list(values: &[&str]) -> String {
    let mut text = String::new();
    for (at, value) in values.iter().enumerate() {
        if text.len() + value.len() > 150 {
            text.push_str(", …");
            break;
        }
        if at > 0 {
            text.push_str(", ");
        }
        text.push_str(value);
    }
    text
}
