//! Pauses, and the jobs that wait for their end.

use ordergate_engine::order::Priority;
use ordergate_engine::{AccountId, OrderId, Protocol, Timestamp};
use ordergate_store::{Claim, ConflictOn, Job, JobKey, JobPart, Parts, Pause, PauseOf, Store, Write};

use super::sample::{order, refused, store_orders, stored};

const QUEUE: Protocol = Protocol::Oseo;

fn account(name: &str) -> PauseOf {
    PauseOf::Account { id: AccountId(7), name: name.to_owned() }
}

fn pause(of: PauseOf) -> Pause {
    Pause {
        queue: QUEUE,
        of,
        reason: "mast <down>".to_owned(),
        paused_at: Timestamp(5),
        paused_by: "anna".to_owned(),
        resumed_at: None,
    }
}

fn required(of: &PauseOf) -> Write {
    Write::RequirePause { queue: QUEUE, of: of.clone() }
}

fn resumed(of: &PauseOf, at: i64) -> Write {
    Write::ResumePause { queue: QUEUE, of: of.clone(), at: Timestamp(at) }
}

fn forgotten(of: &PauseOf, at: i64) -> Write {
    Write::ForgetPause { queue: QUEUE, of: of.clone(), resumed_at: Timestamp(at) }
}

/// A customer and a collection of one name are two things, and so are their pauses.
pub async fn a_pause_comes_back_until_all_that_waited_is_due(store: &dyn Store) {
    let (by_account, by_collection) = (account("x"), PauseOf::Collection("x".to_owned()));
    let kept = async || store.pauses(QUEUE).await.unwrap();
    refused(store, vec![required(&by_account)], ConflictOn::Pause).await;
    refused(store, vec![resumed(&by_account, 1)], ConflictOn::Pause).await;
    stored(store, vec![Write::Pause(pause(by_collection.clone())), Write::Pause(pause(by_account.clone()))]).await;
    assert_eq!(kept().await, [pause(by_account.clone()), pause(by_collection.clone())]);
    assert_eq!(store.pauses(Protocol::Veloconnect).await.unwrap(), []);

    stored(store, vec![required(&by_account), resumed(&by_collection, 8)]).await;
    refused(store, vec![required(&by_collection)], ConflictOn::Pause).await;
    // Whoever ends it again ends what was ended at 8.
    stored(store, vec![resumed(&by_collection, 9)]).await;
    let over = Pause { resumed_at: Some(Timestamp(8)), ..pause(by_collection.clone()) };
    assert_eq!(kept().await, [pause(by_account.clone()), over]);
    stored(store, vec![forgotten(&by_collection, 9), forgotten(&by_account, 8)]).await;
    assert_eq!(kept().await.len(), 2);

    // Paused once more: who resumed it before does not delete it.
    let again = Pause { reason: "mast is down again".to_owned(), paused_at: Timestamp(10), ..pause(by_collection.clone()) };
    stored(store, vec![Write::Pause(again.clone()), forgotten(&by_collection, 8), required(&by_collection)]).await;
    assert_eq!(kept().await, [pause(by_account.clone()), again]);
    stored(store, vec![resumed(&by_collection, 12), forgotten(&by_collection, 12)]).await;
    assert_eq!(kept().await, [pause(by_account)]);
}

fn key(order: i64, position: usize) -> JobKey {
    JobKey { order: OrderId(order), part: JobPart::Item(position) }
}

fn job(order: i64, position: usize, priority: Priority, due_at: Timestamp) -> Job {
    Job { key: key(order, position), queue: QUEUE, priority, due_at, attempts: 0 }
}

fn claim(lease: &str) -> Claim {
    let (now, lease_until) = (Timestamp(1000), Timestamp(2000));
    Claim { queue: QUEUE, parts: Parts::All, now, lease_until, lease: lease.to_owned(), limit: 10 }
}

/// In one batch with the proof that the pause is in force; what is parked is not due.
pub async fn a_job_is_parked_under_a_pause_that_is_in_force(store: &dyn Store) {
    let of = account("x");
    store_orders(store, &[order(1)]).await;
    stored(store, vec![Write::InsertJob(job(1, 0, Priority::Standard, Timestamp(1))), Write::Pause(pause(of.clone()))]).await;
    assert_eq!(store.claim(&claim("first")).await.unwrap().len(), 1);
    let park = |lease: &str| Write::ReleaseJob { key: key(1, 0), lease: lease.to_owned(), due_at: Job::PARKED };
    stored(store, vec![resumed(&of, 3)]).await;
    refused(store, vec![required(&of), park("first")], ConflictOn::Pause).await;
    stored(store, vec![Write::Pause(pause(of.clone()))]).await;
    refused(store, vec![required(&of), park("second")], ConflictOn::Job).await;
    stored(store, vec![required(&of), park("first")]).await;
    let late = Claim { now: Timestamp(i64::MAX - 3), ..claim("third") };
    assert_eq!(store.claim(&late).await.unwrap(), []);
    stored(store, vec![Write::UnparkJob { key: key(1, 0), due_at: Timestamp(1) }]).await;
    assert_eq!(store.claim(&claim("fourth")).await.unwrap().len(), 1);
    // It is held: whoever resumes a pause leaves it to its holder.
    stored(store, vec![Write::UnparkJob { key: key(1, 0), due_at: Timestamp(1) }]).await;
    assert_eq!(store.next_due(QUEUE).await.unwrap(), Some(Timestamp(2000)));
}

/// Only they: neither what waits for an operator, nor what is due, nor what other queues or priorities have.
pub async fn parked_jobs_are_leafed_through_and_made_due(store: &dyn Store) {
    store_orders(store, &[order(1), order(2), order(3)]).await;
    let standard = |order, position, due_at| Write::InsertJob(job(order, position, Priority::Standard, due_at));
    let other_queue = Job { queue: Protocol::Veloconnect, ..job(3, 3, Priority::Standard, Job::PARKED) };
    stored(
        store,
        vec![
            standard(2, 1, Job::PARKED),
            standard(1, 5, Job::PARKED),
            standard(1, 0, Job::PARKED),
            standard(3, 0, Job::UNTIL_TOLD),
            standard(3, 1, Timestamp(7)),
            Write::InsertJob(job(3, 2, Priority::FastTrack, Job::PARKED)),
            Write::InsertJob(other_queue),
        ],
    )
    .await;
    let parked = async |after, limit| store.parked_jobs(QUEUE, Priority::Standard, after, limit).await.unwrap();
    assert_eq!(parked(None, 9).await, [key(1, 0), key(1, 5), key(2, 1)]);
    assert_eq!(parked(None, 1).await, [key(1, 0)]);
    assert_eq!(parked(Some(key(1, 0)), 9).await, [key(1, 5), key(2, 1)]);
    assert_eq!(parked(Some(key(2, 1)), 9).await, []);
    assert_eq!(store.parked_jobs(QUEUE, Priority::FastTrack, None, 9).await.unwrap(), [key(3, 2)]);
    let unpark = |order, position| Write::UnparkJob { key: key(order, position), due_at: Timestamp(4) };
    stored(store, vec![unpark(1, 5), unpark(3, 0), unpark(3, 1), unpark(9, 9)]).await;
    assert_eq!(parked(None, 9).await, [key(1, 0), key(2, 1)]);
    let due: Vec<JobKey> = store.claim(&claim("l")).await.unwrap().iter().map(|job| job.key).collect();
    assert_eq!(due, [key(1, 5), key(3, 1)]);
}
