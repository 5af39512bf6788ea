//! What a call may reach.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use serde::Deserialize;

use crate::public::is_public;

/// What a call may reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// The public internet: for addresses that customers name.
    Public,
    /// The public internet, and what the operator's setting adds to it.
    Allowed(Arc<AllowList>),
    /// Everything: for the operator's own services, whose addresses are in the configuration.
    Anywhere,
}

impl Reach {
    /// Whether this address, which `host` led to, may be connected to.
    pub fn admits(&self, host: &str, address: IpAddr) -> bool {
        match self {
            Self::Anywhere => true,
            Self::Public => is_public(address),
            Self::Allowed(list) => is_public(address) || list.contains(host, address),
        }
    }
}

/// Host names, addresses and networks inside the operator's own network that calls may reach nevertheless.
/// In the configuration it is a list of texts: `["hooks.example.internal", "10.1.2.3", "192.168.0.0/24"]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct AllowList {
    /// In lower case, without the dot at the end.
    hosts: Vec<String>,
    networks: Vec<IpNet>,
}

/// An entry that is neither a host name, nor an address, nor a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither the name of a host, nor an IP address, nor a network such as \"10.0.0.0/8\"")]
pub struct AllowListError(String);

impl AllowList {
    pub fn new<T: AsRef<str>>(entries: impl IntoIterator<Item = T>) -> Result<Self, AllowListError> {
        let mut list = Self::default();
        for entry in entries {
            list.add(entry.as_ref())?;
        }
        Ok(list)
    }

    pub fn is_empty(&self) -> bool {
        self.hosts.is_empty() && self.networks.is_empty()
    }

    fn add(&mut self, entry: &str) -> Result<(), AllowListError> {
        if let Ok(address) = entry.parse::<IpAddr>() {
            self.networks.push(address.to_canonical().into());
        } else if let Ok(network) = entry.parse::<IpNet>() {
            self.networks.push(network.trunc());
        } else if is_host_name(entry) {
            self.hosts.push(canonical_host(entry));
        } else {
            return Err(AllowListError(entry.to_owned()));
        }
        Ok(())
    }

    fn contains(&self, host: &str, address: IpAddr) -> bool {
        // An IPv4 address is the same one in the clothes of IPv6.
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address)) || self.hosts.contains(&canonical_host(host))
    }
}

impl TryFrom<Vec<String>> for AllowList {
    type Error = AllowListError;

    fn try_from(entries: Vec<String>) -> Result<Self, Self::Error> {
        Self::new(entries)
    }
}

fn canonical_host(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

/// Letters, digits, hyphens (and underscores, which some networks have) between dots, with a letter in the last
/// part: a number there would be read as an IPv4 address by resolvers.
fn is_host_name(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    let is_label = |label: &str| {
        !label.is_empty() && label.len() <= 63 && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    name.len() <= 253 && name.split('.').all(is_label) && last.bytes().any(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Options {
        allow: AllowList,
    }

    #[test]
    fn the_allow_list_adds_to_the_public_internet() {
        let list = AllowList::new(["Hooks.internal", "10.1.2.3", "192.168.7.9/24", "fd00::/8"]).unwrap();
        let reach = Reach::Allowed(Arc::new(list));
        for (host, address, admitted) in [
            ("hooks.internal", "10.9.9.9", true),
            ("HOOKS.internal.", "127.0.0.1", true),
            ("evil.hooks.internal", "10.9.9.9", false),
            ("x", "10.1.2.3", true),
            ("x", "::ffff:10.1.2.3", true),
            ("x", "10.1.2.4", false),
            ("x", "192.168.7.200", true),
            ("x", "192.168.8.1", false),
            ("x", "fd12::1", true),
            ("x", "8.8.8.8", true),
        ] {
            assert_eq!(reach.admits(host, address.parse().unwrap()), admitted, "{host} {address}");
        }
        assert!(Reach::Anywhere.admits("x", "127.0.0.1".parse().unwrap()));
        assert!(!Reach::Public.admits("x", "127.0.0.1".parse().unwrap()));
    }

    #[test]
    fn an_entry_that_cannot_be_is_refused() {
        for entry in ["", "a b", "10.0.0.0/33", "10.0.0", "0x7f.1", "http://host/", "host:80", "*.example.org", "a..b"] {
            assert_eq!(AllowList::new([entry]), Err(AllowListError(entry.to_owned())));
        }
        assert!(toml::from_str::<Options>("allow = ['10.0.0.0/8', 'host']").unwrap().allow != AllowList::default());
        assert!(toml::from_str::<Options>("allow = ['10.0.0.0/8', '?']").unwrap_err().to_string().contains("\"?\" is neither"));
    }
}
