//! Identifiers, and the two words that every stored thing carries: whose it is and which protocol brought it.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number_id!(
    /// The organisation that sells: veloconnect's seller, the provider of an OSEO service.
    /// There is one by default.
    ProviderId
);
number_id!(
    /// A customer's account: an OSEO user or a veloconnect buyer.
    AccountId
);
number_id!(
    /// An order. Its decimal digits are OSEO's `orderId` and veloconnect's `OrderID`.
    OrderId
);
number_id!(
    /// A quotation: what an order would cost. Its number is taken from those of orders, so that none is ever both.
    QuotationId
);
number_id!(
    /// Stock or sales that a buyer transmitted at once. Its number is taken from those of orders, so that what is told about
    /// it has a key like theirs.
    TransmissionId
);

impl ProviderId {
    /// The provider of an installation that serves only one.
    pub const DEFAULT: Self = Self(1);
}

impl OrderId {
    /// Reads an identifier that a client sent. Only the digits that we would write are an order's
    /// identifier: no sign, no leading zero, no white space.
    pub fn parse(text: &str) -> Option<Self> {
        let canonical = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
        if canonical { text.parse().ok().map(Self) } else { None }
    }
}

impl QuotationId {
    /// Reads an identifier that a client sent, by the rules of [`OrderId::parse`].
    pub fn parse(text: &str) -> Option<Self> {
        OrderId::parse(text).map(Self::from)
    }
}

impl TransmissionId {
    /// Reads an identifier by the rules of [`OrderId::parse`].
    pub fn parse(text: &str) -> Option<Self> {
        OrderId::parse(text).map(Self::from)
    }
}

impl From<OrderId> for TransmissionId {
    /// The number that was given out for an order becomes a transmission's.
    fn from(id: OrderId) -> Self {
        Self(id.0)
    }
}

impl From<OrderId> for QuotationId {
    /// The number that was given out for an order becomes a quotation's.
    fn from(id: OrderId) -> Self {
        Self(id.0)
    }
}

/// A veloconnect `TransactionID`: a string that the server made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TransactionId(pub String);

impl fmt::Display for TransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The protocol through which an account speaks and an order came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    Oseo,
    Veloconnect,
}

impl Protocol {
    pub const ALL: [Self; 2] = [Self::Oseo, Self::Veloconnect];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Oseo => "oseo",
            Self::Veloconnect => "veloconnect",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.name() == name)
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What only one protocol says about an order, an item or a transaction: stored once, given back
/// as it came. The engine never looks inside.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Document(pub Vec<u8>);

impl fmt::Debug for Document {
    /// Documents hold customers' data; a debug line shows only their size.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_digits_we_write_are_an_order_id() {
        assert_eq!(OrderId::parse("17"), Some(OrderId(17)));
        for bad in ["", "0", "017", "+17", "-1", " 17", "1e3", "urn:x", "99999999999999999999", "\u{0661}"] {
            assert_eq!(OrderId::parse(bad), None, "{bad:?}");
        }
    }
}
