//! Customers' accounts.

use std::fmt;

use ordergate_engine::{AccountId, Protocol, ProviderId, Timestamp};

/// An OSEO user or a veloconnect buyer.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub provider: ProviderId,
    pub protocol: Protocol,
    /// The login name (WSSE `Username`, veloconnect `BuyersID`).
    pub name: String,
    /// PHC string of an argon2id hash.
    pub password_hash: String,
    /// What WSSE PasswordDigest is checked against, encrypted; only for accounts that were given one.
    pub digest_secret: Option<Vec<u8>>,
    pub disabled: bool,
    pub created_at: Timestamp,
    /// When password or standing last changed.
    pub changed_at: Timestamp,
    /// Where the customer reads mail; without an address nothing is sent.
    pub mail: Option<String>,
    /// The language of that mail (ISO 639-1), if it is not the server's.
    pub language: Option<String>,
    /// Which prices a buyer is given, where there are some for his group.
    pub price_group: Option<String>,
    /// Whether it is in any group.
    pub in_groups: bool,
}

/// The most accounts whose orders one account sees because of its groups; the store gives no more.
pub const PEERS_MAX: usize = 500;

impl fmt::Debug for Account {
    /// Neither hash nor secret may reach a log line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .field("protocol", &self.protocol)
            .field("name", &self.name)
            .field("disabled", &self.disabled)
            .finish_non_exhaustive()
    }
}

/// An account to be made; the store gives it its id.
#[derive(Clone)]
pub struct NewAccount {
    pub provider: ProviderId,
    pub protocol: Protocol,
    pub name: String,
    pub password_hash: String,
    pub digest_secret: Option<Vec<u8>>,
    pub created_at: Timestamp,
}

impl fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAccount").field("protocol", &self.protocol).field("name", &self.name).finish_non_exhaustive()
    }
}
