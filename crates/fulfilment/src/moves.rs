//! From commands on an order to the writes that carry them out.

use ordergate_engine::order::{Command, Item, Order, Refusal, Status, apply, decide, entries_of};
use ordergate_engine::time::Clock;
use ordergate_engine::{Actor, OrderId, Timestamp};
use ordergate_store::{Batch, CommitError, ConflictOn, Items, JobKey, JobPart, Store, StoreError, Write};

/// Each lost race means that someone else moved the order on; so many in a row mean that something is wrong.
pub(crate) const RACES_MAX: u32 = 200;

/// What is to happen to an order and its jobs, in one batch.
#[derive(Debug, Default)]
pub(crate) struct Step {
    /// Commands on the order, each with its reason for the history.
    pub moves: Vec<(Command, String)>,
    pub writes: Vec<Write>,
}

impl Step {
    pub(crate) fn only(writes: Vec<Write>) -> Self {
        Self { moves: Vec::new(), writes }
    }

    pub(crate) fn one(command: Command, why: &str, writes: Vec<Write>) -> Self {
        Self { moves: vec![(command, why.to_owned())], writes }
    }
}

/// Why an order was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    #[error("there is no order {0}")]
    NoSuchOrder(OrderId),
    #[error("order {order}: {refusal}")]
    Refused { order: OrderId, refusal: Refusal },
    #[error("order {0}: a worker has just taken it up; look again")]
    Busy(OrderId),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads an order, plans by what it is now, and commits in someone's name; again if someone else was faster. Gives the
/// order as it is then, and whether it was changed: a plan may find nothing to do.
pub(crate) async fn change<E: From<ChangeError>>(
    store: &dyn Store,
    clock: &dyn Clock,
    who: &Actor,
    id: OrderId,
    plan: impl Fn(&Order) -> Result<Option<Step>, E>,
) -> Result<(Order, bool), E> {
    for _ in 0..RACES_MAX {
        let found = store.order(id, Items::With).await.map_err(ChangeError::Store)?;
        let mut order = found.ok_or(ChangeError::NoSuchOrder(id))?;
        let Some(step) = plan(&order)? else { return Ok((order, false)) };
        let mut batch = Batch::new();
        carry_out(&mut order, &step.moves, who, clock.now(), &mut batch)
            .map_err(|refusal| ChangeError::Refused { order: id, refusal })?;
        batch.writes.extend(step.writes);
        match store.commit(batch).await {
            Ok(()) => return Ok((order, true)),
            Err(CommitError::Conflict(ConflictOn::Order)) => {}
            Err(CommitError::Conflict(_)) => break,
            Err(CommitError::Store(error)) => return Err(ChangeError::Store(error).into()),
        }
    }
    Err(ChangeError::Busy(id).into())
}

/// Decides and applies the commands, each with its reason for the history, one after the other, and adds the writes of
/// each to the batch. When they end the last item of a batch, the order's own job is told to queue the next.
pub(crate) fn carry_out(
    order: &mut Order,
    moves: &[(Command, String)],
    who: &Actor,
    at: Timestamp,
    batch: &mut Batch,
) -> Result<(), Refusal> {
    for (command, why) in moves {
        let changes = decide(order, command)?;
        // A note moves nothing, and a run may send hundreds of them.
        let is_note = matches!(command, Command::Note { .. });
        let history = if is_note { Vec::new() } else { entries_of(order.id, &changes, at, who, why) };
        batch.order_changes(order, &changes, history, at);
        apply(order, &changes, at);
    }
    if !moves.is_empty() && waits_for_its_next_batch(order) {
        let key = JobKey { order: order.id, part: JobPart::Order };
        batch.push(Write::HastenJob { key, due_at: order.submitted_at });
    }
    Ok(())
}

/// Of an order that is worked off in batches: nothing is left of the last one.
fn waits_for_its_next_batch(order: &Order) -> bool {
    order.items.iter().any(|item| !item.standing && item.state.status == Status::Accepted)
        && order.items.iter().any(|item| !item.standing && item.state.status.is_final())
        && !order.items.iter().any(Item::is_in_work)
}
