//! An HTTP request as a protocol sees it.

use std::net::IpAddr;

use crate::{AuthError, Credentials, VouchedUser};

/// The method, as far as the protocols tell methods apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
}

/// One request, its body read completely and within the limit.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    pub method: Method,
    /// What stands after the `?`, not decoded; `None` without a `?`.
    pub query: Option<&'a str>,
    pub content_type: Option<&'a str>,
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
    /// The `Accept-Language` header: in which language texts for people are wanted.
    pub accept_language: Option<&'a str>,
    pub body: &'a [u8],
    /// Where the request came from; failed logins are throttled by it.
    pub client: Option<IpAddr>,
    pub vouched: Vouched<'a>,
}

/// What a header says about who calls, if callers are told by a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Vouched<'a> {
    /// Nothing.
    #[default]
    Nobody,
    /// A proxy that is believed says that it is this user.
    User(VouchedUser<'a>),
    /// Someone else says so, or it is said more than once.
    Forged,
}

impl<'a> Vouched<'a> {
    /// What the header shows instead of a password, if there is one; `named` is who calls by the message itself.
    pub fn credentials(self, named: Option<&str>) -> Result<Option<Credentials<'a>>, AuthError> {
        match self {
            Self::Nobody => Ok(None),
            Self::User(user) if named.is_none_or(|named| named == user.name) => Ok(Some(Credentials::Vouched(user))),
            Self::User(_) => Err(AuthError::NamesDiffer),
            Self::Forged => Err(AuthError::Forged),
        }
    }
}

impl std::fmt::Debug for Request<'_> {
    /// Query, authorization and body may hold passwords: a debug line shows none of them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("content_type", &self.content_type)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
