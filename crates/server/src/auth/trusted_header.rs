//! A proxy in front of the server that finds out who calls, and says it in a header.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use ordergate_door::{AuthError, Authenticate, Credentials, Identity, Vouched};
use ordergate_engine::time::Clock;
use ordergate_engine::{Protocol, ProviderId};
use ordergate_store::SharedStore;
use serde::Deserialize;

use super::register::{Register, identity};
use crate::http_options::OptionError;

/// Section `[auth.trusted_header]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct TrustedHeaderOptions {
    /// The header that holds the user's name.
    pub user: String,
    /// The addresses and networks of the proxies that may send it.
    pub networks: Vec<Network>,
}

/// `10.1.2.3` or `10.1.0.0/16`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network(IpNet);

impl TryFrom<String> for Network {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let address = text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
        let network = address.or_else(|_| text.parse::<IpNet>());
        network.map(Self).map_err(|_| "expected an IP address, or a network such as 10.0.0.0/8")
    }
}

impl Default for TrustedHeaderOptions {
    fn default() -> Self {
        Self { user: "X-Remote-User".to_owned(), networks: Vec::new() }
    }
}

impl TrustedHeaderOptions {
    pub(super) fn validate(&self, is_used: bool) -> Result<(), OptionError> {
        if HeaderName::try_from(&self.user).is_err() {
            return Err(OptionError::new("trusted_header.user", "must be the name of a header"));
        }
        if is_used && self.networks.is_empty() {
            return Err(OptionError::new("trusted_header.networks", "must name the proxies that are believed"));
        }
        Ok(())
    }
}

/// Reads the header.
#[derive(Debug, Clone)]
pub struct Vouching {
    header: HeaderName,
    networks: Vec<Network>,
}

impl Vouching {
    /// None if the header's name is none, which [`super::AuthOptions::validate`] has refused.
    pub(super) fn new(options: &TrustedHeaderOptions) -> Option<Self> {
        Some(Self { header: HeaderName::try_from(&options.user).ok()?, networks: options.networks.clone() })
    }

    /// What the headers of a request from this address say. An address is the one that connected: what further headers
    /// say about where a request came from is not looked at.
    pub fn read<'h>(&self, headers: &'h HeaderMap, client: IpAddr) -> Vouched<'h> {
        let mut values = headers.get_all(&self.header).iter();
        let Some(value) = values.next() else { return Vouched::Nobody };
        // An IPv4 client is the same one where it is shown in the clothes of IPv6.
        let client = client.to_canonical();
        let is_believed = values.next().is_none() && self.networks.iter().any(|network| network.0.contains(&client));
        match std::str::from_utf8(value.as_bytes()) {
            Ok(name) if is_believed => Vouched::User(name.trim()),
            _ => {
                tracing::warn!(%client, header = %self.header, "a header that names the caller is not believed");
                Vouched::Forged
            }
        }
    }
}

/// Lets those in for whom a proxy vouches, and nobody else.
#[derive(Debug)]
pub(super) struct TrustedHeader {
    register: Register,
}

impl TrustedHeader {
    pub(super) const fn new(store: SharedStore, clock: Arc<dyn Clock>) -> Self {
        Self { register: Register::new(store, clock) }
    }
}

#[async_trait]
impl Authenticate for TrustedHeader {
    async fn authenticate(
        &self,
        provider: ProviderId,
        protocol: Protocol,
        credentials: Credentials<'_>,
        _client: Option<IpAddr>,
    ) -> Result<Identity, AuthError> {
        let Credentials::Vouched { name } = credentials else { return Err(AuthError::NotVouched) };
        Ok(identity(&*self.register.account(provider, protocol, name).await?))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_header_is_believed_once_and_from_a_proxy_only() {
        let options: TrustedHeaderOptions = toml::from_str("user = 'X-User'\nnetworks = ['10.1.0.0/16', '::1']").unwrap();
        let vouching = Vouching::new(&options).unwrap();
        let read = |values: &[&'static [u8]], client: &str| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("x-user", HeaderValue::from_bytes(value).unwrap());
            }
            match vouching.read(&headers, client.parse().unwrap()) {
                Vouched::Nobody => "nobody".to_owned(),
                Vouched::User(name) => format!("user {name}"),
                Vouched::Forged => "forged".to_owned(),
            }
        };
        assert_eq!(read(&[b" anna "], "10.1.255.1"), "user anna");
        assert_eq!(read(&["jürgen".as_bytes()], "::ffff:10.1.0.1"), "user jürgen");
        assert_eq!(read(&[b"anna"], "::1"), "user anna");
        assert_eq!(read(&[b"anna"], "10.2.0.1"), "forged");
        assert_eq!(read(&[b"anna", b"anna"], "10.1.0.1"), "forged");
        assert_eq!(read(&[b"\xff"], "10.1.0.1"), "forged");
        assert_eq!(read(&[], "10.2.0.1"), "nobody");
        assert!(toml::from_str::<TrustedHeaderOptions>("networks = ['proxy']").is_err());
    }
}
