//! The job of one item that is produced: bring it to its customer, record what came of it.

use ordergate_engine::Timestamp;
use ordergate_engine::order::{Command, Item, Order};
use tokio::time::{Instant, timeout_at};

use super::Shared;
use super::item_job::attempt_of;
use super::lease::{Held, safe_until};
use super::ledger::Settled;
use super::run::{RunEnd, run};
use super::stop::Stop;
use crate::delivering::BEING_DELIVERED;
use crate::moves::Step;
use crate::{FulfilmentOptions, NotDelivered, WorkItem};

pub(super) async fn work(shared: &Shared, mut held: Held, position: usize, stop: Stop) {
    let Some(deliver) = shared.deliver.clone() else {
        return tracing::error!(job = ?held.job.key, "this worker does not deliver, and never claims to");
    };
    if stop.is_due() {
        return put_back(shared, &held, position).await;
    }
    // From before the start: a recall in between must not be missed.
    let mut recalls = shared.recalls.subscribe();
    let Some((item, result)) = start(shared, &mut held, position).await else {
        return;
    };
    match run(shared, deliver.deliver(&item, &result), &mut held, &stop, &mut recalls).await {
        RunEnd::Outcome(delivered) => record(shared, &held, position, &delivered).await,
        RunEnd::Stopped => put_back(shared, &held, position).await,
        RunEnd::LeaseLost => {
            tracing::info!(job = ?held.job.key, "a delivery was ended: its order was cancelled or held, or its lease is lost");
        }
    }
}

/// Gives what is to be delivered; `None` if there is nothing to do.
async fn start(shared: &Shared, held: &mut Held, position: usize) -> Option<(WorkItem, String)> {
    let since = Instant::now();
    let length = shared.options.lease();
    let settling = shared.ledger.settle(held.job.key.order, |order, now| {
        let Some((_, item)) = waiting(order, position) else { return Step::only(vec![held.done()]) };
        let is_told = item.state.info.as_deref() == Some(BEING_DELIVERED);
        let note = Command::Note { item: position, text: Some(BEING_DELIVERED.to_owned()) };
        let moves = if is_told { Vec::new() } else { vec![(note, String::new())] };
        Step { moves, writes: vec![held.extended(now, length)] }
    });
    let Settled::Stored(Some(order)) = timeout_at(held.safe_until, settling).await.unwrap_or(Settled::GivenUp) else {
        return None;
    };
    held.safe_until = safe_until(since, length);
    let result = order.items.get(position).filter(|item| item.is_being_delivered())?.result.clone()?;
    Some((shared.work_item(&order, position, &held.job)?, result))
}

/// The item, while it is to be delivered.
fn waiting(order: Option<&Order>, position: usize) -> Option<(&Order, &Item)> {
    let order = order?;
    order.items.get(position).filter(|item| item.is_being_delivered()).map(|item| (order, item))
}

/// The delivery is over, so this may take longer than the lease, as with items.
async fn record(shared: &Shared, held: &Held, position: usize, delivered: &Result<(), NotDelivered>) {
    let plan = |order: Option<&Order>, now: Timestamp| plan_record(&shared.options, held, order, position, delivered, now);
    if let Settled::LeaseLost = shared.ledger.settle(held.job.key.order, plan).await {
        tracing::info!(job = ?held.job.key, "the item was ended by someone else; what came of its delivery is not recorded");
    }
}

fn plan_record(
    options: &FulfilmentOptions,
    held: &Held,
    order: Option<&Order>,
    position: usize,
    delivered: &Result<(), NotDelivered>,
    now: Timestamp,
) -> Step {
    let Some((_, item)) = waiting(order, position) else {
        return Step::only(vec![held.done()]);
    };
    let attempt = held.job.attempts;
    match delivered {
        Ok(()) => {
            let result = item.result.clone();
            Step::one(Command::Complete { item: position, result }, "delivered", vec![held.done()])
        }
        Err(NotDelivered { reason, retry: true }) if attempt < options.attempts_max => {
            let wait = options.retry_seconds(attempt);
            let text = format!("delivery: {} failed: {reason}; next attempt after {wait} s", attempt_of(attempt, options));
            let due_at = now.plus_seconds(i64::try_from(wait).unwrap_or(i64::MAX));
            Step::one(Command::Note { item: position, text: Some(text) }, "", held.again_at(due_at))
        }
        Err(NotDelivered { reason, .. }) => {
            let after = if attempt > 1 { format!(" (after {attempt} attempts)") } else { String::new() };
            let reason = format!("delivery: {reason}{after}");
            Step::one(Command::Fail { item: position, reason }, "delivery failed for good", vec![held.done()])
        }
    }
}

/// The server stops: the delivery is due again, and the attempt is not counted.
async fn put_back(shared: &Shared, held: &Held, position: usize) {
    let plan = |order: Option<&Order>, _: Timestamp| {
        let writes = waiting(order, position).map_or_else(|| vec![held.done()], |(order, _)| held.unclaimed(order, None));
        Step::only(writes)
    };
    shared.ledger.settle(held.job.key.order, plan).await;
}
