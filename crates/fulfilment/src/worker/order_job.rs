//! The job of an order as a whole: accept it, then queue its items.

use ordergate_engine::Timestamp;
use ordergate_engine::order::{Command, Order, Status};
use ordergate_store::{Job, JobKey, JobPart, Write};
use tokio::time::timeout_at;

use super::Shared;
use super::lease::Held;
use super::ledger::Settled;
use crate::moves::Step;

/// Two commits, so that a customer sees each step; one if nothing produces the items.
pub(super) async fn work(shared: &Shared, held: &Held) {
    let both = async {
        let accepted = shared.ledger.settle(held.job.key.order, |order, now| accept(shared, held, order, now)).await;
        let more = shared.produces_items() && matches!(accepted, Settled::Stored(Some(_)));
        if more { shared.ledger.settle(held.job.key.order, |order, _| queue(held, order)).await } else { accepted }
    };
    match timeout_at(held.safe_until, both).await {
        Ok(Settled::Stored(_) | Settled::GivenUp) => {}
        Ok(Settled::LeaseLost) => tracing::debug!(job = ?held.job.key, "the job is another's by now, or gone"),
        Err(_) => tracing::warn!(job = ?held.job.key, "not done before the lease ends; it will be claimed again"),
    }
}

fn accept(shared: &Shared, held: &Held, order: Option<&Order>, now: Timestamp) -> Step {
    let Some(order) = order else {
        tracing::warn!(job = ?held.job.key, "a job without an order is dropped");
        return Step::only(vec![held.done()]);
    };
    let fresh = order.items.iter().any(|i| i.state.status == Status::Submitted);
    let moves = if fresh { vec![(Command::Accept, "approved by rule".to_owned())] } else { Vec::new() };
    let goes_on = shared.produces_items();
    let job = if goes_on { held.extended(now, shared.options.lease()) } else { held.done() };
    Step { moves, writes: vec![job] }
}

fn queue(held: &Held, order: Option<&Order>) -> Step {
    let mut writes = vec![held.done()];
    let Some(order) = order else {
        return Step::only(writes);
    };
    let accepted = order.items.iter().enumerate().filter(|(_, item)| item.state.status == Status::Accepted);
    let positions: Vec<usize> = accepted.map(|(position, _)| position).collect();
    if positions.is_empty() {
        // Cancelled meanwhile.
        return Step::only(writes);
    }
    writes.extend(positions.into_iter().map(|position| Write::InsertJob(item_job(order, position))));
    Step { moves: vec![(Command::Queue, "queued for production".to_owned())], writes }
}

/// Due since the submission, so that the items of older orders go first.
fn item_job(order: &Order, position: usize) -> Job {
    Job {
        key: JobKey { order: order.id, part: JobPart::Item(position) },
        queue: order.protocol,
        priority: order.priority,
        due_at: order.submitted_at,
        attempts: 0,
    }
}
