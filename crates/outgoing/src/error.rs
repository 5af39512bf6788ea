//! What can go wrong with a call. The texts are for the operator's log: they name scheme, host and port, but neither
//! path nor query, for both may carry secrets.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::target::URL_BYTES_MAX;

/// Why a URL cannot be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    #[error("the URL is longer than {URL_BYTES_MAX} bytes")]
    TooLong,
    #[error("this is not a URL: {0}")]
    Syntax(String),
    #[error("the URL must begin with http:// or https://")]
    Scheme,
    #[error("the URL names no host")]
    NoHost,
    #[error("the URL's host is neither a name nor an IP address as they are written")]
    Host,
    #[error("the URL must not carry a user name or a password")]
    UserInfo,
    #[error("the URL's port must be between 1 and 65535")]
    Port,
    #[error("the address {0} is not one that may be called")]
    Refused(IpAddr),
}

/// How far a call had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Resolving the name, connecting, agreeing on encryption.
    Connect,
    /// Sending the request, and reading the answer.
    Exchange,
}

/// Why a call brought no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error(transparent)]
    Url(#[from] UrlError),
    /// The request breaks a rule of this crate's; its maker is at fault, not the other side.
    #[error("the request to {target} cannot be sent: {why}")]
    Request { target: String, why: String },
    #[error("{target} is at {address}, which is not an address that may be called")]
    Refused { target: String, address: IpAddr },
    #[error("cannot find the address of {target}: {why}")]
    Resolve { target: String, why: String },
    #[error("cannot connect to {target}: {why}")]
    Connect { target: String, why: String },
    #[error("no encrypted connection to {target}: {why}")]
    Tls { target: String, why: String },
    #[error("{target} {} within {} seconds", match stage { Stage::Connect => "was not reached", Stage::Exchange => "did not answer" }, limit.as_secs_f64())]
    TimeLimit { target: String, stage: Stage, limit: Duration },
    #[error("the answer of {target} is longer than {max} bytes")]
    TooLarge { target: String, max: usize },
    #[error("the answer of {target} is not HTTP, or ended early: {why}")]
    Protocol { target: String, why: String },
    /// Our side could not go on with a body that it sent piece by piece.
    #[error("the body for {target} could not be read to its end: {why}")]
    Body { target: String, why: String },
}

impl CallError {
    /// Whether the same call would fail again, whatever happens meanwhile on the other side.
    pub const fn is_lasting(&self) -> bool {
        matches!(self, Self::Url(_) | Self::Request { .. } | Self::Refused { .. })
    }
}

/// Why there can be no [`crate::Caller`].
#[derive(Debug, thiserror::Error)]
pub enum CallerError {
    #[error("cannot read the certificates in {}: {why}", path.display())]
    Certificates { path: PathBuf, why: String },
    #[error("no encryption: {0}")]
    Tls(#[from] rustls::Error),
    #[error("the user agent {0:?} cannot stand in a header")]
    UserAgent(String),
}
