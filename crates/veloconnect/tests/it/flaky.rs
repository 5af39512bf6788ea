//! Someone else was faster, or the store is down.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ordergate_store::ConflictOn;
use ordergate_testkit::store::{Fault, Flaky};

use crate::common::{Door, custom};

fn take_one(counter: &AtomicUsize) -> bool {
    counter.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok()
}

/// A door on a store of whose commits so many collide, and then so many fail.
async fn flaky() -> (Door, Arc<AtomicUsize>, Arc<AtomicUsize>) {
    let (conflicts, failures) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (c, f) = (Arc::clone(&conflicts), Arc::clone(&failures));
    let fault = move |batch: Option<&_>| match batch {
        Some(_) if take_one(&c) => Fault::Conflict(ConflictOn::Transaction),
        Some(_) if take_one(&f) => Fault::Before,
        _ => Fault::None,
    };
    let door = custom(|_| {}, |inner| Arc::new(Flaky::new(inner, fault))).await;
    (door, conflicts, failures)
}

#[tokio::test]
async fn a_collision_is_decided_again() {
    let (door, conflicts, _) = flaky().await;
    conflicts.store(2, Ordering::SeqCst);
    let id = door.order("&Quantity.130-KE8=1").await;
    for (request, rest) in [("UpdateOrderRequest", "&Quantity.130-KE8=2"), ("FinishOrderRequest", "")] {
        conflicts.store(2, Ordering::SeqCst);
        let reply = door.ask(request, &format!("&TransactionID={id}{rest}")).await;
        assert_eq!((reply.code().as_str(), reply.value("Quantity").as_str()), ("200", "2"), "{reply}");
    }
    assert_eq!(door.woken.load(Ordering::SeqCst), 1, "one order, whatever happened on the way");
    assert_eq!(door.ask("GetStatusRequest", "").await.values("TransactionId").len(), 1);
}

/// Of two who fetch the last hit at once, the other finds the search over; nothing is fetched of one that cannot be closed.
#[tokio::test]
async fn the_last_hit_is_fetched_once() {
    let (door, conflicts, failures) = flaky().await;
    let id = door.ask("CreateTextSearchRequest", "&SearchString=speiche").await.value("TransactionID");
    let rest = format!("&TransactionID={id}&StartIndex=0&Count=9&ResultFormat=ID_ONLY");
    failures.store(1, Ordering::SeqCst);
    let reply = door.ask("SearchResultRequest", &rest).await;
    assert_eq!((reply.code().as_str(), reply.has("ID")), ("500", false), "{reply}");
    conflicts.store(2, Ordering::SeqCst);
    let both = tokio::join!(door.ask("SearchResultRequest", &rest), door.ask("SearchResultRequest", &rest));
    let mut codes = [both.0.code(), both.1.code()];
    codes.sort();
    assert_eq!(codes, ["200", "430"]);
    assert_eq!(door.ask("GetStatusRequest", &format!("&TransactionID={id}")).await.value("StatusCode"), "100");
}

/// veloconnect 25: whoever never wins is told 500, and nothing has changed.
#[tokio::test]
async fn endless_collisions_and_a_store_that_is_down() {
    let (door, conflicts, failures) = flaky().await;
    let id = door.order("&Quantity.130-KE8=1").await;
    for (counter, count) in [(&conflicts, 1000), (&failures, 1)] {
        for request in ["UpdateOrderRequest", "FinishOrderRequest", "RollbackRequest", "CreateOrderRequest"] {
            counter.store(count, Ordering::SeqCst);
            let reply = door.ask(request, &format!("&TransactionID={id}&Quantity.130-KE8=5")).await;
            assert_eq!(reply.code(), "500", "{reply}");
            assert!(!reply.text().contains("disk"), "the cause is for the log");
        }
        counter.store(0, Ordering::SeqCst);
    }
    let view = door.ask("ViewOrderRequest", &format!("&TransactionID={id}")).await;
    assert_eq!((view.value("StatusCode").as_str(), view.value("Quantity").as_str()), ("2", "1"));
    assert_eq!(door.ask("GetStatusRequest", "").await.values("TransactionId").len(), 1);
    assert_eq!(door.woken.load(Ordering::SeqCst), 0);
}
