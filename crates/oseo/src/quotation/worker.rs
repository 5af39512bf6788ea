//! Pricing in the background: what is due is taken, priced, and finished or put back.
//!
//! The quotation itself says that it is to be priced, and when. To take it is to put off when it is due, on the revision
//! that was read: of several workers one succeeds. A run ends before another worker may take the quotation again, and one
//! whose process died is taken up when that time has come.

use std::sync::Arc;
use std::time::Duration;

use ordergate_engine::time::Clock;
use ordergate_engine::{OrderId, Timestamp};
use ordergate_store::{CommitError, NotificationKey, Quotation, QuotationState, SharedStore, StoreError, Write};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{timeout, timeout_at};

use super::finish::{changed, refused};
use super::{Pricing, PricingRequest, Settled, Verdict, settle, write};
use crate::OseoOptions;
use crate::notification::{Callbacks, Wish, quotation_draft, quotation_fault};

/// How often to look for what nobody told of: another process took the order, or an attempt is due again.
const POLL: Duration = Duration::from_secs(1);
/// A run ends so long before another worker may take what it works on.
const MARGIN: Duration = Duration::from_secs(3);
/// How long [`QuotationWorker::stop`] lets what is under way be put back.
const STOP_GRACE: Duration = Duration::from_secs(4);
/// How long to wait before a finished price is offered again to a store that did not take it.
const STORE_AGAIN: Duration = Duration::from_millis(200);

/// Prices what is to be priced. Any number of workers, in any number of processes, may serve the same store.
#[derive(Debug)]
pub struct QuotationWorker {
    running: JoinHandle<()>,
    waker: QuotationWaker,
    stop: watch::Sender<bool>,
}

/// Tells the worker that there is something to price.
#[derive(Debug, Clone, Default)]
pub struct QuotationWaker(Arc<Notify>);

impl QuotationWaker {
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

impl QuotationWorker {
    /// Begins to work. Must be called inside a tokio runtime.
    /// Customers are called with what they asked for, if there are `callbacks`.
    pub fn start(
        store: SharedStore,
        clock: Arc<dyn Clock>,
        options: OseoOptions,
        pricing: Arc<dyn Pricing>,
        callbacks: Option<&Callbacks>,
    ) -> Self {
        let patience_micros = callbacks.map(|callbacks| callbacks.patience_micros);
        let waker = QuotationWaker::default();
        let (stop, stopped) = watch::channel(false);
        let shared = Arc::new(Shared { store, clock, options, pricing, patience_micros, stopped });
        let running = tokio::spawn(run(shared, waker.clone()));
        Self { running, waker, stop }
    }

    pub fn waker(&self) -> QuotationWaker {
        self.waker.clone()
    }

    /// Takes nothing more, ends the runs under way and puts back what they worked on. If the store does not take that in
    /// time, it is taken up again when its time has come.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        if timeout(STOP_GRACE, &mut self.running).await.is_err() {
            self.running.abort();
        }
    }
}

#[derive(Debug)]
struct Shared {
    store: SharedStore,
    clock: Arc<dyn Clock>,
    options: OseoOptions,
    pricing: Arc<dyn Pricing>,
    /// How long it is tried to call a customer.
    patience_micros: Option<i64>,
    stopped: watch::Receiver<bool>,
}

/// Works until it is stopped; then waits until what is under way is put back.
async fn run(shared: Arc<Shared>, waker: QuotationWaker) {
    // Dropped with this future: all runs end with it.
    let mut runs = JoinSet::new();
    tokio::select! {
        biased;
        () = shared.stop() => {}
        () = serve(&shared, &waker, &mut runs) => {}
    }
    while runs.join_next().await.is_some() {}
}

async fn serve(shared: &Arc<Shared>, waker: &QuotationWaker, runs: &mut JoinSet<()>) {
    let room = Arc::new(Semaphore::new(shared.options.quotation.concurrency));
    loop {
        while runs.try_join_next().is_some() {}
        // Nothing is taken that would then wait: its time would pass.
        let Ok(first) = Arc::clone(&room).acquire_owned().await else { return };
        let free = room.available_permits() + 1;
        drop(first);
        let due = match shared.store.due_quotations(shared.clock.now(), free).await {
            Ok(due) => due,
            Err(error) => {
                error.log("quotations that are due could not be read");
                Vec::new()
            }
        };
        let found = due.len();
        for quotation in due {
            let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
            let shared = Arc::clone(shared);
            runs.spawn(async move {
                shared.work(quotation).await;
                drop(permit);
            });
        }
        if found < free {
            let _ = timeout(POLL, waker.0.notified()).await;
        } else {
            // All places are taken: look again when one is free, and the next may be read.
            tokio::select! {
                biased;
                _ = runs.join_next() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }
}

impl Shared {
    /// Returns when the worker is to stop.
    async fn stop(&self) {
        let _ = self.stopped.clone().wait_for(|stop| *stop).await;
    }

    async fn work(&self, due: Quotation) {
        let lease = self.options.quotation.lease();
        let until = tokio::time::Instant::now() + lease;
        let Some((taken, attempt)) = self.take(due, lease).await else { return };
        let request = PricingRequest {
            id: taken.id,
            created_at: taken.created_at,
            order: &taken.order,
            attempt,
            attempts_max: self.options.quotation.attempts_max,
        };
        // A moment before anybody else may take it.
        let pricing = timeout_at(until - MARGIN, self.pricing.price(&request));
        let verdict = tokio::select! {
            biased;
            verdict = pricing => verdict,
            () = self.stop() => {
                let due_again = QuotationState::BeingPriced { due_at: self.clock.now(), attempts: attempt - 1 };
                return self.store(Quotation { state: due_again, ..taken }).await;
            }
        };
        let verdict = verdict.unwrap_or_else(|_| Verdict::Failed("the price could not be worked out in time".to_owned()));
        let now = self.clock.now();
        let state = match settle(&self.options, &taken.order, verdict, now) {
            Settled::Finished(state) => state,
            Settled::Failed(reason) => self.after_failure(&reason, attempt, now),
        };
        let _ = timeout_at(until, self.store(Quotation { state, ..taken })).await;
    }

    /// Puts off when it is due. Nothing if another worker was faster.
    async fn take(&self, due: Quotation, lease: Duration) -> Option<(Quotation, u32)> {
        let QuotationState::BeingPriced { attempts, .. } = due.state else { return None };
        let attempt = attempts.saturating_add(1);
        let due_at = self.clock.now().plus_micros(i64::try_from(lease.as_micros()).unwrap_or(i64::MAX));
        let taken = Quotation { state: QuotationState::BeingPriced { due_at, attempts: attempt }, ..due };
        match self.commit(&taken).await {
            Ok(()) => Some((Quotation { revision: taken.revision + 1, ..taken }, attempt)),
            Err(CommitError::Conflict(_)) => None,
            Err(CommitError::Store(error)) => {
                error.log("a quotation could not be taken");
                None
            }
        }
    }

    /// Another attempt later, unless there were enough.
    fn after_failure(&self, reason: &str, attempt: u32, now: Timestamp) -> QuotationState {
        let options = &self.options.quotation;
        if attempt >= options.attempts_max {
            return refused(reason, now);
        }
        let wait = i64::try_from(options.retry_seconds(attempt)).unwrap_or(i64::MAX);
        QuotationState::BeingPriced { due_at: now.plus_seconds(wait), attempts: attempt }
    }

    /// Tries until it is stored, or belongs to somebody else.
    async fn store(&self, quotation: Quotation) {
        loop {
            match self.commit(&quotation).await {
                Ok(()) => return,
                Err(CommitError::Conflict(error)) => {
                    tracing::warn!(quotation = %quotation.id, %error, "a price came too late");
                    return;
                }
                Err(CommitError::Store(error)) => {
                    error.log("a price could not be stored");
                    tokio::time::sleep(STORE_AGAIN).await;
                }
            }
        }
    }

    async fn commit(&self, quotation: &Quotation) -> Result<(), CommitError> {
        let mut batch = changed(quotation);
        batch.writes.extend(self.told(quotation).await?);
        self.store.commit(batch).await
    }

    /// The customer who wished it is called with the price, or with a fault that says that there is none.
    async fn told(&self, quotation: &Quotation) -> Result<Option<Write>, StoreError> {
        if matches!(quotation.state, QuotationState::BeingPriced { .. }) {
            return Ok(None);
        }
        let id = OrderId(quotation.id.0);
        let wish = self.store.notification_wish(id).await?.as_ref().and_then(Wish::from_document);
        let (Some(wish), Some(patience)) = (wish, self.patience_micros) else { return Ok(None) };
        let draft = match &quotation.state {
            QuotationState::Priced { prices, valid_until } => {
                Some(quotation_draft(&wish, |w| write::quotation(quotation.id, *valid_until, prices, w)))
            }
            QuotationState::Refused { reason, .. } => {
                quotation_fault(&wish, format!("there is no price for quotation {}: {reason}", quotation.id))
            }
            QuotationState::BeingPriced { .. } | QuotationState::Ordered { .. } => None,
        };
        let Some(draft) = draft else { return Ok(None) };
        let (now, key) = (self.clock.now(), NotificationKey::at_revision(id, quotation.revision, 0));
        Ok(Some(Write::Notify(Box::new(draft.notification(key, now, now.plus_micros(patience))))))
    }
}
