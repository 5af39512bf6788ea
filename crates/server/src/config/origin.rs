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
        let key = span.as_ref().and_then(|span| {
            let found = keys.iter().rfind(|key| key.name == *span || key.value == *span);
            found.map(|key| key.path.clone())
        });
        ConfigError::Invalid { origin: self.origin(span.as_ref()), key, problem: without_values(error.message()) }
    }

    /// A value that was understood and cannot be used.
    pub(super) fn refuse(&self, keys: &[Key], key: String, problem: String) -> ConfigError {
        let found = keys.iter().find(|candidate| candidate.path == key);
        ConfigError::Invalid { origin: self.origin(found.map(|key| &key.value)), key: Some(key), problem }
    }

    fn origin(&self, span: Option<&Range<usize>>) -> Origin {
        let Some(span) = span else {
            return Origin::Unset;
        };
        if let Some(number) = span.start.checked_sub(VARIABLES) {
            return match self.overrides.get(number) {
                Some(variable) => Origin::Variable(variable.name.clone()),
                None => Origin::Unset,
            };
        }
        let Some(path) = self.path else {
            return Origin::Unset;
        };
        position(path, self.text, span.start)
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
    let lead = ["invalid type: ", "invalid value: "].into_iter().find(|lead| message.starts_with(lead));
    let Some(lead) = lead else {
        return message.to_owned();
    };
    let found = &message[lead.len()..];
    let kind = found.split(['"', '`']).next().unwrap_or_default().trim();
    match found.rsplit_once(", expected ") {
        Some((found, expected)) if kind.len() > found.len() => {
            format!("{lead}{found}, expected {expected}")
        }
        Some((_, expected)) => format!("{lead}{kind}, expected {expected}"),
        None => format!("{lead}{kind}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_cut_out_of_serdes_messages() {
        for (message, expected) in [
            (r#"invalid type: string "ge, expected heim", expected u32"#, "invalid type: string, expected u32"),
            ("invalid type: integer `4711`, expected a string", "invalid type: integer, expected a string"),
            ("invalid type: map, expected a string", "invalid type: map, expected a string"),
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
