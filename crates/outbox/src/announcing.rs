//! A store that announces: whoever commits a move of an order commits its notifications with it.

use std::borrow::Cow;
use std::sync::Arc;

use async_trait::async_trait;
use ordergate_door::{Announce, Draft, Moved, ReceivedTransmission};
use ordergate_engine::order::{HistoryEntry, Order, Priority};
use ordergate_engine::time::Clock;
use ordergate_engine::transaction::{Key, Kind, Transaction};
use ordergate_engine::{AccountId, Document, OrderId, Protocol, ProviderId, QuotationId, Timestamp, TransmissionId};
use ordergate_store::{
    Account, Batch, Catalogue, CatalogueId, Claim, CommitError, ConflictOn, Edition, Expiry, FoundReceipt, Items, Job, JobKey,
    KeptLine, KeptQuery, Notification, NotificationKey, NotificationState, OfferedArticles, OrderPage, OrderQuery, Pause,
    Progress, Quotation, Receipt, ReceiptKey, ReceiptQuery, ReplacedReceipt, ResultKey, Seller, SharedStore, Standing,
    StandingQuery, Store, StoreError, StoredArticle, StoredResult, TermsFor, TransactionStatus, Transmission, TransmissionQuery,
    TransmittedLine, Write,
};
use tokio::sync::Notify;

use crate::OutboxOptions;
use crate::pending::Pending;
use crate::wishes::Wishes;

/// A store with announcers before it.
#[derive(Debug)]
pub struct Announcing {
    inner: SharedStore,
    announcers: Vec<Arc<dyn Announce>>,
    clock: Arc<dyn Clock>,
    patience_micros: i64,
    wishes: Wishes,
    /// Told when something is to be delivered.
    posted: Arc<Notify>,
}

impl Announcing {
    pub fn new(inner: SharedStore, announcers: Vec<Arc<dyn Announce>>, options: &OutboxOptions, clock: Arc<dyn Clock>) -> Self {
        let (wishes, posted) = (Wishes::default(), Arc::new(Notify::new()));
        Self { inner, announcers, clock, patience_micros: options.patience_micros(), wishes, posted }
    }

    /// Notified after each commit of something to deliver.
    pub fn posted(&self) -> Arc<Notify> {
        Arc::clone(&self.posted)
    }

    /// The notifications that belong to a batch.
    async fn notifications(&self, batch: &Batch) -> Result<Vec<Write>, CommitError> {
        let mut notifications = Vec::new();
        for (id, pending) in Pending::of(batch) {
            let stored_wish = if pending.new.is_some() { None } else { self.wishes.about(&*self.inner, id).await? };
            let wish = pending.wish.or(stored_wish.as_deref());
            if wish.is_none() && !self.announcers.iter().any(|announcer| announcer.concerns(&pending.moves)) {
                continue;
            }
            let after = match pending.new {
                Some(order) if pending.changes.is_empty() => Cow::Borrowed(order),
                _ => Cow::Owned(self.after(id, &pending).await?),
            };
            let owner = self.owner(&pending, &after).await?;
            let awaits_approval = pending.new.is_some() && pending.awaits_approval;
            let moved = Moved { order: &after, moves: &pending.moves, wish, awaits_approval, owner: owner.as_ref() };
            notifications.extend(self.announce(&moved, pending.notifications));
        }
        Ok(notifications)
    }

    /// The notifications about transmissions whose import ends with a batch.
    async fn of_transmissions(&self, batch: &Batch) -> Result<Vec<Write>, CommitError> {
        let mut notifications = Vec::new();
        for transmission in batch.writes.iter().filter_map(imported) {
            if !self.announcers.iter().any(|announcer| announcer.concerns_transmissions(transmission.kind)) {
                continue;
            }
            let owner = self.inner.account_by_id(transmission.key.owner).await?;
            let received = ReceivedTransmission { transmission, owner: owner.as_ref() };
            let drafts = self.announcers.iter().flat_map(|announcer| announcer.announce_transmission(&received));
            // Its number is none of an order's.
            notifications.extend(self.numbered(OrderId(transmission.id.0), transmission.revision, 0, drafts));
        }
        Ok(notifications)
    }

    /// The order as the batch will leave it.
    async fn after(&self, id: OrderId, pending: &Pending<'_>) -> Result<Order, CommitError> {
        let order = match pending.new {
            Some(order) => Some(order.clone()),
            None => self.inner.order(id, Items::With).await?,
        };
        // The store would say the same, after more work.
        order.and_then(|order| pending.after(order)).ok_or(CommitError::Conflict(ConflictOn::Order))
    }

    /// Read here, so that announcers need not wait for anything: they only decide.
    async fn owner(&self, pending: &Pending<'_>, order: &Order) -> Result<Option<Account>, StoreError> {
        if self.announcers.iter().any(|announcer| announcer.needs_owner(&pending.moves)) {
            return self.inner.account_by_id(order.owner).await;
        }
        Ok(None)
    }

    /// `first`: so many notifications about the order the change has already.
    fn announce(&self, moved: &Moved<'_>, first: u32) -> Vec<Write> {
        let drafts = self.announcers.iter().flat_map(|announcer| announcer.announce(moved));
        self.numbered(moved.order.id, moved.order.revision, first, drafts)
    }

    fn numbered(&self, id: OrderId, revision: i64, first: u32, drafts: impl Iterator<Item = Draft>) -> Vec<Write> {
        let now = self.clock.now();
        let give_up_at = now.plus_micros(self.patience_micros);
        let numbered = (first..).zip(drafts).map(|(place, draft)| {
            let key = NotificationKey::at_revision(id, revision, place);
            Write::Notify(Box::new(draft.notification(key, now, give_up_at)))
        });
        numbered.collect()
    }
}

/// The transmission whose import a write ends; not a test, of which nothing comes.
fn imported(write: &Write) -> Option<&Transmission> {
    let transmission = match write {
        Write::InsertTransmission(new) => &new.transmission,
        Write::UpdateTransmission(transmission) => transmission,
        _ => return None,
    };
    (matches!(transmission.progress, Progress::Imported { .. }) && !transmission.is_test).then_some(transmission)
}

#[async_trait]
impl Store for Announcing {
    async fn commit(&self, mut batch: Batch) -> Result<(), CommitError> {
        let notifications = self.notifications(&batch).await?;
        batch.writes.extend(notifications);
        let notifications = self.of_transmissions(&batch).await?;
        batch.writes.extend(notifications);
        let posts = |write: &Write| matches!(write, Write::Notify(_) | Write::NotifyAgain { .. });
        let is_post = batch.writes.iter().any(posts);
        self.inner.commit(batch).await?;
        if is_post {
            self.posted.notify_one();
        }
        Ok(())
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
        self.inner.order(id, items).await
    }

    async fn search(&self, query: &OrderQuery) -> Result<OrderPage, StoreError> {
        self.inner.search(query).await
    }

    async fn orders_before(&self, provider: ProviderId, id: OrderId, limit: usize) -> Result<Vec<Order>, StoreError> {
        self.inner.orders_before(provider, id, limit).await
    }

    async fn open_items(&self, provider: ProviderId, owner: AccountId) -> Result<usize, StoreError> {
        self.inner.open_items(provider, owner).await
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

    async fn claim(&self, claim: &Claim) -> Result<Vec<Job>, StoreError> {
        self.inner.claim(claim).await
    }

    async fn next_due(&self, queue: Protocol) -> Result<Option<Timestamp>, StoreError> {
        self.inner.next_due(queue).await
    }

    async fn jobs_until_told(&self, queue: Protocol, limit: usize) -> Result<Vec<JobKey>, StoreError> {
        self.inner.jobs_until_told(queue, limit).await
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
