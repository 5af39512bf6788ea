//! The store in PostgreSQL, or in a distributed database that speaks its language: for more than one machine.
//!
//! * Questions share a few connections, on which they follow each other without waiting (`reader`).
//! * Batches go to tasks that store what waits in one transaction (`writer`, `transaction`).
//! * A connection that is lost is made anew when it is needed (`link`); while there is none, callers hear so at
//!   once. The first one brings the schema up to date (`migrate`).
//! * Nothing here takes a lock that outlives a transaction, and no node knows of the others.

mod catalogue;
mod claim;
mod database;
mod error;
mod examine;
mod hand;
mod ids;
mod link;
mod load;
mod migrate;
mod options;
mod own_sql;
mod pipeline;
mod place;
mod read;
mod reader;
mod receipts;
mod store;
mod tls;
mod transaction;
mod transfer;
mod values;
mod writer;

#[cfg(test)]
mod plan_tests;

use std::fmt;
use std::sync::Arc;

use ordergate_engine::OrderId;
use ordergate_engine::time::Clock;

pub use options::{ClientArguments, PostgresOptions};
pub(crate) use transfer::PostgresTransfer;

use crate::StoreError;
use crate::account_memory::AccountMemory;
use crate::migrations::MIGRATIONS;
use database::Database;
use ids::OrderIds;
use reader::Reader;
use writer::Writer;

/// A store in a PostgreSQL database, shared by any number of processes.
pub struct PostgresStore {
    database: Arc<Database>,
    reader: Reader,
    /// For long answers, so that short ones need not wait behind them.
    searcher: Reader,
    writer: Writer,
    ids: OrderIds,
    accounts: AccountMemory,
}

impl PostgresStore {
    /// Opens the store; makes its tables, and brings its schema up to date, as needed. While the database cannot be
    /// reached the store opens all the same, and answers [`StoreError::Unavailable`] until it can be. What
    /// waiting would not mend (the address, the login, missing rights, a newer schema) is an error here.
    pub async fn open(options: PostgresOptions, clock: &dyn Clock) -> Result<Self, StoreError> {
        let database = Arc::new(Database::new(&options, MIGRATIONS, clock)?);
        let reader = Reader::new(&database, &options);
        if let Err(failure) = reader.connect().await
            && failure.permanent
        {
            return Err(failure.at_start());
        }
        let searcher = Reader::new(&database, &options);
        let writer = Writer::start(&database, &options);
        Ok(Self { database, reader, searcher, writer, ids: OrderIds::default(), accounts: AccountMemory::default() })
    }

    /// So many consecutive order ids that were never given out before; gives the first.
    pub async fn reserve_order_ids(&self, count: u32) -> Result<OrderId, StoreError> {
        ids::reserve(&self.reader, i64::from(count)).await
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}
