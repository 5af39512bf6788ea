//! The address of a call.

use std::fmt;
use std::net::IpAddr;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};

use crate::error::UrlError;
use crate::reach::Reach;

/// The longest URL that is called, in bytes.
pub const URL_BYTES_MAX: usize = 2048;

/// What a URL says, taken apart. As text it is scheme, host and port: fit for a log, for user names, tokens in paths
/// and queries are left out.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    pub(crate) encrypted: bool,
    /// Without the brackets of an IPv6 address.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) authority: Authority,
    pub(crate) path: PathAndQuery,
}

/// Checks what can be checked without asking anyone: that the URL is one that a call could be made to. An address
/// that the host's name leads to is looked at only when it is connected to.
pub fn check_url(url: &str, reach: &Reach) -> Result<(), UrlError> {
    let target = Target::parse(url)?;
    match target.literal() {
        Some(address) if !reach.admits(&target.host, address) => Err(UrlError::Refused(address)),
        _ => Ok(()),
    }
}

impl Target {
    pub fn parse(url: &str) -> Result<Self, UrlError> {
        if url.len() > URL_BYTES_MAX {
            return Err(UrlError::TooLong);
        }
        // A fragment is dropped unread; what it holds stands in the URL nevertheless, where that is kept and shown.
        if url.contains(|c: char| c.is_control() || c.is_whitespace()) {
            return Err(UrlError::Syntax("white space, or a control character".to_owned()));
        }
        let uri: Uri = url.parse().map_err(|e: http::uri::InvalidUri| UrlError::Syntax(e.to_string()))?;
        let parts = uri.into_parts();
        let encrypted = match parts.scheme {
            Some(scheme) if scheme == Scheme::HTTPS => true,
            Some(scheme) if scheme == Scheme::HTTP => false,
            _ => return Err(UrlError::Scheme),
        };
        let authority = parts.authority.ok_or(UrlError::NoHost)?;
        if authority.as_str().contains('@') {
            return Err(UrlError::UserInfo);
        }
        let host = host(authority.host())?;
        let port = port(&authority, encrypted)?;
        let path = parts.path_and_query.unwrap_or_else(|| PathAndQuery::from_static("/"));
        Ok(Self { encrypted, host, port, authority, path })
    }

    /// The address, if the URL names one instead of a host.
    pub(crate) fn literal(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    const fn scheme(&self) -> &'static str {
        if self.encrypted { "https" } else { "http" }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, host, port) = (self.scheme(), &self.host, self.port);
        if host.contains(':') { write!(f, "{scheme}://[{host}]:{port}") } else { write!(f, "{scheme}://{host}:{port}") }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({self})")
    }
}

fn host(written: &str) -> Result<String, UrlError> {
    if let Some(inner) = written.strip_prefix('[') {
        let inner = inner.strip_suffix(']').unwrap_or(inner);
        return inner.parse::<std::net::Ipv6Addr>().map(|address| address.to_string()).map_err(|_| UrlError::Host);
    }
    if written.is_empty() {
        return Err(UrlError::NoHost);
    }
    let is_name = written.len() <= 253
        && written.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        && !written.starts_with('.')
        && !written.contains("..");
    // Resolvers read "0x7f.1" and "2130706433" as addresses: written so, it is meant to deceive.
    let last = written.strip_suffix('.').unwrap_or(written).rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x") || last.starts_with("0X");
    if !is_name || (is_number && written.parse::<IpAddr>().is_err()) {
        return Err(UrlError::Host);
    }
    Ok(written.to_ascii_lowercase())
}

fn port(authority: &Authority, encrypted: bool) -> Result<u16, UrlError> {
    let usual = if encrypted { 443 } else { 80 };
    let after_host = &authority.as_str()[authority.host().len()..];
    match after_host.strip_prefix(':') {
        None | Some("") => Ok(usual),
        Some(digits) => digits.parse().ok().filter(|&port| port != 0).ok_or(UrlError::Port),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn urls_that_can_be_called() {
        for (url, shown, path) in [
            ("http://example.org", "http://example.org:80", "/"),
            ("HTTPS://Example.ORG/a/b?c=d#e", "https://example.org:443", "/a/b?c=d"),
            ("https://example.org:8443/?secret=1", "https://example.org:8443", "/?secret=1"),
            ("http://[2a00::1]:81/x", "http://[2a00::1]:81", "/x"),
            ("http://8.8.8.8/x", "http://8.8.8.8:80", "/x"),
            ("http://a_b.example.org./", "http://a_b.example.org.:80", "/"),
        ] {
            let target = Target::parse(url).unwrap();
            assert_eq!((target.to_string().as_str(), target.path.as_str()), (shown, path), "{url}");
            check_url(url, &Reach::Public).unwrap();
        }
    }

    #[test]
    fn urls_that_cannot_be_called_are_refused_and_say_why() {
        let long = format!("http://example.org/{}", "a".repeat(URL_BYTES_MAX));
        for (url, expected) in [
            (long.as_str(), "longer than 2048"),
            ("", "not a URL"),
            ("http://exa mple.org/", "not a URL"),
            ("http://example.org/#a\tb", "not a URL"),
            ("http://example.org/#a\nb", "not a URL"),
            ("ftp://example.org/", "http:// or https://"),
            ("/relative", "http:// or https://"),
            ("example.org", "http:// or https://"),
            ("file:///etc/passwd", ""),
            ("http:///path", ""),
            ("http://user:pw0@example.org/", "user name"),
            ("http://user@example.org/", "user name"),
            ("http://@example.org/", "user name"),
            ("http://example.org:0/", "port"),
            ("http://example.org:99999/", "port"),
            ("http://example.org:1a/", ""),
            ("http://2130706433/", "host"),
            ("http://0x7f000001/", "host"),
            ("http://0x7f.1/", "host"),
            ("http://127.1/", "host"),
            ("http://0177.0.0.1/", "host"),
            ("http://127.0.0.1./", "host"),
            ("http://a..b/", "host"),
            ("http://[::1%25eth0]/", ""),
            ("http://b%61d/", ""),
            ("http://127.0.0.1/", "127.0.0.1 is not"),
            ("http://[::1]/", "::1 is not"),
            ("http://[::ffff:10.0.0.1]/", "10.0.0.1 is not"),
            ("https://169.254.169.254/latest/meta-data", "169.254.169.254 is not"),
        ] {
            let error = check_url(url, &Reach::Public).unwrap_err().to_string();
            assert!(error.contains(expected), "{url}: {error}");
            assert!(!error.contains("pw0"), "{error}");
        }
        check_url("http://127.0.0.1/", &Reach::Anywhere).unwrap();
    }
}
