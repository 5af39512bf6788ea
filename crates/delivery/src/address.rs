//! Where a customer wants results, as `onlineAddress` says it.

use std::fmt;

use ordergate_outgoing::{Reach, UrlError, check_url};

/// What results can be carried by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    Sftp,
    Ftps,
    Https,
}

impl Protocol {
    pub const ALL: [Self; 3] = [Self::Sftp, Self::Ftps, Self::Https];

    /// The word of OSEO's `ProtocolType`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sftp => "sftp",
            Self::Ftps => "ftps",
            Self::Https => "https",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.word() == word)
    }

    const fn port(self) -> u16 {
        match self {
            Self::Sftp => 22,
            Self::Ftps => FTP,
            Self::Https => 443,
        }
    }
}

/// Where FTP servers are encrypted on request (AUTH TLS), and where from the first byte on.
const FTP: u16 = 21;
const IMPLICIT_FTPS: u16 = 990;

/// An address, and how to get in.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    pub protocol: Protocol,
    /// A name, or an IP address; without the brackets of an IPv6 address.
    pub host: String,
    pub port: u16,
    /// Of ftps: encrypted from the first byte on, and not only on request.
    pub implicit_tls: bool,
    /// The folder that results go into: from the account's own one, unless it begins with a slash. Without a slash at the end.
    pub folder: String,
    pub user: String,
    pub password: String,
}

/// Why there is no such address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("serverAddress must be a host, or host:port: {0}")]
    Server(UrlError),
    #[error("serverAddress must be a host, or host:port; the folder belongs into path")]
    NotOnlyServer,
    #[error("path must not have \"..\", a backslash or a control character")]
    Path,
}

impl Address {
    /// Reads `serverAddress` (a host, or host:port; the protocol and `://` may stand before it) and `path`, and checks what can
    /// be checked without connecting. `ftpes://` and `ftps://` before an address of ftps mean what FTP clients mean by them:
    /// encryption on request, and from the first byte on.
    pub fn parse(protocol: Protocol, server: &str, path: &str, reach: &Reach) -> Result<Self, AddressError> {
        let server = server.trim();
        let scheme = |word: &str| server.strip_prefix(word).and_then(|rest| rest.strip_prefix("://"));
        let on_request = scheme("ftpes").filter(|_| protocol == Protocol::Ftps);
        let written = scheme(protocol.word());
        let bare = written.or(on_request).unwrap_or(server);
        let bare = bare.strip_suffix('/').unwrap_or(bare);
        if bare.contains(['/', '?', '#']) {
            return Err(AddressError::NotOnlyServer);
        }
        check_url(&format!("https://{bare}/"), reach).map_err(AddressError::Server)?;
        let (host, port) = split(bare);
        let says_implicit = protocol == Protocol::Ftps && written.is_some();
        let usual = if says_implicit { IMPLICIT_FTPS } else { protocol.port() };
        let port = port.and_then(|port| port.parse().ok()).unwrap_or(usual);
        let implicit_tls = match port {
            _ if protocol != Protocol::Ftps || on_request.is_some() => false,
            FTP => false,
            IMPLICIT_FTPS => true,
            _ => says_implicit,
        };
        let folder = path.trim();
        if folder.contains('\\') || folder.contains(char::is_control) || folder.split('/').any(|name| name == "..") {
            return Err(AddressError::Path);
        }
        let (host, folder) = (host.to_ascii_lowercase(), folder.trim_end_matches('/'));
        // All that is left of the root's path is nothing.
        let folder = if folder.is_empty() && path.trim().starts_with('/') { "/".to_owned() } else { folder.to_owned() };
        Ok(Self { protocol, host, port, implicit_tls, folder, user: String::new(), password: String::new() })
    }

    /// The path of a file in the folder.
    pub(crate) fn path_of(&self, name: &str) -> String {
        match self.folder.as_str() {
            "" => name.to_owned(),
            "/" => format!("/{name}"),
            folder => format!("{folder}/{name}"),
        }
    }
}

/// Host and port of an authority that is known to be well-formed.
fn split(authority: &str) -> (&str, Option<&str>) {
    if let Some((host, rest)) = authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (host, rest.strip_prefix(':'));
    }
    authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (protocol, host, port) = (self.protocol.word(), &self.host, self.port);
        if host.contains(':') { write!(f, "{protocol}://[{host}]:{port}") } else { write!(f, "{protocol}://{host}:{port}") }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn addresses_as_customers_write_them() {
        for (protocol, server, path, shown, file) in [
            (Protocol::Sftp, "ftp.example.org", "", "sftp://ftp.example.org:22", "a.zip"),
            (Protocol::Sftp, "Example.ORG:2222", "in/box/", "sftp://example.org:2222", "in/box/a.zip"),
            (Protocol::Sftp, "sftp://example.org/", "/srv", "sftp://example.org:22", "/srv/a.zip"),
            (Protocol::Sftp, "example.org", "/", "sftp://example.org:22", "/a.zip"),
            (Protocol::Https, "https://[2a00::1]:8443", "/in", "https://[2a00::1]:8443", "/in/a.zip"),
        ] {
            let address = Address::parse(protocol, server, path, &Reach::Public).unwrap();
            assert_eq!((address.to_string().as_str(), address.path_of("a.zip").as_str()), (shown, file));
        }
    }

    #[test]
    fn ftps_is_encrypted_on_request_or_from_the_first_byte_on() {
        for (server, port, implicit) in [
            ("example.org", 21, false),
            ("example.org:2121", 2121, false),
            ("example.org:990", 990, true),
            ("ftps://example.org", 990, true),
            ("ftps://example.org:9900", 9900, true),
            ("ftps://example.org:21", 21, false),
            ("ftpes://example.org", 21, false),
            ("ftpes://example.org:990", 990, false),
        ] {
            let address = Address::parse(Protocol::Ftps, server, "", &Reach::Public).unwrap();
            assert_eq!((address.port, address.implicit_tls), (port, implicit), "{server}");
        }
        assert!(Address::parse(Protocol::Sftp, "ftpes://example.org", "", &Reach::Public).is_err());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for (server, path) in [
            ("", ""),
            ("example.org/in", ""),
            ("anna:secret@example.org", ""),
            ("https://example.org", ""),
            ("127.0.0.1", ""),
            ("[::1]:22", ""),
            ("example.org:0", ""),
            ("0x7f.1", ""),
            ("example.org", "in/../../etc"),
            ("example.org", "a\nb"),
        ] {
            let refused = Address::parse(Protocol::Sftp, server, path, &Reach::Public).unwrap_err().to_string();
            assert!(!refused.contains("secret"), "{refused}");
        }
    }
}
