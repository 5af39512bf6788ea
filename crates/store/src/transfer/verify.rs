//! Comparing two stores.

use super::compare::compare;
use super::error::AtSide as _;
use super::report::Listener;
use super::tables::COPIED;
use super::{Report, Side, Source, TransferError, counters};

/// Compares the two stores row by row, each as of one moment. The first row that differs is an error.
pub async fn verify(from: &mut dyn Source, to: &mut dyn Source, progress: Listener<'_>) -> Result<Report, TransferError> {
    from.snapshot().await.of(Side::Source)?;
    to.snapshot().await.of(Side::Target)?;
    let mut tables = Vec::with_capacity(COPIED.len());
    for table in COPIED {
        tables.push(compare(from, to, table, progress).await?);
    }
    let next_order_id = counters::check(from, to).await?;
    Ok(Report { tables, next_order_id })
}
