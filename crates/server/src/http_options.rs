//! The `[server]` section: where to listen and what a client may take up.

use std::fmt;
use std::time::Duration;

use serde::de::{self, Deserialize, Deserializer, Visitor};

use crate::client_address::ProxyOptions;
use crate::tls::{Tls, TlsError, TlsOptions};

/// How the HTTP side behaves. Units are in the names.
#[derive(serde::Deserialize, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct HttpOptions {
    /// `host:port` to listen on; port 0 takes a free one.
    pub listen: String,
    /// The certificate that is shown to clients. Without one connections are not encrypted.
    pub tls: Option<TlsOptions>,
    /// How clients reach this server, when that differs from `listen` (a reverse proxy): used in the addresses
    /// that answers contain.
    pub public_url: Option<String>,
    /// A request's head must be here this long after its first byte; a new connection must send one that soon.
    pub header_timeout_seconds: Seconds,
    /// A request's whole body must be here this long after its head.
    pub body_timeout_seconds: Seconds,
    /// A connection without a request, or whose client takes nothing of the answer, is closed after this long.
    pub idle_timeout_seconds: Seconds,
    /// Connections served at once; further ones wait in the operating system's queue.
    pub connections_max: usize,
    /// How many of them one address may have; 0: any number. Those of `proxy.networks` do not count.
    pub connections_per_address_max: usize,
    /// Proxies in front of the server.
    pub proxy: ProxyOptions,
    /// Requests one HTTP/2 connection may have under way at once.
    pub http2_streams_max: u32,
    /// Largest request head (request line and headers).
    pub header_bytes_max: u32,
    /// Largest request body.
    pub body_bytes_max: usize,
    /// After the signal to stop: how long to go on as before while already answering "not ready", for load
    /// balancers that need to notice first.
    pub drain_seconds: Seconds,
    /// After that: how long requests under way may take to finish.
    pub shutdown_timeout_seconds: Seconds,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            tls: None,
            public_url: None,
            header_timeout_seconds: Seconds::whole(10),
            body_timeout_seconds: Seconds::whole(30),
            idle_timeout_seconds: Seconds::whole(75),
            connections_max: 1000,
            connections_per_address_max: 0,
            proxy: ProxyOptions::default(),
            http2_streams_max: 100,
            header_bytes_max: 64 * 1024,
            body_bytes_max: 1024 * 1024,
            drain_seconds: Seconds::whole(0),
            shutdown_timeout_seconds: Seconds::whole(8),
        }
    }
}

/// A setting whose value cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} {problem}")]
pub struct OptionError {
    /// The setting's name inside its section.
    pub key: &'static str,
    /// What is wrong with it, as the rest of a sentence that starts with the name.
    pub problem: String,
}

impl OptionError {
    /// An error about the setting `key`.
    pub fn new(key: &'static str, problem: impl Into<String>) -> Self {
        Self { key, problem: problem.into() }
    }
}

const SHORTEST: Duration = Duration::from_millis(10);

impl HttpOptions {
    /// Refuses values no server should run with.
    pub fn validate(&self) -> Result<(), OptionError> {
        check_listen(&self.listen)?;
        if let Some(url) = &self.public_url {
            check_public_url(url)?;
        }
        let seconds = [
            ("header_timeout_seconds", self.header_timeout_seconds, 300),
            ("body_timeout_seconds", self.body_timeout_seconds, 3600),
            ("idle_timeout_seconds", self.idle_timeout_seconds, 3600),
            ("shutdown_timeout_seconds", self.shutdown_timeout_seconds, 600),
        ];
        for (key, value, most) in seconds {
            check_seconds(key, value, SHORTEST, most)?;
        }
        check_seconds("drain_seconds", self.drain_seconds, Duration::ZERO, 300)?;
        check_range("connections_max", self.connections_max, 1, 1_000_000)?;
        check_range("connections_per_address_max", self.connections_per_address_max, 0, 1_000_000)?;
        self.proxy.validate()?;
        check_range("http2_streams_max", self.http2_streams_max, 1, 10_000)?;
        // Less than 8 KiB would refuse ordinary requests: veloconnect's URL binding puts an order into the query.
        check_range("header_bytes_max", self.header_bytes_max, 8192, 1024 * 1024)?;
        check_range("body_bytes_max", self.body_bytes_max, 1024, 1 << 30)
    }

    /// What encrypts connections, if something is to.
    pub fn tls(&self) -> Result<Option<Tls>, TlsError> {
        self.tls.as_ref().map(Tls::new).transpose()
    }

    /// The public address without a trailing slash, when one is set.
    pub fn public_url(&self) -> Option<&str> {
        self.public_url.as_deref().map(|url| url.trim_end_matches('/'))
    }
}

fn check_seconds(key: &'static str, value: Seconds, least: Duration, most: u64) -> Result<(), OptionError> {
    if value.duration() < least || value.duration() > Duration::from_secs(most) {
        let least = least.as_secs_f64();
        return Err(OptionError::new(key, format!("must be between {least} and {most} seconds")));
    }
    Ok(())
}

fn check_range<T: PartialOrd + Copy + fmt::Display>(key: &'static str, value: T, least: T, most: T) -> Result<(), OptionError> {
    if value < least || value > most {
        return Err(OptionError::new(key, format!("must be between {least} and {most}")));
    }
    Ok(())
}

fn check_listen(listen: &str) -> Result<(), OptionError> {
    if listen.parse::<std::net::SocketAddr>().is_ok() {
        return Ok(());
    }
    let named = listen.rsplit_once(':').is_some_and(|(host, port)| is_host_name(host) && port.parse::<u16>().is_ok());
    if named {
        return Ok(());
    }
    Err(OptionError::new("listen", "must be host:port, for example 127.0.0.1:8080, [::]:8080 or localhost:8080"))
}

fn is_host_name(host: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    !host.is_empty() && host.chars().all(allowed)
}

fn check_public_url(url: &str) -> Result<(), OptionError> {
    let refuse = |problem: &str| Err(OptionError::new("public_url", problem));
    let Ok(uri) = url.parse::<http::Uri>() else {
        return refuse("is not a URL");
    };
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return refuse("must begin with http:// or https://");
    }
    // Uri drops a fragment silently, so the text itself is asked.
    if uri.query().is_some() || url.contains('#') {
        return refuse("must not have a query or a fragment");
    }
    match uri.authority() {
        Some(authority) if authority.as_str().contains('@') => refuse("must not contain a user name or a password"),
        Some(authority) if !authority.host().is_empty() => Ok(()),
        _ => refuse("must name a host"),
    }
}

/// A length of time, written in a configuration file as a number of seconds (`8` or `0.5`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seconds(Duration);

impl Seconds {
    /// Whole seconds.
    pub const fn whole(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// Milliseconds.
    pub const fn from_millis(milliseconds: u64) -> Self {
        Self(Duration::from_millis(milliseconds))
    }

    /// The length of time.
    pub const fn duration(self) -> Duration {
        self.0
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SecondsVisitor)
    }
}

struct SecondsVisitor;

impl Visitor<'_> for SecondsVisitor {
    type Value = Seconds;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number of seconds, zero or more")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Seconds, E> {
        u64::try_from(value).map(Seconds::whole).map_err(|_| E::invalid_value(de::Unexpected::Signed(value), &self))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Seconds, E> {
        Ok(Seconds::whole(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Seconds, E> {
        Duration::try_from_secs_f64(value).map(Seconds).map_err(|_| E::invalid_value(de::Unexpected::Float(value), &self))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn refused(toml: &str) -> String {
        let options: HttpOptions = toml::from_str(toml).unwrap();
        options.validate().unwrap_err().to_string()
    }

    #[test]
    fn defaults_are_valid() {
        HttpOptions::default().validate().unwrap();
    }

    #[test]
    fn zero_and_absurd_values_are_refused_by_name() {
        for (toml, expected) in [
            ("connections_max = 0", "connections_max must be between 1 and"),
            ("header_timeout_seconds = 0", "header_timeout_seconds must be between 0.01 and 300"),
            ("idle_timeout_seconds = 90000", "idle_timeout_seconds must be"),
            ("body_bytes_max = 0", "body_bytes_max must be"),
            ("header_bytes_max = 100", "header_bytes_max must be between 8192"),
            ("listen = ':8080'", "listen must be host:port"),
            ("listen = '127.0.0.1'", "listen must be host:port"),
            ("listen = '127.0.0.1:99999'", "listen must be host:port"),
            ("public_url = 'ftp://orders.example'", "public_url must begin with http"),
            ("public_url = 'https://a:b@orders.example/'", "public_url must not contain a user"),
            ("public_url = 'https://orders.example/?x=1'", "public_url must not have a query"),
            ("public_url = 'https://orders.example/#top'", "public_url must not have a query"),
        ] {
            let error = refused(toml);
            assert!(error.starts_with(expected), "{toml}: {error}");
        }
    }

    #[test]
    fn seconds_are_whole_or_decimal_and_never_negative() {
        let options: HttpOptions = toml::from_str("header_timeout_seconds = 0.25\nbody_timeout_seconds = 3").unwrap();
        assert_eq!(options.header_timeout_seconds, Seconds::from_millis(250));
        assert_eq!(options.body_timeout_seconds, Seconds::whole(3));
        for bad in ["-1", "-0.5", "nan", "inf", "'ten'"] {
            let toml = format!("body_timeout_seconds = {bad}");
            assert!(toml::from_str::<HttpOptions>(&toml).is_err(), "{bad}");
        }
    }

    #[test]
    fn usable_addresses_are_accepted() {
        for listen in ["0.0.0.0:80", "[::]:8080", "localhost:0", "orders.example:8080"] {
            check_listen(listen).unwrap();
        }
        check_public_url("https://orders.example/base/").unwrap();
        let options = HttpOptions { public_url: Some("https://orders.example/base/".to_owned()), ..HttpOptions::default() };
        assert_eq!(options.public_url(), Some("https://orders.example/base"));
    }
}
