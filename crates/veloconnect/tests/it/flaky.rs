//! Someone else was faster, or the store is down.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use ordergate_engine::order::{HistoryEntry, Order};
use ordergate_engine::transaction::{Key, Transaction};
use ordergate_engine::{AccountId, OrderId, Protocol, ProviderId, Timestamp};
use ordergate_store::{
    Account, Batch, Claim, CommitError, ConflictOn, Items, Job, JobKey, OrderPage, OrderQuery, SharedStore, Store, StoreError,
    TransactionStatus,
};

use crate::common::{Door, custom};

/// A store that refuses some commits.
#[derive(Debug)]
struct Flaky {
    inner: SharedStore,
    /// So many commits collide.
    conflicts: Arc<AtomicUsize>,
    /// Afterwards so many fail.
    failures: Arc<AtomicUsize>,
}

fn take_one(counter: &AtomicUsize) -> bool {
    counter.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok()
}

#[async_trait]
impl Store for Flaky {
    async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        if take_one(&self.conflicts) {
            return Err(CommitError::Conflict(ConflictOn::Transaction));
        }
        if take_one(&self.failures) {
            return Err(StoreError::Unavailable("disk full".into()).into());
        }
        self.inner.commit(batch).await
    }

    async fn account(&self, provider: ProviderId, protocol: Protocol, name: &str) -> Result<Option<Arc<Account>>, StoreError> {
        self.inner.account(provider, protocol, name).await
    }
    async fn accounts(&self, provider: ProviderId) -> Result<Vec<Account>, StoreError> {
        self.inner.accounts(provider).await
    }
    async fn order(&self, id: OrderId, items: Items) -> Result<Option<Order>, StoreError> {
        self.inner.order(id, items).await
    }
    async fn search(&self, query: &OrderQuery) -> Result<OrderPage, StoreError> {
        self.inner.search(query).await
    }
    async fn history(&self, id: OrderId) -> Result<Vec<HistoryEntry>, StoreError> {
        self.inner.history(id).await
    }
    async fn transaction(&self, key: &Key) -> Result<Option<Transaction>, StoreError> {
        self.inner.transaction(key).await
    }
    async fn transactions(
        &self,
        provider: ProviderId,
        owner: AccountId,
        with_final: bool,
        limit: usize,
    ) -> Result<Vec<TransactionStatus>, StoreError> {
        self.inner.transactions(provider, owner, with_final, limit).await
    }
    async fn remembered_message(&self, owner: AccountId, message_id: &str) -> Result<Option<OrderId>, StoreError> {
        self.inner.remembered_message(owner, message_id).await
    }
    async fn next_order_id(&self) -> Result<OrderId, StoreError> {
        self.inner.next_order_id().await
    }
    async fn claim(&self, claim: &Claim) -> Result<Vec<Job>, StoreError> {
        self.inner.claim(claim).await
    }
    async fn orders_before(&self, provider: ProviderId, id: OrderId, limit: usize) -> Result<Vec<Order>, StoreError> {
        self.inner.orders_before(provider, id, limit).await
    }
    async fn jobs_until_told(&self, queue: Protocol, limit: usize) -> Result<Vec<JobKey>, StoreError> {
        self.inner.jobs_until_told(queue, limit).await
    }
    async fn open_items(&self, provider: ProviderId, owner: AccountId) -> Result<usize, StoreError> {
        self.inner.open_items(provider, owner).await
    }
    async fn next_due(&self, queue: Protocol) -> Result<Option<Timestamp>, StoreError> {
        self.inner.next_due(queue).await
    }
    async fn check(&self) -> Result<(), StoreError> {
        self.inner.check().await
    }
    async fn close(&self) -> Result<(), StoreError> {
        self.inner.close().await
    }
}

async fn flaky() -> (Door, Arc<AtomicUsize>, Arc<AtomicUsize>) {
    let (conflicts, failures) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (c, f) = (Arc::clone(&conflicts), Arc::clone(&failures));
    let door = custom(|_| {}, |inner| Arc::new(Flaky { inner, conflicts: c, failures: f })).await;
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
