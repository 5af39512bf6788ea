//! Reads orders and commits what becomes of them: the only place of this crate that writes.

use std::sync::Arc;
use std::time::Duration;

use ordergate_engine::order::Order;
use ordergate_engine::time::Clock;
use ordergate_engine::{Actor, OrderId, Protocol, Timestamp};
use ordergate_store::{
    Batch, Claim, CommitError, ConflictOn, Items, Job, JobKey, Pause, SharedStore, Standing, StoreError, Write,
};
use tokio::time::sleep;

use crate::Describe;
use crate::moves::{RACES_MAX, Step, carry_out};
use crate::pausing::release;

const PAUSE_MIN: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(2);

/// How a step came out.
#[derive(Debug)]
pub(super) enum Settled {
    /// It is stored; the order as it is now, if there is one.
    Stored(Option<Box<Order>>),
    /// The job is another's by now, or gone: nothing was changed, and nothing more must be done.
    LeaseLost,
    /// A pause that was to be in force is over: nothing was changed.
    PauseOver,
    /// It cannot be stored. The job is due again when its lease ends.
    GivenUp,
}

/// The store as this crate sees it.
#[derive(Debug)]
pub(super) struct Ledger {
    store: SharedStore,
    clock: Arc<dyn Clock>,
    queue: Protocol,
}

impl Ledger {
    pub(super) fn new(store: SharedStore, clock: Arc<dyn Clock>, queue: Protocol) -> Self {
        Self { store, clock, queue }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) async fn claim(&self, claim: &Claim) -> Result<Vec<Job>, StoreError> {
        self.store.claim(claim).await.inspect_err(|error| error.log("no work can be claimed"))
    }

    pub(super) async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.next_due(self.queue).await.inspect_err(|error| error.log("no work can be found"))
    }

    pub(super) async fn pauses(&self) -> Result<Vec<Pause>, StoreError> {
        self.store.pauses(self.queue).await.inspect_err(|error| error.log("what is paused cannot be found"))
    }

    pub(super) async fn order(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        self.store.order(id, Items::With).await.inspect_err(|error| error.log("an order cannot be read"))
    }

    /// Makes due again what waited for pauses that are over.
    pub(super) async fn release(&self, describe: &dyn Describe) {
        match release(&*self.store, &*self.clock, describe, self.queue).await {
            Ok(items) => tracing::info!(items, "a pause that was being ended is over"),
            Err(error) => tracing::warn!(%error, "a pause cannot be ended yet"),
        }
    }

    /// Makes jobs due that wait.
    pub(super) async fn hasten(&self, jobs: Vec<(JobKey, Timestamp)>) {
        let writes = jobs.into_iter().map(|(key, due_at)| Write::HastenJob { key, due_at }).collect();
        if let Err(error) = self.commit(Batch { writes }).await {
            tracing::debug!(%error, "items are not called; they come due by themselves");
        }
    }

    pub(super) async fn standing_of(&self, order: OrderId) -> Result<Vec<Standing>, StoreError> {
        self.store.standing_of(order).await.inspect_err(|error| error.log("a standing order cannot be looked after"))
    }

    pub(super) async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        self.store.commit(batch).await
    }

    /// Reads the order, plans by what it is now, and commits; again if someone else was faster or
    /// the store is not available. May take for ever: callers set the limit.
    pub(super) async fn settle(&self, id: OrderId, plan: impl Fn(Option<&Order>, Timestamp) -> Step) -> Settled {
        self.settle_as(&Actor::worker(), id, plan).await
    }

    /// [`Self::settle`] in someone's name.
    pub(super) async fn settle_as(&self, who: &Actor, id: OrderId, plan: impl Fn(Option<&Order>, Timestamp) -> Step) -> Settled {
        let mut pause = PAUSE_MIN;
        let mut races = 0;
        loop {
            let error = match self.attempt(who, id, &plan).await {
                Ok(order) => return Settled::Stored(order.map(Box::new)),
                Err(CommitError::Conflict(ConflictOn::Job)) => return Settled::LeaseLost,
                Err(CommitError::Conflict(ConflictOn::Pause)) => return Settled::PauseOver,
                Err(CommitError::Conflict(ConflictOn::Order)) if races < RACES_MAX => {
                    races += 1;
                    sleep(Duration::from_millis(u64::from(races / 4))).await;
                    continue;
                }
                Err(CommitError::Store(StoreError::Unavailable(_))) => {
                    sleep(pause).await;
                    pause = (pause * 2).min(PAUSE_MAX);
                    continue;
                }
                Err(error) => error,
            };
            tracing::error!(order = %id, %error, "a job is given up until its lease ends");
            return Settled::GivenUp;
        }
    }

    async fn attempt(
        &self,
        who: &Actor,
        id: OrderId,
        plan: impl Fn(Option<&Order>, Timestamp) -> Step,
    ) -> Result<Option<Order>, CommitError> {
        let mut order = self.store.order(id, Items::With).await?;
        let now = self.now();
        let step = plan(order.as_ref(), now);
        let mut batch = Batch::new();
        if let Some(order) = &mut order {
            // The plans look before they ask: a refusal means that the stored order contradicts itself.
            carry_out(order, &step.moves, who, now, &mut batch).map_err(|refusal| StoreError::Corrupt(refusal.to_string()))?;
        }
        batch.writes.extend(step.writes);
        self.commit(batch).await?;
        Ok(order)
    }
}
