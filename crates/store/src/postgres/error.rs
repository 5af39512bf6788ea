//! From PostgreSQL's errors to the store's.

use std::error::Error as _;
use std::fmt::Write as _;

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::{CommitError, ConflictOn, StoreError};

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error.code() {
            Some(&SqlState::DATA_CORRUPTED | &SqlState::INDEX_CORRUPTED) => Self::Corrupt(said(&error)),
            _ if is_for_a_while(&error) => Self::Unavailable(said(&error)),
            _ => Self::Failed(said(&error)),
        }
    }
}

impl From<Error> for CommitError {
    /// All foreign keys lead to orders, so a violated one means that the order is not there. The keys that
    /// inserts do not ask about are those of the history, which only grows under its order's lock.
    fn from(error: Error) -> Self {
        match error.code() {
            Some(&SqlState::FOREIGN_KEY_VIOLATION | &SqlState::UNIQUE_VIOLATION) => Self::Conflict(ConflictOn::Order),
            _ => Self::Store(error.into()),
        }
    }
}

/// What the database says, without the detail line, which quotes values.
pub(super) fn said(error: &Error) -> String {
    if let Some(said) = error.as_db_error() {
        return format!("{} ({})", said.message(), said.code().code());
    }
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let _ = write!(text, ": {cause}");
        source = cause.source();
    }
    text
}

/// Someone else was in the way; the same transaction may succeed now.
pub(super) fn is_worth_another_try(error: &Error) -> bool {
    matches!(error.code(), Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED))
}

/// The connection is gone, or about to be: another one may work.
pub(super) fn is_lost(error: &Error) -> bool {
    match error.code() {
        Some(code) => ["57P", "08", "25P03"].iter().any(|lost| code.code().starts_with(lost)),
        None => error.is_closed() || error.source().is_some_and(<dyn std::error::Error>::is::<std::io::Error>),
    }
}

/// It is about the database and those who share it, and not about the statement or its values: the disk or the memory is
/// full (53), a limit of time or an operator ended it (57), the system failed (58), others were in the way (40, 55), it
/// takes no changes as it is a standby (25006), or the connection broke (08).
pub(super) fn is_for_a_while(error: &Error) -> bool {
    const CLASSES: [&str; 6] = ["08", "40", "53", "55", "57", "58"];
    let Some(code) = error.code() else { return is_lost(error) };
    *code == SqlState::READ_ONLY_SQL_TRANSACTION || is_lost(error) || CLASSES.contains(&code.code().get(..2).unwrap_or_default())
}

/// Waiting will not help: the operator has to change something.
pub(super) fn is_permanent(error: &Error) -> bool {
    if let Some(code) = error.code() {
        // Who is asking, which database, what is there and who may do it.
        let class = code.code().get(..2).unwrap_or_default();
        return ["28", "3D", "42", "3F", "0A"].contains(&class);
    }
    let text = error.to_string();
    ["TLS", "configuration", "authentication"].iter().any(|word| text.contains(word))
}
