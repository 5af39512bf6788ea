//! Why a copy was not made, or is not one.

use std::fmt;

use super::row::Key;
use crate::StoreError;

/// Which of the two stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Source,
    Target,
}

/// A copy was not finished, or differs from what it was made of.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// One of the stores has a problem. What was copied stays.
    #[error("{side}: {error}{}", advice(error))]
    Store { side: Side, error: StoreError },
    /// The target holds rows that are not those of the source. Nothing was written.
    #[error(
        "the target holds other data, nothing was written: {table}, key {key}: {problem}. \
         A copy needs an empty store, or one in which the same copy was begun"
    )]
    Occupied { table: &'static str, key: Key, problem: String },
    /// The stores differ.
    #[error("the stores differ: {0}")]
    Different(Difference),
    /// The next order would get an id that is taken.
    #[error("the stores differ: counters: the next order of the target would get the id {next}, which must be at least {least}")]
    Ids { next: i64, least: i64 },
}

/// The first row, in the order of the keys, that is not the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub table: &'static str,
    pub key: Key,
    pub found: Found,
    pub source_rows: u64,
    pub target_rows: u64,
}

/// In what the sides differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The target has no such row.
    Missing,
    /// The source has no such row.
    Surplus,
    /// The rows differ; this is the first column that does.
    Other(&'static str),
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Source => "the source",
            Self::Target => "the target",
        })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, key, found, source_rows, target_rows } = self;
        write!(f, "{table}, key {key}: ")?;
        match found {
            Found::Missing => f.write_str("the target lacks this row")?,
            Found::Surplus => f.write_str("the source has no such row")?,
            Found::Other(column) => write!(f, "{column} is another")?,
        }
        write!(f, " ({source_rows} rows in the source, {target_rows} in the target)")
    }
}

fn advice(error: &StoreError) -> &'static str {
    match error {
        StoreError::Unavailable(_) => "; what was copied is kept: run the same command again, and it goes on from there",
        _ => "",
    }
}

/// Says which store an error is from.
pub(super) trait AtSide<T> {
    fn of(self, side: Side) -> Result<T, TransferError>;
}

impl<T> AtSide<T> for Result<T, StoreError> {
    fn of(self, side: Side) -> Result<T, TransferError> {
        self.map_err(|error| TransferError::Store { side, error })
    }
}
