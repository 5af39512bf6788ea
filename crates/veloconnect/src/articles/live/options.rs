//! The section `[veloconnect.live]` of the configuration.

use std::path::PathBuf;

use serde::Deserialize;

use crate::options::OptionsError;

/// How figures of this moment are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct LiveOptions {
    /// Where; without it nobody is asked.
    pub url: Option<String>,
    /// The secret that the questions are signed with.
    pub secret_file: Option<PathBuf>,
    /// Certificate authorities to believe besides the system's.
    pub ca_file: Option<PathBuf>,
    /// How long an answer may take.
    pub timeout_ms: u64,
    /// How many questions may be under way at once; who comes then is told the last known figures.
    pub parallel: usize,
    /// About how many articles one question may ask; the others of a request keep their catalogue's figures.
    pub articles_max: usize,
    /// After so many failures in a row ...
    pub failures_max: u32,
    /// ... nobody is asked for so long; then one question tries again.
    pub pause_seconds: u32,
    /// How long figures that were answered stand in for those that are not.
    pub keep_seconds: u32,
}

impl Default for LiveOptions {
    fn default() -> Self {
        Self {
            url: None,
            secret_file: None,
            ca_file: None,
            timeout_ms: 800,
            parallel: 16,
            articles_max: 500,
            failures_max: 5,
            pause_seconds: 30,
            keep_seconds: 3600,
        }
    }
}

impl LiveOptions {
    pub(crate) fn validate(&self) -> Result<(), OptionsError> {
        let numbers = [
            ("live.timeout_ms", self.timeout_ms == 0),
            ("live.parallel", self.parallel == 0),
            ("live.articles_max", self.articles_max == 0),
            ("live.failures_max", self.failures_max == 0),
            ("live.pause_seconds", self.pause_seconds == 0),
        ];
        match numbers.into_iter().find(|(_, zero)| *zero) {
            Some((name, _)) => Err(OptionsError::Zero(name)),
            None => Ok(()),
        }
    }
}
