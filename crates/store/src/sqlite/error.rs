//! From SQLite's errors to the store's.

use rusqlite::ffi;
use rusqlite::{Error, ErrorCode};

use crate::{CommitError, ConflictOn, StoreError};

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match &error {
            Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::TypeMismatch => {
                    Self::Corrupt(error.to_string())
                }
                code if is_for_a_while(code) => Self::Unavailable(error.to_string()),
                _ => Self::Failed(error.to_string()),
            },
            Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::InvalidColumnType(..)
            | Error::Utf8Error(..) => Self::Corrupt(error.to_string()),
            _ => Self::Failed(error.to_string()),
        }
    }
}

/// What is about the machine, and not about the statement or its values.
const fn is_for_a_while(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::OutOfMemory
            | ErrorCode::OperationInterrupted
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::NoLargeFileSupport
    )
}

impl From<Error> for CommitError {
    /// All foreign keys lead to orders, so a violated one means that the order is not there.
    fn from(error: Error) -> Self {
        match &error {
            Error::SqliteFailure(failure, _) if failure.extended_code == ffi::SQLITE_CONSTRAINT_FOREIGNKEY => {
                Self::Conflict(ConflictOn::Order)
            }
            _ => Self::Store(error.into()),
        }
    }
}
