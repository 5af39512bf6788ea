//! Order ids: each node takes a block of them from the database at a time.

use ordergate_engine::OrderId;
use tokio::sync::Mutex;

use super::reader::Reader;
use crate::columns::Columns as _;
use crate::{StoreError, sql};

/// So many at a time. What is left of a block when a node stops is never used.
const BLOCK: i64 = 32;

#[derive(Debug, Default)]
pub(super) struct OrderIds(Mutex<Block>);

#[derive(Debug, Default)]
struct Block {
    next: i64,
    end: i64,
}

impl OrderIds {
    pub(super) async fn next(&self, reader: &Reader) -> Result<OrderId, StoreError> {
        let mut block = self.0.lock().await;
        if block.next == block.end {
            let first = reserve(reader, BLOCK).await?;
            *block = Block { next: first.0, end: first.0 + BLOCK };
        }
        block.next += 1;
        Ok(OrderId(block.next - 1))
    }
}

/// So many consecutive ids that were never given out before; gives the first.
pub(super) async fn reserve(reader: &Reader, count: i64) -> Result<OrderId, StoreError> {
    let row = reader.change(sql::RESERVE_IDS, &[&"order", &count]).await?;
    let after = row.ok_or_else(|| StoreError::Corrupt("order ids are not counted".to_owned()))?.int(0)?;
    Ok(OrderId(after - count))
}

/// This id is taken: later ones are greater.
pub(super) async fn pass(reader: &Reader, taken: OrderId) -> Result<(), StoreError> {
    let next = taken.0.checked_add(1).ok_or_else(|| StoreError::Failed("order ids are used up".to_owned()))?;
    reader.change(sql::PASS_IDS, &[&"order", &next]).await.map(drop)
}
