//! From commands on an order to the writes that carry them out.

use ordergate_engine::order::{Command, Order, Refusal, apply, decide, entries_of};
use ordergate_engine::{Actor, Timestamp};
use ordergate_store::Batch;

/// Decides and applies the commands, each with its reason for the history, one after the other, and adds the writes of
/// each to the batch.
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
    Ok(())
}
