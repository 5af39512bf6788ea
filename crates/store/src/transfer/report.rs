//! What a copy came to, and how far it is.

use std::time::Duration;

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Copying,
    Comparing,
}

/// How far one table is. Comes at the start of each table, and after each page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub stage: Stage,
    pub table: &'static str,
    pub rows: u64,
    /// Of the source.
    pub total: u64,
}

/// What the two stores have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub tables: Vec<TableReport>,
    /// The counter of order ids, which is not compared but set; for a target that uses it.
    pub next_order_id: Option<i64>,
}

/// What came of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableReport {
    pub table: &'static str,
    /// On either side.
    pub rows: u64,
    /// Of them, those that this run copied.
    pub copied: u64,
    /// SHA-256 over the canonical encodings of all rows, in the order of their keys. The same on both sides.
    pub hash: [u8; 32],
    pub copying: Duration,
    pub comparing: Duration,
}

impl Report {
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    pub fn copied(&self) -> u64 {
        self.tables.iter().map(|table| table.copied).sum()
    }
}

/// Hears how far a copy is.
pub(super) type Listener<'l> = &'l mut (dyn FnMut(Progress) + Send);
