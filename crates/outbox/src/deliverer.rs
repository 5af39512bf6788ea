//! Delivers what is stored in the outbox. Any number of deliverers, in any number of processes, may serve one store.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ordergate_engine::time::Clock;
use ordergate_engine::{OrderId, Protocol, Timestamp};
use ordergate_store::{
    Attempt, Batch, Channel, Claim, CommitError, ConflictOn, Job, JobKey, JobPart, Notification, NotificationState, Parts,
    SharedStore, StoreError, Write,
};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::schedule::next_attempt;
use crate::stop::{self, Stop, StopSender};
use crate::{Couriers, OutboxOptions};

/// So many notifications of an order are read at once.
const READ_AT_ONCE: usize = 64;
/// How long an attempt may go on after the deliverer was told to stop; then it is made again by whoever comes next.
const ATTEMPT_GRACE: Duration = Duration::from_secs(2);
/// How long [`DelivererHandle::stop`] waits for that, and for the store.
const STOP_GRACE: Duration = Duration::from_secs(5);
/// How long to wait before asking an unavailable store again: at first, and at most.
const PAUSE_MIN: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// Delivers notifications.
#[derive(Debug)]
pub struct Deliverer {
    shared: Arc<Shared>,
    posted: Arc<Notify>,
}

struct Shared {
    store: SharedStore,
    couriers: Couriers,
    options: OutboxOptions,
    clock: Arc<dyn Clock>,
    watch: Watch,
}

/// Told of each attempt by what became of the notification: delivered, given up, or waiting for another attempt.
pub type Watch = Arc<dyn Fn(Channel, NotificationState) + Send + Sync>;

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("options", &self.options).finish_non_exhaustive()
    }
}

/// A running deliverer. Dropping it stops the deliverer too, without waiting for it.
#[derive(Debug)]
pub struct DelivererHandle {
    stop: StopSender,
    running: JoinHandle<()>,
}

impl DelivererHandle {
    /// Begins no further attempt, and returns when those under way have ended.
    pub async fn stop(mut self) {
        self.stop.stop();
        if timeout(STOP_GRACE, &mut self.running).await.is_err() {
            tracing::warn!("attempts to deliver are broken off; they will be made again");
            self.running.abort();
        }
    }
}

impl Deliverer {
    /// `posted` tells of new notifications, and `watch` is told of attempts; notifications of other processes are found by looking now and then.
    pub fn new(
        store: SharedStore,
        couriers: Couriers,
        options: OutboxOptions,
        clock: Arc<dyn Clock>,
        posted: Arc<Notify>,
        watch: Watch,
    ) -> Self {
        Self { shared: Arc::new(Shared { store, couriers, options, clock, watch }), posted }
    }

    /// Begins to deliver. Must be called inside a tokio runtime.
    pub fn start(self) -> DelivererHandle {
        let (stop, stopped) = stop::channel();
        DelivererHandle { stop, running: tokio::spawn(supply(self.shared, self.posted, stopped)) }
    }
}

/// Claims and delivers until it is to stop.
async fn supply(shared: Arc<Shared>, posted: Arc<Notify>, stopped: Stop) {
    let mut tasks = JoinSet::new();
    let mut pause = shared.options.poll();
    while !stopped.is_due() {
        let free = shared.options.concurrency.saturating_sub(tasks.len());
        match shared.claim(free).await {
            Ok(lanes) => {
                pause = shared.options.poll();
                for lane in lanes {
                    tasks.spawn(lane.deliver(Arc::clone(&shared), stopped.clone()));
                }
            }
            Err(error) => {
                error.log("no notification can be found");
                pause = (pause * 2).min(PAUSE_MAX);
            }
        }
        tokio::select! {
            biased;
            () = stopped.wait() => break,
            Some(_) = tasks.join_next() => {}
            // With all hands full there is nothing to look for.
            () = posted.notified(), if free > 0 => {}
            () = sleep(pause) => {}
        }
        while tasks.try_join_next().is_some() {}
    }
    while tasks.join_next().await.is_some() {}
}

impl Shared {
    async fn claim(&self, limit: usize) -> Result<Vec<Lane>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let safe_until = self.safe_until();
        let (now, lease) = (self.clock.now(), uuid::Uuid::now_v7().to_string());
        let lease_until = self.lease_end(now);
        let claim = Claim { queue: Protocol::Oseo, parts: Parts::Notifications, now, lease_until, lease: lease.clone(), limit };
        let jobs = self.store.claim(&claim).await?;
        Ok(jobs.into_iter().map(|job| Lane { job, lease: lease.clone(), safe_until }).collect())
    }

    /// Commits, again while the store is not available: what is not noted as delivered would be delivered again, and everything
    /// else about the order would wait for the lease to end. Gives up when the lease may be over, or the deliverer is to stop.
    async fn commit(&self, batch: Batch, stopped: &Stop) -> Result<(), CommitError> {
        let (began, mut pause) = (Instant::now(), PAUSE_MIN);
        loop {
            match self.store.commit(batch.clone()).await {
                Err(CommitError::Store(StoreError::Unavailable(_)))
                    if began.elapsed() + pause < self.options.lease() / 2 && !stopped.is_due() => {}
                done => return done,
            }
            sleep(pause).await;
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    /// Until when nobody else tells of what is leased now. The last sixth is left for clocks that do not run alike.
    fn safe_until(&self) -> Instant {
        Instant::now() + self.options.lease() * 5 / 6
    }

    fn lease_end(&self, now: Timestamp) -> Timestamp {
        now.plus_micros(i64::try_from(self.options.lease().as_micros()).unwrap_or(i64::MAX))
    }
}

/// What is to be told about one order, claimed.
#[derive(Debug)]
struct Lane {
    job: Job,
    lease: String,
    /// By then no attempt may be under way, unless the lease was extended: two deliverers would tell in another order.
    safe_until: Instant,
}

/// Why a lane is left before its end. The notifications stay, and are due when the lease ends.
enum Left {
    /// Another has it by now.
    Lost,
    /// An attempt was broken off, because the deliverer stops.
    Stopped,
    /// The store took so long that the lease may be over before another attempt is.
    Late,
    Store(StoreError),
}

impl From<CommitError> for Left {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict(_) => Self::Lost,
            CommitError::Store(error) => Self::Store(error),
        }
    }
}

impl Lane {
    async fn deliver(mut self, shared: Arc<Shared>, stopped: Stop) {
        let left = match self.work(&shared, &stopped).await {
            Err(Left::Stopped | Left::Late | Left::Store(StoreError::Unavailable(_))) => {
                self.end(&shared, Some(shared.clock.now()), &stopped).await
            }
            left => left,
        };
        match left {
            Ok(()) | Err(Left::Stopped) => {}
            Err(Left::Lost | Left::Late) => tracing::debug!(order = %self.order(), "the notifications are another's by now"),
            Err(Left::Store(error)) => error.log("notifications are left until their lease ends"),
        }
    }

    fn order(&self) -> OrderId {
        self.job.key.order
    }

    /// Tries all that is due, then gives the job back.
    async fn work(&mut self, shared: &Shared, stopped: &Stop) -> Result<(), Left> {
        let mut held_up = HeldUp::default();
        loop {
            let waiting = shared.store.notifications_waiting(self.order(), READ_AT_ONCE).await.map_err(Left::Store)?;
            let mut told = false;
            for notification in &waiting {
                if stopped.is_due() {
                    return self.end(shared, Some(shared.clock.now()), stopped).await;
                }
                told |= self.tell(shared, notification, &mut held_up, stopped).await?;
            }
            // What stands behind many that are held up is found when those are tried again.
            if !told || waiting.len() < READ_AT_ONCE {
                return self.end(shared, held_up.until, stopped).await;
            }
        }
    }

    /// One attempt, unless it is not due, or another to the same destination must go first. Says whether the notification
    /// does not wait any more.
    async fn tell(
        &mut self,
        shared: &Shared,
        notification: &Notification,
        held_up: &mut HeldUp,
        stopped: &Stop,
    ) -> Result<bool, Left> {
        if held_up.concerns(notification) {
            return Ok(false);
        }
        if notification.due_at > shared.clock.now() {
            held_up.add(notification, notification.due_at);
            return Ok(false);
        }
        if Instant::now() + shared.options.timeout() > self.safe_until {
            return Err(Left::Late);
        }
        let attempt = tokio::select! {
            biased;
            attempt = try_once(shared, notification) => attempt,
            () = stopped_for_long(stopped.clone()) => return Err(Left::Stopped),
            () = sleep_until(self.safe_until) => return Err(Left::Late),
        };
        if attempt.state == NotificationState::Waiting {
            held_up.add(notification, attempt.due_at);
        }
        let told = attempt.state != NotificationState::Waiting;
        self.record(shared, attempt, stopped).await?;
        Ok(told)
    }

    async fn record(&mut self, shared: &Shared, attempt: Attempt, stopped: &Stop) -> Result<(), Left> {
        let safe_until = shared.safe_until();
        let (key, lease) = (JobKey { order: self.order(), part: JobPart::Notifications }, self.lease.clone());
        let mut batch = Batch::new();
        batch.push(Write::ExtendLease { key, lease, until: shared.lease_end(shared.clock.now()) });
        batch.push(Write::RecordAttempt(attempt));
        match shared.commit(batch, stopped).await {
            // An operator has settled it otherwise.
            Err(CommitError::Conflict(ConflictOn::Notification)) => Ok(()),
            recorded => {
                recorded?;
                self.safe_until = safe_until;
                Ok(())
            }
        }
    }

    /// The job is done, or due again.
    async fn end(&self, shared: &Shared, due_at: Option<Timestamp>, stopped: &Stop) -> Result<(), Left> {
        let (order, lease, attempts) = (self.order(), self.lease.clone(), self.job.attempts);
        let mut batch = Batch::new();
        batch.push(Write::EndNotifying { order, lease: lease.clone(), attempts, due_at });
        match shared.commit(batch, stopped).await {
            Err(CommitError::Conflict(ConflictOn::Job)) => {}
            ended => return Ok(ended?),
        }
        // More is to be told since we claimed it: whoever claims it next will see. Or it is another's by now.
        let mut batch = Batch::new();
        let key = JobKey { order, part: JobPart::Notifications };
        batch.push(Write::ReleaseJob { key, lease, due_at: shared.clock.now() });
        Ok(shared.commit(batch, stopped).await?)
    }
}

/// Returns when the deliverer is to stop, and an attempt under way has had its time.
async fn stopped_for_long(stopped: Stop) {
    stopped.wait().await;
    sleep(ATTEMPT_GRACE).await;
}

/// Destinations that have to wait, and until when the first of them does.
#[derive(Debug, Default)]
struct HeldUp {
    destinations: HashSet<(Channel, String)>,
    until: Option<Timestamp>,
}

impl HeldUp {
    fn concerns(&self, notification: &Notification) -> bool {
        self.destinations.contains(&(notification.channel, notification.destination.clone()))
    }

    fn add(&mut self, notification: &Notification, until: Timestamp) {
        self.destinations.insert((notification.channel, notification.destination.clone()));
        self.until = Some(self.until.map_or(until, |before| before.min(until)));
    }
}

async fn try_once(shared: &Shared, notification: &Notification) -> Attempt {
    let outcome = shared.couriers.deliver(notification).await;
    let (now, attempts) = (shared.clock.now(), notification.attempts.saturating_add(1));
    let (key, channel, event) = (notification.key, notification.channel, notification.event.as_str());
    let (state, due_at, report) = match outcome {
        Ok(report) => {
            tracing::info!(notification = %key, ?channel, event, attempts, report, "delivered");
            (NotificationState::Delivered, now, report)
        }
        Err(failed) => {
            let again = next_attempt(&shared.options, attempts, now, notification.give_up_at).filter(|_| !failed.hopeless);
            if again.is_none() {
                tracing::error!(notification = %key, ?channel, event, attempts, reason = failed.reason, "not delivered, given up");
            } else {
                tracing::warn!(notification = %key, ?channel, event, attempts, reason = failed.reason, "not delivered, will try again");
            }
            (again.map_or(NotificationState::GivenUp, |_| NotificationState::Waiting), again.unwrap_or(now), failed.reason)
        }
    };
    (shared.watch)(channel, state);
    Attempt { key, state, attempts, due_at, report }
}
