//! Items that are paused, and items of collections that are full.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::common::shop::{Shop, doing, job_of, options};
use crate::common::until;
use ordergate_engine::order::Status::{Completed, InProduction, Suspended};
use ordergate_engine::order::{Order, Priority};
use ordergate_engine::time::Clock;
use ordergate_engine::{AccountId, OrderId, Protocol};
use ordergate_fulfilment::{
    Action, Describe, Desk, FulfilmentOptions, NoDeliveries, Outcome, PauseError, Processor, ProcessorKind, PullQueue, QueueDesk,
    Worker, WorkerHandle,
};
use ordergate_store::{Batch, Job, JobPart, PauseOf, Write};
use serde_json::Value;
use tokio::sync::Semaphore;

const QUEUE: Protocol = Protocol::Oseo;

/// An order's reference is the collection of its items.
#[derive(Debug)]
struct ByReference;

impl Describe for ByReference {
    fn describe(&self, _: &Order, _: usize) -> Value {
        Value::Null
    }

    fn collection(&self, order: &Order, _: usize) -> Option<String> {
        order.reference.clone()
    }
}

fn worker(shop: &Shop, options: &FulfilmentOptions, processor: Arc<dyn Processor>) -> WorkerHandle {
    let clock: Arc<dyn Clock> = shop.clock.clone();
    Worker::new(Arc::clone(&shop.store), QUEUE, options.clone(), Some(processor), Arc::new(ByReference), clock).start()
}

fn ready() -> Outcome {
    Outcome::Done { result: None }
}

/// Produces an item for each permit that a test gives.
fn when_permitted() -> (Arc<Semaphore>, Arc<dyn Processor>) {
    let permits = Arc::new(Semaphore::new(0));
    let taken = Arc::clone(&permits);
    let processor = doing(move |_| {
        let taken = Arc::clone(&taken);
        async move {
            taken.acquire().await.unwrap().forget();
            ready()
        }
    });
    (permits, processor)
}

async fn submit(shop: &Shop, owner: i64, collection: &str, items: usize) -> OrderId {
    let order = Order {
        owner: AccountId(owner),
        reference: Some(collection.to_owned()),
        ..shop.new_order(items, Priority::Standard, shop.clock.now()).await
    };
    let (id, job) = (order.id, job_of(&order, JobPart::Order));
    shop.store.commit(Batch { writes: vec![Write::InsertOrder(Box::new(order)), Write::InsertJob(job)] }).await.unwrap();
    id
}

fn customer(id: i64) -> PauseOf {
    PauseOf::Account { id: AccountId(id), name: format!("customer {id}") }
}

fn collection(name: &str) -> PauseOf {
    PauseOf::Collection(name.to_owned())
}

async fn pause(shop: &Shop, of: &PauseOf, reason: &str) {
    desk(shop).pause(of.clone(), reason).await.unwrap();
}

async fn resume(shop: &Shop, of: &PauseOf) -> usize {
    desk(shop).resume(of).await.unwrap()
}

fn desk(shop: &Shop) -> QueueDesk<'_> {
    QueueDesk { store: &*shop.store, clock: &*shop.clock, describe: &ByReference, queue: QUEUE, operator: "anna" }
}

/// Until so many items are parked.
async fn until_parked(shop: &Shop, count: usize) {
    let parked = || async { shop.store.parked_jobs(QUEUE, Priority::Standard, None, 99_999).await.unwrap().len() == count };
    until(&format!("{count} items are parked"), parked).await;
}

async fn info(shop: &Shop, id: OrderId) -> Option<String> {
    shop.order(id).await.items[0].state.info.clone()
}

#[tokio::test]
async fn items_wait_while_their_customer_or_their_collection_is_paused() {
    let shop = Shop::new().await;
    pause(&shop, &customer(1), "bill is open").await;
    pause(&shop, &collection("scenes"), "mast is down").await;
    let worker = worker(&shop, &options(), doing(|_| async { ready() }));
    let both = submit(&shop, 1, "scenes", 3).await;
    let by_collection = submit(&shop, 2, "scenes", 20).await;
    let free = submit(&shop, 2, "others", 1).await;
    shop.until_status(free, Completed).await;
    until_parked(&shop, 23).await;
    assert_eq!(shop.status(both).await, Suspended);
    assert_eq!(info(&shop, both).await.as_deref(), Some("paused: bill is open"));
    assert_eq!(info(&shop, by_collection).await.as_deref(), Some("paused: mast is down"));

    // One pause is left to each item of the order that has two.
    assert_eq!(resume(&shop, &collection("scenes")).await, 20);
    shop.until_status(by_collection, Completed).await;
    assert_eq!((shop.status(both).await, shop.store.pauses(QUEUE).await.unwrap().len()), (Suspended, 1));
    assert_eq!(resume(&shop, &customer(1)).await, 3);
    shop.until_status(both, Completed).await;
    assert_eq!(shop.store.pauses(QUEUE).await.unwrap(), []);
    let reasons = shop.reasons(both, 0).await;
    assert!(reasons.contains(&"production begins, attempt 1 of 3".to_owned()), "to be parked is no attempt: {reasons:?}");
    let again = desk(&shop).resume(&customer(1)).await;
    assert!(matches!(again, Err(PauseError::NotPaused(_))), "{again:?}");
    shop.until_idle().await;
    worker.stop().await;
}

/// What has begun goes on to its end, and what it waits for says so no longer when the pause is over.
#[tokio::test]
async fn what_is_in_production_goes_on() {
    let shop = Shop::new().await;
    let (permits, processor) = when_permitted();
    let one = worker(&shop, &FulfilmentOptions { concurrency: 1, ..options() }, Arc::clone(&processor));
    let id = submit(&shop, 1, "scenes", 2).await;
    shop.until_status(id, InProduction).await;
    pause(&shop, &customer(1), "holidays").await;
    let other = worker(&shop, &options(), processor);
    until_parked(&shop, 1).await;
    permits.add_permits(1);
    until("the item is completed", || async { shop.order(id).await.items[0].state.status == Completed }).await;
    let statuses: Vec<_> = shop.order(id).await.items.iter().map(|i| (i.state.status, i.state.info.clone())).collect();
    assert_eq!(statuses, [(Completed, None), (Suspended, Some("paused: holidays".to_owned()))]);
    one.stop().await;
    other.stop().await;
    assert_eq!(resume(&shop, &customer(1)).await, 1);
    assert_eq!(shop.order(id).await.items[1].state.info, None);
    assert_eq!(shop.next_due().await, Some(shop.order(id).await.submitted_at), "it is back in its place");
}

/// Also of workers that have just looked, and would not look again for a long time.
#[tokio::test]
async fn a_pause_and_its_end_are_obeyed_from_that_moment() {
    let shop = Shop::new().await;
    let worker = worker(&shop, &FulfilmentOptions { poll_ms: 60_000, ..options() }, doing(|_| async { ready() }));
    for round in 0..3 {
        let free = submit(&shop, 1, "others", 1).await;
        worker.wake();
        shop.until_status(free, Completed).await;
        pause(&shop, &customer(1), "bill is open").await;
        let waits = submit(&shop, 1, "others", 1).await;
        worker.wake();
        until_parked(&shop, 1).await;
        assert_eq!((round, shop.status(waits).await), (round, Suspended));
        assert_eq!(resume(&shop, &customer(1)).await, 1);
        worker.wake();
        shop.until_status(waits, Completed).await;
    }
    worker.stop().await;
}

/// As if the command had been killed after its first commit.
#[tokio::test]
async fn an_end_that_was_cut_short_is_brought_to_its_end() {
    let shop = Shop::new().await;
    pause(&shop, &customer(1), "bill is open").await;
    let worker = worker(&shop, &options(), doing(|_| async { ready() }));
    let id = submit(&shop, 1, "scenes", 2).await;
    until_parked(&shop, 2).await;
    let begun = Write::ResumePause { queue: QUEUE, of: customer(1), at: shop.clock.now() };
    shop.store.commit(Batch { writes: vec![begun] }).await.unwrap();
    shop.clock.advance(60);
    shop.until_status(id, Completed).await;
    until("the pause is gone", || async { shop.store.pauses(QUEUE).await.unwrap().is_empty() }).await;
    worker.stop().await;
}

/// They get what is behind it, at once.
#[tokio::test]
async fn workers_that_fetch_get_nothing_that_is_paused() {
    let shop = Shop::new().await;
    let options = FulfilmentOptions { processor: ProcessorKind::Pull, ..options() };
    let clock: Arc<dyn Clock> = shop.clock.clone();
    let orders = shop.worker(&options, None);
    let paused = submit(&shop, 1, "scenes", 150).await;
    shop.until_status(paused, Suspended).await;
    let free = submit(&shop, 2, "scenes", 1).await;
    shop.until_status(free, Suspended).await;
    pause(&shop, &customer(1), "bill is open").await;
    let queue = PullQueue::new(Arc::clone(&shop.store), QUEUE, options, Arc::new(ByReference), Arc::new(NoDeliveries), clock);
    let fetched = queue.claim("one", 1, 60).await.unwrap();
    assert_eq!(fetched.iter().map(|claimed| claimed.item.order_id).collect::<Vec<_>>(), [free]);
    assert_eq!(queue.claim("one", 1, 60).await.unwrap().len(), 0);
    until_parked(&shop, 150).await;
    assert_eq!(resume(&shop, &customer(1)).await, 150);
    let due = shop.order(paused).await.submitted_at;
    assert_eq!(shop.next_due().await, Some(due));
    assert!(due < Job::PARKED);
    orders.stop().await;
}

/// However many wait before them.
#[tokio::test]
async fn a_full_collection_does_not_keep_others_waiting() {
    let shop = Shop::new().await;
    let (permits, of_scenes) = when_permitted();
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let at_once = Arc::clone(&most);
    let processor = doing(move |item| {
        let (of_scenes, now, most) = (Arc::clone(&of_scenes), Arc::clone(&now), Arc::clone(&most));
        async move {
            if item.order_reference.as_deref() == Some("others") {
                return ready();
            }
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let outcome = of_scenes.process(&item).await;
            now.fetch_sub(1, Ordering::SeqCst);
            outcome
        }
    });
    let options =
        FulfilmentOptions { per_collection: [("scenes".to_owned(), 2)].into(), attempts_max: 1, concurrency: 4, ..options() };
    let worker = worker(&shop, &options, processor);
    let many = submit(&shop, 1, "scenes", 1500).await;
    shop.until_status(many, InProduction).await;
    let others = submit(&shop, 2, "others", 5).await;
    let few = submit(&shop, 1, "scenes", 10).await;
    shop.until_status(others, Completed).await;

    // None of them is forgotten, and none has used up its attempt.
    permits.add_permits(1510);
    let cancel = Action::Cancel { reason: "enough".to_owned() };
    Desk::new(&*shop.store, &*shop.clock, "anna", &NoDeliveries).act(many, &cancel).await.unwrap();
    shop.until_status(few, Completed).await;
    assert_eq!(at_once.load(Ordering::SeqCst), 2);
    shop.until_idle().await;
    worker.stop().await;
}
