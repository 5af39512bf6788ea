//! The nine statuses of OSEO (06-141r6 §7.3.13, `EnumStatusType`), which every order and item has.

use std::fmt;

/// The status of an order or of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    Submitted,
    Accepted,
    Cancelled,
    Completed,
    InProduction,
    Suspended,
    Failed,
    Terminated,
    Downloaded,
}

/// How far along a status is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusKind {
    Initial,
    Intermediate,
    /// Nothing more will happen on our side. Only `Completed` may still become `Downloaded`.
    Final,
}

impl Status {
    /// All, in the order of the schema.
    pub const ALL: [Self; 9] = [
        Self::Submitted,
        Self::Accepted,
        Self::Cancelled,
        Self::Completed,
        Self::InProduction,
        Self::Suspended,
        Self::Failed,
        Self::Terminated,
        Self::Downloaded,
    ];

    /// The word of the schema.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Submitted => "Submitted",
            Self::Accepted => "Accepted",
            Self::Cancelled => "Cancelled",
            Self::Completed => "Completed",
            Self::InProduction => "InProduction",
            Self::Suspended => "Suspended",
            Self::Failed => "Failed",
            Self::Terminated => "Terminated",
            Self::Downloaded => "Downloaded",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }

    pub const fn kind(self) -> StatusKind {
        match self {
            Self::Submitted => StatusKind::Initial,
            Self::Accepted | Self::InProduction | Self::Suspended => StatusKind::Intermediate,
            Self::Cancelled | Self::Completed | Self::Failed | Self::Terminated | Self::Downloaded => StatusKind::Final,
        }
    }

    pub const fn is_final(self) -> bool {
        matches!(self.kind(), StatusKind::Final)
    }

    /// What the status tells a customer.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Submitted => "received, not yet accepted",
            Self::Accepted => "accepted, not yet queued",
            Self::Cancelled => "withdrawn by the customer, or rejected",
            Self::Completed => "made available as the delivery options say",
            Self::InProduction => "being worked on",
            Self::Suspended => "waits for its turn, for another attempt, or (a subscription) for products",
            Self::Failed => "could not be produced; the reason is given",
            Self::Terminated => "a subscription that is over",
            Self::Downloaded => "fetched by the customer",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
