//! What a check says.

use ordergate_engine::Protocol;

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub table: String,
    /// The primary key of the row; empty if it is about the table.
    pub key: String,
    pub problem: String,
    pub expected: String,
}

/// How much was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    pub findings: u64,
    pub orders: u64,
    /// Orders that are not over.
    pub open_orders: u64,
    pub items: u64,
    /// Entries of histories.
    pub entries: u64,
    /// Those of them that are from before there were chains: nothing proves them.
    pub unchained: u64,
    pub jobs: u64,
}

/// Whose accepted items are queued by a worker; those of others wait for people.
#[derive(Debug, Clone, Copy, Default)]
pub struct WorkedOff {
    pub oseo: bool,
    pub veloconnect: bool,
}

impl Finding {
    pub(super) fn new(table: &str, key: &dyn ToString, problem: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { table: table.to_owned(), key: key.to_string(), problem: problem.into(), expected: expected.into() }
    }

    /// What the database says of itself.
    pub(super) fn of_database(problem: String) -> Self {
        Self::new("database", &"", problem, "a sound database")
    }
}

impl WorkedOff {
    pub(super) const fn includes(self, protocol: Protocol) -> bool {
        match protocol {
            Protocol::Oseo => self.oseo,
            Protocol::Veloconnect => self.veloconnect,
        }
    }
}
