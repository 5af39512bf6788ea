//! The loop that keeps a worker supplied with work.

use std::sync::Arc;
use std::time::Duration;

use ordergate_engine::Timestamp;
use ordergate_store::{Claim, Parts, Pause, StoreError};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep, timeout};

use super::lease::{Held, micros};
use super::sift::{Sifted, Width, sift};
use super::stop::Stop;
use super::{STOP_GRACE, Shared, Waker};

/// How long to wait before asking an unavailable store again.
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// An operator's command that makes due what was paused has so long for it; then the workers do it.
const RELEASE_SECONDS: i64 = 5;

/// Claims and works until the worker is to stop, then puts back what is under way.
pub(super) async fn run(shared: Arc<Shared>, waker: Waker, stop: Stop) {
    let mut tasks = JoinSet::new();
    let mut failures = 0;
    let mut width = Width::default();
    while !stop.is_due() {
        let free = shared.options.concurrency.saturating_sub(tasks.len());
        let wait = if let Ok(wait) = supply(&shared, &mut tasks, free, &stop, &mut width).await {
            failures = 0;
            wait
        } else {
            failures = (failures + 1).min(10);
            (shared.options.poll() * 2u32.pow(failures) / 2).min(PAUSE_MAX)
        };
        tokio::select! {
            biased;
            () = stop.wait() => break,
            Some(ended) = tasks.join_next() => note(ended),
            () = waker.work.notified() => {}
            () = sleep(wait) => {}
        }
        while let Some(ended) = tasks.try_join_next() {
            note(ended);
        }
    }
    put_away(tasks).await;
}

/// Claims what there is room for and starts it. Gives the time to wait before asking again.
async fn supply(
    shared: &Arc<Shared>,
    tasks: &mut JoinSet<()>,
    free: usize,
    stop: &Stop,
    width: &mut Width,
) -> Result<Duration, StoreError> {
    let poll = shared.options.poll();
    if free == 0 {
        return Ok(poll);
    }
    shared.call_waiting().await;
    let length = shared.options.lease();
    let (since, now) = (Instant::now(), shared.ledger.now());
    let lease = uuid::Uuid::now_v7().to_string();
    let lease_until = now.plus_micros(micros(length));
    let parts = shared.parts();
    let claim = Claim { queue: shared.queue, parts, now, lease_until, lease: lease.clone(), limit: width.of(free) };
    let jobs = shared.ledger.claim(&claim).await?;
    let (claimed, full) = (jobs.len(), jobs.len() >= claim.limit);
    let jobs = jobs.into_iter().map(|job| Held::new(job, lease.clone(), since, length)).collect();
    let pauses = shared.ledger.pauses().await;
    let Sifted { go, aside } = sift(shared, pauses.as_deref().ok(), jobs, free).await;
    width.note(claimed, aside);
    for (held, place) in go {
        let working = Arc::clone(shared).work(held, stop.clone());
        tasks.spawn(async move {
            working.await;
            drop(place);
        });
    }
    if pauses?.iter().any(|pause| is_left_over(pause, shared.ledger.now())) {
        shared.ledger.release(&*shared.describe).await;
    }
    if full && aside > 0 {
        // What was put aside leaves room for what waits behind it.
        return Ok(Duration::ZERO);
    }
    // What is due next may be an item that waits to be fetched.
    if full || parts != Parts::All {
        return Ok(poll);
    }
    let due = shared.ledger.next_due().await?;
    let until_due = due.map(|due| due.0.saturating_sub(shared.ledger.now().0));
    // What is due already was not to be had: another worker is after it, or it came just now.
    let soon = until_due.map(|micros| Duration::from_micros(u64::try_from(micros).unwrap_or(0)).max(poll / 10));
    Ok(soon.map_or(poll, |soon| soon.min(poll)))
}

/// Whoever was ending this pause has not come to an end with it.
fn is_left_over(pause: &Pause, now: Timestamp) -> bool {
    pause.resumed_at.is_some_and(|since| since.plus_seconds(RELEASE_SECONDS) < now)
}

fn note(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "work on a job ended badly; it will be claimed again when its lease ends");
    }
}

/// Lets the tasks, which know of the stop, put their jobs back; ends those that cannot.
async fn put_away(mut tasks: JoinSet<()>) {
    let all = async {
        while let Some(ended) = tasks.join_next().await {
            note(ended);
        }
    };
    if timeout(STOP_GRACE, all).await.is_err() {
        tracing::warn!(jobs = tasks.len(), "not all work could be put back; it will be claimed again when its lease ends");
        tasks.shutdown().await;
    }
}
