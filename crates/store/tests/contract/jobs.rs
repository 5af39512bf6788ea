//! Claiming and finishing jobs.

use ordergate_engine::order::Priority;
use ordergate_engine::{OrderId, Protocol, Timestamp};
use ordergate_store::{Claim, ConflictOn, Job, JobKey, JobPart, Parts, Store, Write};

use super::sample::{order, refused, store_orders, stored};

fn job(order: i64, part: JobPart, due_at: i64) -> Job {
    let key = JobKey { order: OrderId(order), part };
    Job { key, queue: Protocol::Oseo, priority: Priority::Standard, due_at: Timestamp(due_at), attempts: 0 }
}

fn fast(order: i64, part: JobPart, due_at: i64) -> Job {
    Job { priority: Priority::FastTrack, ..job(order, part, due_at) }
}

async fn queue(store: &dyn Store, jobs: impl IntoIterator<Item = Job>) {
    stored(store, jobs.into_iter().map(Write::InsertJob).collect()).await;
}

/// A claim by a worker called `lease` that lasts 100.
fn wish(lease: &str, now: i64, limit: usize) -> Claim {
    let (now, lease_until) = (Timestamp(now), Timestamp(now + 100));
    Claim { queue: Protocol::Oseo, parts: Parts::All, now, lease_until, lease: lease.to_owned(), limit }
}

async fn claimed(store: &dyn Store, wish: &Claim) -> Vec<(i64, JobPart)> {
    store.claim(wish).await.unwrap().iter().map(|j| (j.key.order.0, j.key.part)).collect()
}

pub async fn fast_track_comes_first_then_the_oldest(store: &dyn Store) {
    store_orders(store, &[1, 2, 3].map(order)).await;
    queue(
        store,
        [
            job(1, JobPart::Order, 20),
            job(2, JobPart::Item(1), 10),
            job(2, JobPart::Item(0), 10),
            job(1, JobPart::Item(0), 10),
            fast(3, JobPart::Item(0), 30),
            fast(3, JobPart::Item(1), 25),
            job(3, JobPart::Order, 31),
            fast(2, JobPart::Order, 31),
        ],
    )
    .await;
    let first = [(3, JobPart::Item(1)), (3, JobPart::Item(0)), (1, JobPart::Item(0)), (2, JobPart::Item(0))];
    assert_eq!(claimed(store, &wish("a", 30, 4)).await, first);
    assert_eq!(claimed(store, &wish("b", 30, 4)).await, [(2, JobPart::Item(1)), (1, JobPart::Order)]);
    assert_eq!(claimed(store, &wish("c", 30, 4)).await, []);
    assert_eq!(claimed(store, &wish("c", 31, 0)).await, []);
    assert_eq!(claimed(store, &wish("c", 31, 1)).await, [(2, JobPart::Order)]);
}

pub async fn a_job_is_claimed_again_when_its_lease_ends(store: &dyn Store) {
    store_orders(store, &[order(1)]).await;
    let new = job(1, JobPart::Order, 5);
    queue(store, [new.clone()]).await;
    assert_eq!(store.claim(&wish("a", 4, 9)).await.unwrap(), []);
    let leased = |until: i64, attempts| Job { due_at: Timestamp(until), attempts, ..new.clone() };
    assert_eq!(store.claim(&wish("a", 5, 9)).await.unwrap(), [leased(105, 1)]);
    assert_eq!(store.claim(&wish("b", 104, 9)).await.unwrap(), []);
    assert_eq!(store.claim(&wish("b", 105, 9)).await.unwrap(), [leased(205, 2)]);
    let key = new.key;
    let extend = Write::ExtendLease { key, lease: "b".to_owned(), until: Timestamp(300) };
    stored(store, vec![extend]).await;
    assert_eq!(store.claim(&wish("c", 299, 9)).await.unwrap(), []);
    assert_eq!(store.claim(&wish("c", 300, 9)).await.unwrap(), [leased(400, 3)]);
    stored(store, vec![Write::DeleteJob { key, lease: "c".to_owned() }]).await;
    assert_eq!(store.claim(&wish("d", 9_999, 9)).await.unwrap(), []);
}

/// A worker that has handed an item over waits for the answer. Its last sign of life, which was on its way, comes after that.
pub async fn a_sign_of_life_that_comes_late_shortens_no_lease(store: &dyn Store) {
    store_orders(store, &[order(1)]).await;
    let new = job(1, JobPart::Item(0), 0);
    let key = new.key;
    queue(store, [new]).await;
    assert_eq!(store.claim(&wish("a", 0, 9)).await.unwrap().len(), 1);
    let until = |until: i64| (key, "a".to_owned(), Timestamp(until));
    let hold = |(key, lease, until)| Write::HoldUntil { key, lease, until };
    let extend = |(key, lease, until)| Write::ExtendLease { key, lease, until };
    for (write, due_at) in
        [(hold(until(5_000)), 5_000), (extend(until(300)), 5_000), (extend(until(6_000)), 6_000), (hold(until(400)), 400)]
    {
        stored(store, vec![write]).await;
        assert_eq!(store.next_due(Protocol::Oseo).await.unwrap(), Some(Timestamp(due_at)));
    }
}

pub async fn only_the_holder_of_the_lease_decides_about_a_job(store: &dyn Store) {
    store_orders(store, &[order(1)]).await;
    queue(store, [job(1, JobPart::Item(0), 0)]).await;
    let key = JobKey { order: OrderId(1), part: JobPart::Item(0) };
    let by = |lease: &str| {
        let lease = || lease.to_owned();
        [
            Write::ExtendLease { key, lease: lease(), until: Timestamp(1_000) },
            Write::HoldUntil { key, lease: lease(), until: Timestamp(1_000) },
            Write::ReleaseJob { key, lease: lease(), due_at: Timestamp(1_000) },
            Write::DeleteJob { key, lease: lease() },
        ]
    };
    // Nobody has claimed it yet; then "a" lets its lease run out and "b" claims it.
    for write in by("a") {
        refused(store, vec![write], ConflictOn::Job).await;
    }
    assert_eq!(claimed(store, &wish("a", 0, 1)).await.len(), 1);
    assert_eq!(claimed(store, &wish("b", 100, 1)).await.len(), 1);
    for write in by("a") {
        refused(store, vec![write], ConflictOn::Job).await;
    }
    assert_eq!(store.next_due(Protocol::Oseo).await.unwrap(), Some(Timestamp(200)));
    let other_part = JobKey { part: JobPart::Order, ..key };
    refused(store, vec![Write::DeleteJob { key: other_part, lease: "b".to_owned() }], ConflictOn::Job).await;
    stored(store, vec![Write::DeleteJob { key, lease: "b".to_owned() }]).await;
    assert_eq!(store.next_due(Protocol::Oseo).await.unwrap(), None);
}

pub async fn a_released_job_is_due_when_it_was_said(store: &dyn Store) {
    store_orders(store, &[order(1)]).await;
    queue(store, [job(1, JobPart::Order, 0)]).await;
    let key = JobKey { order: OrderId(1), part: JobPart::Order };
    assert_eq!(claimed(store, &wish("a", 0, 1)).await.len(), 1);
    let release = || Write::ReleaseJob { key, lease: "a".to_owned(), due_at: Timestamp(50) };
    stored(store, vec![release()]).await;
    // Whoever has given a job back does not hold it any more.
    refused(store, vec![release()], ConflictOn::Job).await;
    assert_eq!(store.claim(&wish("b", 49, 1)).await.unwrap(), []);
    assert_eq!(store.claim(&wish("b", 50, 1)).await.unwrap()[0].attempts, 2);
}

pub async fn a_job_waits_until_it_is_told(store: &dyn Store) {
    store_orders(store, &[1, 2].map(order)).await;
    let never = Job::UNTIL_TOLD.0;
    let other = Job { queue: Protocol::Veloconnect, ..job(2, JobPart::Item(1), never) };
    queue(store, [job(1, JobPart::Order, never), fast(2, JobPart::Item(0), never), job(2, JobPart::Order, 7), other]).await;
    let waiting = |keys: &[JobKey]| keys.iter().map(|key| (key.order.0, key.part)).collect::<Vec<_>>();
    let found = store.jobs_until_told(Protocol::Oseo, 9).await.unwrap();
    assert_eq!(waiting(&found), [(2, JobPart::Item(0)), (1, JobPart::Order)]);
    assert_eq!(claimed(store, &wish("a", i64::MAX - 1000, 9)).await, [(2, JobPart::Order)]);
    let key = |order, part| JobKey { order: OrderId(order), part };
    let schedule = |key| vec![Write::ScheduleJob { key, due_at: Timestamp(5) }];
    refused(store, schedule(key(2, JobPart::Order)), ConflictOn::Job).await;
    refused(store, schedule(key(1, JobPart::Item(0))), ConflictOn::Job).await;
    stored(store, schedule(key(1, JobPart::Order))).await;
    assert_eq!(claimed(store, &wish("b", 5, 9)).await, [(1, JobPart::Order)]);
}

pub async fn queues_are_apart(store: &dyn Store) {
    store_orders(store, &[order(1), order(2)]).await;
    queue(store, [Job { queue: Protocol::Veloconnect, ..fast(1, JobPart::Order, 0) }, job(2, JobPart::Order, 5)]).await;
    assert_eq!(claimed(store, &wish("a", 9, 9)).await, [(2, JobPart::Order)]);
    assert_eq!(store.next_due(Protocol::Veloconnect).await.unwrap(), Some(Timestamp(0)));
    let other = store.claim(&Claim { queue: Protocol::Veloconnect, ..wish("a", 9, 9) }).await.unwrap();
    assert_eq!((other.len(), other[0].queue, other[0].priority), (1, Protocol::Veloconnect, Priority::FastTrack));
}

/// Whoever works on orders only leaves the items to others, however many are due before them, and the other way round.
pub async fn only_the_wanted_parts_are_claimed(store: &dyn Store) {
    store_orders(store, &[1, 2].map(order)).await;
    let items = (0..5).map(|position| job(1, JobPart::Item(position), 1));
    queue(store, items.chain([job(1, JobPart::Order, 2), fast(2, JobPart::Order, 3), fast(2, JobPart::Item(0), 4)])).await;
    let by = |parts, limit| Claim { parts, ..wish("a", 3, limit) };
    assert_eq!(claimed(store, &by(Parts::Orders, 9)).await, [(2, JobPart::Order), (1, JobPart::Order)]);
    assert_eq!(claimed(store, &by(Parts::Orders, 9)).await, []);
    assert_eq!(claimed(store, &by(Parts::Items, 1)).await, [(1, JobPart::Item(0))]);
    // The leases have ended: the orders are due again as well, and left alone.
    let later = Claim { parts: Parts::Items, ..wish("b", 103, 9) };
    let found = claimed(store, &later).await;
    assert_eq!(found.len(), 6, "{found:?}");
    assert!(found.iter().all(|(_, part)| matches!(part, JobPart::Item(_))), "{found:?}");
    assert_eq!(claimed(store, &wish("c", 103, 9)).await, [(2, JobPart::Order), (1, JobPart::Order)]);
}

pub async fn deliveries_are_apart_and_end_with_the_items_of_their_order(store: &dyn Store) {
    store_orders(store, &[1, 2, 3].map(order)).await;
    let deliveries = [job(1, JobPart::Delivery(1), 2), fast(2, JobPart::Delivery(0), 3), job(3, JobPart::Delivery(0), 4)];
    queue(store, deliveries.into_iter().chain([job(1, JobPart::Item(1), 9), job(2, JobPart::Order, 9)])).await;
    for parts in [Parts::All, Parts::Orders, Parts::Items, Parts::Notifications] {
        assert_eq!(claimed(store, &Claim { parts, ..wish("a", 8, 9) }).await, []);
    }
    assert_eq!(store.next_due(Protocol::Oseo).await.unwrap(), Some(Timestamp(9)));
    let by = |now| Claim { parts: Parts::Deliveries, ..wish("d", now, 2) };
    let other = Claim { queue: Protocol::Veloconnect, ..by(8) };
    assert_eq!(claimed(store, &other).await, []);
    assert_eq!(claimed(store, &by(8)).await, [(2, JobPart::Delivery(0)), (1, JobPart::Delivery(1))]);
    let key = JobKey { order: OrderId(3), part: JobPart::Delivery(0) };
    stored(store, vec![Write::DeleteItemJobsOf(OrderId(1)), Write::DeleteJobsOf(OrderId(2))]).await;
    stored(store, vec![Write::HastenJob { key, due_at: Timestamp(1) }]).await;
    assert_eq!(claimed(store, &by(500)).await, [(3, JobPart::Delivery(0))]);
}

pub async fn next_due_is_the_earliest_of_the_queue(store: &dyn Store) {
    store_orders(store, &[order(1)]).await;
    assert_eq!(store.next_due(Protocol::Oseo).await.unwrap(), None);
    queue(store, [fast(1, JobPart::Item(0), 40), job(1, JobPart::Item(1), 30)]).await;
    assert_eq!(store.next_due(Protocol::Oseo).await.unwrap(), Some(Timestamp(30)));
    queue(store, [fast(1, JobPart::Order, 20)]).await;
    assert_eq!(store.next_due(Protocol::Oseo).await.unwrap(), Some(Timestamp(20)));
    stored(store, vec![Write::DeleteJobsOf(OrderId(1))]).await;
    assert_eq!(store.next_due(Protocol::Oseo).await.unwrap(), None);
}

pub async fn there_is_one_job_for_each_part(store: &dyn Store) {
    store_orders(store, &[order(1), order(2)]).await;
    queue(store, [job(1, JobPart::Order, 1), job(1, JobPart::Item(0), 1), job(2, JobPart::Order, 1)]).await;
    refused(store, vec![Write::InsertJob(fast(1, JobPart::Item(0), 7))], ConflictOn::Job).await;
    // Whoever holds them: those of this order go, the other's stays.
    assert_eq!(claimed(store, &wish("a", 1, 1)).await, [(1, JobPart::Order)]);
    stored(store, vec![Write::DeleteJobsOf(OrderId(1))]).await;
    assert_eq!(claimed(store, &wish("b", 500, 9)).await, [(2, JobPart::Order)]);
}
