//! The job of one item: start it, have it produced, record what came of it.

use std::time::Duration;

use ordergate_engine::Timestamp;
use ordergate_engine::order::{Command, Item, Order, Status};
use tokio::time::timeout_at;

use super::ClaimToken;
use super::Shared;
use super::lease::{Held, safe_until};
use super::ledger::Settled;
use super::run::{RunEnd, run};
use super::stop::Stop;
use crate::delivering::{delivery_job, produced};
use crate::moves::Step;
use crate::{FulfilmentOptions, Outcome, ProcessorKind, WorkItem};

/// How long an item waits to be looked at again while nothing is there to produce it.
const WITHOUT_PROCESSOR_SECONDS: i64 = 300;

const NOTHING: &str = "production gave nothing that could be delivered";

pub(super) async fn work(shared: &Shared, mut held: Held, position: usize, stop: Stop) {
    let Some(processor) = shared.processor.clone() else {
        return set_aside(shared, &held, position).await;
    };
    if stop.is_due() {
        return put_back(shared, &held, position).await;
    }
    // From before the start: a recall in between must not be missed.
    let mut recalls = shared.recalls.subscribe();
    let Some(item) = start(shared, &mut held, position).await else {
        return;
    };
    match run(shared, processor.process(&item), &mut held, &stop, &mut recalls).await {
        RunEnd::Outcome(outcome) => record(shared, &held, position, &outcome).await,
        RunEnd::Stopped => put_back(shared, &held, position).await,
        RunEnd::LeaseLost => {
            tracing::info!(job = ?held.job.key, "a run was ended: its order was cancelled, or its lease is lost");
        }
    }
}

/// Commits the start of production and gives what is to be produced; `None` if there is nothing to do.
async fn start(shared: &Shared, held: &mut Held, position: usize) -> Option<WorkItem> {
    let since = tokio::time::Instant::now();
    let settling = shared.ledger.settle(held.job.key.order, |order, now| {
        let length = shared.options.lease();
        plan_start(&shared.options, held, length, order, position, now)
    });
    let settled = timeout_at(held.safe_until, settling).await.unwrap_or(Settled::GivenUp);
    let Settled::Stored(Some(order)) = settled else {
        return None;
    };
    held.safe_until = safe_until(since, shared.options.lease());
    let item = order.items.get(position)?;
    if item.state.status != Status::InProduction || item.is_being_delivered() {
        return None;
    }
    let item = shared.work_item(&order, position, &held.job)?;
    let claim = ClaimToken::new(held, position, shared.options.callback());
    Some(WorkItem { claim: Some(claim), ..item })
}

/// `length` is how long the lease is to run from now.
pub(super) fn plan_start(
    options: &FulfilmentOptions,
    held: &Held,
    length: Duration,
    order: Option<&Order>,
    position: usize,
    now: Timestamp,
) -> Step {
    let Some((order, item)) = waiting(order, position) else {
        return Step::only(vec![held.done()]);
    };
    let why = format!("production begins, {}", attempt_of(held.job.attempts, options));
    let begin = (Command::Start { item: position }, why);
    let moves = match item.state.status {
        Status::InProduction if unanswered(options, held) => {
            return Step::one(never_answered(position, options), "production failed for good", vec![held.done()]);
        }
        Status::InProduction => vec![lost(position), begin],
        Status::Accepted | Status::Suspended => vec![begin],
        other => {
            tracing::warn!(order = %order.id, item = item.item_id, status = %other, "a job without work is dropped");
            return Step::only(vec![held.done()]);
        }
    };
    Step { moves, writes: vec![held.extended(now, length)] }
}

/// The item, if there is still something to do for it: neither an operator nor the customer has ended it, and it is not
/// produced and on its way, which is the business of a job of its own.
fn waiting(order: Option<&Order>, position: usize) -> Option<(&Order, &Item)> {
    let order = order?;
    let item = order.items.get(position)?;
    (!item.state.status.is_final() && !item.is_being_delivered()).then_some((order, item))
}

/// Who claims an item in production finds it left there: its former worker has not finished it and
/// lets nobody hold it.
fn lost(item: usize) -> (Command, String) {
    let reason = "taken up again after its worker was lost".to_owned();
    (Command::Requeue { item, reason }, String::new())
}

/// A service that takes an item and never says what came of it has used up its attempts as one that says no.
fn unanswered(options: &FulfilmentOptions, held: &Held) -> bool {
    options.processor == ProcessorKind::Http && held.job.attempts > options.attempts_max
}

fn never_answered(item: usize, options: &FulfilmentOptions) -> Command {
    let attempts = options.attempts_max;
    Command::Fail { item, reason: format!("the processing service did not say what came of it (after {attempts} attempts)") }
}

/// Commits what came of a run. The work is over, so this may take longer than the lease: should
/// another worker have the job by then, the store says so.
async fn record(shared: &Shared, held: &Held, position: usize, outcome: &Outcome) {
    let plan = |order: Option<&Order>, now: Timestamp| plan_record(shared, held, order, position, outcome, now);
    if let Settled::LeaseLost = shared.ledger.settle(held.job.key.order, plan).await {
        tracing::info!(job = ?held.job.key, "the item was ended by someone else; what came of the run is not recorded");
    }
}

pub(super) fn plan_record(
    shared: &Shared,
    held: &Held,
    order: Option<&Order>,
    position: usize,
    outcome: &Outcome,
    now: Timestamp,
) -> Step {
    let Some((order, item)) = waiting(order, position) else {
        return Step::only(vec![held.done()]);
    };
    if item.state.status != Status::InProduction {
        // Someone took it out of production meanwhile, but left its job: it waits for its turn.
        return Step::only(held.unclaimed(order, None));
    }
    let (options, attempt) = (&shared.options, held.job.attempts);
    let done = |command, why: &str| Step::one(command, why, vec![held.done()]);
    match outcome {
        Outcome::Done { result } if shared.delivers.delivers(order, position) => match result {
            Some(result) => {
                let moves = vec![produced(position, result, "produced")];
                Step { moves, writes: vec![held.done(), delivery_job(order, position)] }
            }
            None => done(Command::Fail { item: position, reason: NOTHING.to_owned() }, "production failed for good"),
        },
        Outcome::Done { result } => done(Command::Complete { item: position, result: result.clone() }, "product ready"),
        Outcome::HandedOver { answer_within } => Step::only(vec![held.handed_over(now, *answer_within)]),
        Outcome::Failed { reason, retry: true } if attempt < options.attempts_max => {
            let wait = options.retry_seconds(attempt);
            let reason = format!("{} failed: {reason}; next attempt after {wait} s", attempt_of(attempt, options));
            let due_at = now.plus_seconds(i64::try_from(wait).unwrap_or(i64::MAX));
            Step::one(Command::Requeue { item: position, reason }, "waits for another attempt", held.again_at(due_at))
        }
        Outcome::Failed { reason, .. } => {
            let reason = if attempt > 1 { format!("{reason} (after {attempt} attempts)") } else { reason.clone() };
            done(Command::Fail { item: position, reason }, "production failed for good")
        }
    }
}

/// The server stops: the item returns to its place in the queue, and the attempt is not counted.
async fn put_back(shared: &Shared, held: &Held, position: usize) {
    let plan = |order: Option<&Order>, _: Timestamp| {
        let Some((order, item)) = waiting(order, position) else {
            return Step::only(vec![held.done()]);
        };
        let requeue = Command::Requeue { item: position, reason: "the server was stopped".to_owned() };
        let moves = if item.state.status == Status::InProduction { vec![(requeue, String::new())] } else { Vec::new() };
        Step { moves, writes: held.unclaimed(order, None) }
    };
    shared.ledger.settle(held.job.key.order, plan).await;
}

/// Nothing is there to produce an item that was queued when something was: it stays in the queue.
async fn set_aside(shared: &Shared, held: &Held, position: usize) {
    let plan = |order: Option<&Order>, now: Timestamp| {
        let Some((order, item)) = waiting(order, position) else {
            return Step::only(vec![held.done()]);
        };
        let moves = if item.state.status == Status::InProduction { vec![lost(position)] } else { Vec::new() };
        Step { moves, writes: held.unclaimed(order, Some(now.plus_seconds(WITHOUT_PROCESSOR_SECONDS))) }
    };
    let _ = timeout_at(held.safe_until, shared.ledger.settle(held.job.key.order, plan)).await;
}

/// "attempt 1 of 3". Claims whose worker was lost count as attempts, but never end an item by
/// themselves, so that there may be more of them than the limit says.
pub(super) fn attempt_of(attempt: u32, options: &FulfilmentOptions) -> String {
    let max = options.attempts_max;
    if attempt <= max { format!("attempt {attempt} of {max}") } else { format!("attempt {attempt}") }
}
