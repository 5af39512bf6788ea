//! Ids that are given out next. One kind of store takes them from the table `counters`, another counts on from the
//! greatest id that is stored; so the table is not copied, but set to what suits both.

use super::error::AtSide as _;
use super::tables::{self, COUNTERS};
use super::{Cell, End, Key, Side, Source, Target, TransferError};
use crate::StoreError;

/// The only counter there is.
const ORDER: &str = "order";

/// Sets the target's counter so that no id is given out twice.
pub(super) async fn set(from: &mut dyn Source, to: &mut dyn Target) -> Result<(), TransferError> {
    let least = least(from).await?;
    to.pass_ids(ORDER, least).await.of(Side::Target)
}

/// The target's next order id, if the target uses the counter. Refuses one that could be taken.
pub(super) async fn check(from: &mut dyn Source, to: &mut dyn Source) -> Result<Option<i64>, TransferError> {
    if !to.counts_ids() {
        return Ok(None);
    }
    let least = least(from).await?;
    let next = next(to).await.of(Side::Target)?.unwrap_or(0);
    if next < least { Err(TransferError::Ids { next, least }) } else { Ok(Some(next)) }
}

/// The first id that the source cannot have given out.
async fn least(from: &mut dyn Source) -> Result<i64, TransferError> {
    let counted = next(from).await.of(Side::Source)?.unwrap_or(1);
    Ok(counted.max(first_free(from).await.of(Side::Source)?))
}

/// The number after the greatest that is stored.
pub(crate) async fn first_free(store: &mut dyn Source) -> Result<i64, StoreError> {
    let mut free = 1;
    for numbered in ["orders", "quotations", "transmissions"] {
        if let Some(table) = tables::copied(numbered)
            && let Some(last) = store.end(table, End::Last).await?
            && let Some(Cell::Int(id)) = last.0.first()
        {
            free = free.max(id.saturating_add(1));
        }
    }
    Ok(free)
}

/// What the counter says.
pub(crate) async fn next(store: &mut dyn Source) -> Result<Option<i64>, StoreError> {
    let counter = store.row(COUNTERS, &Key(vec![Cell::Text(ORDER.to_owned())])).await?;
    Ok(counter.and_then(|row| match row.0.get(1) {
        Some(Cell::Int(next)) => Some(*next),
        _ => None,
    }))
}
