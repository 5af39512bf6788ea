//! How quotations are given: section `[oseo.quotation]` of the configuration.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

/// Section `[oseo.quotation]`. Times are in the unit that the name says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct QuotationOptions {
    pub pricing: PricingKind,
    pub mode: Mode,
    /// How long an order can be made at the price that was told.
    pub validity_hours: u32,
    /// How long a quotation is kept that is expired, refused or ordered.
    pub keep_days: u32,
    /// The most quotations of one user that are being priced, or priced and still valid; 0 means any number.
    pub open_max: usize,
    /// The program that tells prices, and its arguments. No shell is involved.
    pub command: Vec<String>,
    /// The service that tells prices.
    pub url: Option<String>,
    /// The file with the secret that calls of the service are signed with.
    pub secret_file: Option<PathBuf>,
    /// Certificate authorities to believe besides the system's, in PEM.
    pub ca_file: Option<PathBuf>,
    /// A run of the program that takes longer is ended, with all processes it started; so is a call of the service.
    pub timeout_seconds: u64,
    /// After so many failed attempts (mode `monitoring`) there is no price.
    pub attempts_max: u32,
    /// How long to wait after the first failed attempt; each further one doubles it ...
    pub retry_base_seconds: u64,
    /// ... up to this.
    pub retry_max_seconds: u64,
    /// How many orders are priced at once.
    pub concurrency: usize,
}

/// Where prices come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PricingKind {
    /// Nowhere: GetQuotation is not offered.
    #[default]
    None,
    /// The tables `[price]` of the collections.
    PriceList,
    /// The operator's program.
    Command,
    /// The operator's service.
    Http,
}

/// When the customer is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// At once.
    #[default]
    Synchronous,
    /// When he asks again.
    Monitoring,
}

impl Default for QuotationOptions {
    fn default() -> Self {
        Self {
            pricing: PricingKind::None,
            mode: Mode::Synchronous,
            validity_hours: 720,
            keep_days: 30,
            open_max: 1000,
            command: Vec::new(),
            url: None,
            secret_file: None,
            ca_file: None,
            timeout_seconds: 30,
            attempts_max: 5,
            retry_base_seconds: 10,
            retry_max_seconds: 600,
            concurrency: 4,
        }
    }
}

/// More than any clock will show: a century.
const HOURS_MAX: u64 = 876_600;

impl QuotationOptions {
    /// Names the setting that cannot be, with its section, and says why.
    pub fn validate(&self) -> Result<(), (&'static str, String)> {
        let refuse = |problem: &str| Err(("quotation.command", problem.to_owned()));
        match (self.pricing, self.command.first()) {
            (PricingKind::Command, None) => return refuse("must name a program, because pricing is \"command\""),
            (PricingKind::None | PricingKind::PriceList | PricingKind::Http, Some(_)) => {
                return refuse("is set, but pricing is not \"command\"");
            }
            (_, Some(program)) if program.is_empty() => return refuse("must begin with the name of a program"),
            _ if self.command.iter().any(|part| part.contains('\0')) => return refuse("must not contain a NUL character"),
            _ => {}
        }
        self.check_service()?;
        let within = |key, value: u64, least: u64, most: u64| {
            if (least..=most).contains(&value) { Ok(()) } else { Err((key, format!("must be between {least} and {most}"))) }
        };
        within("quotation.validity_hours", self.validity_hours.into(), 1, HOURS_MAX)?;
        within("quotation.keep_days", self.keep_days.into(), 0, HOURS_MAX / 24)?;
        within("quotation.timeout_seconds", self.timeout_seconds, 1, 86_400)?;
        within("quotation.attempts_max", self.attempts_max.into(), 1, 1000)?;
        within("quotation.retry_base_seconds", self.retry_base_seconds, 1, 86_400)?;
        within("quotation.retry_max_seconds", self.retry_max_seconds, self.retry_base_seconds, 30 * 86_400)?;
        within("quotation.concurrency", self.concurrency as u64, 1, 256)
    }

    fn check_service(&self) -> Result<(), (&'static str, String)> {
        let is_http = self.pricing == PricingKind::Http;
        for (key, given) in [
            ("quotation.url", self.url.is_some()),
            ("quotation.secret_file", self.secret_file.is_some()),
            ("quotation.ca_file", self.ca_file.is_some()),
        ] {
            if given && !is_http {
                return Err((key, "is set, but pricing is not \"http\"".to_owned()));
            }
            if is_http && !given && key != "quotation.ca_file" {
                return Err((key, "must be set, because pricing is \"http\"".to_owned()));
            }
        }
        Ok(())
    }

    /// Whether GetQuotation is offered.
    pub fn is_on(&self) -> bool {
        self.pricing != PricingKind::None
    }

    /// How long one attempt may take.
    pub const fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }

    /// For so long one worker has an order to price: its time, and what it takes to end a run and to store the outcome.
    pub(crate) const fn lease(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds + 10)
    }

    /// How long to wait after the attempt of this number, from 1, has failed.
    pub(crate) fn retry_seconds(&self, attempt: u32) -> u64 {
        let doubled = 2u64.saturating_pow(attempt.saturating_sub(1));
        self.retry_base_seconds.saturating_mul(doubled).min(self.retry_max_seconds)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn unusable_settings_are_refused_by_name() {
        QuotationOptions::default().validate().unwrap();
        for (toml, expected) in [
            ("pricing = 'command'", "quotation.command must name a program"),
            ("command = ['/opt/prices']", "quotation.command is set, but"),
            ("pricing = 'command'\ncommand = ['']", "quotation.command must begin"),
            ("pricing = 'http'", "quotation.url must be set"),
            ("pricing = 'http'\nurl = 'https://p.example/'", "quotation.secret_file must be set"),
            ("url = 'https://p.example/'", "quotation.url is set, but"),
            ("validity_hours = 0", "quotation.validity_hours must be between 1"),
            ("timeout_seconds = 0", "quotation.timeout_seconds must be"),
            ("retry_base_seconds = 60\nretry_max_seconds = 59", "quotation.retry_max_seconds must be between 60"),
            ("concurrency = 0", "quotation.concurrency must be"),
        ] {
            let (key, problem) = toml::from_str::<QuotationOptions>(toml).unwrap().validate().unwrap_err();
            assert!(format!("{key} {problem}").starts_with(expected), "{toml}: {key} {problem}");
        }
        for unknown in ["pricing = 'guess'", "mode = 'later'", "price = 3"] {
            assert!(toml::from_str::<QuotationOptions>(unknown).is_err(), "{unknown}");
        }
    }

    #[test]
    fn the_wait_doubles_up_to_its_limit() {
        let options = QuotationOptions { retry_base_seconds: 10, retry_max_seconds: 70, ..QuotationOptions::default() };
        assert_eq!([1, 2, 3, 4, u32::MAX].map(|n| options.retry_seconds(n)), [10, 20, 40, 70, 70]);
    }
}
