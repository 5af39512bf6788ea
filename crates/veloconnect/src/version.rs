//! The versions of veloconnect, and which namespaces each is spoken in.
//!
//! `urn:veloconnect:{module}-{version}`: a module keeps the version in which it last changed, so a
//! version of the standard is spoken in modules of its own or of an earlier number.

use crate::schema::profile::{PROFILE_1_1, PROFILE_1_4, PROFILE_1_5, PROFILE_1_6};
use crate::schema::transaction::{TRANSACTION_1_0, TRANSACTION_1_4, TRANSACTION_1_6};

/// A version of the standard: 1.0 to 1.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Version {
    V1_0,
    /// What is spoken when a client names none (D-REQ rule 4: absence may mean 1.1).
    #[default]
    V1_1,
    V1_2,
    V1_3,
    V1_4,
    V1_5,
    V1_6,
}

impl Version {
    pub const ALL: [Self; 7] = [Self::V1_0, Self::V1_1, Self::V1_2, Self::V1_3, Self::V1_4, Self::V1_5, Self::V1_6];

    pub const fn text(self) -> &'static str {
        match self {
            Self::V1_0 => "1.0",
            Self::V1_1 => "1.1",
            Self::V1_2 => "1.2",
            Self::V1_3 => "1.3",
            Self::V1_4 => "1.4",
            Self::V1_5 => "1.5",
            Self::V1_6 => "1.6",
        }
    }

    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.text() == text)
    }

    /// The rule "version" of the URL binding: a value that is not allowed is ignored; absence means 1.1.
    pub fn of_parameter(value: Option<&str>) -> Self {
        value.and_then(|v| Self::from_text(v.trim())).unwrap_or_default()
    }

    /// GetProfile's namespace: the newest profile module not above this version, or the oldest we know.
    /// (profile-1.3 has no published schema, so 1.3 is told the profile of 1.1.)
    pub const fn profile(self) -> &'static str {
        match self {
            Self::V1_0 | Self::V1_1 | Self::V1_2 | Self::V1_3 => PROFILE_1_1,
            Self::V1_4 => PROFILE_1_4,
            Self::V1_5 => PROFILE_1_5,
            Self::V1_6 => PROFILE_1_6,
        }
    }

    /// GetStatus' namespace.
    pub const fn transaction(self) -> &'static str {
        match self {
            Self::V1_0 | Self::V1_1 | Self::V1_2 | Self::V1_3 => TRANSACTION_1_0,
            Self::V1_4 | Self::V1_5 => TRANSACTION_1_4,
            Self::V1_6 => TRANSACTION_1_6,
        }
    }

    /// Whether the profile of this version has words for the receipt module: 1.3 has it, but its own profile has no schema.
    pub const fn lists_receipts(self) -> bool {
        matches!(self, Self::V1_4 | Self::V1_5 | Self::V1_6)
    }

    /// SellersID may be used up to 1.2 and must not be from 1.3 on (D-REQ).
    pub const fn knows_sellers_id(self) -> bool {
        matches!(self, Self::V1_0 | Self::V1_1 | Self::V1_2)
    }
}

/// The parts of `urn:veloconnect:{module}-{version}`.
pub fn split_namespace(ns: &str) -> Option<(&str, &str)> {
    ns.strip_prefix("urn:veloconnect:")?.rsplit_once('-')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// veloconnect 10, 11, 12.
    #[test]
    fn the_version_parameter() {
        for (sent, spoken) in [
            (None, Version::V1_1),
            (Some(""), Version::V1_1),
            (Some("1.7"), Version::V1_1),
            (Some("2.0"), Version::V1_1),
            (Some("1.60"), Version::V1_1),
            (Some("1.0"), Version::V1_0),
            (Some("1.4"), Version::V1_4),
            (Some("1.6"), Version::V1_6),
        ] {
            assert_eq!(Version::of_parameter(sent), spoken, "{sent:?}");
        }
    }

    /// veloconnect 11: never above what was asked for, and the newest there is.
    #[test]
    fn namespaces_are_the_newest_not_above() {
        let number = |ns: &str| split_namespace(ns).unwrap().1.to_owned();
        let spoken: Vec<_> = Version::ALL.iter().map(|v| (v.text(), number(v.profile()), number(v.transaction()))).collect();
        let expected = [
            ("1.0", "1.1", "1.0"),
            ("1.1", "1.1", "1.0"),
            ("1.2", "1.1", "1.0"),
            ("1.3", "1.1", "1.0"),
            ("1.4", "1.4", "1.4"),
            ("1.5", "1.5", "1.4"),
            ("1.6", "1.6", "1.6"),
        ];
        for ((version, profile, transaction), expected) in spoken.iter().zip(expected) {
            assert_eq!((*version, profile.as_str(), transaction.as_str()), expected);
        }
    }
}
