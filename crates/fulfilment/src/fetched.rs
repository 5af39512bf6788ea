//! What a download changes: a Completed item becomes Downloaded.

use ordergate_engine::order::{Command, Refusal, Status};
use ordergate_engine::time::Clock;
use ordergate_engine::{Actor, OrderId};
use ordergate_store::{Batch, CommitError, ConflictOn, Items, Store, StoreError};

use crate::moves::carry_out;

/// Each lost race means that the order moved on; so many in a row mean that something is wrong.
const RACES_MAX: u32 = 100;

/// Why a download was not noted. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum FetchedError {
    #[error("order {0} is not there any more")]
    NoSuchOrder(OrderId),
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("order {0} never stood still")]
    Busy(OrderId),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Notes that the item at a position was fetched over a link. It may be fetched again; that changes nothing more.
/// Gives whether this was the first time.
pub async fn note_fetched(store: &dyn Store, clock: &dyn Clock, id: OrderId, position: usize) -> Result<bool, FetchedError> {
    for _ in 0..RACES_MAX {
        let mut order = store.order(id, Items::With).await?.ok_or(FetchedError::NoSuchOrder(id))?;
        if order.items.get(position).is_some_and(|item| item.state.status == Status::Downloaded) {
            return Ok(false);
        }
        let mut batch = Batch::new();
        let moves = [(Command::Download { item: position }, "fetched by its link".to_owned())];
        carry_out(&mut order, &moves, &Actor::download_link(), clock.now(), &mut batch)?;
        match store.commit(batch).await {
            Ok(()) => return Ok(true),
            Err(CommitError::Conflict(ConflictOn::Order)) => {}
            Err(CommitError::Conflict(_)) => return Err(FetchedError::Busy(id)),
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Err(FetchedError::Busy(id))
}
