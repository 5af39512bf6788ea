//! Tells from a span where a setting came from: the file, or one of the variables laid over it.

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue, Error as TomlError};

use super::environment::Override;
use super::error::{ConfigError, Origin};

/// Spans from here on stand for variables, by number. No file is that long.
const VARIABLES: usize = usize::MAX / 2;

/// The span that marks what the variable with this number set.
pub(super) fn span_of_variable(number: usize) -> Range<usize> {
    VARIABLES + number..VARIABLES + number + 1
}

/// The texts a configuration is made of.
pub(super) struct Source<'a> {
    path: Option<&'a Path>,
    text: &'a str,
    overrides: &'a [Override],
}

/// Every key of the merged document with the spans of its name and of its value; outer before inner.
pub(super) struct Key {
    path: String,
    name: Range<usize>,
    value: Range<usize>,
}

pub(super) fn keys(root: &DeTable<'_>) -> Vec<Key> {
    let mut keys = Vec::new();
    collect(root, "", &mut keys);
    keys
}

fn collect(table: &DeTable<'_>, prefix: &str, keys: &mut Vec<Key>) {
    for (name, value) in table {
        let path = if prefix.is_empty() { name.get_ref().to_string() } else { format!("{prefix}.{}", name.get_ref()) };
        keys.push(Key { path: path.clone(), name: name.span(), value: value.span() });
        collect_inner(value.get_ref(), &path, keys);
    }
}

fn collect_inner(value: &DeValue<'_>, path: &str, keys: &mut Vec<Key>) {
    match value {
        DeValue::Table(table) => collect(table, path, keys),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let path = format!("{path}[{index}]");
                keys.push(Key { path: path.clone(), name: item.span(), value: item.span() });
                collect_inner(item.get_ref(), &path, keys);
            }
        }
        _ => {}
    }
}

impl<'a> Source<'a> {
    pub(super) fn new(path: Option<&'a Path>, text: &'a str, overrides: &'a [Override]) -> Self {
        Self { path, text, overrides }
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// An error of syntax.
    pub(super) fn explain(&self, error: &TomlError) -> ConfigError {
        self.explain_at(error, &[])
    }

    /// An error of content.
    pub(super) fn explain_at(&self, error: &TomlError, keys: &[Key]) -> ConfigError {
        let span = error.span();
        ConfigError::Invalid {
            origin: self.origin(span.as_ref()),
            key: span.and_then(|span| self.key(&span, keys)),
            problem: without_values(error.message()),
        }
    }

    fn key(&self, span: &Range<usize>, keys: &[Key]) -> Option<String> {
        if let Some(variable) = self.variable(span) {
            return Some(variable.key());
        }
        keys.iter().rfind(|key| key.name == *span || key.value == *span).map(|key| key.path.clone())
    }

    fn variable(&self, span: &Range<usize>) -> Option<&Override> {
        let number = span.start.checked_sub(VARIABLES)?;
        self.overrides.get(number)
    }

    /// A value that was understood and cannot be used.
    pub(super) fn refuse(&self, keys: &[Key], key: String, problem: String) -> ConfigError {
        let found = keys.iter().find(|candidate| candidate.path == key);
        ConfigError::Invalid { origin: self.origin(found.map(|key| &key.value)), key: Some(key), problem }
    }

    /// The same; a key that is not there, though it should be, is looked for where it would stand.
    pub(super) fn refuse_near(&self, keys: &[Key], key: String, problem: String) -> ConfigError {
        let mut place = key.as_str();
        while !keys.iter().any(|candidate| candidate.path == place) {
            let Some(end) = place.rfind(['.', '[']) else { break };
            place = &place[..end];
        }
        let found = keys.iter().find(|candidate| candidate.path == place);
        ConfigError::Invalid { origin: self.origin(found.map(|key| &key.value).or(Some(&(0..0)))), key: Some(key), problem }
    }

    fn origin(&self, span: Option<&Range<usize>>) -> Origin {
        let Some(span) = span else {
            return Origin::Unset;
        };
        if let Some(variable) = self.variable(span) {
            return Origin::Variable(variable.name.clone());
        }
        match self.path {
            Some(path) => position(path, self.text, span.start),
            None => Origin::Unset,
        }
    }
}

fn position(path: &Path, text: &str, offset: usize) -> Origin {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Origin::File {
        path: PathBuf::from(path),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}

/// serde quotes the offending value ("invalid type: string \"geheim\", expected ..."); its kind is enough.
fn without_values(message: &str) -> String {
    let leads = ["invalid type: ", "invalid value: ", "unknown variant "];
    let Some(lead) = leads.iter().find(|lead| message.starts_with(*lead)) else {
        return message.to_owned();
    };
    let (found, expected) =
        message[lead.len()..].rsplit_once(", expected ").unwrap_or((&message[lead.len()..], "something else"));
    let kind = found.split(['"', '`']).next().unwrap_or_default().trim();
    let expected = in_words(expected);
    if kind.is_empty() { format!("unknown value, expected {expected}") } else { format!("{lead}{kind}, expected {expected}") }
}

fn in_words(expected: &str) -> &str {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, zero or more",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_cut_out_of_serdes_messages() {
        for (message, expected) in [
            (
                r#"invalid type: string "ge, expected heim", expected u32"#,
                "invalid type: string, expected a whole number, zero or more",
            ),
            ("invalid type: integer `4711`, expected a string", "invalid type: integer, expected a string"),
            ("invalid type: map, expected a string", "invalid type: map, expected a string"),
            ("unknown variant `geheim`, expected `text` or `json`", "unknown value, expected `text` or `json`"),
            ("missing field `url`", "missing field `url`"),
        ] {
            assert_eq!(without_values(message), expected);
        }
    }

    #[test]
    fn columns_count_characters() {
        let path = Path::new("a.toml");
        let text = "x = 1\nä = 2\n";
        let offset = text.find('2').unwrap_or_default();
        let expected = Origin::File { path: path.to_owned(), line: 2, column: 5 };
        assert_eq!(position(path, text, offset), expected);
    }
}
