//! Things to store, and ways to store them.

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

use ordergate_engine::order::{HistoryEntry, Item, Order, OrderKind, Priority, State, Status, submission_entry};
use ordergate_engine::{AccountId, Actor, Document, OrderId, Protocol, ProviderId, Timestamp};
use ordergate_store::{Batch, CommitError, ConflictOn, Items, Standing, Store, Write};

pub const PROVIDER: ProviderId = ProviderId::DEFAULT;
pub const OWNER: AccountId = AccountId(7);

/// A submitted order of [`OWNER`] with two items, submitted at the time that is its id.
pub fn order(id: i64) -> Order {
    let at = Timestamp(id);
    Order {
        id: OrderId(id),
        provider: PROVIDER,
        owner: OWNER,
        protocol: Protocol::Oseo,
        kind: OrderKind::Product,
        reference: None,
        priority: Priority::Standard,
        submitted_at: at,
        state: State::submitted(at),
        revision: 0,
        document: Document(b"<order/>".to_vec()),
        items: vec![item("1", at), item("2", at)],
    }
}

/// The order with a status that it got at the given time.
pub fn order_in(id: i64, status: Status, since: i64) -> Order {
    Order { state: State { status, since: Timestamp(since), info: None }, ..order(id) }
}

pub fn item(item_id: &str, at: Timestamp) -> Item {
    let (item_id, state) = (item_id.to_owned(), State::submitted(at));
    Item { item_id, state, result: None, listed: false, standing: false, document: Document(Vec::new()) }
}

/// A standing item of a subscription, to collection `c`.
pub fn standing(order: i64, position: usize) -> Standing {
    Standing {
        order: OrderId(order),
        position,
        provider: PROVIDER,
        kind: OrderKind::Subscription,
        topic: "c".to_owned(),
        criteria: Document(b"{}".to_vec()),
        expires_at: Standing::NEVER,
    }
}

pub fn entry(order: &Order) -> HistoryEntry {
    submission_entry(order, Actor::account("demo"))
}

pub fn insert(order: &Order) -> Write {
    Write::InsertOrder(Box::new(order.clone()))
}

pub async fn commit(store: &dyn Store, writes: Vec<Write>) -> Result<(), CommitError> {
    store.commit(Batch { writes }).await
}

/// Stores what must be stored.
pub async fn stored(store: &dyn Store, writes: Vec<Write>) {
    commit(store, writes).await.unwrap();
}

pub async fn store_orders(store: &dyn Store, orders: &[Order]) {
    stored(store, orders.iter().map(insert).collect()).await;
}

pub async fn get(store: &dyn Store, id: i64) -> Option<Order> {
    store.order(OrderId(id), Items::With).await.unwrap()
}

/// Expects that the writes are refused for this reason.
pub async fn refused(store: &dyn Store, writes: Vec<Write>, on: ConflictOn) {
    match commit(store, writes).await {
        Err(CommitError::Conflict(found)) => assert_eq!(found, on),
        other => panic!("expected a conflict on {on:?}, got {other:?}"),
    }
}

/// Begins all before any can end; gives their answers in the same order.
pub async fn together<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<(usize, Pin<Box<F>>)> = futures.map(Box::pin).enumerate().collect();
    let mut answers: Vec<(usize, F::Output)> = Vec::with_capacity(waiting.len());
    std::future::poll_fn(|context| {
        waiting.retain_mut(|(n, future)| match future.as_mut().poll(context) {
            Poll::Ready(answer) => {
                answers.push((*n, answer));
                false
            }
            Poll::Pending => true,
        });
        if waiting.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    answers.sort_by_key(|(n, _)| *n);
    answers.into_iter().map(|(_, answer)| answer).collect()
}
