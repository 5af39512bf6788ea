//! Section `[outbox]` of the configuration.

use std::path::PathBuf;
use std::time::Duration;

use ordergate_outgoing::AllowList;
use serde::Deserialize;

use crate::mail::MailOptions;
use crate::webhook::{self, WebhookOptions};

/// How notifications are delivered. Times are in the unit that the name says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct OutboxOptions {
    /// Whether this process delivers; if not, another process on the same store does.
    pub enabled: bool,
    /// How many orders are told about at once.
    pub concurrency: usize,
    /// How long a receiver may take to answer.
    pub timeout_seconds: u64,
    /// How long to wait after the first failed attempt; each further one doubles it ...
    pub retry_base_seconds: u64,
    /// ... up to this.
    pub retry_max_seconds: u64,
    /// After so long no further attempt is made.
    pub give_up_hours: u64,
    /// How long what was delivered, or given up, is kept for the operator to look at.
    pub keep_days: u64,
    /// How often to look for notifications that another process has stored.
    pub poll_ms: u64,
    /// Networks, addresses and host names that callbacks may go to though they are not public.
    pub allow_private: AllowList,
    /// Certificate authorities to believe besides the system's, in PEM.
    pub ca_file: Option<PathBuf>,
    /// Services of the operator that hear of orders.
    pub webhook: Vec<WebhookOptions>,
    /// How mail is sent, if it is.
    pub mail: Option<MailOptions>,
}

impl Default for OutboxOptions {
    fn default() -> Self {
        Self {
            enabled: true,
            concurrency: 16,
            timeout_seconds: 20,
            retry_base_seconds: 10,
            retry_max_seconds: 6 * 60 * 60,
            give_up_hours: 72,
            keep_days: 30,
            poll_ms: 1000,
            allow_private: AllowList::default(),
            ca_file: None,
            webhook: Vec::new(),
            mail: None,
        }
    }
}

/// A setting whose value cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} {problem}")]
pub struct OptionError {
    /// The setting's name inside its section.
    pub key: String,
    /// What is wrong with it, as the rest of a sentence that starts with the name.
    pub problem: String,
}

impl OptionError {
    pub(crate) fn new(key: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { key: key.into(), problem: problem.into() }
    }

    /// The same, of a section inside.
    pub(crate) fn within(self, section: &str) -> Self {
        Self { key: format!("{section}.{}", self.key), ..self }
    }
}

const HOUR: i64 = 60 * 60 * 1_000_000;
const DAY_SECONDS: u64 = 24 * 60 * 60;

impl OutboxOptions {
    /// Refuses values that nothing should run with.
    pub fn validate(&self) -> Result<(), OptionError> {
        within("concurrency", self.concurrency as u64, 1, 1024)?;
        within("timeout_seconds", self.timeout_seconds, 1, 60)?;
        within("retry_base_seconds", self.retry_base_seconds, 1, DAY_SECONDS)?;
        within("retry_max_seconds", self.retry_max_seconds, self.retry_base_seconds, 7 * DAY_SECONDS)?;
        within("give_up_hours", self.give_up_hours, 1, 24 * 365)?;
        within("keep_days", self.keep_days, 1, 36_500)?;
        within("poll_ms", self.poll_ms, 10, 60_000)?;
        webhook::validate(&self.webhook)?;
        self.mail.as_ref().map_or(Ok(()), MailOptions::validate)
    }

    /// How long delivery is tried, in microseconds.
    pub fn patience_micros(&self) -> i64 {
        i64::try_from(self.give_up_hours).unwrap_or(i64::MAX).saturating_mul(HOUR)
    }

    /// How long what is over is kept, in microseconds.
    pub fn keep_micros(&self) -> i64 {
        i64::try_from(self.keep_days).unwrap_or(i64::MAX).saturating_mul(24 * HOUR)
    }

    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }

    /// Longer than an attempt can take, with what is stored before and after it.
    pub(crate) fn lease(&self) -> Duration {
        self.timeout() * 2 + Duration::from_secs(20)
    }

    pub(crate) fn poll(&self) -> Duration {
        Duration::from_millis(self.poll_ms)
    }
}

fn within(key: &'static str, value: u64, min: u64, max: u64) -> Result<(), OptionError> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(OptionError::new(key, format!("must be from {min} to {max}")))
}
