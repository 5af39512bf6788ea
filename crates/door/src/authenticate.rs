//! Who is calling? The one question that an operator may want to answer with a module of their own.

use std::fmt;
use std::net::IpAddr;

use async_trait::async_trait;
use ordergate_engine::{AccountId, Protocol, ProviderId, Timestamp};
use ordergate_store::{Role, Roles, StoreError};

/// What a caller shows.
#[derive(Clone, Copy)]
pub enum Credentials<'a> {
    /// A password as such: veloconnect, HTTP Basic, WSSE PasswordText. WSSE may add a nonce and a
    /// creation time, which are checked when they are there.
    Password { name: &'a str, password: &'a str, freshness: Option<Freshness<'a>> },
    /// WSSE PasswordDigest: Base64(SHA-1(nonce + created + password)).
    Digest { name: &'a str, digest: &'a [u8], freshness: Freshness<'a> },
    /// No password: a proxy that is believed has found out who calls.
    Vouched(VouchedUser<'a>),
}

/// Who calls, as a proxy says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VouchedUser<'a> {
    pub name: &'a str,
    /// Its groups and its roles, each separated by commas; none where proxies are not asked for them.
    pub groups: Option<&'a str>,
    pub roles: Option<&'a str>,
}

/// WSSE `Nonce` (decoded) and `Created`. For a digest both are required.
#[derive(Debug, Clone, Copy)]
pub struct Freshness<'a> {
    pub nonce: Option<&'a [u8]>,
    /// The text as sent (it goes into the digest), and the time it means.
    pub created: Option<(&'a str, Timestamp)>,
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Password { name, .. } => write!(f, "Password({name})"),
            Self::Digest { name, .. } => write!(f, "Digest({name})"),
            Self::Vouched(user) => write!(f, "Vouched({})", user.name),
        }
    }
}

/// A caller who is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub account: AccountId,
    pub provider: ProviderId,
    pub name: String,
    /// What it may do.
    pub roles: Roles,
    /// Whether the account is in any group: if not, nobody needs to look for those who share their orders with it.
    pub in_groups: bool,
    /// The language of the account's customer (ISO 639-1), if it is known.
    pub language: Option<String>,
}

impl Identity {
    pub const fn is_operator(&self) -> bool {
        self.roles.has(Role::Operator)
    }

    /// Refuses those who may not order.
    pub const fn check_customer(&self) -> Result<(), AuthError> {
        if self.roles.has(Role::Customer) { Ok(()) } else { Err(AuthError::NotCustomer) }
    }
}

/// Why a caller is not let in. The texts are for logs: none of them holds a secret.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AuthError {
    #[error("no account has this name")]
    UnknownAccount,
    #[error("the password or digest is wrong")]
    WrongPassword,
    #[error("the account is disabled")]
    Disabled,
    #[error("the nonce was used before")]
    Replayed,
    #[error("the creation time is too old, or in the future")]
    Stale,
    #[error("a digest needs a nonce and a creation time")]
    Incomplete,
    #[error("the account cannot use PasswordDigest: it was given no digest secret")]
    NoDigestSecret,
    #[error("too many failed logins; try again later")]
    Throttled,
    #[error("the name cannot be that of an account")]
    UnusableName,
    #[error("the account is none of a customer")]
    NotCustomer,
    #[error("no proxy vouches for the caller")]
    NotVouched,
    #[error("a header that names the caller came from an address that is not believed, or more than once")]
    Forged,
    #[error("the message names another caller than the proxy")]
    NamesDiffer,
    /// Whoever knows cannot be asked now. The caller is not at fault.
    #[error("the authentication service does not answer")]
    ServiceDown,
    /// The caller is known, and asks too often.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// More requests than a caller may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many requests; try again in {seconds} seconds")]
pub struct TooMany {
    /// When there will be room for another.
    pub seconds: u32,
}

impl TooMany {
    /// The HTTP status of such an answer.
    pub const STATUS: u16 = 429;

    /// The header line that goes with it.
    pub fn header(self) -> (&'static str, String) {
        ("Retry-After", self.seconds.to_string())
    }
}

/// Answers who a caller is. Write another implementation to hook up another user directory.
#[async_trait]
pub trait Authenticate: Send + Sync + fmt::Debug {
    async fn authenticate(
        &self,
        provider: ProviderId,
        protocol: Protocol,
        credentials: Credentials<'_>,
        client: Option<IpAddr>,
    ) -> Result<Identity, AuthError>;
}
