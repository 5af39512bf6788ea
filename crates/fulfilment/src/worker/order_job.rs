//! The job of an order as a whole: accept it, then queue its items; all at once, or batch after batch. Where items stand for
//! products to come, the job stays until the last of them is over.

use ordergate_engine::Timestamp;
use ordergate_engine::order::{Command, Item, Order, OrderKind, Status};
use ordergate_store::{Job, JobKey, JobPart, Standing, Write};
use tokio::time::timeout_at;

use super::Shared;
use super::lease::Held;
use super::ledger::Settled;
use crate::moves::Step;

/// The last item of a batch tells the order's job ([`crate::moves::carry_out`]); this is for the case that it could not.
const LOOK_AFTER_BATCH_SECONDS: i64 = 600;

/// Two commits, so that a customer sees each step; one if nothing more is to happen.
pub(super) async fn work(shared: &Shared, held: &Held) {
    match timeout_at(held.safe_until, both(shared, held)).await {
        Ok(Settled::Stored(_) | Settled::GivenUp | Settled::PauseOver) => {}
        Ok(Settled::LeaseLost) => tracing::debug!(job = ?held.job.key, "the job is another's by now, or gone"),
        Err(_) => tracing::warn!(job = ?held.job.key, "not done before the lease ends; it will be claimed again"),
    }
}

async fn both(shared: &Shared, held: &Held) -> Settled {
    let id = held.job.key.order;
    let accepted = shared.ledger.settle(id, |order, now| accept(shared, held, order, now)).await;
    let Settled::Stored(Some(order)) = &accepted else { return accepted };
    if order.has_open_standing_items() {
        return match shared.ledger.standing_of(id).await {
            Ok(standing) => shared.ledger.settle(id, |order, now| stand(held, order, &standing, now)).await,
            Err(_) => Settled::GivenUp,
        };
    }
    if shared.produces_items() {
        return shared.ledger.settle(id, |order, now| queue(held, order, shared.options.batch_items, now)).await;
    }
    accepted
}

fn accept(shared: &Shared, held: &Held, order: Option<&Order>, now: Timestamp) -> Step {
    let Some(order) = order else {
        tracing::warn!(job = ?held.job.key, "a job without an order is dropped");
        return Step::only(vec![held.done()]);
    };
    let fresh = order.items.iter().any(|i| i.state.status == Status::Submitted);
    let moves = if fresh { vec![(Command::Accept, "approved by rule".to_owned())] } else { Vec::new() };
    let goes_on = shared.produces_items() || order.has_open_standing_items();
    let job = if goes_on { held.extended(now, shared.options.lease()) } else { held.done() };
    Step { moves, writes: vec![job] }
}

/// Queues the accepted items, or the next batch of them once nothing is left of the last.
fn queue(held: &Held, order: Option<&Order>, batch: Option<usize>, now: Timestamp) -> Step {
    let Some(order) = order else {
        return Step::only(vec![held.done()]);
    };
    let accepted = order.items.iter().enumerate().filter(|(_, item)| item.state.status == Status::Accepted);
    let positions: Vec<usize> = accepted.map(|(position, _)| position).collect();
    if positions.is_empty() {
        // Cancelled meanwhile.
        return Step::only(vec![held.done()]);
    }
    let later = || held.again_at(now.plus_seconds(LOOK_AFTER_BATCH_SECONDS));
    let most = batch.unwrap_or(usize::MAX);
    if batch.is_some() && order.items.iter().any(Item::is_in_work) {
        return Step::only(later());
    }
    let mut writes = if positions.len() > most { later() } else { vec![held.done()] };
    writes.extend(positions.iter().take(most).map(|&position| Write::InsertJob(item_job(order, position))));
    Step { moves: vec![(Command::Queue { most }, "queued for production".to_owned())], writes }
}

/// Standing items become active, and end in time; the job is due when the next one ends. Their products have jobs of their
/// own, and go on.
fn stand(held: &Held, order: Option<&Order>, standing: &[Standing], now: Timestamp) -> Step {
    let Some(order) = order else {
        return Step::only(vec![held.done()]);
    };
    let status = |standing: &Standing| order.items.get(standing.position).map(|item: &Item| item.state.status);
    let is_accepted = |standing: &&Standing| status(standing) == Some(Status::Accepted);
    let open = standing.iter().filter(|standing| status(standing).is_some_and(|status| !status.is_final()));
    let (over, going_on): (Vec<&Standing>, Vec<&Standing>) = open.partition(|standing| standing.expires_at <= now);
    let mut moves = Vec::new();
    if standing.iter().any(|standing| is_accepted(&standing)) {
        moves.push((Command::Queue { most: usize::MAX }, "active: waits for products".to_owned()));
    }
    let reason = if order.kind == OrderKind::Tasking { "the time for the task is over" } else { "the subscription is over" };
    moves.extend(
        over.iter().map(|standing| (Command::Terminate { item: standing.position, reason: reason.to_owned() }, String::new())),
    );
    let mut writes = match going_on.iter().map(|standing| standing.expires_at).min() {
        Some(next) => held.again_at(next),
        None => vec![held.done()],
    };
    let activated = going_on.into_iter().filter(is_accepted);
    writes.extend(activated.map(|standing| Write::ActivateStanding { order: order.id, position: standing.position }));
    Step { moves, writes }
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
