//! Deliveries: each once, one at a time, by whoever is there.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use ordergate_engine::order::Status::{Completed, Failed, InProduction, Suspended};
use ordergate_engine::order::{Order, Priority};
use ordergate_engine::time::Clock;
use ordergate_engine::{OrderId, Protocol};
use ordergate_fulfilment::{
    Action, Deliver, Delivers, Desk, FulfilmentOptions, NoDetails, NotDelivered, Outcome, Processor, WorkItem, Worker,
    WorkerHandle,
};

use crate::common::shop::{Shop, doing, options};
use crate::common::until;

const RESULT: &str = "file:///srv/out/one";

/// Everything is to be delivered.
#[derive(Debug)]
struct All;

impl Delivers for All {
    fn delivers(&self, _: &Order, _: usize) -> bool {
        true
    }
}

type Running = Pin<Box<dyn Future<Output = Result<(), NotDelivered>> + Send>>;

struct Rule(Box<dyn Fn(WorkItem) -> Running + Send + Sync>);

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rule")
    }
}

#[async_trait]
impl Deliver for Rule {
    async fn deliver(&self, item: &WorkItem, result: &str) -> Result<(), NotDelivered> {
        assert_eq!(result, RESULT);
        (self.0)(item.clone()).await
    }
}

fn rule<F>(rule: impl Fn(WorkItem) -> F + Send + Sync + 'static) -> Arc<dyn Deliver>
where
    F: Future<Output = Result<(), NotDelivered>> + Send + 'static,
{
    Arc::new(Rule(Box::new(move |item| Box::pin(rule(item)))))
}

/// What was begun, and what runs.
#[derive(Debug, Default)]
struct Count {
    begun: AtomicUsize,
    running: AtomicUsize,
}

struct Run(Arc<Count>);

impl Count {
    fn begin(self: &Arc<Self>) -> Run {
        self.begun.fetch_add(1, Ordering::SeqCst);
        self.running.fetch_add(1, Ordering::SeqCst);
        Run(Arc::clone(self))
    }

    fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }

    async fn until_running(&self, wanted: usize) {
        until(&format!("{wanted} run"), || async { self.running.load(Ordering::SeqCst) == wanted }).await;
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

fn quick() -> FulfilmentOptions {
    FulfilmentOptions { lease_seconds: 120, retry_base_seconds: 1, retry_max_seconds: 1, attempts_max: 3, ..options() }
}

fn deliverer(shop: &Shop, deliver: Arc<dyn Deliver>) -> WorkerHandle {
    let clock: Arc<dyn Clock> = shop.clock.clone();
    Worker::of_deliveries(Arc::clone(&shop.store), Protocol::Oseo, quick(), deliver, Arc::new(NoDetails), clock).start()
}

/// Produces at once, and leaves the rest to others; gives how often it did.
fn producer(shop: &Shop) -> (WorkerHandle, Arc<Count>) {
    let count = Arc::new(Count::default());
    let counting = Arc::clone(&count);
    let processor = doing(move |_| {
        let _run = counting.begin();
        async { Outcome::Done { result: Some(RESULT.to_owned()) } }
    });
    (producing(shop, processor), count)
}

fn producing(shop: &Shop, processor: Arc<dyn Processor>) -> WorkerHandle {
    let clock: Arc<dyn Clock> = shop.clock.clone();
    let worker = Worker::new(Arc::clone(&shop.store), Protocol::Oseo, quick(), Some(processor), Arc::new(NoDetails), clock);
    worker.leaving(Arc::new(All)).start()
}

/// Deliveries that last until they are ended.
fn endless(count: &Arc<Count>) -> Arc<dyn Deliver> {
    let count = Arc::clone(count);
    rule(move |_| {
        let run = count.begin();
        async move {
            let _run = run;
            std::future::pending().await
        }
    })
}

fn at_once(count: &Arc<Count>) -> Arc<dyn Deliver> {
    let count = Arc::clone(count);
    rule(move |_| {
        let _run = count.begin();
        async { Ok(()) }
    })
}

async fn info(shop: &Shop, id: OrderId) -> String {
    shop.order(id).await.items[0].state.info.clone().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn several_nodes_deliver_each_item_once() {
    const ITEMS: usize = 40;
    let shop = Shop::new().await;
    let delivered = Arc::new(Count::default());
    let nodes: Vec<WorkerHandle> = (0..3).map(|_| deliverer(&shop, at_once(&delivered))).collect();
    let (producer, produced) = producer(&shop);
    let id = shop.submit(ITEMS, Priority::Standard, 0).await;
    shop.until_status(id, Completed).await;
    assert_eq!((produced.begun(), delivered.begun()), (ITEMS, ITEMS));
    assert!(shop.order(id).await.items.iter().all(|item| item.result.as_deref() == Some(RESULT)));
    producer.stop().await;
    for node in nodes {
        node.stop().await;
    }
}

#[tokio::test]
async fn what_fails_is_tried_again_and_stays_in_production() {
    let shop = Shop::new().await;
    let attempts = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&attempts);
    let worker = deliverer(
        &shop,
        rule(move |item| {
            counted.fetch_add(1, Ordering::SeqCst);
            let (last, reason) = (item.position == 1, "no room".to_owned());
            async move { Err(NotDelivered { reason, retry: !last }) }
        }),
    );
    let (producer, produced) = producer(&shop);
    let id = shop.submit(2, Priority::Standard, 0).await;
    until("the failure is told", || async { info(&shop, id).await.contains("attempt 1 of 3") }).await;
    let order = shop.order(id).await;
    assert_eq!(order.items[0].state.status, InProduction);
    assert_eq!(info(&shop, id).await, "delivery: attempt 1 of 3 failed: no room; next attempt after 1 s");
    until("the other one is over", || async { shop.order(id).await.items[1].state.status == Failed }).await;
    assert_eq!(shop.order(id).await.items[1].state.info.as_deref(), Some("delivery: no room"));
    until("all attempts are used up", || async {
        shop.clock.advance(2);
        shop.status(id).await == Failed
    })
    .await;
    assert_eq!(info(&shop, id).await, "delivery: no room (after 3 attempts)");
    assert_eq!((attempts.load(Ordering::SeqCst), produced.begun()), (4, 2));
    producer.stop().await;
    worker.stop().await;
}

#[tokio::test]
async fn a_stopped_worker_s_delivery_goes_on_elsewhere_and_does_not_count() {
    let shop = Shop::new().await;
    let (first, second) = (Arc::new(Count::default()), Arc::new(Count::default()));
    let (producer, produced) = producer(&shop);
    let worker = deliverer(&shop, endless(&first));
    let id = shop.submit(1, Priority::Standard, 0).await;
    first.until_running(1).await;
    assert_eq!(info(&shop, id).await, "being delivered");
    worker.stop().await;
    first.until_running(0).await;
    let counting = Arc::clone(&second);
    let worker = deliverer(
        &shop,
        rule(move |item| {
            let _run = counting.begin();
            assert_eq!(item.attempt, 1);
            async { Ok(()) }
        }),
    );
    shop.until_status(id, Completed).await;
    assert_eq!((first.begun(), second.begun(), produced.begun()), (1, 1, 1));
    producer.stop().await;
    worker.stop().await;
}

/// A worker that was away for longer than its lease ends its run when it finds out, and the other one's counts.
#[tokio::test]
async fn a_lost_lease_is_another_s() {
    let shop = Shop::new().await;
    let (first, second) = (Arc::new(Count::default()), Arc::new(Count::default()));
    let (producer, produced) = producer(&shop);
    let one = deliverer(&shop, endless(&first));
    let id = shop.submit(1, Priority::Standard, 0).await;
    first.until_running(1).await;
    let other = deliverer(&shop, at_once(&second));
    assert_eq!(second.begun(), 0);
    shop.clock.advance(121);
    shop.until_status(id, Completed).await;
    assert_eq!((second.begun(), produced.begun()), (1, 1));
    one.stop().await;
    assert_eq!(shop.status(id).await, Completed);
    producer.stop().await;
    other.stop().await;
}

#[tokio::test]
async fn who_holds_an_order_ends_its_delivery_and_who_releases_it_does_not_produce_it_again() {
    let shop = Shop::new().await;
    let (first, second) = (Arc::new(Count::default()), Arc::new(Count::default()));
    let (producer, produced) = producer(&shop);
    let one = deliverer(&shop, endless(&first));
    let id = shop.submit(1, Priority::Standard, 0).await;
    first.until_running(1).await;
    let desk = Desk::new(&*shop.store, &*shop.clock, "anna", &All);
    desk.act(id, &Action::Suspend { reason: "looked at".into() }).await.unwrap();
    one.waker().recall(id);
    first.until_running(0).await;
    one.stop().await;
    assert_eq!(shop.status(id).await, Suspended);
    desk.act(id, &Action::Resume).await.unwrap();
    let other = deliverer(&shop, at_once(&second));
    shop.until_status(id, Completed).await;
    assert_eq!((first.begun(), second.begun(), produced.begun()), (1, 1, 1));
    producer.stop().await;
    other.stop().await;
}

/// What is held may be given another result.
#[tokio::test]
async fn what_is_held_is_delivered_as_the_operator_says() {
    let shop = Shop::new().await;
    let (first, second) = (Arc::new(Count::default()), Arc::new(Count::default()));
    let (producer, _) = producer(&shop);
    let one = deliverer(&shop, endless(&first));
    let id = shop.submit(1, Priority::Standard, 0).await;
    first.until_running(1).await;
    one.stop().await;
    let desk = Desk::new(&*shop.store, &*shop.clock, "anna", &All);
    desk.act(id, &Action::Suspend { reason: "looked at".into() }).await.unwrap();
    desk.act(id, &Action::Complete { item: "item_1".into(), result: Some(RESULT.into()) }).await.unwrap();
    let other = deliverer(&shop, at_once(&second));
    shop.until_status(id, Completed).await;
    assert_eq!(second.begun(), 1);
    producer.stop().await;
    other.stop().await;
}

/// An operator is faster than the processor: what that says later is not heard, and nothing is delivered twice.
#[tokio::test]
async fn what_an_operator_completes_is_delivered_once() {
    let shop = Shop::new().await;
    let (said, hear) = tokio::sync::watch::channel(false);
    let running = Arc::new(Count::default());
    let counting = Arc::clone(&running);
    let producer = producing(
        &shop,
        doing(move |_| {
            let (run, mut hear) = (counting.begin(), hear.clone());
            async move {
                let _run = run;
                hear.wait_for(|said| *said).await.unwrap();
                Outcome::Done { result: Some("file:///srv/out/two".to_owned()) }
            }
        }),
    );
    let id = shop.submit(1, Priority::Standard, 0).await;
    running.until_running(1).await;
    let desk = Desk::new(&*shop.store, &*shop.clock, "anna", &All);
    let by_hand = Action::Complete { item: "item_1".into(), result: Some(RESULT.into()) };
    let order = desk.act(id, &by_hand).await.unwrap();
    assert!(order.items[0].is_being_delivered());
    assert!(desk.act(id, &by_hand).await.unwrap_err().to_string().contains("is being delivered already"));
    said.send(true).unwrap();
    running.until_running(0).await;
    let delivered = Arc::new(Count::default());
    let worker = deliverer(&shop, at_once(&delivered));
    shop.until_status(id, Completed).await;
    shop.until_idle().await;
    assert_eq!((delivered.begun(), shop.order(id).await.items[0].result.as_deref()), (1, Some(RESULT)));
    producer.stop().await;
    worker.stop().await;
}

/// Another attempt need not wait for its time.
#[tokio::test]
async fn an_operator_hastens_a_delivery() {
    let shop = Shop::new().await;
    let attempts = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&attempts);
    let deliver = rule(move |_| {
        let is_first = counted.fetch_add(1, Ordering::SeqCst) == 0;
        async move { if is_first { Err(NotDelivered { reason: "no room".into(), retry: true }) } else { Ok(()) } }
    });
    let slow = FulfilmentOptions { retry_base_seconds: 3600, retry_max_seconds: 3600, ..quick() };
    let clock: Arc<dyn Clock> = shop.clock.clone();
    let store = Arc::clone(&shop.store);
    let worker = Worker::of_deliveries(store, Protocol::Oseo, slow, deliver, Arc::new(NoDetails), clock).start();
    let (producer, _) = producer(&shop);
    let id = shop.submit(1, Priority::Standard, 0).await;
    until("the failure is told", || async { info(&shop, id).await.contains("attempt 1 of 3") }).await;
    let desk = Desk::new(&*shop.store, &*shop.clock, "anna", &All);
    desk.act(id, &Action::Retry).await.unwrap();
    shop.until_status(id, Completed).await;
    assert_eq!(attempts.load(Ordering::SeqCst), 2);
    producer.stop().await;
    worker.stop().await;
}
