//! One configuration: a TOML file, and environment variables over it.
//!
//! `ORDERGATE_SERVER__LISTEN=0.0.0.0:80` sets `server.listen`: the rest of the name in lower case, a double
//! underscore for each level. The value is read as TOML if it is a boolean, a number, a quoted string or an array,
//! and is taken as text otherwise. A variable that names no setting is an error, as is an unknown key in the file.

mod collections;
mod environment;
mod error;
mod log;
mod origin;
mod reference;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use ordergate_fulfilment::FulfilmentOptions;
use ordergate_oseo::OseoOptions;
use ordergate_outbox::OutboxOptions;
use ordergate_outgoing::{Reach, check_url};
use ordergate_veloconnect::VeloconnectOptions;
use serde::Deserialize;
use toml::de::{DeTable, Deserializer};

pub use self::collections::{load_collections, parse_collections};
pub use self::environment::process_environment;
pub use self::error::{ConfigError, Origin};
pub use self::log::{LogFormat, LogLevel, LogOptions, init_logging};
pub use self::reference::reference;

use self::environment::Override;
use self::origin::Source;
use crate::auth::AuthOptions;
use crate::delivery::DeliveryOptions;
use crate::download::DownloadOptions;
use crate::http_options::HttpOptions;
use crate::limits_options::LimitsOptions;
use crate::store_options::StoreOptions;

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
    /// Where orders are kept.
    pub store: StoreOptions,
    /// How large a document may be.
    pub limits: LimitsOptions,
    /// Who is let in.
    pub auth: AuthOptions,
    /// What is offered for download.
    pub download: DownloadOptions,
    /// What is pushed to addresses that customers name.
    pub delivery: DeliveryOptions,
    /// The OSEO door.
    pub oseo: OseoOptions,
    /// The veloconnect door.
    pub veloconnect: VeloconnectOptions,
    /// How orders are worked off, by the protocol they came through.
    pub fulfilment: FulfilmentSections,
    /// How notifications are delivered.
    pub outbox: OutboxOptions,
}

/// `[fulfilment]`, `[fulfilment.oseo]` and `[fulfilment.veloconnect]`.
#[derive(Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct FulfilmentSections {
    /// The tokens of the workers that fetch items (`processor = "pull"`), as `ordergate worker` keeps them. Without it
    /// they are not let in.
    pub workers_file: Option<PathBuf>,
    pub oseo: FulfilmentOptions,
    pub veloconnect: FulfilmentOptions,
}

impl Config {
    /// Checks what types cannot. The error is the key (`section.name`) and the rest of the sentence.
    fn validate(&self) -> Result<(), (String, String)> {
        let within = |section: &str, key: &str| format!("{section}.{key}");
        self.server.validate().map_err(|error| (within("server", error.key), error.problem))?;
        self.store.validate().map_err(|error| (within("store", error.key), error.problem))?;
        self.limits.validate().map_err(|error| (within("limits", error.key), error.problem))?;
        self.auth.validate().map_err(|error| (within("auth", error.key), error.problem))?;
        self.download.validate().map_err(|error| (within("download", error.key), error.problem))?;
        self.delivery.validate().map_err(|error| (within("delivery", error.key), error.problem))?;
        self.check_delivery()?;
        self.oseo.validate().map_err(|(key, problem)| (within("oseo", key), problem))?;
        self.veloconnect.validate().map_err(|error| ("veloconnect".to_owned(), error.to_string()))?;
        let articles = self.veloconnect.articles.is_some();
        let catalogue = self.veloconnect.catalogue.validate(articles);
        catalogue.map_err(|(key, problem)| (within("veloconnect.catalogue", key), problem.to_owned()))?;
        self.check_live()?;
        self.check_shops()?;
        self.outbox.validate().map_err(|error| (within("outbox", &error.key), error.problem))?;
        self.fulfilment.oseo.validate().map_err(|error| (within("fulfilment.oseo", error.key), error.problem))?;
        self.fulfilment.veloconnect.validate().map_err(|error| (within("fulfilment.veloconnect", error.key), error.problem))
    }
}

impl Config {
    /// The services of web shops must be such that can be called.
    fn check_shops(&self) -> Result<(), (String, String)> {
        let own = self.veloconnect.seller.iter().filter_map(|seller| seller.shop.as_ref());
        for url in std::iter::once(&self.veloconnect.shop).chain(own).filter_map(|shop| shop.url.as_deref()) {
            check_url(url, &Reach::Anywhere)
                .map_err(|error| ("veloconnect.shop.url".to_owned(), format!("cannot be called: {error}")))?;
        }
        Ok(())
    }

    /// Where live figures are asked for.
    fn check_live(&self) -> Result<(), (String, String)> {
        let own = self.veloconnect.seller.iter().filter_map(|seller| seller.live.as_ref());
        for url in std::iter::once(&self.veloconnect.live).chain(own).filter_map(|live| live.url.as_deref()) {
            check_url(url, &Reach::Anywhere).map_err(|error| ("veloconnect.live.url".to_owned(), error.to_string()))?;
        }
        Ok(())
    }

    /// What is delivered lies under the folder of products.
    fn check_delivery(&self) -> Result<(), (String, String)> {
        if self.delivery.is_on() && self.download.root.is_none() {
            let problem = "are set, but without download.root there is nothing to deliver";
            return Err(("delivery.protocols".to_owned(), problem.to_owned()));
        }
        Ok(())
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
