//! The settings of one protocol's worker: `[fulfilment.oseo]` and `[fulfilment.veloconnect]`.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::PathBuf;
use std::time::Duration;

use ordergate_outgoing::{Reach, Signer, check_url};
use serde::Deserialize;

use crate::worker::CALLBACK_SECONDS;

/// How a queue is worked off. Times are in the unit that the name says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FulfilmentOptions {
    /// Whether this process works orders off; if not, another process on the same store does.
    pub enabled: bool,
    pub processor: ProcessorKind,
    /// How long the `demo` processor takes for an item.
    pub demo_delay_ms: u64,
    /// The program that the `command` processor runs, and its arguments. No shell is involved.
    pub command: Vec<String>,
    /// A run of the program that takes longer is ended, with all processes it started.
    pub timeout_seconds: u64,
    /// After so many failed attempts an item is Failed.
    pub attempts_max: u32,
    /// How long an item waits after its first failed attempt; each further one doubles it ...
    pub retry_base_seconds: u64,
    /// ... up to this.
    pub retry_max_seconds: u64,
    /// The service that the `http` processor calls: its URL, the secret it knows us by (`whsec_...`, here or in a file),
    /// and a file of certificate authorities to believe besides the system's.
    pub url: Option<String>,
    pub secret: Option<Signer>,
    pub secret_file: Option<PathBuf>,
    pub ca_file: Option<PathBuf>,
    /// How long a service that has taken an item on (202) may take until it is heard of.
    pub callback_seconds: u64,
    /// How many items are worked on at once.
    pub concurrency: usize,
    /// How many items of a collection are produced at once, by all processes together.
    pub per_collection: BTreeMap<String, usize>,
    /// An item whose worker was not heard of for so long is taken up by another.
    pub lease_seconds: u64,
    /// How often to look for work that nobody told of: another process took the order.
    pub poll_ms: u64,
    /// Orders with more items are worked off in batches of so many, one after another; none means that all items are queued
    /// at once. Set by the protocol's own section.
    #[serde(skip)]
    pub batch_items: Option<usize>,
}

/// What works the items off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProcessorKind {
    /// Nothing: accepted items wait for an operator.
    #[default]
    None,
    /// A pause, then a small file to download.
    Demo,
    /// The operator's program.
    Command,
    /// Workers outside the server, which fetch items over HTTP.
    Pull,
    /// The operator's service, which is called over HTTP.
    Http,
}

impl Default for FulfilmentOptions {
    fn default() -> Self {
        Self {
            enabled: true,
            processor: ProcessorKind::None,
            demo_delay_ms: 1000,
            command: Vec::new(),
            timeout_seconds: 3600,
            attempts_max: 3,
            retry_base_seconds: 30,
            retry_max_seconds: 3600,
            url: None,
            secret: None,
            secret_file: None,
            ca_file: None,
            callback_seconds: 3600,
            concurrency: 4,
            per_collection: BTreeMap::new(),
            lease_seconds: 60,
            poll_ms: 1000,
            batch_items: None,
        }
    }
}

/// A setting whose value cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} {problem}")]
pub struct OptionError {
    /// The setting's name inside its section.
    pub key: &'static str,
    /// What is wrong with it, as the rest of a sentence that starts with the name.
    pub problem: String,
}

const DAY_SECONDS: u64 = 24 * 60 * 60;

impl FulfilmentOptions {
    /// Refuses values that no worker should run with.
    pub fn validate(&self) -> Result<(), OptionError> {
        self.check_command()?;
        self.check_service()?;
        within("demo_delay_ms", self.demo_delay_ms, 0, DAY_SECONDS * 1000)?;
        within("timeout_seconds", self.timeout_seconds, 1, 30 * DAY_SECONDS)?;
        within("attempts_max", self.attempts_max, 1, 1000)?;
        within("retry_base_seconds", self.retry_base_seconds, 1, DAY_SECONDS)?;
        within("retry_max_seconds", self.retry_max_seconds, self.retry_base_seconds, 30 * DAY_SECONDS)?;
        within("callback_seconds", self.callback_seconds, *CALLBACK_SECONDS.start(), *CALLBACK_SECONDS.end())?;
        within("concurrency", self.concurrency, 1, 256)?;
        self.check_per_collection()?;
        // A third of it passes between two signs of life; less would take a busy disk for a dead worker.
        within("lease_seconds", self.lease_seconds, 5, 3600)?;
        within("poll_ms", self.poll_ms, 10, 60_000)
    }

    fn check_command(&self) -> Result<(), OptionError> {
        let refuse = |problem: &str| Err(OptionError { key: "command", problem: problem.to_owned() });
        match (self.processor, self.command.first()) {
            (ProcessorKind::Command, None) => refuse("must name a program, because processor is \"command\""),
            (kind, Some(_)) if kind != ProcessorKind::Command => refuse("is set, but processor is not \"command\""),
            (_, Some(program)) if program.is_empty() => refuse("must begin with the name of a program"),
            _ if self.command.iter().any(|part| part.contains('\0')) => refuse("must not contain a NUL character"),
            _ => Ok(()),
        }
    }

    fn check_per_collection(&self) -> Result<(), OptionError> {
        if !self.per_collection.is_empty() && self.processor == ProcessorKind::None {
            let problem = "is set, but nothing produces items (processor is \"none\")".to_owned();
            return Err(OptionError { key: "per_collection", problem });
        }
        self.per_collection.values().try_for_each(|limit| within("per_collection", *limit, 1, 256))
    }

    fn check_service(&self) -> Result<(), OptionError> {
        let refuse = |key, problem: String| Err(OptionError { key, problem });
        if self.processor != ProcessorKind::Http {
            let set = [
                ("url", self.url.is_some()),
                ("secret", self.secret.is_some()),
                ("secret_file", self.secret_file.is_some()),
                ("ca_file", self.ca_file.is_some()),
            ];
            let set = set.into_iter().find(|(_, is_set)| *is_set);
            return set.map_or(Ok(()), |(key, _)| refuse(key, "is set, but processor is not \"http\"".to_owned()));
        }
        let Some(url) = &self.url else {
            return refuse("url", "must name a service, because processor is \"http\"".to_owned());
        };
        if let Err(error) = check_url(url, &Reach::Anywhere) {
            return refuse("url", format!("cannot be called: {error}"));
        }
        if self.secret.is_some() == self.secret_file.is_some() {
            return refuse("secret", "or secret_file must be given, one of them, because processor is \"http\"".to_owned());
        }
        Ok(())
    }

    pub(crate) const fn demo_delay(&self) -> Duration {
        Duration::from_millis(self.demo_delay_ms)
    }

    pub(crate) const fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }

    pub(crate) const fn callback(&self) -> Duration {
        Duration::from_secs(self.callback_seconds)
    }

    pub(crate) const fn lease(&self) -> Duration {
        Duration::from_secs(self.lease_seconds)
    }

    pub(crate) const fn poll(&self) -> Duration {
        Duration::from_millis(self.poll_ms)
    }

    /// How long an item waits after its attempt number `attempt` (from 1) failed.
    pub(crate) fn retry_seconds(&self, attempt: u32) -> u64 {
        let doubled = 2u64.saturating_pow(attempt.saturating_sub(1));
        self.retry_base_seconds.saturating_mul(doubled).min(self.retry_max_seconds)
    }
}

fn within<T: PartialOrd + Display + Copy>(key: &'static str, value: T, least: T, most: T) -> Result<(), OptionError> {
    if value < least || value > most {
        return Err(OptionError { key, problem: format!("must be between {least} and {most}") });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn usable_settings_are_accepted() {
        FulfilmentOptions::default().validate().unwrap();
        let options: FulfilmentOptions =
            toml::from_str("processor = 'command'\ncommand = ['/opt/mill/run', '--fast']\nlease_seconds = 5").unwrap();
        options.validate().unwrap();
        assert_eq!((options.processor, options.command.len(), options.concurrency), (ProcessorKind::Command, 2, 4));
    }

    #[test]
    fn unusable_settings_are_refused_by_name() {
        for (toml, expected) in [
            ("processor = 'command'", "command must name a program"),
            ("processor = 'command'\ncommand = ['', 'x']", "command must begin with"),
            ("processor = 'command'\ncommand = [\"a\\u0000\"]", "command must not contain a NUL"),
            ("command = ['/opt/mill/run']", "command is set, but processor is not"),
            ("processor = 'pull'\ncommand = ['/opt/mill/run']", "command is set, but processor is not"),
            ("processor = 'http'", "url must name a service"),
            ("processor = 'http'\nurl = 'ftp://x/'", "url cannot be called"),
            ("processor = 'http'\nurl = 'http://x/'", "secret or secret_file must be given"),
            ("url = 'http://x/'", "url is set, but processor is not"),
            ("secret_file = 'x'", "secret_file is set, but processor is not"),
            ("callback_seconds = 4", "callback_seconds must be between 5 and"),
            ("demo_delay_ms = 100000000", "demo_delay_ms must be between 0 and"),
            ("timeout_seconds = 0", "timeout_seconds must be between 1 and"),
            ("attempts_max = 0", "attempts_max must be"),
            ("retry_base_seconds = 0", "retry_base_seconds must be"),
            ("retry_base_seconds = 60\nretry_max_seconds = 59", "retry_max_seconds must be between 60 and"),
            ("concurrency = 0", "concurrency must be between 1 and 256"),
            ("lease_seconds = 4", "lease_seconds must be between 5 and"),
            ("poll_ms = 0", "poll_ms must be"),
            ("processor = 'demo'\nper_collection = { 'urn:x' = 0 }", "per_collection must be between 1 and 256"),
            ("per_collection = { 'urn:x' = 1 }", "per_collection is set, but nothing"),
            ("processor = 'pull'\nper_collection = { 'urn:x' = 257 }", "per_collection must be between 1 and 256"),
        ] {
            let options: FulfilmentOptions = toml::from_str(toml).unwrap();
            let error = options.validate().unwrap_err().to_string();
            assert!(error.starts_with(expected), "{toml}: {error}");
        }
        for unknown in ["processor = 'robot'", "delay = 3", "concurrency = -1"] {
            assert!(toml::from_str::<FulfilmentOptions>(unknown).is_err(), "{unknown}");
        }
    }

    #[test]
    fn the_wait_doubles_up_to_its_limit() {
        let options = FulfilmentOptions { retry_base_seconds: 10, retry_max_seconds: 70, ..FulfilmentOptions::default() };
        let waits: Vec<u64> = [1, 2, 3, 4, 5, u32::MAX].into_iter().map(|n| options.retry_seconds(n)).collect();
        assert_eq!(waits, [10, 20, 40, 70, 70, 70]);
    }
}
