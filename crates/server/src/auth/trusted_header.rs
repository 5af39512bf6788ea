//! A proxy in front of the server that finds out who calls, and says it in a header.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use ordergate_door::{AuthError, Authenticate, Credentials, Identity, Vouched, VouchedUser};
use ordergate_engine::time::Clock;
use ordergate_engine::{Protocol, ProviderId};
use ordergate_store::{Role, Roles, SharedStore};
use serde::Deserialize;

use super::register::{Register, let_in};
use crate::http_options::OptionError;
use crate::rates::Rates;

/// Section `[auth.trusted_header]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct TrustedHeaderOptions {
    /// The header that holds the user's name.
    pub user: String,
    /// The headers that hold the user's groups and roles, separated by commas; none if proxies do not say them.
    pub groups: Option<String>,
    pub roles: Option<String>,
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

impl Network {
    /// Whether this address, as [`IpAddr::to_canonical`] gives it, is one of the network's.
    pub(crate) fn has(self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }
}

impl Default for TrustedHeaderOptions {
    fn default() -> Self {
        Self { user: "X-Remote-User".to_owned(), groups: None, roles: None, networks: Vec::new() }
    }
}

impl TrustedHeaderOptions {
    pub(super) fn validate(&self, is_used: bool) -> Result<(), OptionError> {
        let named = [
            ("trusted_header.user", Some(&self.user)),
            ("trusted_header.groups", self.groups.as_ref()),
            ("trusted_header.roles", self.roles.as_ref()),
        ];
        let mut seen = BTreeSet::new();
        for (key, name) in named.into_iter().filter_map(|(key, name)| Some((key, name?))) {
            if HeaderName::try_from(name).is_err() {
                return Err(OptionError::new(key, "must be the name of a header"));
            }
            if !seen.insert(name.to_ascii_lowercase()) {
                return Err(OptionError::new(key, "must be another header than the others"));
            }
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
    user: HeaderName,
    groups: Option<HeaderName>,
    roles: Option<HeaderName>,
    networks: Vec<Network>,
}

impl Vouching {
    /// None if the name of a header is none, which [`super::AuthOptions::validate`] has refused.
    pub(super) fn new(options: &TrustedHeaderOptions) -> Option<Self> {
        let header = |name: &Option<String>| name.as_ref().map(HeaderName::try_from).transpose().ok();
        let (groups, roles) = (header(&options.groups)?, header(&options.roles)?);
        Some(Self { user: HeaderName::try_from(&options.user).ok()?, groups, roles, networks: options.networks.clone() })
    }

    /// What the headers of a request from this address say. An address is the one that connected: what further headers
    /// say about where a request came from is not looked at.
    pub fn read<'h>(&self, headers: &'h HeaderMap, client: IpAddr) -> Vouched<'h> {
        if !headers.contains_key(&self.user) {
            return Vouched::Nobody;
        }
        // An IPv4 client is the same one where it is shown in the clothes of IPv6.
        let client = client.to_canonical();
        let is_believed = self.networks.iter().any(|network| network.has(client));
        match self.user(headers) {
            Some(user) if is_believed => Vouched::User(user),
            _ => {
                tracing::warn!(%client, header = %self.user, "a header that names the caller is not believed");
                Vouched::Forged
            }
        }
    }

    /// None if any of the headers is there twice, or no text. One that is not there says that there is nothing to say: who has
    /// lost the last group has none.
    fn user<'h>(&self, headers: &'h HeaderMap) -> Option<VouchedUser<'h>> {
        let list = |name: &Option<HeaderName>| name.as_ref().map(|name| single(headers, name)).transpose().ok();
        Some(VouchedUser { name: single(headers, &self.user).ok()?, groups: list(&self.groups)?, roles: list(&self.roles)? })
    }
}

/// A header that is there twice, or no text.
#[derive(Debug, Clone, Copy)]
struct Unusable;

/// The header's text; empty if it is not there.
fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<&'h str, Unusable> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok("") };
    let text = std::str::from_utf8(value.as_bytes()).map_err(|_| Unusable)?;
    if values.next().is_some() { Err(Unusable) } else { Ok(text.trim()) }
}

fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// What a proxy says that the caller may do. Where it says nothing, the caller is a customer; roles that are not known open
/// nothing.
fn roles(said: &str) -> Roles {
    if said.is_empty() { Roles::CUSTOMER } else { listed(said).filter_map(Role::from_name).collect() }
}

/// Lets those in for whom a proxy vouches, and nobody else.
#[derive(Debug)]
pub(super) struct TrustedHeader {
    register: Register,
    rates: Arc<Rates>,
}

impl TrustedHeader {
    pub(super) const fn new(store: SharedStore, clock: Arc<dyn Clock>, rates: Arc<Rates>) -> Self {
        Self { register: Register::new(store, clock), rates }
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
        let Credentials::Vouched(user) = credentials else { return Err(AuthError::NotVouched) };
        let said = user.roles.map(roles);
        if said.is_some_and(Roles::is_empty) {
            return Err(AuthError::NotCustomer);
        }
        let mut account = self.register.account(provider, protocol, user.name).await?;
        if let Some(groups) = user.groups {
            account = self.register.in_groups(account, listed(groups).map(str::to_owned).collect()).await?;
        }
        let roles = said.unwrap_or(account.roles);
        let_in(&self.rates, &account, roles)
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
                Vouched::User(user) => format!("user {}", user.name),
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

    #[test]
    fn groups_and_roles_are_believed_as_the_user_is() {
        let toml = "user = 'X-User'\ngroups = 'X-Groups'\nroles = 'X-Roles'\nnetworks = ['10.1.0.0/16']";
        let vouching = Vouching::new(&toml::from_str(toml).unwrap()).unwrap();
        let read = |sent: &[(&'static str, &'static str)], client: &str| {
            let mut headers = HeaderMap::new();
            for (name, value) in sent {
                headers.append(*name, HeaderValue::from_static(value));
            }
            match vouching.read(&headers, client.parse().unwrap()) {
                Vouched::User(user) => format!("{} {:?} {:?}", user.name, user.groups.unwrap(), user.roles.unwrap()),
                other => format!("{other:?}"),
            }
        };
        let whole = [("x-user", "anna"), ("x-groups", " mills, north "), ("x-roles", "operator")];
        assert_eq!(read(&whole, "10.1.0.1"), r#"anna "mills, north" "operator""#);
        assert_eq!(read(&whole, "10.2.0.1"), "Forged");
        assert_eq!(read(&whole[..1], "10.1.0.1"), r#"anna "" """#);
        assert_eq!(read(&whole[1..], "10.1.0.1"), "Nobody");
        for twice in ["x-groups", "x-roles"] {
            assert_eq!(read(&[&whole[..], &[(twice, "operator")]].concat(), "10.1.0.1"), "Forged", "{twice}");
        }
    }

    #[test]
    fn what_is_not_said_is_a_customer_and_what_is_not_known_is_nothing() {
        let has = |said: &str| roles(said).iter().map(Role::name).collect::<Vec<_>>().join(" ");
        assert_eq!(has(""), "customer");
        assert_eq!(has("worker , operator,chief"), "operator worker");
        assert_eq!(has("chief"), "");
        assert_eq!(listed(" a b ,, c").collect::<Vec<_>>(), ["a b", "c"]);
    }

    #[test]
    fn headers_must_have_names_of_their_own() {
        for (toml, key) in [("groups = 'X Y'", "groups"), ("roles = 'x-remote-user'", "roles")] {
            let refused = toml::from_str::<TrustedHeaderOptions>(toml).unwrap().validate(false).unwrap_err().to_string();
            assert!(refused.contains(&format!("trusted_header.{key}")), "{refused}");
        }
    }
}
