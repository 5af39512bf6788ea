//! Section `[delivery]` of the configuration.

use std::path::PathBuf;

use ordergate_delivery::Protocol;
use ordergate_engine::order::Order;
use ordergate_fulfilment::Delivers;
use ordergate_oseo::delivered_by;
use serde::Deserialize;

use crate::http_options::OptionError;

/// How results are pushed to the addresses that customers name.
#[derive(Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct DeliveryOptions {
    /// By what the server delivers: `sftp`, `ftps`, `https`. Empty, it does not.
    pub protocols: Vec<String>,
    /// The keys of SSH servers, as OpenSSH keeps them.
    pub known_hosts_file: Option<PathBuf>,
    /// Whether the key of an SSH server that is not in the file is believed the first time, and written there.
    pub learn_host_keys: bool,
    /// How long one delivery may take.
    pub timeout_seconds: u64,
    /// Certificate authorities to believe besides the system's, in PEM.
    pub ca_file: Option<PathBuf>,
}

impl Default for DeliveryOptions {
    fn default() -> Self {
        Self { protocols: Vec::new(), known_hosts_file: None, learn_host_keys: true, timeout_seconds: 3600, ca_file: None }
    }
}

impl DeliveryOptions {
    /// Names the setting that cannot be, and says why.
    pub fn validate(&self) -> Result<(), OptionError> {
        if let Some(unknown) = self.protocols.iter().find(|word| Protocol::from_word(word).is_none()) {
            let known: Vec<&str> = Protocol::ALL.iter().map(|protocol| protocol.word()).collect();
            return Err(OptionError::new("protocols", format!("has {unknown:?}; possible are {}", known.join(", "))));
        }
        if self.offered(Protocol::Sftp.word()).is_some() && self.known_hosts_file.is_none() {
            return Err(OptionError::new("known_hosts_file", "must be set for deliveries by sftp"));
        }
        if !(1..=30 * 86_400).contains(&self.timeout_seconds) {
            return Err(OptionError::new("timeout_seconds", "must be between 1 and 2592000"));
        }
        Ok(())
    }

    pub(crate) fn is_on(&self) -> bool {
        !self.protocols.is_empty()
    }

    pub(crate) fn offers(&self, word: &str) -> bool {
        self.offered(word).is_some()
    }

    /// The protocol of this name, if the server delivers by it.
    pub(super) fn offered(&self, word: &str) -> Option<Protocol> {
        Protocol::from_word(word).filter(|protocol| self.protocols.iter().any(|offered| offered == protocol.word()))
    }
}

impl Delivers for DeliveryOptions {
    fn delivers(&self, order: &Order, position: usize) -> bool {
        // Only OSEO's orders say where to.
        order.protocol == ordergate_engine::Protocol::Oseo && delivered_by(order, position).is_some_and(|word| self.offers(&word))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        let options = |toml: &str| toml::from_str::<DeliveryOptions>(toml).unwrap();
        for (toml, expected) in [
            ("protocols = ['ftp']", "protocols has \"ftp\"; possible are sftp, ftps, https"),
            ("protocols = ['sftp']", "known_hosts_file must be set"),
            ("timeout_seconds = 0", "timeout_seconds must be between"),
        ] {
            let refused = options(toml).validate().unwrap_err().to_string();
            assert!(refused.starts_with(expected), "{refused}");
        }
        options("protocols = ['https', 'ftps', 'sftp']\nknown_hosts_file = '/etc/ordergate/known_hosts'").validate().unwrap();
        assert!(!options("").is_on());
    }
}
