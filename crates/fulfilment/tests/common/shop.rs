//! A store, orders in it, and workers on it.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use ordergate_engine::order::{
    Command, Item, Order, OrderKind, Priority, State, Status, Subject, apply, decide, entries_of, submission_entry,
};
use ordergate_engine::time::Clock;
use ordergate_engine::{AccountId, Actor, Document, OrderId, Protocol, ProviderId, Timestamp};
use ordergate_fulfilment::{FulfilmentOptions, NoDetails, Outcome, Processor, SystemClock, WorkItem, Worker, WorkerHandle};
use ordergate_store::{Batch, Items, Job, JobKey, JobPart, SharedStore, Write};

use super::until;
use crate::place::{self, Place};

/// The system's clock, which a test may set forward.
#[derive(Debug, Default)]
pub struct TestClock {
    ahead: AtomicI64,
}

impl TestClock {
    pub fn advance(&self, seconds: i64) {
        self.ahead.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus_micros(self.ahead.load(Ordering::SeqCst))
    }
}

pub struct Shop {
    _place: Place,
    pub store: SharedStore,
    pub clock: Arc<TestClock>,
}

impl Shop {
    pub async fn new() -> Self {
        let clock = Arc::new(TestClock::default());
        let (store, place) = place::empty_store(clock.as_ref()).await;
        Self { _place: place, store, clock }
    }

    pub fn worker(&self, options: &FulfilmentOptions, processor: impl Into<Option<Arc<dyn Processor>>>) -> WorkerHandle {
        self.worker_on(Arc::clone(&self.store), options, processor)
    }

    /// A worker that sees the store through another one.
    pub fn worker_on(
        &self,
        store: SharedStore,
        options: &FulfilmentOptions,
        processor: impl Into<Option<Arc<dyn Processor>>>,
    ) -> WorkerHandle {
        let clock: Arc<dyn Clock> = self.clock.clone();
        Worker::new(store, Protocol::Oseo, options.clone(), processor.into(), Arc::new(NoDetails), clock).start()
    }

    /// An order as a submission leaves it: with its history and its job.
    pub async fn submit(&self, items: usize, priority: Priority, seconds_ago: i64) -> OrderId {
        let at = self.clock.now().plus_seconds(-seconds_ago);
        let order = self.new_order(items, priority, at).await;
        let job = job_of(&order, JobPart::Order);
        let entry = submission_entry(&order, Actor::account("demo"));
        let id = order.id;
        let writes = vec![Write::InsertOrder(Box::new(order)), Write::AppendHistory(entry), Write::InsertJob(job)];
        self.store.commit(Batch { writes }).await.unwrap();
        id
    }

    pub async fn new_order(&self, items: usize, priority: Priority, at: Timestamp) -> Order {
        let item = |n: usize| Item {
            item_id: format!("item_{}", n + 1),
            state: State::submitted(at),
            result: None,
            listed: false,
            standing: false,
            document: Document::default(),
        };
        Order {
            id: self.store.next_order_id().await.unwrap(),
            provider: ProviderId::DEFAULT,
            owner: AccountId(1),
            protocol: Protocol::Oseo,
            kind: OrderKind::Product,
            reference: Some("a reference".into()),
            priority,
            submitted_at: at,
            state: State::submitted(at),
            revision: 1,
            document: Document::default(),
            items: (0..items).map(item).collect(),
        }
    }

    pub async fn order(&self, id: OrderId) -> Order {
        self.store.order(id, Items::With).await.unwrap().unwrap()
    }

    pub async fn status(&self, id: OrderId) -> Status {
        self.order(id).await.state.status
    }

    pub async fn until_status(&self, id: OrderId, status: Status) {
        until(&format!("order {id} is {status}"), || async { self.status(id).await == status }).await;
    }

    /// Until no work is left.
    pub async fn until_idle(&self) {
        until("no job is left", || async { self.next_due().await.is_none() }).await;
    }

    pub async fn next_due(&self) -> Option<Timestamp> {
        self.store.next_due(Protocol::Oseo).await.unwrap()
    }

    /// The statuses that the order or an item has had.
    pub async fn path(&self, id: OrderId, subject: Subject) -> Vec<Status> {
        let history = self.store.history(id).await.unwrap();
        history.into_iter().filter(|e| e.subject == subject).map(|e| e.to).collect()
    }

    /// The reasons why an item has moved.
    pub async fn reasons(&self, id: OrderId, position: usize) -> Vec<String> {
        let history = self.store.history(id).await.unwrap();
        history.into_iter().filter(|e| e.subject == Subject::Item(position)).map(|e| e.why).collect()
    }

    /// Withdraws an order as a customer does.
    pub async fn cancel(&self, id: OrderId) {
        let mut order = self.order(id).await;
        let changes = decide(&order, &Command::Cancel { reason: "withdrawn".into() }).unwrap();
        let at = self.clock.now();
        let mut batch = Batch::new();
        let history = entries_of(id, &changes, at, &Actor::account("demo"), "withdrawn");
        batch.order_changes(&order, &changes, history, at).push(Write::DeleteJobsOf(id));
        apply(&mut order, &changes, at);
        self.store.commit(batch).await.unwrap();
    }
}

pub fn job_of(order: &Order, part: JobPart) -> Job {
    let key = JobKey { order: order.id, part };
    Job { key, queue: order.protocol, priority: order.priority, due_at: order.submitted_at, attempts: 0 }
}

/// Looks for work often, because a test waits for it.
pub fn options() -> FulfilmentOptions {
    FulfilmentOptions { poll_ms: 20, lease_seconds: 60, ..FulfilmentOptions::default() }
}

type Running = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// A processor that does what a test says.
pub struct Doing(Box<dyn Fn(WorkItem) -> Running + Send + Sync>);

/// A processor made of a function.
pub fn doing<F>(action: impl Fn(WorkItem) -> F + Send + Sync + 'static) -> Arc<dyn Processor>
where
    F: Future<Output = Outcome> + Send + 'static,
{
    Arc::new(Doing(Box::new(move |item| Box::pin(action(item)))))
}

impl fmt::Debug for Doing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Doing")
    }
}

#[async_trait]
impl Processor for Doing {
    async fn process(&self, item: &WorkItem) -> Outcome {
        (self.0)(item.clone()).await
    }
}
