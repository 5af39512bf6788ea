//! A store that fails when a test wants it to.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ordergate_engine::order::{HistoryEntry, Order, Priority};
use ordergate_engine::transaction::{Key, Kind, Transaction};
use ordergate_engine::{AccountId, Document, OrderId, Protocol, ProviderId, QuotationId, Timestamp, TransmissionId};
use ordergate_store::{
    Account, Batch, Catalogue, CatalogueId, Claim, CommitError, ConflictOn, Edition, Expiry, FoundReceipt, Items, Job, JobKey,
    KeptLine, KeptQuery, Notification, NotificationState, OfferedArticles, OrderPage, OrderQuery, Pause, Quotation, Receipt,
    ReceiptKey, ReceiptQuery, ReplacedReceipt, ResultKey, Seller, SharedStore, Standing, StandingQuery, Store, StoreError,
    StoredArticle, StoredResult, TermsFor, TransactionStatus, Transmission, TransmissionQuery, TransmittedLine,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    /// Nothing is stored.
    Before,
    /// It is stored, but the answer is lost.
    After,
    /// It is stored, but the answer takes so long.
    Slow(Duration),
    /// Nothing is stored: someone else was faster.
    Conflict(ConflictOn),
}

/// Asks a function before each commit and each claim (which has no batch).
pub struct Flaky<F> {
    inner: SharedStore,
    fault: F,
    unreadable: Box<dyn Fn() -> bool + Send + Sync>,
}

impl<F: Fn(Option<&Batch>) -> Fault> Flaky<F> {
    pub fn new(inner: SharedStore, fault: F) -> Self {
        Self { inner, fault, unreadable: Box::new(|| false) }
    }

    /// Asks a function before each order that is read whether it cannot be.
    #[must_use]
    pub fn unreadable(self, unreadable: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { unreadable: Box::new(unreadable), ..self }
    }
}

impl<F> fmt::Debug for Flaky<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Flaky")
    }
}

fn fails() -> StoreError {
    StoreError::Unavailable("disk full, as the test wants it".into())
}

#[async_trait]
impl<F: Fn(Option<&Batch>) -> Fault + Send + Sync + 'static> Store for Flaky<F> {
    async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        match (self.fault)(Some(&batch)) {
            Fault::None => self.inner.commit(batch).await,
            Fault::Before => Err(fails().into()),
            Fault::After => self.inner.commit(batch).await.and(Err(fails().into())),
            Fault::Slow(time) => {
                let done = self.inner.commit(batch).await;
                tokio::time::sleep(time).await;
                done
            }
            Fault::Conflict(on) => Err(CommitError::Conflict(on)),
        }
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Job>, StoreError> {
        match (self.fault)(None) {
            Fault::None => self.inner.claim(claim).await,
            _ => Err(fails()),
        }
    }

    async fn account(&self, provider: ProviderId, protocol: Protocol, name: &str) -> Result<Option<Arc<Account>>, StoreError> {
        self.inner.account(provider, protocol, name).await
    }

    async fn account_by_id(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.inner.account_by_id(id).await
    }

    async fn accounts(&self, provider: ProviderId) -> Result<Vec<Account>, StoreError> {
        self.inner.accounts(provider).await
    }

    async fn groups(&self, account: AccountId) -> Result<Vec<String>, StoreError> {
        self.inner.groups(account).await
    }

    async fn peers(&self, account: AccountId) -> Result<Vec<AccountId>, StoreError> {
        self.inner.peers(account).await
    }

    async fn are_peers(&self, account: AccountId, other: AccountId) -> Result<bool, StoreError> {
        self.inner.are_peers(account, other).await
    }

    async fn order(&self, id: OrderId, items: Items) -> Result<Option<Order>, StoreError> {
        if (self.unreadable)() { Err(fails()) } else { self.inner.order(id, items).await }
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

    async fn transmission(&self, id: TransmissionId) -> Result<Option<Transmission>, StoreError> {
        self.inner.transmission(id).await
    }

    async fn due_transmissions(&self, now: Timestamp, limit: usize) -> Result<Vec<Transmission>, StoreError> {
        self.inner.due_transmissions(now, limit).await
    }

    async fn transmissions(&self, query: &TransmissionQuery) -> Result<Vec<Transmission>, StoreError> {
        self.inner.transmissions(query).await
    }

    async fn transmitted_lines(&self, id: TransmissionId, from: usize, limit: usize) -> Result<Vec<TransmittedLine>, StoreError> {
        self.inner.transmitted_lines(id, from, limit).await
    }

    async fn kept(&self, query: &KeptQuery) -> Result<Vec<KeptLine>, StoreError> {
        self.inner.kept(query).await
    }

    async fn has_open_transactions(
        &self,
        provider: ProviderId,
        owner: AccountId,
        kind: Kind,
        at_least: usize,
    ) -> Result<bool, StoreError> {
        self.inner.has_open_transactions(provider, owner, kind, at_least).await
    }

    async fn has_expired_transactions(&self, expiry: &Expiry) -> Result<bool, StoreError> {
        self.inner.has_expired_transactions(expiry).await
    }

    async fn seller(&self, name: &str) -> Result<Option<ProviderId>, StoreError> {
        self.inner.seller(name).await
    }

    async fn sellers(&self) -> Result<Vec<Seller>, StoreError> {
        self.inner.sellers().await
    }

    async fn remembered_message(&self, owner: AccountId, message_id: &str) -> Result<Option<OrderId>, StoreError> {
        self.inner.remembered_message(owner, message_id).await
    }

    async fn quotation(&self, id: QuotationId) -> Result<Option<Quotation>, StoreError> {
        self.inner.quotation(id).await
    }

    async fn open_quotations(&self, provider: ProviderId, owner: AccountId, now: Timestamp) -> Result<usize, StoreError> {
        self.inner.open_quotations(provider, owner, now).await
    }

    async fn count_notifications(&self, state: NotificationState) -> Result<usize, StoreError> {
        self.inner.count_notifications(state).await
    }

    async fn due_quotations(&self, now: Timestamp, limit: usize) -> Result<Vec<Quotation>, StoreError> {
        self.inner.due_quotations(now, limit).await
    }

    async fn standing(&self, query: &StandingQuery) -> Result<Vec<Standing>, StoreError> {
        self.inner.standing(query).await
    }

    async fn standing_of(&self, order: OrderId) -> Result<Vec<Standing>, StoreError> {
        self.inner.standing_of(order).await
    }

    async fn fed(&self, order: OrderId, position: usize, products: &[&str]) -> Result<Vec<usize>, StoreError> {
        self.inner.fed(order, position, products).await
    }

    async fn next_order_id(&self) -> Result<OrderId, StoreError> {
        self.inner.next_order_id().await
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

    async fn parked_jobs(
        &self,
        queue: Protocol,
        priority: Priority,
        after: Option<JobKey>,
        limit: usize,
    ) -> Result<Vec<JobKey>, StoreError> {
        self.inner.parked_jobs(queue, priority, after, limit).await
    }

    async fn pauses(&self, queue: Protocol) -> Result<Vec<Pause>, StoreError> {
        self.inner.pauses(queue).await
    }

    async fn notification_wish(&self, order: OrderId) -> Result<Option<Document>, StoreError> {
        self.inner.notification_wish(order).await
    }

    async fn notifications_waiting(&self, order: OrderId, limit: usize) -> Result<Vec<Notification>, StoreError> {
        self.inner.notifications_waiting(order, limit).await
    }

    async fn notifications_of(&self, order: OrderId) -> Result<Vec<Notification>, StoreError> {
        self.inner.notifications_of(order).await
    }

    async fn notifications(&self, state: NotificationState, limit: usize) -> Result<Vec<Notification>, StoreError> {
        self.inner.notifications(state, limit).await
    }

    async fn local_results(&self, after: ResultKey, limit: usize) -> Result<Vec<StoredResult>, StoreError> {
        self.inner.local_results(after, limit).await
    }

    async fn kept_for_delivery(&self, order: OrderId) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.kept_for_delivery(order).await
    }

    async fn catalogue(&self, provider: ProviderId) -> Result<Option<Catalogue>, StoreError> {
        self.inner.catalogue(provider).await
    }

    async fn catalogues(&self) -> Result<Vec<Catalogue>, StoreError> {
        self.inner.catalogues().await
    }

    async fn edition(&self, provider: ProviderId) -> Result<Option<Edition>, StoreError> {
        self.inner.edition(provider).await
    }

    async fn articles(&self, provider: ProviderId, numbers: &[&str], terms: &TermsFor) -> Result<OfferedArticles, StoreError> {
        self.inner.articles(provider, numbers, terms).await
    }

    async fn articles_at(
        &self,
        id: CatalogueId,
        places: &[i64],
        terms: &TermsFor,
    ) -> Result<Vec<Option<StoredArticle>>, StoreError> {
        self.inner.articles_at(id, places, terms).await
    }

    async fn articles_after(&self, id: CatalogueId, place: i64, limit: usize) -> Result<Vec<StoredArticle>, StoreError> {
        self.inner.articles_after(id, place, limit).await
    }

    async fn article_places(&self, id: CatalogueId, numbers: &[&str]) -> Result<Vec<Option<i64>>, StoreError> {
        self.inner.article_places(id, numbers).await
    }

    async fn classification(&self, id: CatalogueId) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.classification(id).await
    }

    async fn receipt(&self, key: &ReceiptKey) -> Result<Option<Receipt>, StoreError> {
        self.inner.receipt(key).await
    }

    async fn receipts(&self, query: &ReceiptQuery) -> Result<Vec<FoundReceipt>, StoreError> {
        self.inner.receipts(query).await
    }

    async fn replaced_receipts(&self, key: &ReceiptKey) -> Result<Vec<ReplacedReceipt>, StoreError> {
        self.inner.replaced_receipts(key).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.inner.check().await
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.inner.close().await
    }
}
