//! Orders whose items stand for products to come, and orders that are worked off in batches.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ordergate_engine::order::Status::{Accepted, Cancelled, Completed, InProduction, Submitted, Suspended, Terminated};
use ordergate_engine::order::{Item, OrderKind, Priority, State, Status, Subject, append, submission_entry};
use ordergate_engine::time::Clock as _;
use ordergate_engine::{Actor, Document, OrderId};
use ordergate_fulfilment::{Action, Desk, FulfilmentOptions, NoDeliveries, Outcome};
use ordergate_store::{AppendItems, Batch, Items, JobPart, Standing, StandingQuery, Write};

use crate::common::shop::{Shop, doing, job_of, options};
use crate::common::until;

/// A subscription with an item for each of these times, in seconds from now, at which they end.
async fn subscribe(shop: &Shop, ends: &[Option<i64>]) -> OrderId {
    let mut order = shop.new_order(ends.len(), Priority::Standard, shop.clock.now()).await;
    order.kind = OrderKind::Subscription;
    order.items.iter_mut().for_each(|item| item.standing = true);
    let standing = |(position, end): (usize, &Option<i64>)| {
        Write::InsertStanding(Standing {
            order: order.id,
            position,
            provider: order.provider,
            kind: order.kind,
            topic: "c".to_owned(),
            criteria: Document::default(),
            expires_at: end.map_or(Standing::NEVER, |seconds| shop.clock.now().plus_seconds(seconds)),
        })
    };
    let mut writes: Vec<Write> = vec![
        Write::InsertOrder(Box::new(order.clone())),
        Write::AppendHistory(submission_entry(&order, Actor::account("demo"))),
        Write::InsertJob(job_of(&order, JobPart::Order)),
    ];
    writes.extend(ends.iter().enumerate().map(standing));
    shop.store.commit(Batch { writes }).await.unwrap();
    order.id
}

/// Appends a product that waits for production.
async fn feed(shop: &Shop, id: OrderId) {
    loop {
        let mut order = shop.order(id).await;
        let (expected_revision, first) = (order.revision, order.items.len());
        let state = State { status: Suspended, since: shop.clock.now(), info: None };
        let product = Item { item_id: format!("fed.{first}"), state, standing: false, ..order.items[0].clone() };
        let items = vec![product.clone()];
        append(&mut order, items.clone());
        let job = Write::InsertJob(job_of(&order, JobPart::Item(first)));
        let writes = vec![Write::AppendItems(AppendItems { id, expected_revision, first, items }), job];
        if shop.store.commit(Batch { writes }).await.is_ok() {
            return;
        }
    }
}

async fn active(shop: &Shop) -> Vec<usize> {
    let order = shop.new_order(1, Priority::Standard, shop.clock.now()).await;
    let query =
        StandingQuery { provider: order.provider, kind: OrderKind::Subscription, topic: "c".to_owned(), after: None, limit: 9 };
    shop.store.standing(&query).await.unwrap().into_iter().map(|standing| standing.position).collect()
}

async fn statuses(shop: &Shop, id: OrderId) -> Vec<Status> {
    shop.order(id).await.items.iter().map(|item| item.state.status).collect()
}

/// Active from its acceptance until each item's own end; the order is over with the last.
#[tokio::test]
async fn a_subscription_is_active_until_it_ends() {
    let shop = Shop::new().await;
    let worker = shop.worker(&options(), None);
    let id = subscribe(&shop, &[Some(100), Some(300), Some(-5)]).await;
    worker.wake();
    shop.until_status(id, Suspended).await;
    assert_eq!(statuses(&shop, id).await, [Suspended, Suspended, Terminated]);
    assert_eq!(shop.path(id, Subject::Order).await, [Submitted, Accepted, Suspended]);
    assert_eq!(active(&shop).await, [0, 1]);
    shop.clock.advance(101);
    until("the first item is over", || async { statuses(&shop, id).await[0] == Terminated }).await;
    assert_eq!((shop.status(id).await, active(&shop).await), (Suspended, vec![1]));
    shop.clock.advance(200);
    shop.until_status(id, Terminated).await;
    shop.until_idle().await;
    assert_eq!(shop.store.standing_of(id).await.unwrap(), []);
    worker.stop().await;
}

/// What is in production when the subscription ends is finished; the order is Terminated after that.
#[tokio::test]
async fn products_outlive_the_end_of_their_subscription() {
    let shop = Shop::new().await;
    let gate = Arc::new(tokio::sync::Notify::new());
    let opened = Arc::clone(&gate);
    // The clock is set forward while the product is in production.
    let worker = shop.worker(
        &FulfilmentOptions { lease_seconds: 3600, ..options() },
        doing(move |_| {
            let gate = Arc::clone(&opened);
            async move {
                gate.notified().await;
                Outcome::Done { result: None }
            }
        }),
    );
    let id = subscribe(&shop, &[Some(100)]).await;
    worker.wake();
    shop.until_status(id, Suspended).await;
    feed(&shop, id).await;
    worker.wake();
    shop.until_status(id, InProduction).await;
    gate.notify_one();
    shop.until_status(id, Suspended).await;
    feed(&shop, id).await;
    shop.until_status(id, InProduction).await;
    shop.clock.advance(101);
    until("the item is over", || async { statuses(&shop, id).await[0] == Terminated }).await;
    assert_eq!(shop.status(id).await, InProduction);
    gate.notify_one();
    shop.until_status(id, Terminated).await;
    assert_eq!(statuses(&shop, id).await, [Terminated, Completed, Completed]);
    worker.stop().await;
}

/// To hold is to hold products; the subscription itself ends in time, or when it is cancelled.
#[tokio::test]
async fn an_operator_holds_products_and_not_the_subscription() {
    let shop = Shop::new().await;
    let worker = shop.worker(&options(), None);
    let id = subscribe(&shop, &[Some(100)]).await;
    worker.wake();
    shop.until_status(id, Suspended).await;
    let desk = Desk::new(shop.store.as_ref(), shop.clock.as_ref(), "anna", &NoDeliveries);
    assert!(desk.act(id, &Action::Suspend { reason: "x".into() }).await.is_err(), "there is nothing to hold");
    let complete = Action::Complete { item: "item_1".into(), result: None };
    assert!(desk.act(id, &complete).await.is_err(), "a subscription is not produced");
    feed(&shop, id).await;
    desk.act(id, &Action::Suspend { reason: "x".into() }).await.unwrap();
    assert_eq!(shop.order(id).await.items[0].state.info, None);
    desk.act(id, &Action::Resume).await.unwrap();
    assert_eq!(active(&shop).await, [0]);
    shop.clock.advance(101);
    until("the item is over", || async { statuses(&shop, id).await == [Terminated, Suspended] }).await;
    let other = subscribe(&shop, &[None]).await;
    shop.until_status(other, Suspended).await;
    desk.act(other, &Action::Cancel { reason: "no".into() }).await.unwrap();
    assert_eq!((shop.status(other).await, active(&shop).await), (Cancelled, vec![]));
    worker.stop().await;
}

/// Batch after batch: the next one waits, Accepted and without jobs, until nothing is left of the last; a failure is an end
/// too. A worker that dies between two batches leaves the order's job behind.
#[tokio::test]
async fn a_large_order_is_worked_off_in_batches() {
    let shop = Shop::new().await;
    let begun = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&begun);
    let options = FulfilmentOptions { batch_items: Some(3), attempts_max: 1, concurrency: 8, ..options() };
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    let opened = Arc::clone(&gate);
    let processor = doing(move |item| {
        let (count, gate) = (Arc::clone(&count), Arc::clone(&opened));
        async move {
            count.fetch_add(1, Ordering::SeqCst);
            gate.acquire().await.unwrap().forget();
            match item.position {
                4 => Outcome::Failed { reason: "no".into(), retry: false },
                _ => Outcome::Done { result: None },
            }
        }
    });
    let worker = shop.worker(&options, processor.clone());
    let id = shop.submit(8, Priority::Standard, 0).await;
    worker.wake();
    for (batch, expected) in [(1, 3), (2, 6), (3, 8)] {
        until("the batch is begun", || async { begun.load(Ordering::SeqCst) == expected }).await;
        let waiting = statuses(&shop, id).await.into_iter().filter(|status| *status == Accepted).count();
        assert_eq!((waiting, shop.status(id).await), (8 - expected, InProduction), "batch {batch}");
        gate.add_permits(if batch < 3 { 3 } else { 2 });
    }
    shop.until_status(id, Status::Failed).await;
    shop.until_idle().await;
    worker.stop().await;
}

/// To hold such an order is to hold its batch; released, it goes on batch after batch.
#[tokio::test]
async fn an_operator_holds_a_batch() {
    let shop = Shop::new().await;
    let options = FulfilmentOptions { batch_items: Some(2), ..options() };
    let stuck = shop.worker(&options, doing(|_| std::future::pending()));
    let id = shop.submit(5, Priority::Standard, 0).await;
    stuck.wake();
    shop.until_status(id, InProduction).await;
    let desk = Desk::new(shop.store.as_ref(), shop.clock.as_ref(), "anna", &NoDeliveries);
    desk.act(id, &Action::Suspend { reason: "x".into() }).await.unwrap();
    assert_eq!(statuses(&shop, id).await, [Suspended, Suspended, Accepted, Accepted, Accepted]);
    stuck.stop().await;
    desk.act(id, &Action::Resume).await.unwrap();
    let most = Arc::new(AtomicUsize::new(0));
    let (seen, store) = (Arc::clone(&most), Arc::clone(&shop.store));
    let worker = shop.worker(
        &options,
        doing(move |item| {
            let (seen, store) = (Arc::clone(&seen), Arc::clone(&store));
            async move {
                let order = store.order(item.order_id, Items::With).await.unwrap().unwrap();
                seen.fetch_max(order.items.iter().filter(|item| Item::is_in_work(item)).count(), Ordering::SeqCst);
                Outcome::Done { result: None }
            }
        }),
    );
    shop.until_status(id, Completed).await;
    assert!((1..=2).contains(&most.load(Ordering::SeqCst)));
    worker.stop().await;
}

/// The worker stops in the middle of a batch, and another one carries the order on.
#[tokio::test]
async fn batches_go_on_after_a_restart() {
    let shop = Shop::new().await;
    let options = FulfilmentOptions { batch_items: Some(2), ..options() };
    let stuck = shop.worker(&options, doing(|_| std::future::pending()));
    let id = shop.submit(5, Priority::Standard, 0).await;
    stuck.wake();
    shop.until_status(id, InProduction).await;
    stuck.stop().await;
    assert_eq!(statuses(&shop, id).await[2..], [Accepted; 3]);
    let worker = shop.worker(&options, doing(|_| async { Outcome::Done { result: None } }));
    shop.until_status(id, Completed).await;
    shop.until_idle().await;
    worker.stop().await;
}
