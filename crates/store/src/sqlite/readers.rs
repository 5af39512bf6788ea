//! Read connections, lent to whichever thread wants to read.

use std::path::PathBuf;

use parking_lot::Mutex;
use rusqlite::Connection;

use super::{SqliteOptions, connection};
use crate::StoreError;
use crate::spell::{READING, Spell};

/// The connections nobody is using. Reads take microseconds, so they run on the caller's own
/// thread; when all connections are lent, another one is opened rather than making anyone wait.
pub(super) struct Readers {
    path: PathBuf,
    options: SqliteOptions,
    /// `None` once closed.
    idle: Mutex<Option<Vec<Connection>>>,
    trouble: Spell,
}

impl Readers {
    pub(super) fn new(path: PathBuf, options: SqliteOptions) -> Self {
        let idle = Mutex::new(Some(Vec::with_capacity(options.readers)));
        Self { path, options, idle, trouble: Spell::fitful(READING) }
    }

    /// Reads everything that was acknowledged before the call.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let answer = self.take().and_then(|connection| {
            // A connection that failed is not used again: it may be inside a transaction.
            let answer = read(&connection)?;
            self.give_back(connection);
            Ok(answer)
        });
        self.trouble.note(answer.as_ref().err());
        answer
    }

    /// Later reads fail; those under way end in peace.
    pub(super) fn close(&self) {
        *self.idle.lock() = None;
    }

    fn take(&self) -> Result<Connection, StoreError> {
        if let Some(connection) = self.idle.lock().as_mut().ok_or(StoreError::Closed)?.pop() {
            return Ok(connection);
        }
        connection::reader(&self.path, &self.options)
    }

    fn give_back(&self, connection: Connection) {
        if let Some(idle) = self.idle.lock().as_mut().filter(|idle| idle.len() < self.options.readers) {
            idle.push(connection);
        }
    }
}
