//! The background worker of one queue.

mod delivery_job;
mod gate;
mod item_job;
mod lease;
mod ledger;
mod order_job;
mod pull;
mod pull_claim;
mod run;
mod sift;
mod stop;
mod supply;

use std::sync::Arc;
use std::time::Duration;

use ordergate_engine::order::Order;
use ordergate_engine::time::Clock;
use ordergate_engine::{OrderId, Protocol};
use ordergate_store::{Job, JobPart, Parts, SharedStore, SlotOf};
use tokio::sync::{Notify, broadcast};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::{Deliver, Delivers, Describe, FulfilmentOptions, NoDeliveries, Processor, ProcessorKind, WorkItem};
use gate::Gates;
use lease::Held;
use ledger::Ledger;
use stop::{Stop, StopSender};

pub use pull::{Claimed, LeaseEnd, PullError, PullQueue};
pub use pull_claim::{CALLBACK_SECONDS, ClaimToken, LEASE_SECONDS};

/// How long [`WorkerHandle::stop`] lets the items under way be put back.
const STOP_GRACE: Duration = Duration::from_secs(4);
/// So many recalled orders are told apart; who falls behind further looks after its lease.
const RECALLS_KEPT: usize = 256;

/// Works off the orders of one protocol. Any number of workers, in any number of processes, may
/// serve the same queue of the same store.
#[derive(Debug)]
pub struct Worker {
    shared: Shared,
}

/// What the tasks of a worker have in common.
#[derive(Debug)]
struct Shared {
    queue: Protocol,
    options: FulfilmentOptions,
    ledger: Ledger,
    processor: Option<Arc<dyn Processor>>,
    /// There where the worker is one of deliveries.
    deliver: Option<Arc<dyn Deliver>>,
    delivers: Arc<dyn Delivers>,
    describe: Arc<dyn Describe>,
    gates: Gates,
    /// Orders whose work is no longer wanted.
    recalls: broadcast::Sender<OrderId>,
}

impl Worker {
    /// A worker for the queue of a protocol. Without a processor it only accepts orders, and their
    /// items wait for an operator ([`crate::processor_of`] gives what the options ask for).
    pub fn new(
        store: SharedStore,
        queue: Protocol,
        options: FulfilmentOptions,
        processor: Option<Arc<dyn Processor>>,
        describe: Arc<dyn Describe>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let ledger = Ledger::new(store, clock, queue);
        let (recalls, _) = broadcast::channel(RECALLS_KEPT);
        let gates = Gates::new(&options.per_collection);
        let (deliver, delivers) = (None, Arc::new(NoDeliveries));
        Self { shared: Shared { queue, options, ledger, processor, deliver, delivers, describe, gates, recalls } }
    }

    /// Leaves what it produces to workers of deliveries, where it is to be delivered.
    #[must_use]
    pub fn leaving(mut self, delivers: Arc<dyn Delivers>) -> Self {
        self.shared.delivers = delivers;
        self
    }

    /// A worker that brings what is produced to its customers. The options say how often that is tried, how many at once, and
    /// so on, as for items.
    pub fn of_deliveries(
        store: SharedStore,
        queue: Protocol,
        options: FulfilmentOptions,
        deliver: Arc<dyn Deliver>,
        describe: Arc<dyn Describe>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let mut worker = Self::new(store, queue, options, None, describe, clock);
        worker.shared.deliver = Some(deliver);
        worker
    }

    /// Begins to work. Must be called inside a tokio runtime.
    pub fn start(self) -> WorkerHandle {
        let (sender, stop) = stop::channel();
        let waker = Waker { work: Arc::new(Notify::new()), recalls: self.shared.recalls.clone() };
        let running = tokio::spawn(supply::run(Arc::new(self.shared), waker.clone(), stop));
        WorkerHandle { waker, stop: sender, running }
    }
}

/// A running worker. Dropping it stops the worker too, without waiting for it.
#[derive(Debug)]
pub struct WorkerHandle {
    waker: Waker,
    stop: StopSender,
    running: JoinHandle<()>,
}

impl WorkerHandle {
    /// Tells the worker that there is work, so that it need not find out by itself. Cheap.
    pub fn wake(&self) {
        self.waker.wake();
    }

    /// What [`wake`](Self::wake) does, to hand to those who make work.
    pub fn waker(&self) -> Waker {
        self.waker.clone()
    }

    /// Takes no more work, ends the runs under way and puts their items back into the queue.
    /// Returns when that is done: within five seconds even if the store does not answer; then the
    /// items are taken up again after their leases end.
    pub async fn stop(mut self) {
        self.stop.stop();
        match timeout(STOP_GRACE + Duration::from_millis(500), &mut self.running).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the worker ended badly"),
            Err(_) => {
                tracing::error!("the worker cannot be stopped in time: the store does not answer");
                self.running.abort();
            }
        }
    }
}

/// Tells a worker that there is work, or that work is no longer wanted.
#[derive(Debug, Clone)]
pub struct Waker {
    work: Arc<Notify>,
    recalls: broadcast::Sender<OrderId>,
}

impl Waker {
    pub fn wake(&self) {
        self.work.notify_one();
    }

    /// The jobs of this order were deleted: what runs for it finds its lease lost, and ends, at once.
    pub fn recall(&self, order: OrderId) {
        // Nobody listens when nothing runs.
        let _ = self.recalls.send(order);
    }
}

impl Shared {
    /// Works on one claimed job until it is done, put back, or lost.
    async fn work(self: Arc<Self>, held: Held, stop: Stop) {
        match held.job.key.part {
            JobPart::Order => order_job::work(&self, &held).await,
            JobPart::Item(position) => item_job::work(&self, held, position, stop).await,
            JobPart::Delivery(position) => delivery_job::work(&self, held, position, stop).await,
            JobPart::Notifications => tracing::error!(job = ?held.job.key, "this worker does not notify, and never claims to"),
        }
    }

    /// Whether accepted orders go on: their items are queued.
    fn produces_items(&self) -> bool {
        self.processor.is_some() || self.options.processor == ProcessorKind::Pull
    }

    /// The collection of an item, and how many of it are produced at once, if that is limited.
    fn limited(&self, order: &Order, position: usize) -> Option<(String, usize)> {
        if !self.gates.are_there() {
            return None;
        }
        let collection = self.describe.collection(order, position)?;
        let limit = self.gates.limit(&collection)?;
        Some((collection, limit))
    }

    /// The slot that a claimed item has, or is to have.
    fn slot(&self, held: &Held, collection: String) -> SlotOf {
        let (key, lease, now) = (held.job.key, held.lease.clone(), self.ledger.now());
        SlotOf { queue: self.queue, collection, key, lease, now }
    }

    /// Makes due what waits for room that there may be now.
    async fn call_waiting(&self) {
        let called = self.gates.called();
        if !called.is_empty() {
            self.ledger.hasten(called).await;
        }
    }

    /// What the background worker works on.
    fn parts(&self) -> Parts {
        match self.options.processor {
            _ if self.deliver.is_some() => Parts::Deliveries,
            ProcessorKind::Pull => Parts::Orders,
            _ => Parts::All,
        }
    }

    fn work_item(&self, order: &Order, position: usize, job: &Job) -> Option<WorkItem> {
        let item = order.items.get(position)?;
        Some(WorkItem {
            protocol: order.protocol,
            order_id: order.id,
            order_reference: order.reference.clone(),
            order_kind: order.kind,
            priority: order.priority,
            submitted_at: order.submitted_at,
            item_id: item.item_id.clone(),
            position,
            attempt: job.attempts,
            attempts_max: self.options.attempts_max,
            details: self.describe.describe(order, position),
            claim: None,
        })
    }
}
