//! Moves a whole store from one database to another, of the same kind or another.
//!
//! The rows are carried as they stand, table by table in the order of their primary keys ([`tables`]), in pages that
//! the target commits whole. So what a target holds of an interrupted copy is a prefix, and the next run goes on
//! after it (`plan`). In the end both sides are read again and compared row by row ([`verify`]).
//!
//! [`Source`] and [`Target`] are what a database must be able to do for that; [`Endpoint`] opens them.

mod compare;
mod copy;
mod counters;
mod endpoint;
mod error;
mod plan;
mod report;
mod row;
mod statements;
pub mod tables;
mod verify;

use async_trait::async_trait;

pub use copy::copy;
pub use endpoint::Endpoint;
pub use error::{Difference, Found, Side, TransferError};
pub use report::{Progress, Report, Stage, TableReport};
pub use row::{Cell, Key, Row};
pub use tables::Table;
pub use verify::verify;

pub(crate) use counters::{first_free, next};
pub(crate) use statements::{Parameters, Statements};

use crate::StoreError;

/// How much is read at once: a page ends with the row that reaches either.
#[derive(Debug, Clone, Copy)]
pub struct PageLimit {
    pub rows: usize,
    pub bytes: usize,
}

impl PageLimit {
    /// Few round trips, and little memory even where single rows are large.
    pub const USUAL: Self = Self { rows: 4_096, bytes: 8 * 1024 * 1024 };

    pub(crate) const fn is_reached(self, rows: usize, bytes: usize) -> bool {
        rows >= self.rows || bytes >= self.bytes
    }
}

/// One end of a table, in the order of its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    First,
    Last,
}

/// A store that is read row by row. Numbers, texts and bytes of keys are ordered by value, byte by byte.
#[async_trait]
pub trait Source: Send {
    /// All later reads are of one moment, until something is written through the same value.
    async fn snapshot(&mut self) -> Result<(), StoreError>;

    /// The number of rows.
    async fn count(&mut self, table: &'static Table) -> Result<u64, StoreError>;

    /// The first or last row.
    async fn end(&mut self, table: &'static Table, end: End) -> Result<Option<Row>, StoreError>;

    /// The row with this key.
    async fn row(&mut self, table: &'static Table, key: &Key) -> Result<Option<Row>, StoreError>;

    /// Begins to read a table in the order of its keys, after one of them or from the start. Ends what was
    /// begun before.
    async fn read_from(&mut self, table: &'static Table, after: Option<&Key>) -> Result<(), StoreError>;

    /// The next rows of what was begun last; none at its end.
    async fn next_page(&mut self, limit: PageLimit) -> Result<Vec<Row>, StoreError>;

    /// Whether the ids that are given out next are those of the table `counters`.
    fn counts_ids(&self) -> bool;
}

/// A store that a copy is made in.
#[async_trait]
pub trait Target: Source {
    /// Stores new rows, whole or not at all; returns when they are durable.
    async fn append(&mut self, table: &'static Table, rows: Vec<Row>) -> Result<(), StoreError>;

    /// Later ids of this counter are not below `next`.
    async fn pass_ids(&mut self, counter: &str, next: i64) -> Result<(), StoreError>;

    /// Puts everything away. What was appended is kept without it, too.
    async fn finish(&mut self) -> Result<(), StoreError>;
}
