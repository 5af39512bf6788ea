//! Batches are stored whole or not at all, however many are stored together.

use std::future::poll_fn;
use std::task::Poll;

use ordergate_engine::order::{Priority, State, Status};
use ordergate_engine::transaction::{Key, Kind, StateCode, Transaction};
use ordergate_engine::{Document, OrderId, Protocol, Timestamp, TransactionId};
use ordergate_store::{
    Batch, CommitError, ConflictOn, ItemUpdate, Job, JobKey, JobPart, NewAccount, OrderUpdate, Roles, Store, TransactionUpdate,
    Write,
};

use super::sample::{OWNER, PROVIDER, entry, get, insert, order, refused, store_orders, stored, together};

/// Everything that can conflict, made to conflict by a store with [`occupied`] in it.
fn conflicting() -> Vec<(Write, ConflictOn)> {
    let key = JobKey { order: OrderId(1), part: JobPart::Order };
    let lease = || "not the holder".to_owned();
    let missing = || "nobody".to_owned();
    let (provider, protocol, at) = (PROVIDER, Protocol::Oseo, Timestamp(5));
    let update = OrderUpdate { id: OrderId(1), expected_revision: 9, state: None, items: vec![] };
    let set_password =
        Write::SetPassword { provider, protocol, name: missing(), password_hash: missing(), digest_secret: None, at };
    vec![
        (insert(&order(1)), ConflictOn::Order),
        (Write::UpdateOrder(update), ConflictOn::Order),
        (Write::AppendHistory(entry(&order(99))), ConflictOn::Order),
        (Write::InsertTransaction(Box::new(transaction())), ConflictOn::Transaction),
        (Write::UpdateTransaction(Box::new(touch(9))), ConflictOn::Transaction),
        (Write::DeleteTransaction { key: transaction().key, expected_revision: 9 }, ConflictOn::Transaction),
        (Write::InsertJob(job(1)), ConflictOn::Job),
        (Write::DeleteJob { key, lease: lease() }, ConflictOn::Job),
        (Write::ReleaseJob { key, lease: lease(), due_at: at }, ConflictOn::Job),
        (Write::ExtendLease { key, lease: lease(), until: at }, ConflictOn::Job),
        (Write::HoldUntil { key, lease: lease(), until: at }, ConflictOn::Job),
        (remember(1), ConflictOn::Message),
        (nonce(), ConflictOn::Nonce),
        (Write::InsertAccount(account()), ConflictOn::Account),
        (set_password, ConflictOn::Account),
        (Write::SetDisabled { provider, protocol, name: missing(), disabled: true, at }, ConflictOn::Account),
    ]
}

/// What the writes of [`conflicting`] collide with.
fn occupied() -> Vec<Write> {
    vec![
        insert(&order(1)),
        Write::InsertTransaction(Box::new(transaction())),
        Write::InsertJob(job(1)),
        remember(1),
        nonce(),
        Write::InsertAccount(account()),
    ]
}

pub async fn nothing_of_a_batch_that_conflicts_is_left(store: &dyn Store) {
    stored(store, occupied()).await;
    let before = visible(store).await;
    for (write, on) in conflicting() {
        // One of each kind of thing that a batch can leave behind, before and after the conflict.
        let mut writes = vec![
            insert(&order(2)),
            Write::AppendHistory(entry(&order(1))),
            Write::InsertJob(job(2)),
            remember(2),
            Write::UpdateTransaction(Box::new(touch(0))),
            Write::DeleteJobsOf(OrderId(1)),
        ];
        if matches!(write, Write::InsertJob(_)) {
            writes.pop();
        }
        writes.push(write.clone());
        writes.push(insert(&order(3)));
        refused(store, writes, on).await;
        assert_eq!(visible(store).await, before, "after a conflict of {write:?}");
    }
}

/// Sixty-four batches handed over before any can be answered; every other one takes an id that the
/// one before it has taken.
pub async fn conflicts_of_concurrent_batches_stay_their_own(store: &dyn Store) {
    let batch = |n: i64| {
        let new = order(1 + n / 2);
        Batch { writes: vec![remember(100 + n), insert(&new), Write::AppendHistory(entry(&new))] }
    };
    let answers = together((0..64).map(|n| store.commit(batch(n)))).await;
    let mut stored = 0;
    for (n, answer) in (0..).zip(&answers) {
        let remembered = store.remembered_message(OWNER, &format!("message {}", 100 + n)).await.unwrap();
        match answer {
            Ok(()) => stored += 1,
            Err(CommitError::Conflict(ConflictOn::Order)) => {}
            Err(other) => panic!("batch {n}: {other}"),
        }
        assert_eq!(remembered.is_some(), answer.is_ok(), "batch {n}");
    }
    assert_eq!(stored, 32);
    for id in 1..=32 {
        assert_eq!(get(store, id).await, Some(order(id)));
        assert_eq!(store.history(OrderId(id)).await.unwrap().len(), 1, "of order {id}");
    }
}

pub async fn one_of_many_changes_on_a_revision_wins(store: &dyn Store) {
    store_orders(store, &[order(1)]).await;
    let change = |n: i64| {
        let state = State { status: Status::Accepted, since: Timestamp(n), info: Some(format!("by {n}")) };
        Batch {
            writes: vec![Write::UpdateOrder(OrderUpdate {
                id: OrderId(1),
                expected_revision: 0,
                state: Some(state),
                items: vec![],
            })],
        }
    };
    let answers = together((0..64).map(|n| store.commit(change(n)))).await;
    let winners: Vec<usize> = (0..answers.len()).filter(|&n| answers[n].is_ok()).collect();
    assert_eq!(winners.len(), 1);
    let after = get(store, 1).await.unwrap();
    assert_eq!((after.revision, after.state.info), (1, Some(format!("by {}", winners[0]))));
}

/// Order and items always change together here, so whoever reads while they change must find all
/// of them before the change, or all after it.
pub async fn an_order_never_disagrees_with_its_items(store: &dyn Store) {
    store_orders(store, &[order(1)]).await;
    for revision in 0..300 {
        let state = State { status: Status::Suspended, since: Timestamp(revision), info: Some(format!("change {revision}")) };
        let items =
            (0..2).map(|position| ItemUpdate { position, state: Some(state.clone()), result: None, listed: false }).collect();
        let update = OrderUpdate { id: OrderId(1), expected_revision: revision, state: Some(state), items };
        let mut change = store.commit(Batch { writes: vec![Write::UpdateOrder(update)] });
        while poll_fn(|context| Poll::Ready(change.as_mut().poll(context).map(Result::unwrap).is_pending())).await {
            let found = get(store, 1).await.unwrap();
            assert!(found.items.iter().all(|item| item.state == found.state), "{found:?}");
            // A task that never yields is told that nothing is ready.
            tokio::task::yield_now().await;
        }
    }
}

/// What a reader can see of the things that the batches touch.
async fn visible(store: &dyn Store) -> String {
    let mut seen = Vec::new();
    for id in 1..=3 {
        seen.push(format!("{:?} {:?}", get(store, id).await, store.history(OrderId(id)).await.unwrap()));
        seen.push(format!("{:?}", store.remembered_message(OWNER, &format!("message {id}")).await.unwrap()));
    }
    seen.push(format!("{:?}", store.transaction(&transaction().key).await.unwrap()));
    seen.push(format!("{:?}", store.next_due(Protocol::Oseo).await.unwrap()));
    seen.push(format!("{:?}", store.accounts(PROVIDER).await.unwrap()));
    seen.join("\n")
}

fn transaction() -> Transaction {
    Transaction {
        key: Key { provider: PROVIDER, owner: OWNER, id: TransactionId("t".to_owned()) },
        kind: Kind::Order,
        state: StateCode::INITIAL,
        is_test: false,
        created_at: Timestamp(1),
        updated_at: Timestamp(1),
        revision: 0,
        order: None,
        context: Document(b"basket".to_vec()),
    }
}

fn touch(expected_revision: i64) -> TransactionUpdate {
    let Transaction { key, state, .. } = transaction();
    TransactionUpdate { key, expected_revision, state, context: Document::default(), order: None, updated_at: Timestamp(2) }
}

/// Due at the time that is the order's id.
fn job(order: i64) -> Job {
    let key = JobKey { order: OrderId(order), part: JobPart::Order };
    Job { key, queue: Protocol::Oseo, priority: Priority::Standard, due_at: Timestamp(order), attempts: 0 }
}

fn remember(n: i64) -> Write {
    Write::RememberMessage { owner: OWNER, message_id: format!("message {n}"), order: OrderId(n), at: Timestamp(n) }
}

fn nonce() -> Write {
    Write::UseNonce { owner: OWNER, nonce: b"nonce".to_vec(), at: Timestamp(0), expires_at: Timestamp(10) }
}

fn account() -> NewAccount {
    NewAccount {
        provider: PROVIDER,
        protocol: Protocol::Oseo,
        name: "demo".to_owned(),
        password_hash: "hash".to_owned(),
        digest_secret: None,
        roles: Roles::CUSTOMER,
        created_at: Timestamp(0),
    }
}
