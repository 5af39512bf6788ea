//! The section `veloconnect.shop`.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::text::is_xml_char;

/// Settings of OrderInOnlineShop.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct ShopOptions {
    /// Whether OrderInOnlineShop is offered.
    pub enabled: bool,
    /// The id under which each buyer has the one instance (`OrderInOnlineShop.TransactionID`).
    pub transaction_id: String,
    /// The shop's service that knows the baskets; without one the basket lives here alone.
    pub url: Option<String>,
    /// The secret that calls to the service are signed with.
    pub secret_file: Option<PathBuf>,
    /// Certificate authorities to believe besides the system's.
    pub ca_file: Option<PathBuf>,
    /// How long one call may take.
    pub timeout_seconds: u64,
}

impl Default for ShopOptions {
    fn default() -> Self {
        Self {
            enabled: false,
            transaction_id: "shop".to_owned(),
            url: None,
            secret_file: None,
            ca_file: None,
            timeout_seconds: 5,
        }
    }
}

impl ShopOptions {
    pub const fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }

    /// What cannot be meant: the key and the rest of the sentence.
    pub(crate) fn validate(&self) -> Result<(), String> {
        let id = self.transaction_id.as_str();
        // The server's own ids have 32 hexadecimal digits; the fixed one must not look like one.
        if id.trim() != id || !(1..=30).contains(&id.chars().count()) || id.chars().any(|c| c.is_control() || !is_xml_char(c)) {
            return Err("transaction_id must have 1 to 30 characters without white space at the ends".to_owned());
        }
        if !(1..=60).contains(&self.timeout_seconds) {
            return Err("timeout_seconds must be between 1 and 60".to_owned());
        }
        if self.url.is_some() && self.secret_file.is_none() {
            return Err("secret_file must be given, because calls to the shop are signed".to_owned());
        }
        Ok(())
    }
}
