//! One configuration: a TOML file, and environment variables over it.
//!
//! `ORDERGATE_SERVER__LISTEN=0.0.0.0:80` sets `server.listen`: the rest of the name in lower case, a double
//! underscore for each level. The value is read as TOML if it is a boolean, a number, a quoted string or an array,
//! and is taken as text otherwise. A variable that names no setting is an error, as is an unknown key in the file.

mod environment;
mod error;
mod log;
mod origin;
mod reference;
#[cfg(test)]
mod tests;

use std::path::Path;

use serde::Deserialize;
use toml::de::{DeTable, Deserializer};

pub use self::environment::process_environment;
pub use self::error::{ConfigError, Origin};
pub use self::log::{LogFormat, LogLevel, LogOptions, init_logging};
pub use self::reference::reference;

use self::environment::Override;
use self::origin::Source;
use crate::http_options::HttpOptions;

/// Everything that can be configured.
///
/// A further section needs: a field here, a line in [`Config::validate`], its part in `config/reference.toml`.
#[derive(Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct Config {
    /// Where to listen and what a client may take up.
    pub server: HttpOptions,
    /// How much to write about what happens, and how.
    pub log: LogOptions,
}

impl Config {
    /// Checks what types cannot. The error is the key (`section.name`) and the rest of the sentence.
    fn validate(&self) -> Result<(), (String, String)> {
        let within = |section: &str, key: &str| format!("{section}.{key}");
        self.server.validate().map_err(|error| (within("server", error.key), error.problem))
    }
}

/// Reads the configuration: defaults, then the file (if one is named, it must exist), then the environment.
pub fn load(path: Option<&Path>, env: impl Iterator<Item = (String, String)>) -> Result<Config, ConfigError> {
    let text = match path {
        Some(path) => std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?,
        None => String::new(),
    };
    let overrides = environment::overrides(env)?;
    parse(&Source::new(path, &text, &overrides), &overrides)
}

fn parse(source: &Source<'_>, overrides: &[Override]) -> Result<Config, ConfigError> {
    let mut root = DeTable::parse(source.text()).map_err(|error| source.explain(&error))?;
    environment::apply(root.get_mut(), overrides)?;
    let keys = origin::keys(root.get_ref());
    let config = Config::deserialize(Deserializer::from(root)).map_err(|error| source.explain_at(&error, &keys))?;
    config.validate().map_err(|(key, problem)| source.refuse(&keys, key, problem))?;
    Ok(config)
}
