//! Where a request comes from: the other end of its connection, or, behind a proxy that is believed, whom the proxy names.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName};
use serde::Deserialize;

use crate::auth::Network;
use crate::http_options::OptionError;

/// Section `[server.proxy]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct ProxyOptions {
    /// The addresses and networks of the proxies that are believed.
    pub networks: Vec<Network>,
    /// The header in which they say whom they serve.
    pub address_header: String,
}

impl Default for ProxyOptions {
    fn default() -> Self {
        Self { networks: Vec::new(), address_header: "X-Forwarded-For".to_owned() }
    }
}

impl ProxyOptions {
    pub(crate) fn validate(&self) -> Result<(), OptionError> {
        let is_name = HeaderName::try_from(&self.address_header).is_ok();
        if is_name { Ok(()) } else { Err(OptionError::new("proxy.address_header", "must be the name of a header")) }
    }

    pub(crate) fn has(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.has(address))
    }
}

/// Who sent a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sender {
    /// The other end of the connection: what is believed of a proxy's headers depends on it.
    pub(crate) peer: IpAddr,
    /// Whose request it is: what is counted and limited goes by it.
    pub(crate) client: IpAddr,
}

/// Finds out who sent a request.
#[derive(Debug, Clone)]
pub(crate) struct Senders(Option<(HeaderName, ProxyOptions)>);

impl Senders {
    /// A name that is none was refused by [`ProxyOptions::validate`].
    pub(crate) fn new(options: &ProxyOptions) -> Self {
        let believed = Some(options).filter(|options| !options.networks.is_empty());
        Self(believed.and_then(|options| Some((HeaderName::try_from(&options.address_header).ok()?, options.clone()))))
    }

    /// A chain of proxies is followed from its end: the first address that is none of theirs is the client's. What stands before
    /// it is the client's own invention.
    pub(crate) fn sender(&self, headers: &HeaderMap, peer: IpAddr) -> Sender {
        let direct = Sender { peer, client: peer };
        let Some((header, proxies)) = self.0.as_ref().filter(|(_, proxies)| proxies.has(peer)) else { return direct };
        let mut client = peer;
        for text in headers.get_all(header).iter().rev().flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b',')) {
            let Some(named) = std::str::from_utf8(text).ok().and_then(address) else { break };
            client = named;
            if !proxies.has(named) {
                break;
            }
        }
        Sender { peer, client }
    }
}

/// `198.51.100.7`, `2001:db8::7`, and either with a port: `198.51.100.7:4711`, `[2001:db8::7]:4711`.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(text, |(inside, _)| inside);
    let found = bare.parse::<IpAddr>().ok();
    found.or_else(|| text.parse::<std::net::SocketAddr>().ok().map(|with_port| with_port.ip())).map(|ip| ip.to_canonical())
}

/// What counts as one caller: an IPv4 address, or the network that an IPv6 customer has for itself.
pub(crate) fn network_of(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits() >> 64 << 64,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use http::HeaderValue;

    use super::*;

    fn client(sent: &[&'static str], peer: &str) -> String {
        let options: ProxyOptions = toml::from_str("networks = ['10.0.0.0/8', '::1']").unwrap();
        let mut headers = HeaderMap::new();
        for value in sent {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        Senders::new(&options).sender(&headers, peer.parse().unwrap()).client.to_string()
    }

    #[test]
    fn a_proxy_says_whom_it_serves_and_nobody_else_does() {
        for (sent, peer, expected) in [
            (&["198.51.100.7"][..], "10.1.2.3", "198.51.100.7"),
            (&["198.51.100.7"], "::ffff:10.1.2.3", "198.51.100.7"),
            (&["198.51.100.7"], "192.0.2.1", "192.0.2.1"),
            // What the client has sent itself comes first.
            (&["1.2.3.4, 198.51.100.7, 10.9.9.9"], "10.1.2.3", "198.51.100.7"),
            (&["1.2.3.4", "198.51.100.7", "10.9.9.9"], "::1", "198.51.100.7"),
            (&["198.51.100.7:4711"], "::1", "198.51.100.7"),
            (&["[2001:db8::7]:4711"], "::1", "2001:db8::7"),
            (&["1.2.3.4, unknown"], "10.1.2.3", "10.1.2.3"),
            (&["1.2.3.4, , 10.4.4.4"], "10.1.2.3", "10.4.4.4"),
            (&["10.4.4.4"], "10.1.2.3", "10.4.4.4"),
            (&[], "10.1.2.3", "10.1.2.3"),
        ] {
            assert_eq!(client(sent, peer), expected, "{sent:?} from {peer}");
        }
    }

    #[test]
    fn an_ipv6_customer_is_one_caller() {
        let [a, b, c] =
            ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"].map(|text| network_of(text.parse().unwrap()));
        assert!(a == b && a != c);
        assert_eq!(network_of("::ffff:1.2.3.4".parse().unwrap()), network_of("1.2.3.4".parse().unwrap()));
    }
}
