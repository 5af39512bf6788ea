//! Holding a job: the lease, and the signs of life that extend it.

use std::time::Duration;

use ordergate_engine::order::Order;
use ordergate_engine::{OrderId, Timestamp};
use ordergate_store::{Batch, CommitError, Job, Write};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use super::Shared;

/// A claimed job.
#[derive(Debug)]
pub(super) struct Held {
    pub job: Job,
    /// The token that proves the claim to the store.
    pub lease: String,
    /// By then all work on the job must have ended, unless the lease was extended: a moment before
    /// it ends for the others.
    pub safe_until: Instant,
}

impl Held {
    pub(super) fn new(job: Job, lease: String, since: Instant, length: Duration) -> Self {
        Self { job, lease, safe_until: safe_until(since, length) }
    }

    /// The job is done.
    pub(super) fn done(&self) -> Write {
        Write::DeleteJob { key: self.job.key, lease: self.lease.clone() }
    }

    /// The job goes on: also the proof, in a batch with other changes, that it is still ours.
    pub(super) fn extended(&self, now: Timestamp, length: Duration) -> Write {
        let until = now.plus_micros(micros(length));
        Write::ExtendLease { key: self.job.key, lease: self.lease.clone(), until }
    }

    /// Somebody else works on it, and has until then to say that it is done.
    pub(super) fn handed_over(&self, now: Timestamp, length: Duration) -> Write {
        let until = now.plus_micros(micros(length));
        Write::HoldUntil { key: self.job.key, lease: self.lease.clone(), until }
    }

    /// The job is due again after a failed attempt.
    pub(super) fn again_at(&self, due_at: Timestamp) -> Vec<Write> {
        vec![Write::ReleaseJob { key: self.job.key, lease: self.lease.clone(), due_at }]
    }

    /// The job goes back as if it had not been claimed: to its place in the queue when `due_at` is
    /// not given, and with its former number of attempts.
    pub(super) fn unclaimed(&self, order: &Order, due_at: Option<Timestamp>) -> Vec<Write> {
        let due_at = due_at.unwrap_or(order.submitted_at);
        let attempts = self.job.attempts.saturating_sub(1);
        vec![self.done(), Write::InsertJob(Job { due_at, attempts, ..self.job.clone() })]
    }
}

pub(super) fn micros(length: Duration) -> i64 {
    i64::try_from(length.as_micros()).unwrap_or(i64::MAX)
}

/// The last sixth is left for a killed run to end, and for clocks that do not run alike.
pub(super) fn safe_until(since: Instant, length: Duration) -> Instant {
    since + length * 5 / 6
}

/// Extends the lease when a third of it is over, and when the order is recalled. Returns only when it could not be
/// extended in time, is another's, or is gone with its job: the work must end.
pub(super) async fn keep(shared: &Shared, held: &mut Held, recalls: &mut Receiver<OrderId>) {
    let length = shared.options.lease();
    loop {
        // Counted from the beginning of the lease, which may be long ago if the store was slow to answer.
        let third = held.safe_until - length / 2;
        tokio::select! {
            biased;
            () = sleep_until(third) => {}
            () = recalled(recalls, held.job.key.order) => {}
        }
        match timeout_at(held.safe_until, extend(shared, held, length)).await {
            Ok(Some(extended_until)) => held.safe_until = extended_until,
            Ok(None) => return,
            Err(_) => {
                tracing::warn!(job = ?held.job.key, "the lease could not be extended in time");
                return;
            }
        }
    }
}

/// Returns when the order is recalled, or when that is not known because too many were.
async fn recalled(recalls: &mut Receiver<OrderId>, order: OrderId) {
    loop {
        match recalls.recv().await {
            Ok(recalled) if recalled != order => {}
            Ok(_) | Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// Tries until it is extended, and gives the time until which that is safe; none if it is lost.
async fn extend(shared: &Shared, held: &Held, length: Duration) -> Option<Instant> {
    loop {
        let since = Instant::now();
        let mut batch = Batch::new();
        batch.push(held.extended(shared.ledger.now(), length));
        match shared.ledger.commit(batch).await {
            Ok(()) => return Some(safe_until(since, length)),
            Err(CommitError::Conflict(_)) => return None,
            Err(CommitError::Store(_)) => sleep(length / 30).await,
        }
    }
}
