//! A snapshot that is held between commits, so that readers need no file locks of their own.
//!
//! SQLite takes and gives back a lock on the file for each read: two system calls, made under a mutex
//! that all readers of the process share. It spares itself both while another connection of the process holds
//! the same lock, which is that of the newest snapshot. This connection holds it. The writer
//! has it let go before each commit, because a held snapshot would keep the log from starting anew.

use std::path::Path;

use rusqlite::Connection;

use super::SqliteOptions;
use super::connection::{execute, reader};
use crate::StoreError;

/// What costs least: it is in the first page.
const FIRST_READ: &str = "pragma user_version";

/// Readers are right with and without it; without it they are slower.
pub(super) struct Pin(Option<Connection>);

impl Pin {
    /// Holds the newest snapshot.
    pub(super) fn new(path: &Path, options: &SqliteOptions) -> Result<Self, StoreError> {
        // A file that grows is mapped anew by each connection that reads it; this one has no need to.
        let mut pin = Self(Some(reader(path, &SqliteOptions { mmap_bytes: 0, ..options.clone() })?));
        pin.hold();
        Ok(pin)
    }

    /// For a process that reads little.
    pub(super) const fn none() -> Self {
        Self(None)
    }

    pub(super) fn hold(&mut self) {
        self.change(|connection| {
            execute(connection, "begin", ())?;
            // The snapshot is that of the first read.
            connection.prepare_cached(FIRST_READ)?.query_row((), |_| Ok(()))
        });
    }

    pub(super) fn let_go(&mut self) {
        self.change(|connection| execute(connection, "commit", ()).map(drop));
    }

    /// A connection that fails once is not used again.
    fn change(&mut self, change: impl FnOnce(&Connection) -> rusqlite::Result<()>) {
        let Some(connection) = &self.0 else { return };
        if let Err(error) = change(connection) {
            tracing::debug!(%error, "no snapshot is held between commits any more");
            self.0 = None;
        }
    }
}
