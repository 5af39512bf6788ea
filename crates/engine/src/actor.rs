//! Who moved something.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The "who" of a history entry, kept as it is shown: `account:demo`, `operator:anna`, `worker`, `worker:mill-3`,
/// `erp:inbox`, `download link`, `system`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor(String);

impl Actor {
    /// A customer's account, by its login name.
    pub fn account(name: &str) -> Self {
        Self(format!("account:{name}"))
    }

    /// A person who runs the service.
    pub fn operator(name: &str) -> Self {
        Self(format!("operator:{name}"))
    }

    /// The background worker that works orders off.
    pub fn worker() -> Self {
        Self("worker".to_owned())
    }

    /// Whoever has the link under which an item is offered: its owner, or to whom the owner gave it.
    pub fn download_link() -> Self {
        Self("download link".to_owned())
    }

    /// A worker outside the server that fetches items, by the name of its token.
    pub fn pull_worker(name: &str) -> Self {
        Self(format!("worker:{name}"))
    }

    /// The seller's own system, by the name of its token or of the folder where it leaves documents.
    pub fn erp(name: &str) -> Self {
        Self(format!("erp:{name}"))
    }

    /// The server itself: expiry, loading of demo data.
    pub fn system() -> Self {
        Self("system".to_owned())
    }

    /// An actor as the store kept it.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
