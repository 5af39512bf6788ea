//! Items that are fetched: what a claim is worth, and for how long.

use std::sync::Arc;

use crate::common::shop::{Shop, options};
use ordergate_engine::order::Status::{Cancelled, Completed, InProduction, Suspended};
use ordergate_engine::order::{Command, Priority, Subject};
use ordergate_engine::time::Clock;
use ordergate_engine::{OrderId, Protocol};
use ordergate_fulfilment::{
    Action, ClaimToken, Desk, FulfilmentOptions, NoDeliveries, NoDetails, ProcessorKind, PullError, PullQueue, WorkerHandle,
};

fn pulled() -> FulfilmentOptions {
    FulfilmentOptions { processor: ProcessorKind::Pull, ..options() }
}

fn queue(shop: &Shop) -> PullQueue {
    queue_of(shop, Protocol::Oseo)
}

fn queue_of(shop: &Shop, protocol: Protocol) -> PullQueue {
    let clock: Arc<dyn Clock> = shop.clock.clone();
    PullQueue::new(Arc::clone(&shop.store), protocol, pulled(), Arc::new(NoDetails), Arc::new(NoDeliveries), clock)
}

/// An order whose items wait, and the worker that put them there.
async fn waiting(shop: &Shop, items: usize) -> (OrderId, WorkerHandle) {
    let worker = shop.worker(&pulled(), None);
    let id = shop.submit(items, Priority::Standard, 0).await;
    shop.until_status(id, Suspended).await;
    (id, worker)
}

async fn claim(queue: &PullQueue, worker: &str, limit: usize) -> Vec<ClaimToken> {
    queue.claim(worker, limit, 60).await.unwrap().into_iter().map(|claimed| claimed.claim).collect()
}

#[tokio::test]
async fn a_sign_of_life_holds_the_item_and_moves_nothing() {
    let shop = Shop::new().await;
    let (id, worker) = waiting(&shop, 1).await;
    let queue = queue(&shop);
    let held = claim(&queue, "one", 9).await.remove(0);
    let since = shop.order(id).await.items[0].state.since;
    for _ in 0..3 {
        shop.clock.advance(50);
        let until = queue.heartbeat("one", &held, Some("busy")).await.unwrap().lease_until;
        assert_eq!(shop.next_due().await, Some(until));
        assert_eq!(claim(&queue, "two", 9).await, []);
    }
    let item = shop.order(id).await.items.remove(0);
    assert_eq!((item.state.status, item.state.since, item.state.info.as_deref()), (InProduction, since, Some("busy")));
    assert_eq!(shop.path(id, Subject::Item(0)).await.last(), Some(&InProduction));
    let moved = shop.store.history(id).await.unwrap();
    assert_eq!(moved.iter().filter(|entry| entry.why == "busy").count(), 0, "{moved:?}");
    assert!(moved.iter().any(|entry| entry.who.as_str() == "worker:one"), "{moved:?}");

    // Nobody has taken it yet: what is ready is not made a second time.
    shop.clock.advance(61);
    queue.complete("one", &held, None).await.unwrap();
    assert_eq!(shop.status(id).await, Completed);
    shop.until_idle().await;
    worker.stop().await;
}

#[tokio::test]
async fn a_lease_that_another_has_is_worth_nothing() {
    let shop = Shop::new().await;
    let (id, worker) = waiting(&shop, 2).await;
    let queue = queue(&shop);
    let lost = claim(&queue, "one", 1).await.remove(0);
    shop.clock.advance(61);
    let both = claim(&queue, "two", 9).await;
    assert_eq!(both.len(), 2);
    let before = shop.order(id).await;
    assert_eq!(queue.heartbeat("one", &lost, Some("x")).await, Err(PullError::Gone));
    assert_eq!(queue.complete("one", &lost, None).await, Err(PullError::Gone));
    assert_eq!(queue.fail("one", &lost, "x", true).await, Err(PullError::Gone));
    assert_eq!(shop.order(id).await, before);
    let other = queue_of(&shop, Protocol::Veloconnect);
    assert_eq!(other.complete("two", &both[0], None).await, Err(PullError::Gone), "it is an item of OSEO");
    for held in &both {
        queue.complete("two", held, None).await.unwrap();
    }
    assert_eq!(shop.status(id).await, Completed);
    worker.stop().await;
}

/// What an operator has ended or held is nobody's.
#[tokio::test]
async fn an_operator_takes_an_item_out_of_its_workers_hands() {
    let shop = Shop::new().await;
    let (id, worker) = waiting(&shop, 2).await;
    let queue = queue(&shop);
    let held = claim(&queue, "one", 9).await;
    let desk = Desk::new(&*shop.store, &*shop.clock, "anna", &NoDeliveries);
    desk.act(id, &Action::Complete { item: "item_1".into(), result: None }).await.unwrap();
    assert_eq!(queue.heartbeat("one", &held[0], None).await, Err(PullError::Gone));
    assert_eq!(queue.complete("one", &held[0], Some("x:y".into())).await, Err(PullError::Gone));
    assert_eq!(shop.order(id).await.items[0].result, None);
    queue.heartbeat("one", &held[1], None).await.unwrap();
    desk.act(id, &Action::Suspend { reason: "x".into() }).await.unwrap();
    assert_eq!(queue.heartbeat("one", &held[1], None).await, Err(PullError::Gone));
    assert_eq!(claim(&queue, "two", 9).await, []);
    desk.act(id, &Action::Resume).await.unwrap();
    assert_eq!(claim(&queue, "two", 9).await.len(), 1);
    assert_eq!(queue.complete("one", &held[1], None).await, Err(PullError::Gone));
    worker.stop().await;
}

#[tokio::test]
async fn there_is_word_only_from_production() {
    let shop = Shop::new().await;
    let order = shop.new_order(1, Priority::Standard, shop.clock.now()).await;
    let note = |item| ordergate_engine::order::decide(&order, &Command::Note { item, text: Some("x".into()) });
    assert_eq!(
        note(0).unwrap_err().to_string(),
        "item item_1 is Submitted: there is word only of what is InProduction or Suspended"
    );
    assert!(note(1).is_err());
}

/// Whoever comes first ends the item, and whoever comes second is told so: two reports, or a report and a cancellation.
#[tokio::test(flavor = "multi_thread")]
async fn an_item_ends_once_whoever_races() {
    const ROUNDS: usize = 12;
    let shop = Shop::new().await;
    let (queue, other) = (queue_of(&shop, Protocol::Oseo), queue_of(&shop, Protocol::Oseo));
    let worker = shop.worker(&pulled(), None);
    for round in 0..ROUNDS {
        let id = shop.submit(1, Priority::Standard, 0).await;
        shop.until_status(id, Suspended).await;
        let held = claim(&queue, "one", 1).await.remove(0);
        let url = |name: &str| Some(format!("https://files.example/{name}"));
        let last = if round % 2 == 0 {
            let (one, two) = tokio::join!(queue.complete("one", &held, url("one")), other.complete("two", &held, url("two")));
            assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
            assert_eq!(shop.order(id).await.items[0].result, url(if one.is_ok() { "one" } else { "two" }));
            Completed
        } else {
            let desk = Desk::new(&*shop.store, &*shop.clock, "anna", &NoDeliveries);
            let cancel = Action::Cancel { reason: "enough".into() };
            let (done, cancelled) = tokio::join!(queue.complete("one", &held, url("one")), desk.act(id, &cancel));
            assert!(done.is_ok() != cancelled.is_ok(), "{done:?} {cancelled:?}");
            if done.is_ok() { Completed } else { Cancelled }
        };
        let path = shop.path(id, Subject::Item(0)).await;
        assert_eq!((path.last(), path.iter().filter(|status| status.is_final()).count()), (Some(&last), 1), "{path:?}");
        assert_eq!(shop.status(id).await, last);
    }
    shop.until_idle().await;
    worker.stop().await;
}
