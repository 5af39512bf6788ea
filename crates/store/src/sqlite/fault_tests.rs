//! What the writer does when things go wrong that cannot be brought about from outside.
#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::task::Poll;
use std::time::Duration;

use ordergate_engine::order::{Order, OrderKind, Priority, State};
use ordergate_engine::time::Clock;
use ordergate_engine::{AccountId, Document, OrderId, Protocol, ProviderId, Timestamp};
use rusqlite::Connection;
use tempfile::TempDir;

use super::group::{Answer, Work};
use super::{SqliteOptions, SqliteStore};
use crate::{Batch, CommitError, ConflictOn, Items, Store as _, StoreError, Write};

#[derive(Debug)]
struct Midnight;

impl Clock for Midnight {
    fn now(&self) -> Timestamp {
        Timestamp(0)
    }
}

fn empty() -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let busy_timeout = Duration::ZERO;
    let options = SqliteOptions { busy_timeout, ..SqliteOptions::new(folder.path().join("orders.sqlite")) };
    (SqliteStore::open(options, &Midnight).unwrap(), folder)
}

/// An order whose document has so many bytes.
fn order(id: i64, bytes: usize) -> Batch {
    let order = Order {
        id: OrderId(id),
        provider: ProviderId::DEFAULT,
        owner: AccountId(1),
        protocol: Protocol::Oseo,
        kind: OrderKind::Product,
        reference: None,
        priority: Priority::Standard,
        submitted_at: Timestamp(0),
        state: State::submitted(Timestamp(0)),
        revision: 0,
        document: Document(vec![1; bytes]),
        items: vec![],
    };
    Batch { writes: vec![Write::InsertOrder(Box::new(order))] }
}

async fn is_there(store: &SqliteStore, id: i64) -> bool {
    store.order(OrderId(id), Items::With).await.unwrap().is_some()
}

fn test(work: impl Fn(&Connection) -> Answer + Send + 'static) -> Work {
    Work::Test(Box::new(work))
}

async fn execute(store: &SqliteStore, statement: String) {
    let work = test(move |c| {
        c.execute_batch(&statement).unwrap();
        Ok(Vec::new())
    });
    store.writer.run(work).await.unwrap();
}

fn failed<T>(answer: &Result<T, CommitError>) -> bool {
    matches!(answer, Err(CommitError::Store(_)))
}

/// Has all this work done in one group. What happens while it is being done is up to the work.
async fn in_one_group(store: &SqliteStore, group: Vec<Work>) -> Vec<Answer> {
    let (started, wait_for_start) = mpsc::channel();
    let (go_on, wait_to_go_on) = mpsc::channel::<()>();
    let gate = test(move |_| {
        started.send(()).unwrap();
        wait_to_go_on.recv().unwrap();
        Ok(Vec::new())
    });
    let mut gate = Box::pin(store.writer.run(gate));
    once(&mut gate).await;
    wait_for_start.recv().unwrap();
    // The writer is busy; what is handed in now waits together.
    let mut waiting: Vec<_> = group.into_iter().map(|work| Box::pin(store.writer.run(work))).collect();
    for work in &mut waiting {
        once(work).await;
    }
    go_on.send(()).unwrap();
    gate.await.unwrap();
    let mut answers = Vec::new();
    for work in waiting {
        answers.push(work.await);
    }
    answers
}

/// Polls once, which hands the work in.
async fn once(work: &mut (impl Future<Output = Answer> + Unpin)) {
    std::future::poll_fn(|context| {
        assert!(std::pin::Pin::new(&mut *work).poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
}

#[tokio::test]
async fn nothing_is_acknowledged_or_seen_before_the_commit() {
    let (store, _folder) = empty();
    let (reached, wait_until_reached) = mpsc::channel();
    let (go_on, wait_to_go_on) = mpsc::channel::<()>();
    let pause = test(move |_| {
        reached.send(()).unwrap();
        wait_to_go_on.recv().unwrap();
        Ok(Vec::new())
    });
    let watched = async {
        let mut group = Box::pin(in_one_group(&store, vec![Work::Batch(order(1, 10)), pause]));
        // Up to where the group's answers are waited for.
        std::future::poll_fn(|context| Poll::Ready(group.as_mut().poll(context).is_pending())).await;
        while wait_until_reached.try_recv().is_err() {
            std::future::poll_fn(|context| Poll::Ready(group.as_mut().poll(context).is_pending())).await;
            tokio::task::yield_now().await;
        }
        // The batch is written, the group is not: no answer, and nothing to be read.
        assert!(std::future::poll_fn(|context| Poll::Ready(group.as_mut().poll(context).is_pending())).await);
        assert!(!is_there(&store, 1).await);
        go_on.send(()).unwrap();
        group.await
    };
    assert!(watched.await.iter().all(Result::is_ok));
    assert!(is_there(&store, 1).await);
}

#[tokio::test]
async fn a_full_disk_fails_the_batch_and_nothing_else() {
    let (store, _folder) = empty();
    store.commit(order(1, 10)).await.unwrap();
    execute(&store, "pragma max_page_count = 1".to_owned()).await; // SQLite takes the present size instead.
    let answer = store.commit(order(2, 1_000_000)).await;
    assert!(matches!(&answer, Err(CommitError::Store(StoreError::Unavailable(text))) if text.contains("full")), "{answer:?}");
    assert!(is_there(&store, 1).await);
    assert!(!is_there(&store, 2).await);
    execute(&store, "pragma max_page_count = 1000000".to_owned()).await;
    store.commit(order(2, 1_000_000)).await.unwrap();
    assert!(is_there(&store, 2).await);
    store.check().await.unwrap();
}

#[tokio::test]
async fn a_commit_that_fails_fails_its_whole_group_and_no_later_one() {
    let (store, _folder) = empty();
    // A violated key that is only looked at when the transaction is to be committed.
    let violate = test(|c| {
        c.execute_batch(
            "pragma defer_foreign_keys = on; insert into history values (99, 0, -1, null, 1, 0, 'who', 'why', null)",
        )?;
        Ok(Vec::new())
    });
    let answers = in_one_group(&store, vec![Work::Batch(order(1, 10)), violate, Work::Batch(order(1, 10))]).await;
    assert!(answers.iter().all(failed), "{answers:?}");
    assert!(!is_there(&store, 1).await);
    store.commit(order(1, 10)).await.unwrap();
}

#[tokio::test]
async fn a_transaction_that_sqlite_gives_up_fails_its_whole_group() {
    let (store, _folder) = empty();
    let give_up = test(|c| {
        c.execute_batch("rollback")?;
        Err(StoreError::Unavailable("disk full".to_owned()).into())
    });
    let answers = in_one_group(&store, vec![Work::Batch(order(1, 10)), give_up, Work::Batch(order(2, 10))]).await;
    assert!(answers.iter().all(failed), "{answers:?}");
    assert!(!is_there(&store, 1).await && !is_there(&store, 2).await);
    store.commit(order(1, 10)).await.unwrap();
}

#[tokio::test]
async fn a_batch_that_fails_alone_leaves_the_others_of_its_group() {
    let (store, _folder) = empty();
    let fail = test(|c| {
        c.execute_batch("delete from orders; select nothing from nowhere")?;
        Ok(Vec::new())
    });
    let answers = in_one_group(&store, vec![Work::Batch(order(1, 10)), fail, Work::Batch(order(2, 10))]).await;
    assert!(answers[0].is_ok() && failed(&answers[1]) && answers[2].is_ok(), "{answers:?}");
    assert!(is_there(&store, 1).await && is_there(&store, 2).await);
}

/// Work that counts how often it is done.
fn counted(count: &Arc<AtomicU32>) -> Work {
    let count = Arc::clone(count);
    test(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        Ok(Vec::new())
    })
}

fn refused() -> Work {
    test(|_| Err(CommitError::Conflict(ConflictOn::Order)))
}

/// How often work is done that shares a group with so many others, each of them refused.
async fn done_beside(store: &SqliteStore, refusals: usize) -> u32 {
    let count = Arc::new(AtomicU32::new(0));
    let group = std::iter::once(counted(&count)).chain((0..refusals).map(|_| refused())).chain([counted(&count)]);
    let answers = in_one_group(store, group.collect()).await;
    let (refused, done): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_err);
    assert!(done.len() == 2 && refused.len() == refusals, "{refused:?}");
    assert!(refused.iter().all(|answer| matches!(answer, Err(CommitError::Conflict(_)))), "{refused:?}");
    count.load(Ordering::Relaxed)
}

#[tokio::test]
async fn refusals_have_their_group_done_again_and_where_there_are_several_the_next_ones_with_care_at_once() {
    let (store, _folder) = empty();
    assert_eq!(done_beside(&store, 0).await, 2);
    for _ in 0..2 {
        assert_eq!(done_beside(&store, 1).await, 1 + 2, "the first is done, given up, and done again; the last is done once");
    }
    assert_eq!(done_beside(&store, 2).await, 1 + 2);
    assert_eq!(done_beside(&store, 2).await, 2, "with savepoints there is nothing to do again");
    let answers = in_one_group(&store, vec![refused(), Work::Batch(order(1, 10))]).await;
    assert!(answers[0].is_err() && answers[1].is_ok(), "{answers:?}");
    assert!(is_there(&store, 1).await);
}

#[tokio::test]
async fn what_is_refused_alone_leaves_nothing_and_is_not_done_again() {
    let (store, _folder) = empty();
    let count = Arc::new(AtomicU32::new(0));
    let counts = Arc::clone(&count);
    let refused = test(move |c| {
        counts.fetch_add(1, Ordering::Relaxed);
        c.execute_batch("insert into sellers (name) values ('half')")?;
        Err(CommitError::Conflict(ConflictOn::Order))
    });
    assert!(matches!(store.writer.run(refused).await, Err(CommitError::Conflict(_))));
    assert_eq!(count.load(Ordering::Relaxed), 1);
    let left = store.readers.read(|c| Ok(c.query_row("select count(*) from sellers", [], |row| row.get::<_, i64>(0))?));
    assert_eq!(left.unwrap(), 0);
    store.commit(order(1, 10)).await.unwrap();
}

#[tokio::test]
async fn a_fault_in_a_batch_hangs_nobody_and_the_writer_lives_on() {
    let (store, _folder) = empty();
    let fault = test(|_| panic!("a fault"));
    let answers = in_one_group(&store, vec![Work::Batch(order(1, 10)), fault]).await;
    assert!(answers.iter().all(failed), "{answers:?}");
    assert!(!is_there(&store, 1).await);
    store.commit(order(1, 10)).await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_busy_store_is_unavailable_until_it_is_free() {
    let (store, folder) = empty();
    let other = Connection::open(folder.path().join("orders.sqlite")).unwrap();
    other.execute_batch("begin immediate").unwrap();
    assert!(failed(&store.commit(order(1, 10)).await));
    assert!(store.check().await.is_err());
    assert!(!is_there(&store, 1).await, "reading goes on");
    other.execute_batch("rollback").unwrap();
    store.commit(order(1, 10)).await.unwrap();
    store.check().await.unwrap();
}

#[tokio::test]
async fn expired_nonces_do_not_pile_up() {
    let (store, _folder) = empty();
    for n in 0..200_u8 {
        let at = Timestamp(i64::from(n));
        let used = Write::UseNonce { owner: AccountId(1), nonce: vec![n], at, expires_at: at.plus_micros(10) };
        store.commit(Batch { writes: vec![used] }).await.unwrap();
    }
    let kept = store.readers.read(|c| Ok(c.query_row("select count(*) from nonces", [], |row| row.get::<_, i64>(0))?));
    assert_eq!(kept.unwrap(), 10);
}
