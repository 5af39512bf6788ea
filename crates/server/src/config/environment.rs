//! Environment variables that override settings.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, Origin};
use super::origin::span_of_variable;

const PREFIX: &str = "ORDERGATE_";
const LEVEL: &str = "__";

/// Read elsewhere: it names the file.
const CONFIG_FILE: &str = "ORDERGATE_CONFIG";

/// One variable that sets something.
#[derive(Debug)]
pub(super) struct Override {
    pub(super) name: String,
    keys: Vec<String>,
    text: String,
}

/// The process's environment. A name that is not Unicode is left out, a value is made Unicode:
/// `std::env::vars` would panic on either.
pub fn process_environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        Some((name, value.to_string_lossy().into_owned()))
    })
}

/// The variables meant for us, sorted by name so that the outcome does not depend on their order.
pub(super) fn overrides(env: impl Iterator<Item = (String, String)>) -> Result<Vec<Override>, ConfigError> {
    let mut ours: Vec<_> = env.filter(|(name, _)| is_override(name)).collect();
    ours.sort();
    ours.into_iter().map(|(name, text)| Override::new(name, text)).collect()
}

fn is_override(name: &str) -> bool {
    name.starts_with(PREFIX) && name != CONFIG_FILE && !is_service_link(name)
}

/// Kubernetes sets these by itself for a service called "ordergate".
fn is_service_link(name: &str) -> bool {
    let rest = name.strip_prefix(PREFIX).unwrap_or(name);
    rest == "PORT" || rest.starts_with("PORT_") || rest.starts_with("SERVICE_")
}

impl Override {
    fn new(name: String, text: String) -> Result<Self, ConfigError> {
        let path = name[PREFIX.len()..].to_ascii_lowercase();
        let keys: Vec<String> = path.split(LEVEL).map(str::to_owned).collect();
        let variable = Self { name, keys, text };
        if variable.keys.iter().any(String::is_empty) {
            return Err(variable.refused("names no setting, expected ORDERGATE_SECTION__NAME"));
        }
        Ok(variable)
    }

    /// The setting, as `section.name`.
    pub(super) fn key(&self) -> String {
        self.keys.join(".")
    }

    fn refused(&self, problem: impl Into<String>) -> ConfigError {
        ConfigError::Invalid { origin: Origin::Variable(self.name.clone()), key: None, problem: problem.into() }
    }

    fn value(&self) -> DeValue<'_> {
        match DeValue::parse(&self.text).map(Spanned::into_inner) {
            Ok(DeValue::Datetime(_) | DeValue::Table(_)) | Err(_) => DeValue::String(Cow::Borrowed(&self.text)),
            Ok(value) => value,
        }
    }

    fn set<'a>(&'a self, root: &mut DeTable<'a>, span: &Range<usize>) -> Result<(), ConfigError> {
        let mut table = root;
        let (last, sections) = self.keys.split_last().unwrap_or((&self.name, &[]));
        for key in sections {
            let empty = || Spanned::new(span.clone(), DeValue::Table(DeTable::new()));
            let inner = table.entry(Spanned::new(span.clone(), Cow::Borrowed(key.as_str()))).or_insert_with(empty);
            table = match inner.get_mut() {
                DeValue::Table(inner) => inner,
                _ => return Err(self.refused(format!("{key} has no settings inside"))),
            };
        }
        let mut value = Spanned::new(span.clone(), self.value());
        mark(&mut value, span);
        table.insert(Spanned::new(span.clone(), Cow::Borrowed(last.as_str())), value);
        Ok(())
    }
}

/// Lays the variables over the document. Each marks what it sets with a span of its own.
pub(super) fn apply<'a>(root: &mut DeTable<'a>, overrides: &'a [Override]) -> Result<(), ConfigError> {
    overrides.iter().enumerate().try_for_each(|(number, variable)| variable.set(root, &span_of_variable(number)))
}

fn mark(value: &mut Spanned<DeValue<'_>>, span: &Range<usize>) {
    if let DeValue::Array(items) = value.get_mut() {
        for item in items.iter_mut() {
            mark(item, span);
        }
    }
    let inner = std::mem::replace(value.get_mut(), DeValue::Boolean(false));
    *value = Spanned::new(span.clone(), inner);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_array_s_items_point_at_the_variable_too() {
        let env = [("ORDERGATE_A__B".to_owned(), "['x', ['y']]".to_owned())];
        let overrides = overrides(env.into_iter()).unwrap();
        let mut root = DeTable::new();
        apply(&mut root, &overrides).unwrap();
        let items = root["a"].get_ref()["b"].get_ref().as_array().unwrap();
        let inner = items[1].get_ref().as_array().unwrap();
        let ours = span_of_variable(0);
        assert_eq!([items[0].span(), items[1].span(), inner[0].span()], [ours.clone(), ours.clone(), ours]);
    }
}
