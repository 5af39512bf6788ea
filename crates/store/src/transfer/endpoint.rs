//! Opening the two stores.

use ordergate_engine::time::Clock;

use super::error::AtSide as _;
use super::{Side, Source, Target, TransferError};
use crate::postgres::{PostgresOptions, PostgresTransfer};
use crate::sqlite::{SqliteOptions, SqliteTransfer};

/// A store that is copied from or to.
#[derive(Debug, Clone)]
pub enum Endpoint {
    Sqlite(SqliteOptions),
    Postgres(PostgresOptions),
}

impl Endpoint {
    /// Opens a store to be read, and changes nothing about it: its schema must be up to date. An SQLite file that a
    /// server uses is refused with [`StoreError::InUse`](crate::StoreError::InUse).
    pub async fn source(&self) -> Result<Box<dyn Source>, TransferError> {
        self.reader(Side::Source).await
    }

    /// The same for a target that is only to be compared.
    pub async fn compared(&self) -> Result<Box<dyn Source>, TransferError> {
        self.reader(Side::Target).await
    }

    async fn reader(&self, side: Side) -> Result<Box<dyn Source>, TransferError> {
        Ok(match self {
            Self::Sqlite(options) => Box::new(SqliteTransfer::source(options).of(side)?),
            Self::Postgres(options) => Box::new(PostgresTransfer::source(options).await.of(side)?),
        })
    }

    /// Opens a store to be filled; makes it, and brings its schema up to date, as needed. An SQLite file that a
    /// server uses is refused with [`StoreError::InUse`](crate::StoreError::InUse).
    pub async fn target(&self, clock: &dyn Clock) -> Result<Box<dyn Target>, TransferError> {
        let now = clock.now();
        Ok(match self {
            Self::Sqlite(options) => Box::new(SqliteTransfer::target(options, now).of(Side::Target)?),
            Self::Postgres(options) => Box::new(PostgresTransfer::target(options, now).await.of(Side::Target)?),
        })
    }
}
