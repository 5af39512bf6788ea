//! Comparing one table.

use std::cmp::Ordering;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use super::error::AtSide as _;
use super::report::Listener;
use super::row::Row;
use super::tables::Table;
use super::{Difference, Found, PageLimit, Progress, Side, Source, Stage, TableReport, TransferError};

/// Reads both sides in step.
pub(super) async fn compare(
    from: &mut dyn Source,
    to: &mut dyn Source,
    table: &'static Table,
    progress: Listener<'_>,
) -> Result<TableReport, TransferError> {
    let began = Instant::now();
    let total = from.count(table).await.of(Side::Source)?;
    let mut hear = |rows| progress(Progress { stage: Stage::Comparing, table: table.name, rows, total });
    from.read_from(table, None).await.of(Side::Source)?;
    to.read_from(table, None).await.of(Side::Target)?;
    let (mut hash, mut encoded, mut rows) = (Sha256::new(), Vec::new(), 0);
    let (mut ours, mut theirs) = (Lane::default(), Lane::default());
    loop {
        hear(rows);
        let (filled, other_filled) = tokio::join!(ours.fill(from, Side::Source), theirs.fill(to, Side::Target));
        filled.and(other_filled)?;
        while let Some((row, other)) = pair(&mut ours, &mut theirs) {
            if row != other {
                let (key, found) = difference(table, &row, &other);
                return Err(counted(from, to, table, key, found).await);
            }
            row.encode(&mut encoded).of(Side::Source)?;
            rows += 1;
        }
        hash.update(&encoded);
        encoded.clear();
        match (ours.ended, theirs.ended) {
            (false, false) => {}
            (true, true) if ours.rest.len() + theirs.rest.len() == 0 => break,
            _ => {
                if let Some((key, found)) = odd_one(table, &mut ours, &mut theirs) {
                    return Err(counted(from, to, table, key, found).await);
                }
            }
        }
    }
    let (copying, comparing) = (Duration::ZERO, began.elapsed());
    Ok(TableReport { table: table.name, rows, copied: 0, hash: hash.finalize().into(), copying, comparing })
}

/// Rows of one side that were read and not yet compared.
#[derive(Default)]
struct Lane {
    rest: std::vec::IntoIter<Row>,
    ended: bool,
}

impl Lane {
    async fn fill(&mut self, store: &mut dyn Source, side: Side) -> Result<(), TransferError> {
        if self.ended || self.rest.len() > 0 {
            return Ok(());
        }
        let page = store.next_page(PageLimit::USUAL).await.of(side)?;
        self.ended = page.is_empty();
        self.rest = page.into_iter();
        Ok(())
    }
}

/// The next row of each side, while both have one.
fn pair(ours: &mut Lane, theirs: &mut Lane) -> Option<(Row, Row)> {
    if ours.rest.len() == 0 || theirs.rest.len() == 0 {
        return None;
    }
    ours.rest.next().zip(theirs.rest.next())
}

/// A row of the side that has more.
fn odd_one(table: &Table, ours: &mut Lane, theirs: &mut Lane) -> Option<(super::Key, Found)> {
    let missing = theirs.ended.then(|| ours.rest.next()).flatten().map(|row| (row.key(table), Found::Missing));
    missing.or_else(|| ours.ended.then(|| theirs.rest.next()).flatten().map(|row| (row.key(table), Found::Surplus)))
}

fn difference(table: &Table, row: &Row, other: &Row) -> (super::Key, Found) {
    let (key, other_key) = (row.key(table), other.key(table));
    match key.cmp(&other_key) {
        Ordering::Less => (key, Found::Missing),
        Ordering::Greater => (other_key, Found::Surplus),
        Ordering::Equal => {
            let columns = table.columns.iter().zip(row.0.iter().zip(&other.0));
            let column = columns.filter(|(_, (cell, other))| cell != other).map(|(column, _)| column.name).next();
            (key, Found::Other(column.unwrap_or_default()))
        }
    }
}

async fn counted(
    from: &mut dyn Source,
    to: &mut dyn Source,
    table: &'static Table,
    key: super::Key,
    found: Found,
) -> TransferError {
    let counts = async {
        let source_rows = from.count(table).await.of(Side::Source)?;
        let target_rows = to.count(table).await.of(Side::Target)?;
        Ok(Difference { table: table.name, key, found, source_rows, target_rows })
    };
    counts.await.map_or_else(|error| error, TransferError::Different)
}
