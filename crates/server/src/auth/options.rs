//! Section `[auth]` of the configuration.

use ordergate_engine::Protocol;
use serde::Deserialize;

use super::throttle::FailuresMax;
use super::{CalloutOptions, TrustedHeaderOptions};
use crate::http_options::OptionError;

/// Who knows the customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthProvider {
    /// The built-in accounts.
    #[default]
    Accounts,
    /// The operator's service, which is asked over HTTP.
    Callout,
    /// A proxy in front of the server, which says it in a header.
    TrustedHeader,
}

/// Section `[auth]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct AuthOptions {
    /// Who knows the customers ...
    pub provider: AuthProvider,
    /// ... and if it is another one for a protocol: which.
    pub oseo_provider: Option<AuthProvider>,
    pub veloconnect_provider: Option<AuthProvider>,
    pub callout: CalloutOptions,
    pub trusted_header: TrustedHeaderOptions,
    /// How long a password that was found right is not hashed again.
    pub remember_seconds: u64,
    /// How many passwords are hashed at the same time; each takes 19 MiB and tens of milliseconds.
    pub hashing_parallel: usize,
    /// WSSE `Created`: how old, and how far in the future, it may be.
    pub created_age_seconds_max: i64,
    pub created_ahead_seconds_max: i64,
    /// Failed logins of one name from one address within a minute, before more are refused unseen.
    pub failures_per_minute_max: u32,
    /// The same of one address, whatever the names, and of one name, whatever the addresses.
    pub address_failures_per_minute_max: u32,
    pub name_failures_per_minute_max: u32,
}

impl Default for AuthOptions {
    fn default() -> Self {
        Self {
            provider: AuthProvider::Accounts,
            oseo_provider: None,
            veloconnect_provider: None,
            callout: CalloutOptions::default(),
            trusted_header: TrustedHeaderOptions::default(),
            remember_seconds: 60,
            hashing_parallel: 2,
            created_age_seconds_max: 300,
            created_ahead_seconds_max: 60,
            failures_per_minute_max: 30,
            address_failures_per_minute_max: 300,
            name_failures_per_minute_max: 300,
        }
    }
}

impl AuthOptions {
    /// Who knows the customers of a protocol.
    pub fn provider_of(&self, protocol: Protocol) -> AuthProvider {
        let own = match protocol {
            Protocol::Oseo => self.oseo_provider,
            Protocol::Veloconnect => self.veloconnect_provider,
        };
        own.unwrap_or(self.provider)
    }

    pub(super) const fn failures(&self) -> FailuresMax {
        FailuresMax {
            both: self.failures_per_minute_max,
            address: self.address_failures_per_minute_max,
            name: self.name_failures_per_minute_max,
        }
    }

    pub(super) fn uses(&self, provider: AuthProvider) -> bool {
        Protocol::ALL.iter().any(|protocol| self.provider_of(*protocol) == provider)
    }

    /// Names the key that cannot be, and says why.
    pub fn validate(&self) -> Result<(), OptionError> {
        self.callout.validate(self.uses(AuthProvider::Callout))?;
        self.trusted_header.validate(self.uses(AuthProvider::TrustedHeader))?;
        let within = |key, value: u64, max: u64| {
            if (1..=max).contains(&value) { Ok(()) } else { Err(OptionError::new(key, format!("must be between 1 and {max}"))) }
        };
        within("hashing_parallel", self.hashing_parallel as u64, 64)?;
        for (key, failures) in [
            ("failures_per_minute_max", self.failures_per_minute_max),
            ("address_failures_per_minute_max", self.address_failures_per_minute_max),
            ("name_failures_per_minute_max", self.name_failures_per_minute_max),
        ] {
            within(key, u64::from(failures), 1_000_000)?;
        }
        if !(1..=86_400).contains(&self.created_age_seconds_max) {
            return Err(OptionError::new("created_age_seconds_max", "must be between 1 and 86400"));
        }
        if self.remember_seconds > 3600 {
            return Err(OptionError::new("remember_seconds", "must be between 0 and 3600"));
        }
        if !(0..=86_400).contains(&self.created_ahead_seconds_max) {
            return Err(OptionError::new("created_ahead_seconds_max", "must be between 0 and 86400"));
        }
        Ok(())
    }
}
