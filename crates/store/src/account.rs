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
    /// What it may do.
    pub roles: Roles,
    /// Which prices a buyer is given, where there are some for his group.
    pub price_group: Option<String>,
    /// Whether it is in any group.
    pub in_groups: bool,
}

/// The longest name of an account or of a group, in characters.
const NAME_CHARACTERS_MAX: usize = 128;

/// Whether an account or a group may have this name: such as every answer, list and log can show, and a customer can send.
pub fn is_account_name(name: &str) -> bool {
    // The last two are no characters of XML.
    let is_odd = |c: char| c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}');
    (1..=NAME_CHARACTERS_MAX).contains(&name.chars().count()) && !name.contains(is_odd) && name.trim() == name
}

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Orders, and sees its own orders.
    Customer,
    /// Sees all orders of its protocol, and acts on them.
    Operator,
    /// Fetches items, and announces products.
    Worker,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Customer, Self::Operator, Self::Worker];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Operator => "operator",
            Self::Worker => "worker",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    const fn bit(self) -> i64 {
        match self {
            Self::Customer => 1,
            Self::Operator => 2,
            Self::Worker => 4,
        }
    }
}

/// Any number of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles(i64);

impl Roles {
    /// What an account is unless something else is said.
    pub const CUSTOMER: Self = Self(Role::Customer.bit());

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub const fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }

    pub(crate) const fn bits(self) -> i64 {
        self.0
    }

    /// Roles that this program does not know open nothing.
    pub(crate) const fn from_bits(bits: i64) -> Self {
        Self(bits)
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |bits, role| bits | role.bit()))
    }
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
    pub roles: Roles,
    pub created_at: Timestamp,
}

impl fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAccount").field("protocol", &self.protocol).field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_can_be_shown_and_sent() {
        for name in ["K4711", "Zweirad Süd", "名", &"x".repeat(128)] {
            assert!(is_account_name(name), "{name}");
        }
        for name in ["", " a", "a ", "a\nb", "a\u{85}", "a\u{FFFE}b", "\u{FFFF}", &"x".repeat(129)] {
            assert!(!is_account_name(name), "{name:?}");
        }
    }
}
