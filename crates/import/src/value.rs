//! What stands in the fields of a row, as texts, numbers and lists.

use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::problem::{Problem, shortened};
use crate::table::Row;

type Read<T> = Result<Option<T>, Problem>;

impl Row {
    /// A text without white space at its ends; none if it is empty.
    pub(crate) fn text(&self, name: &str) -> Read<String> {
        let found = match self {
            Self::Cells { cells, .. } => cells.get(name).cloned(),
            Self::Object { object, .. } => match object.get(name) {
                None | Some(Value::Null) => None,
                Some(Value::String(text)) => Some(text.trim().to_owned()),
                Some(Value::Number(number)) if number.is_i64() || number.is_u64() => Some(number.to_string()),
                Some(_) => return Err(self.wrong(name, "expected a text")),
            },
        };
        Ok(found.filter(|text| !text.is_empty()))
    }

    /// A text that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<String, Problem> {
        self.text(name)?.ok_or_else(|| self.wrong(name, "expected a value, found none"))
    }

    pub(crate) fn decimal(&self, name: &str) -> Read<Decimal> {
        if let Self::Object { object, .. } = self
            && let Some(Value::Number(number)) = object.get(name)
        {
            return json_number(number).map(Some).ok_or_else(|| self.wrong(name, JSON_NUMBER));
        }
        self.text(name)?.map(|text| self.number(name, &text)).transpose()
    }

    /// A number as this file writes it.
    pub(crate) fn number(&self, name: &str, text: &str) -> Result<Decimal, Problem> {
        let comma = matches!(self, Self::Cells { decimal_comma: true, .. });
        decimal(text, comma).ok_or_else(|| {
            let example = if comma { "12,50" } else { "12.50" };
            self.wrong(name, &format!("expected a number like {example}, found {}", shortened(text)))
        })
    }

    pub(crate) fn yes_or_no(&self, name: &str) -> Read<bool> {
        if let Self::Object { object, .. } = self
            && let Some(Value::Bool(value)) = object.get(name)
        {
            return Ok(Some(*value));
        }
        let Some(text) = self.text(name)? else { return Ok(None) };
        match text.to_ascii_lowercase().as_str() {
            "yes" | "true" | "1" => Ok(Some(true)),
            "no" | "false" | "0" => Ok(Some(false)),
            _ => Err(self.wrong(name, &format!("expected yes or no, found {}", shortened(&text)))),
        }
    }

    /// Of CSV: parts with `|` between them; of JSON: an array of texts, or one text.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<String>, Problem> {
        match self {
            Self::Cells { cells, .. } => Ok(cells.get(name).map(|text| parts(text)).unwrap_or_default()),
            Self::Object { object, .. } => match object.get(name) {
                None | Some(Value::Null) => Ok(Vec::new()),
                Some(Value::String(text)) => Ok(vec![text.trim().to_owned()]),
                Some(Value::Array(parts)) => {
                    let text = |part: &Value| part.as_str().map(|text| text.trim().to_owned());
                    parts.iter().map(text).collect::<Option<_>>().ok_or_else(|| self.wrong(name, "expected texts"))
                }
                Some(_) => Err(self.wrong(name, "expected an array of texts")),
            },
        }
    }

    /// A member of JSON that is made of parts; none in CSV.
    pub(crate) fn object<T: DeserializeOwned>(&self, name: &str) -> Read<T> {
        match self {
            Self::Object { object, .. } => match object.get(name) {
                None | Some(Value::Null) => Ok(None),
                Some(value) => T::deserialize(value).map(Some).map_err(|error| self.wrong(name, &error.to_string())),
            },
            Self::Cells { .. } => Ok(None),
        }
    }

    /// Whether there is anything under this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        match self {
            Self::Cells { cells, .. } => cells.contains_key(name),
            Self::Object { object, .. } => object.get(name).is_some_and(|value| !value.is_null()),
        }
    }

    pub(crate) fn wrong(&self, name: &str, problem: &str) -> Problem {
        Problem::column(self.line(), name, problem)
    }
}

const JSON_NUMBER: &str = "expected a number of at most 15 digits; longer ones as a text";

/// Exact, though JSON's numbers are read as binary ones: the shortest text that means the same is what was written,
/// where that has no more than fifteen digits.
pub(crate) fn json_number(number: &serde_json::Number) -> Option<Decimal> {
    let text = number.to_string();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits > 15 || text.contains(['e', 'E']) { None } else { text.parse().ok() }
}

/// Digits, and decimals after a point or after a comma; nothing between thousands.
pub(crate) fn decimal(text: &str, comma: bool) -> Option<Decimal> {
    let (wanted, other) = if comma { (',', '.') } else { ('.', ',') };
    let fits = !text.contains(other) && text.bytes().any(|b| b.is_ascii_digit()) && text.len() <= 40;
    let plain = |c: char| c.is_ascii_digit() || c == wanted || c == '-' || c == '+';
    if !fits || !text.chars().all(plain) {
        return None;
    }
    Decimal::from_str_exact(&text.replace(wanted, ".")).ok()
}

/// What stands between bars.
pub(crate) fn parts(text: &str) -> Vec<String> {
    text.split('|').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_are_exact_or_none() {
        for (text, comma, value) in [
            ("12.50", false, Some("12.50")),
            ("12,50", true, Some("12.50")),
            ("12,50", false, None),
            ("12.50", true, None),
            ("1.234,50", true, None),
            ("-3", false, Some("-3")),
            (".5", false, Some("0.5")),
            ("1e3", false, None),
            ("1_000", false, None),
            ("", false, None),
            ("-", false, None),
            ("123456789012345678901234567890", false, None),
            ("0.12345678901234567890123456789012", false, None),
        ] {
            assert_eq!(decimal(text, comma), value.map(|v| v.parse().unwrap()), "{text}");
        }
        let json = |text: &str| json_number(&serde_json::from_str(text).unwrap()).map(|d| d.to_string());
        assert_eq!(json("34.90").as_deref(), Some("34.9"));
        assert_eq!(json("0.1").as_deref(), Some("0.1"));
        assert_eq!(json("1234567890123456789"), None);
        assert_eq!(json("1e300"), None);
    }
}
