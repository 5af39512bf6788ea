//! A store that is looked at.

use std::fmt;

use async_trait::async_trait;

use crate::StoreError;
use crate::migrations::Applied;
use crate::postgres::PostgresTransfer;
use crate::sqlite::SqliteTransfer;
use crate::transfer::{Endpoint, Key, Source, Table};

/// A store, opened to be checked. Others may use it meanwhile.
pub struct Examination(pub(super) Box<dyn Examined>);

/// Which columns and indexes there are.
#[derive(Debug, Default)]
pub(crate) struct Structure {
    /// Table and column.
    pub(crate) columns: Vec<(String, String)>,
    pub(crate) indexes: Vec<String>,
}

/// What a database must be able to do to be checked.
#[async_trait]
pub(crate) trait Examined: Source {
    /// The steps of the schema that were carried out, by version.
    async fn applied(&mut self) -> Result<Vec<Applied>, StoreError>;

    async fn structure(&mut self) -> Result<Structure, StoreError>;

    /// What the database itself finds wrong with its files or indexes.
    async fn own_check(&mut self) -> Result<Vec<String>, StoreError>;

    /// As [`Source::read_from`], but ends where the first column of the key passes `until`.
    async fn read_until(&mut self, table: &'static Table, after: &Key, until: i64) -> Result<(), StoreError>;

    /// The keys of rows, `t`, that meet a condition; so many at most.
    async fn keys_where(&mut self, table: &'static Table, condition: &'static str, limit: usize) -> Result<Vec<Key>, StoreError>;
}

impl Examination {
    /// Opens a store, and changes nothing about it, not even an older schema.
    pub async fn open(endpoint: &Endpoint) -> Result<Self, StoreError> {
        Ok(Self(match endpoint {
            Endpoint::Sqlite(options) => Box::new(SqliteTransfer::beside(options)?),
            Endpoint::Postgres(options) => Box::new(PostgresTransfer::beside(options).await?),
        }))
    }
}

impl fmt::Debug for Examination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Examination")
    }
}
