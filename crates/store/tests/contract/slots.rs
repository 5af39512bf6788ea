//! Slots of collections: so many jobs have one at once, for as long as they hold their lease.

use ordergate_engine::order::Priority;
use ordergate_engine::{OrderId, Protocol, Timestamp};
use ordergate_store::{Batch, Claim, CommitError, ConflictOn, Job, JobKey, JobPart, Parts, SlotOf, Store, TakeSlot, Write};

use super::sample::{order, refused, store_orders, stored, together};

const QUEUE: Protocol = Protocol::Oseo;

fn key(position: usize) -> JobKey {
    JobKey { order: OrderId(1), part: JobPart::Item(position) }
}

/// Jobs of so many items, each due at its position.
async fn items(store: &dyn Store, count: usize) {
    store_orders(store, &[order(1)]).await;
    let job = |position: usize| {
        let due_at = Timestamp(i64::try_from(position).unwrap());
        Write::InsertJob(Job { key: key(position), queue: QUEUE, priority: Priority::Standard, due_at, attempts: 0 })
    };
    stored(store, (0..count).map(job).collect()).await;
}

/// Leases the next item for 100.
async fn lease(store: &dyn Store, lease: &str, now: i64) -> JobKey {
    let (now, lease_until) = (Timestamp(now), Timestamp(now + 100));
    let claim = Claim { queue: QUEUE, parts: Parts::Items, now, lease_until, lease: lease.to_owned(), limit: 1 };
    store.claim(&claim).await.unwrap()[0].key
}

fn slot(key: JobKey, lease: &str, now: i64) -> SlotOf {
    SlotOf { queue: QUEUE, collection: "scenes".to_owned(), key, lease: lease.to_owned(), now: Timestamp(now) }
}

fn take(key: JobKey, lease: &str, now: i64, limit: usize) -> Vec<Write> {
    vec![Write::TakeSlot(TakeSlot { of: slot(key, lease, now), limit })]
}

fn require(key: JobKey, lease: &str, now: i64) -> Vec<Write> {
    vec![Write::RequireSlot(slot(key, lease, now))]
}

pub async fn so_many_jobs_have_a_slot_and_whoever_leaves_makes_room(store: &dyn Store) {
    items(store, 4).await;
    let mut held = Vec::new();
    for name in ["a", "b", "c", "d"] {
        held.push((lease(store, name, 10).await, name));
    }
    let [(a, _), (b, _), (c, _), (d, _)] = held[..] else { panic!("{held:?}") };
    stored(store, take(a, "a", 10, 2)).await;
    stored(store, take(a, "a", 10, 2)).await;
    stored(store, take(b, "b", 10, 2)).await;
    refused(store, take(c, "c", 10, 2), ConflictOn::Slot).await;
    // Another collection, and another queue, have slots of their own.
    for other in [
        SlotOf { collection: "others".to_owned(), ..slot(c, "c", 10) },
        SlotOf { queue: Protocol::Veloconnect, ..slot(c, "c", 10) },
    ] {
        stored(store, vec![Write::TakeSlot(TakeSlot { of: other, limit: 1 })]).await;
    }
    // Who sees a higher limit gets one; who sees a lower one waits until fewer have one.
    stored(store, take(c, "c", 10, 3)).await;
    refused(store, take(d, "d", 10, 1), ConflictOn::Slot).await;
    stored(store, vec![Write::DeleteJob { key: a, lease: "a".to_owned() }]).await;
    stored(store, vec![Write::ReleaseJob { key: b, lease: "b".to_owned(), due_at: Timestamp(500) }]).await;
    refused(store, take(d, "d", 10, 1), ConflictOn::Slot).await;
    stored(store, take(d, "d", 10, 2)).await;
    stored(store, vec![Write::DeleteJobsOf(OrderId(1))]).await;
    items_again(store).await;
    let again = lease(store, "e", 20).await;
    stored(store, take(again, "e", 20, 1)).await;
}

async fn items_again(store: &dyn Store) {
    let job = Job { key: key(9), queue: QUEUE, priority: Priority::Standard, due_at: Timestamp(0), attempts: 0 };
    stored(store, vec![Write::InsertJob(job)]).await;
}

pub async fn a_slot_lasts_as_long_as_its_lease(store: &dyn Store) {
    items(store, 2).await;
    let a = lease(store, "a", 0).await;
    stored(store, take(a, "a", 0, 1)).await;
    let b = lease(store, "b", 1).await;
    refused(store, take(b, "b", 99, 1), ConflictOn::Slot).await;
    stored(store, vec![Write::ExtendLease { key: a, lease: "a".to_owned(), until: Timestamp(150) }]).await;
    refused(store, take(b, "b", 149, 1), ConflictOn::Slot).await;
    // The lease has ended, but nobody has got the slot: it goes on.
    let mut on = require(a, "a", 160);
    on.push(Write::ExtendLease { key: a, lease: "a".to_owned(), until: Timestamp(200) });
    stored(store, on).await;
    refused(store, take(b, "b", 199, 1), ConflictOn::Slot).await;
    stored(store, vec![Write::ExtendLease { key: b, lease: "b".to_owned(), until: Timestamp(300) }]).await;
    stored(store, take(b, "b", 200, 1)).await;
    refused(store, require(a, "a", 201), ConflictOn::Job).await;
    stored(store, require(b, "b", 201)).await;
    // A lease that has not ended needs no slot: it was there before the limit.
    stored(store, require(a, "a", 199)).await;
    refused(store, require(b, "another", 201), ConflictOn::Job).await;
}

/// What a worker asked for that has lost its lease meanwhile may arrive late: it takes nothing from whoever has the job now.
pub async fn a_lost_lease_gets_no_slot(store: &dyn Store) {
    items(store, 2).await;
    let (a, b) = (lease(store, "a", 10).await, lease(store, "b", 11).await);
    assert_eq!(lease(store, "a again", 110).await, a);
    stored(store, take(a, "a again", 110, 1)).await;
    refused(store, take(a, "a", 110, 1), ConflictOn::Slot).await;
    refused(store, take(b, "b", 110, 1), ConflictOn::Slot).await;
}

/// However many want one at the same moment.
pub async fn there_are_never_more(store: &dyn Store) {
    const WANT: usize = 24;
    const LIMIT: usize = 5;
    items(store, WANT).await;
    let mut held = Vec::new();
    for n in 0..WANT {
        held.push((lease(store, &format!("worker {n}"), 100).await, format!("worker {n}")));
    }
    let wishes = held.iter().map(|(key, lease)| store.commit(Batch { writes: take(*key, lease, 100, LIMIT) }));
    let answers = together(wishes).await;
    let refused = |answer: &&Result<(), CommitError>| matches!(answer, Err(CommitError::Conflict(ConflictOn::Slot)));
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), LIMIT);
    assert_eq!(answers.iter().filter(refused).count(), WANT - LIMIT);
}
