//! So many items of a collection are produced at once, on all nodes together.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::common::shop::{Shop, doing, options};
use ordergate_engine::order::Status::{Completed, InProduction, Suspended};
use ordergate_engine::order::{Order, Priority, Status};
use ordergate_engine::time::Clock;
use ordergate_engine::{OrderId, Protocol};
use ordergate_fulfilment::{
    ClaimToken, Describe, FulfilmentOptions, NoDeliveries, Outcome, Processor, ProcessorKind, PullError, PullQueue, Worker,
    WorkerHandle,
};
use ordergate_testkit::store::{Fault, Flaky};
use serde_json::Value;
use tokio::sync::Barrier;

/// All items are of one collection.
#[derive(Debug)]
struct Scenes;

impl Describe for Scenes {
    fn describe(&self, _: &Order, _: usize) -> Value {
        Value::Null
    }

    fn collection(&self, _: &Order, _: usize) -> Option<String> {
        Some("scenes".to_owned())
    }
}

fn limited(limit: usize, processor: ProcessorKind) -> FulfilmentOptions {
    FulfilmentOptions { per_collection: [("scenes".to_owned(), limit)].into(), concurrency: 8, processor, ..options() }
}

/// A node of its own: nothing in memory is shared with another.
fn node(shop: &Shop, limit: usize, processor: Option<Arc<dyn Processor>>) -> WorkerHandle {
    let clock: Arc<dyn Clock> = shop.clock.clone();
    let kind = if processor.is_some() { ProcessorKind::Command } else { ProcessorKind::Pull };
    Worker::new(Arc::clone(&shop.store), Protocol::Oseo, limited(limit, kind), processor, Arc::new(Scenes), clock).start()
}

fn queue(shop: &Shop, limit: usize) -> PullQueue {
    let clock: Arc<dyn Clock> = shop.clock.clone();
    PullQueue::new(
        Arc::clone(&shop.store),
        Protocol::Oseo,
        limited(limit, ProcessorKind::Pull),
        Arc::new(Scenes),
        Arc::new(NoDeliveries),
        clock,
    )
}

/// The limit holds for an order, too, that could not be read when its item was claimed.
#[tokio::test]
async fn what_cannot_be_read_takes_nobody_s_place() {
    let shop = Shop::new().await;
    let (running, most, reads) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default(), AtomicUsize::new(0));
    let (now, peak) = (running, Arc::clone(&most));
    let processor = doing(move |_| {
        peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let now = Arc::clone(&now);
        async move {
            tokio::time::sleep(Duration::from_millis(30)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            Outcome::Done { result: None }
        }
    });
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(shop.submit(8, Priority::Standard, 0).await);
    }
    let flaky = Flaky::new(Arc::clone(&shop.store), |_| Fault::None);
    let store = Arc::new(
        flaky.unreadable(move || (reads.fetch_add(1, Ordering::SeqCst).wrapping_mul(2_654_435_761) >> 7).is_multiple_of(3)),
    );
    let (clock, options) = (Arc::clone(&shop.clock), limited(1, ProcessorKind::Command));
    let worker = Worker::new(store, Protocol::Oseo, options, Some(processor), Arc::new(Scenes), clock).start();
    for id in ids {
        shop.until_status(id, Completed).await;
    }
    assert_eq!(most.load(Ordering::SeqCst), 1);
    worker.stop().await;
}

async fn in_status(shop: &Shop, id: OrderId, status: Status) -> usize {
    shop.order(id).await.items.iter().filter(|item| item.state.status == status).count()
}

async fn claim(queue: &PullQueue, limit: usize) -> Vec<ClaimToken> {
    queue.claim("one", limit, 60).await.unwrap().into_iter().map(|claimed| claimed.claim).collect()
}

/// The next item, as soon as what was put back is due again.
async fn next(queue: &PullQueue) -> ClaimToken {
    for _ in 0..2000 {
        if let Some(claim) = claim(queue, 1).await.pop() {
            return claim;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nothing can be fetched");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_together_produce_no_more_than_one_may() {
    let shop = Shop::new().await;
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let pairs = Arc::new(Barrier::new(2));
    let producing = || {
        let (now, most, pairs) = (Arc::clone(&now), Arc::clone(&most), Arc::clone(&pairs));
        doing(move |_| {
            let (now, most, pairs) = (Arc::clone(&now), Arc::clone(&most), Arc::clone(&pairs));
            async move {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                // Each waits for another, and then long enough for a third that must not be there.
                pairs.wait().await;
                tokio::time::sleep(Duration::from_millis(10)).await;
                now.fetch_sub(1, Ordering::SeqCst);
                Outcome::Done { result: None }
            }
        })
    };
    let nodes = [node(&shop, 2, Some(producing())), node(&shop, 2, Some(producing()))];
    let orders = [shop.submit(15, Priority::Standard, 9).await, shop.submit(15, Priority::Standard, 5).await];
    for node in &nodes {
        node.wake();
    }
    for id in orders {
        shop.until_status(id, Completed).await;
        let attempts = shop.reasons(id, 0).await;
        assert!(!attempts.iter().any(|why| why.contains("attempt 2")), "{attempts:?}");
    }
    assert_eq!((most.load(Ordering::SeqCst), now.load(Ordering::SeqCst)), (2, 0));
    shop.until_idle().await;
    for node in nodes {
        node.stop().await;
    }
}

#[tokio::test]
async fn what_is_fetched_counts_whichever_node_it_is_fetched_from() {
    let shop = Shop::new().await;
    let orders = node(&shop, 2, None);
    let id = shop.submit(5, Priority::Standard, 9).await;
    shop.until_status(id, Suspended).await;
    let (one, two) = (queue(&shop, 2), queue(&shop, 2));
    let held = claim(&one, 9).await;
    assert_eq!((held.len(), in_status(&shop, id, InProduction).await), (2, 2));
    assert_eq!((claim(&two, 9).await.len(), claim(&one, 9).await.len()), (0, 0));

    // Who reports makes room: at once on that node, soon on another.
    one.complete("one", &held[0], None).await.unwrap();
    let third = claim(&one, 9).await;
    assert_eq!(third.len(), 1);
    assert_eq!(claim(&two, 9).await.len(), 0);
    two.fail("one", &held[1], "no such scene", false).await.unwrap();
    let fourth = next(&one).await;
    assert_eq!(in_status(&shop, id, InProduction).await, 2);
    one.complete("one", &third[0], None).await.unwrap();
    one.complete("one", &fourth, None).await.unwrap();
    let fifth = next(&two).await;
    two.complete("one", &fifth, None).await.unwrap();
    assert_eq!((in_status(&shop, id, Completed).await, in_status(&shop, id, Status::Failed).await), (4, 1));
    shop.until_idle().await;
    orders.stop().await;
}

/// Whose lease has ended may go on while there is room, and must stop when another has come in.
#[tokio::test]
async fn who_was_not_heard_of_loses_the_slot_to_the_next() {
    let shop = Shop::new().await;
    let orders = node(&shop, 1, None);
    let id = shop.submit(2, Priority::Standard, 9).await;
    shop.until_status(id, Suspended).await;
    let queue = queue(&shop, 1);
    let first = claim(&queue, 1).await.remove(0);
    assert_eq!(claim(&queue, 1).await, []);
    shop.clock.advance(61);
    queue.heartbeat("one", &first, None).await.unwrap();
    assert_eq!(claim(&queue, 1).await, []);
    shop.clock.advance(61);
    let mut fetched = claim(&queue, 1).await;
    let second = fetched.remove(0);
    assert_eq!(queue.heartbeat("one", &first, None).await, Err(PullError::Gone));
    queue.heartbeat("one", &second, None).await.unwrap();
    queue.complete("one", &second, None).await.unwrap();
    orders.stop().await;
}
