//! A store in memory, with what the doors need of one.

mod kept;
mod rows;

use std::sync::Arc;

use async_trait::async_trait;
use ordergate_engine::order::{HistoryEntry, Order, Priority};
use ordergate_engine::transaction::{Key, Kind, Transaction};
use ordergate_engine::{AccountId, Document, OrderId, Protocol, ProviderId, QuotationId, Timestamp, TransmissionId};
use ordergate_store::{
    Account, Batch, Catalogue, CatalogueId, Claim, CommitError, Edition, Expiry, FoundReceipt, Items, Job, JobKey, KeptLine,
    KeptQuery, Notification, NotificationState, OfferedArticles, OrderPage, OrderQuery, Pause, Quotation, Receipt, ReceiptKey,
    ReceiptQuery, Reference, ReplacedReceipt, ResultKey, Seller, Standing, StandingQuery, Store, StoreError, StoredArticle,
    StoredResult, TermsFor, TransactionStatus, Transmission, TransmissionQuery, TransmittedLine,
};
use parking_lot::Mutex;

use crate::authenticate;
use kept::Kept;
pub(crate) use rows::{FOREIGN, order};
use rows::{account, empty_catalogue, transaction};

#[derive(Debug)]
pub(crate) struct MemoryStore {
    kept: Mutex<Kept>,
}

impl MemoryStore {
    /// With orders 1 and 2, of accounts 1 and 2.
    pub(crate) fn new() -> Self {
        let kept = Kept { last_id: 1000, orders: vec![order(1), order(2)], ..Kept::default() };
        Self { kept: Mutex::new(kept) }
    }

    /// With transactions `open`, `placed` and `search` of each account, too, with these contexts.
    pub(crate) fn with_transactions(open: &Document, placed: &Document, search: &Document) -> Self {
        let store = Self::new();
        for owner in [1, 2] {
            let kept = [
                transaction(owner, "open", Kind::Order, 2, open),
                transaction(owner, "placed", Kind::Order, 100, placed),
                transaction(owner, "search", Kind::TextSearch, 2, search),
            ];
            store.kept.lock().transactions.extend(kept);
        }
        store
    }

    /// With orders that wait for what is announced, too.
    pub(crate) fn with_standing(waiting: Vec<(Order, Standing)>) -> Self {
        let store = Self::new();
        for (order, standing) in waiting {
            let mut kept = store.kept.lock();
            kept.orders.push(order);
            kept.standing.push(standing);
        }
        store
    }

    pub(crate) fn order_now(&self, id: OrderId) -> Option<Order> {
        self.kept.lock().orders.iter().find(|order| order.id == id).cloned()
    }

    /// With a buyer and an empty catalogue, too.
    pub(crate) fn with_catalogue() -> Self {
        let store = Self::new();
        store.kept.lock().trades = true;
        store
    }

    /// What is stored from now on is not kept.
    pub(crate) fn forget(&self) {
        self.kept.lock().forgets = true;
    }

    pub(crate) fn rename_newest_transaction(&self, id: &str) {
        if let Some(newest) = self.kept.lock().transactions.last_mut() {
            id.clone_into(&mut newest.key.id.0);
        }
    }

    pub(crate) fn newest_transaction(&self) -> Option<Transaction> {
        self.kept.lock().transactions.last().cloned()
    }

    /// How many batches were stored.
    pub(crate) fn commits(&self) -> usize {
        self.kept.lock().commits
    }

    pub(crate) fn newest_quotation(&self) -> Option<QuotationId> {
        self.kept.lock().quotations.last().map(|quotation| quotation.id)
    }

    pub(crate) fn newest_order(&self) -> Option<Order> {
        self.kept.lock().orders.last().cloned()
    }
}

#[async_trait]
impl Store for MemoryStore {
    /// Those of the authentication that buy.
    async fn account(&self, _: ProviderId, protocol: Protocol, name: &str) -> Result<Option<Arc<Account>>, StoreError> {
        let id = authenticate::buyer(name).filter(|_| protocol == Protocol::Veloconnect);
        Ok(id.map(|id| Arc::new(account(id, name))))
    }

    async fn account_by_id(&self, _: AccountId) -> Result<Option<Account>, StoreError> {
        Ok(None)
    }

    async fn accounts(&self, _: ProviderId) -> Result<Vec<Account>, StoreError> {
        Ok(Vec::new())
    }

    async fn groups(&self, _: AccountId) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }

    async fn peers(&self, _: AccountId) -> Result<Vec<AccountId>, StoreError> {
        Ok(Vec::new())
    }

    async fn are_peers(&self, _: AccountId, _: AccountId) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn order(&self, id: OrderId, items: Items) -> Result<Option<Order>, StoreError> {
        let found = self.kept.lock().orders.iter().find(|order| order.id == id).cloned();
        Ok(found.map(|order| if items == Items::With { order } else { Order { items: Vec::new(), ..order } }))
    }

    async fn search(&self, query: &OrderQuery) -> Result<OrderPage, StoreError> {
        let mut orders = self.kept.lock().orders.clone();
        orders.retain(|order| {
            order.owner == query.owner
                && (query.statuses.is_empty() || query.statuses.contains(&order.state.status))
                && (query.updated_from..=query.updated_until).contains(&order.state.since)
                && (query.reference.is_none() || query.reference == order.reference)
        });
        Ok(OrderPage { orders, continue_from: None })
    }

    async fn history(&self, _: OrderId) -> Result<Vec<HistoryEntry>, StoreError> {
        Ok(Vec::new())
    }

    async fn transaction(&self, key: &Key) -> Result<Option<Transaction>, StoreError> {
        Ok(self.kept.lock().transactions.iter().find(|transaction| transaction.key == *key).cloned())
    }

    async fn transactions(
        &self,
        provider: ProviderId,
        owner: AccountId,
        with_final: bool,
        limit: usize,
    ) -> Result<Vec<TransactionStatus>, StoreError> {
        let kept = self.kept.lock();
        let of_owner = kept.transactions.iter().filter(|kept| kept.key.provider == provider && kept.key.owner == owner);
        let wanted = of_owner.filter(|kept| with_final || !kept.state.is_final()).take(limit);
        Ok(wanted.map(|kept| TransactionStatus { id: kept.key.id.clone(), kind: kept.kind, state: kept.state }).collect())
    }

    async fn transmission(&self, _: TransmissionId) -> Result<Option<Transmission>, StoreError> {
        Ok(None)
    }

    async fn due_transmissions(&self, _: Timestamp, _: usize) -> Result<Vec<Transmission>, StoreError> {
        Ok(Vec::new())
    }

    async fn transmissions(&self, _: &TransmissionQuery) -> Result<Vec<Transmission>, StoreError> {
        Ok(Vec::new())
    }

    async fn transmitted_lines(&self, _: TransmissionId, _: usize, _: usize) -> Result<Vec<TransmittedLine>, StoreError> {
        Ok(Vec::new())
    }

    async fn kept(&self, _: &KeptQuery) -> Result<Vec<KeptLine>, StoreError> {
        Ok(Vec::new())
    }

    async fn has_open_transactions(
        &self,
        provider: ProviderId,
        owner: AccountId,
        kind: Kind,
        at_least: usize,
    ) -> Result<bool, StoreError> {
        let kept = self.kept.lock();
        let of_owner = kept.transactions.iter().filter(|kept| kept.key.provider == provider && kept.key.owner == owner);
        Ok(of_owner.filter(|kept| kept.kind == kind && !kept.state.is_final()).count() >= at_least)
    }

    async fn has_expired_transactions(&self, _: &Expiry) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn seller(&self, _: &str) -> Result<Option<ProviderId>, StoreError> {
        Ok(None)
    }

    async fn sellers(&self) -> Result<Vec<Seller>, StoreError> {
        Ok(Vec::new())
    }

    async fn remembered_message(&self, owner: AccountId, message_id: &str) -> Result<Option<OrderId>, StoreError> {
        Ok(self.kept.lock().messages.iter().find(|kept| kept.0 == owner && kept.1 == message_id).map(|kept| kept.2))
    }

    async fn quotation(&self, id: QuotationId) -> Result<Option<Quotation>, StoreError> {
        Ok(self.kept.lock().quotations.iter().find(|kept| kept.id == id).cloned())
    }

    async fn open_quotations(&self, _: ProviderId, _: AccountId, _: Timestamp) -> Result<usize, StoreError> {
        Ok(0)
    }

    async fn count_notifications(&self, _: NotificationState) -> Result<usize, StoreError> {
        Ok(0)
    }

    async fn due_quotations(&self, _: Timestamp, _: usize) -> Result<Vec<Quotation>, StoreError> {
        Ok(Vec::new())
    }

    async fn standing(&self, query: &StandingQuery) -> Result<Vec<Standing>, StoreError> {
        let kept = self.kept.lock();
        let waits = |standing: &&Standing| {
            (standing.provider, standing.kind, &standing.topic) == (query.provider, query.kind, &query.topic)
                && query.after.is_none_or(|after| (standing.order, standing.position) > after)
        };
        Ok(kept.standing.iter().filter(waits).take(query.limit).cloned().collect())
    }

    async fn standing_of(&self, _: OrderId) -> Result<Vec<Standing>, StoreError> {
        Ok(Vec::new())
    }

    async fn fed(&self, order: OrderId, position: usize, products: &[&str]) -> Result<Vec<usize>, StoreError> {
        let kept = self.kept.lock();
        let is_fed = |product: &str| kept.fed.contains(&(order, position, product.to_owned()));
        Ok(products.iter().enumerate().filter(|(_, product)| is_fed(product)).map(|(place, _)| place).collect())
    }

    async fn next_order_id(&self) -> Result<OrderId, StoreError> {
        let mut kept = self.kept.lock();
        kept.last_id += 1;
        Ok(OrderId(kept.last_id))
    }

    async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        let mut kept = self.kept.lock();
        kept.commits += 1;
        if kept.forgets {
            return Ok(());
        }
        batch.writes.into_iter().try_for_each(|write| kept.write(write)).map_err(CommitError::Conflict)
    }

    async fn claim(&self, _: &Claim) -> Result<Vec<Job>, StoreError> {
        Ok(Vec::new())
    }

    async fn orders_before(&self, _: ProviderId, _: OrderId, _: usize) -> Result<Vec<Order>, StoreError> {
        Ok(Vec::new())
    }

    async fn jobs_until_told(&self, _: Protocol, _: usize) -> Result<Vec<JobKey>, StoreError> {
        Ok(Vec::new())
    }

    async fn parked_jobs(&self, _: Protocol, _: Priority, _: Option<JobKey>, _: usize) -> Result<Vec<JobKey>, StoreError> {
        Ok(Vec::new())
    }

    async fn pauses(&self, _: Protocol) -> Result<Vec<Pause>, StoreError> {
        Ok(Vec::new())
    }

    async fn open_items(&self, _: ProviderId, _: AccountId) -> Result<usize, StoreError> {
        Ok(0)
    }

    async fn next_due(&self, _: Protocol) -> Result<Option<Timestamp>, StoreError> {
        Ok(None)
    }

    async fn notification_wish(&self, _: OrderId) -> Result<Option<Document>, StoreError> {
        Ok(None)
    }

    async fn notifications_waiting(&self, _: OrderId, _: usize) -> Result<Vec<Notification>, StoreError> {
        Ok(Vec::new())
    }

    async fn notifications_of(&self, _: OrderId) -> Result<Vec<Notification>, StoreError> {
        Ok(Vec::new())
    }

    async fn notifications(&self, _: NotificationState, _: usize) -> Result<Vec<Notification>, StoreError> {
        Ok(Vec::new())
    }

    async fn local_results(&self, _: ResultKey, _: usize) -> Result<Vec<StoredResult>, StoreError> {
        Ok(Vec::new())
    }

    async fn kept_for_delivery(&self, _: OrderId) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(None)
    }

    async fn catalogue(&self, provider: ProviderId) -> Result<Option<Catalogue>, StoreError> {
        Ok(self.kept.lock().trades.then(|| empty_catalogue(provider)))
    }

    async fn catalogues(&self) -> Result<Vec<Catalogue>, StoreError> {
        Ok(Vec::new())
    }

    async fn edition(&self, _: ProviderId) -> Result<Option<Edition>, StoreError> {
        Ok(None)
    }

    async fn articles(&self, _: ProviderId, numbers: &[&str], _: &TermsFor) -> Result<OfferedArticles, StoreError> {
        Ok(OfferedArticles { edition: None, articles: vec![None; numbers.len()] })
    }

    async fn articles_at(&self, _: CatalogueId, places: &[i64], _: &TermsFor) -> Result<Vec<Option<StoredArticle>>, StoreError> {
        Ok(vec![None; places.len()])
    }

    async fn articles_after(&self, _: CatalogueId, _: i64, _: usize) -> Result<Vec<StoredArticle>, StoreError> {
        Ok(Vec::new())
    }

    async fn article_places(&self, _: CatalogueId, numbers: &[&str]) -> Result<Vec<Option<i64>>, StoreError> {
        let place = self.kept.lock().trades.then_some(0);
        Ok(vec![place; numbers.len()])
    }

    async fn classification(&self, _: CatalogueId) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(None)
    }

    async fn receipt(&self, key: &ReceiptKey) -> Result<Option<Receipt>, StoreError> {
        Ok(self.kept.lock().receipts.iter().map(|kept| &kept.0).find(|receipt| receipt.key == *key).cloned())
    }

    async fn receipts(&self, query: &ReceiptQuery) -> Result<Vec<FoundReceipt>, StoreError> {
        let kept = self.kept.lock();
        let refers = |given: &[Reference]| {
            query.references.iter().all(|(what, ids)| given.iter().any(|has| has.what == *what && ids.contains(&has.id)))
        };
        let found = kept.receipts.iter().filter(|(Receipt { key, issued_on, .. }, references)| {
            (key.provider, key.owner, key.kind) == (query.provider, query.owner, query.kind)
                && (query.from..=query.until).contains(issued_on)
                && refers(references)
        });
        let found = found.map(|(receipt, _)| FoundReceipt {
            id: receipt.key.id.clone(),
            issued_on: receipt.issued_on,
            header: receipt.header.clone(),
        });
        Ok(found.take(query.limit).collect())
    }

    async fn replaced_receipts(&self, _: &ReceiptKey) -> Result<Vec<ReplacedReceipt>, StoreError> {
        Ok(Vec::new())
    }

    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn close(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
