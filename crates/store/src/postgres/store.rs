//! The store's interface, carried out by reader and writer.

use std::sync::Arc;

use async_trait::async_trait;
use ordergate_engine::order::{HistoryEntry, Order, Priority};
use ordergate_engine::transaction::{Key, Kind, Transaction};
use ordergate_engine::{AccountId, Document, OrderId, Protocol, ProviderId, QuotationId, Timestamp, TransmissionId};

use super::writer::Work;
use super::{PostgresStore, catalogue, read, receipts};
use crate::account_memory::changes_accounts;
use crate::{
    Account, Batch, Catalogue, CatalogueId, Claim, CommitError, ConflictOn, Edition, Expiry, FoundReceipt, Items, Job, JobKey,
    KeptLine, KeptQuery, NewAccount, Notification, NotificationState, OfferedArticles, OrderPage, OrderQuery, Pause, Quotation,
    Receipt, ReceiptKey, ReceiptQuery, ReplacedReceipt, ResultKey, Seller, Standing, StandingQuery, Store, StoreError,
    StoredArticle, StoredResult, TermsFor, TransactionStatus, Transmission, TransmissionQuery, TransmittedLine, Write,
};

/// Two new accounts may be given the same number at the same moment; one of them is then tried again.
const ATTEMPTS: u32 = 10;

#[async_trait]
impl Store for PostgresStore {
    async fn account(&self, provider: ProviderId, protocol: Protocol, name: &str) -> Result<Option<Arc<Account>>, StoreError> {
        self.accounts.get(provider, protocol, name, read::account(&self.reader, provider, protocol, name)).await
    }

    async fn account_by_id(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        read::account_by_id(&self.reader, id).await
    }

    async fn accounts(&self, provider: ProviderId) -> Result<Vec<Account>, StoreError> {
        read::accounts(&self.searcher, provider).await
    }

    async fn groups(&self, account: AccountId) -> Result<Vec<String>, StoreError> {
        read::groups(&self.reader, account).await
    }

    async fn peers(&self, account: AccountId) -> Result<Vec<AccountId>, StoreError> {
        read::peers(&self.reader, account).await
    }

    async fn are_peers(&self, account: AccountId, other: AccountId) -> Result<bool, StoreError> {
        read::are_peers(&self.reader, account, other).await
    }

    async fn order(&self, id: OrderId, items: Items) -> Result<Option<Order>, StoreError> {
        read::order(&self.reader, id, items).await
    }

    async fn search(&self, query: &OrderQuery) -> Result<OrderPage, StoreError> {
        read::search(&self.searcher, query).await
    }

    async fn orders_before(&self, provider: ProviderId, id: OrderId, limit: usize) -> Result<Vec<Order>, StoreError> {
        read::orders_before(&self.searcher, provider, id, limit).await
    }

    async fn open_items(&self, provider: ProviderId, owner: AccountId) -> Result<usize, StoreError> {
        read::open_items(&self.searcher, provider, owner).await
    }

    async fn history(&self, id: OrderId) -> Result<Vec<HistoryEntry>, StoreError> {
        read::history(&self.searcher, id).await
    }

    async fn transaction(&self, key: &Key) -> Result<Option<Transaction>, StoreError> {
        read::transaction(&self.reader, key).await
    }

    async fn transactions(
        &self,
        provider: ProviderId,
        owner: AccountId,
        with_final: bool,
        limit: usize,
    ) -> Result<Vec<TransactionStatus>, StoreError> {
        read::transactions(&self.searcher, provider, owner, with_final, limit).await
    }

    async fn transmission(&self, id: TransmissionId) -> Result<Option<Transmission>, StoreError> {
        read::transmission(&self.reader, id).await
    }

    async fn due_transmissions(&self, now: Timestamp, limit: usize) -> Result<Vec<Transmission>, StoreError> {
        read::due_transmissions(&self.reader, now, limit).await
    }

    async fn transmissions(&self, query: &TransmissionQuery) -> Result<Vec<Transmission>, StoreError> {
        read::transmissions(&self.searcher, query).await
    }

    async fn transmitted_lines(&self, id: TransmissionId, from: usize, limit: usize) -> Result<Vec<TransmittedLine>, StoreError> {
        read::transmitted_lines(&self.searcher, id, from, limit).await
    }

    async fn kept(&self, query: &KeptQuery) -> Result<Vec<KeptLine>, StoreError> {
        read::kept(&self.searcher, query).await
    }

    async fn has_open_transactions(
        &self,
        provider: ProviderId,
        owner: AccountId,
        kind: Kind,
        at_least: usize,
    ) -> Result<bool, StoreError> {
        read::has_open_transactions(&self.reader, provider, owner, kind, at_least).await
    }

    async fn has_expired_transactions(&self, expiry: &Expiry) -> Result<bool, StoreError> {
        read::has_expired_transactions(&self.reader, expiry).await
    }

    async fn seller(&self, name: &str) -> Result<Option<ProviderId>, StoreError> {
        read::seller(&self.reader, name).await
    }

    async fn sellers(&self) -> Result<Vec<Seller>, StoreError> {
        read::sellers(&self.reader).await
    }

    async fn remembered_message(&self, owner: AccountId, message_id: &str) -> Result<Option<OrderId>, StoreError> {
        read::remembered_message(&self.reader, owner, message_id).await
    }

    async fn quotation(&self, id: QuotationId) -> Result<Option<Quotation>, StoreError> {
        read::quotation(&self.reader, id).await
    }

    async fn open_quotations(&self, provider: ProviderId, owner: AccountId, now: Timestamp) -> Result<usize, StoreError> {
        read::open_quotations(&self.reader, provider, owner, now).await
    }

    async fn count_notifications(&self, state: NotificationState) -> Result<usize, StoreError> {
        read::count_notifications(&self.searcher, state).await
    }

    async fn due_quotations(&self, now: Timestamp, limit: usize) -> Result<Vec<Quotation>, StoreError> {
        read::due_quotations(&self.reader, now, limit).await
    }

    async fn standing(&self, query: &StandingQuery) -> Result<Vec<Standing>, StoreError> {
        read::standing(&self.searcher, query).await
    }

    async fn standing_of(&self, order: OrderId) -> Result<Vec<Standing>, StoreError> {
        read::standing_of(&self.reader, order).await
    }

    async fn fed(&self, order: OrderId, position: usize, products: &[&str]) -> Result<Vec<usize>, StoreError> {
        read::fed(&self.searcher, order, position, products).await
    }

    async fn next_order_id(&self) -> Result<OrderId, StoreError> {
        self.ids.next(&self.reader).await
    }

    async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        if !changes_accounts(&batch) {
            return self.writer.run(Work::Batch(batch)).await.map(drop);
        }
        let stored = self.commit_account(batch).await;
        self.accounts.stored(true);
        stored
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Job>, StoreError> {
        Ok(self.writer.run(Work::Claim(claim.clone())).await?)
    }

    async fn next_due(&self, queue: Protocol) -> Result<Option<Timestamp>, StoreError> {
        read::next_due(&self.reader, queue).await
    }

    async fn jobs_until_told(&self, queue: Protocol, limit: usize) -> Result<Vec<JobKey>, StoreError> {
        read::jobs_until_told(&self.searcher, queue, limit).await
    }

    async fn parked_jobs(
        &self,
        queue: Protocol,
        priority: Priority,
        after: Option<JobKey>,
        limit: usize,
    ) -> Result<Vec<JobKey>, StoreError> {
        read::parked_jobs(&self.searcher, queue, priority, after, limit).await
    }

    async fn pauses(&self, queue: Protocol) -> Result<Vec<Pause>, StoreError> {
        read::pauses(&self.reader, queue).await
    }

    async fn notification_wish(&self, order: OrderId) -> Result<Option<Document>, StoreError> {
        read::notification_wish(&self.reader, order).await
    }

    async fn notifications_waiting(&self, order: OrderId, limit: usize) -> Result<Vec<Notification>, StoreError> {
        read::notifications_waiting(&self.reader, order, limit).await
    }

    async fn notifications_of(&self, order: OrderId) -> Result<Vec<Notification>, StoreError> {
        read::notifications_of(&self.searcher, order).await
    }

    async fn notifications(&self, state: NotificationState, limit: usize) -> Result<Vec<Notification>, StoreError> {
        read::notifications(&self.searcher, state, limit).await
    }

    async fn local_results(&self, after: ResultKey, limit: usize) -> Result<Vec<StoredResult>, StoreError> {
        read::local_results(&self.searcher, after, limit).await
    }

    async fn kept_for_delivery(&self, order: OrderId) -> Result<Option<Vec<u8>>, StoreError> {
        read::kept_for_delivery(&self.reader, order).await
    }

    async fn catalogue(&self, provider: ProviderId) -> Result<Option<Catalogue>, StoreError> {
        catalogue::catalogue(&self.reader, provider).await
    }

    async fn catalogues(&self) -> Result<Vec<Catalogue>, StoreError> {
        catalogue::catalogues(&self.reader).await
    }

    async fn edition(&self, provider: ProviderId) -> Result<Option<Edition>, StoreError> {
        catalogue::edition(&self.reader, provider).await
    }

    async fn articles(&self, provider: ProviderId, numbers: &[&str], terms: &TermsFor) -> Result<OfferedArticles, StoreError> {
        catalogue::articles(&self.reader, provider, numbers, terms).await
    }

    async fn articles_at(
        &self,
        id: CatalogueId,
        places: &[i64],
        terms: &TermsFor,
    ) -> Result<Vec<Option<StoredArticle>>, StoreError> {
        catalogue::articles_at(&self.reader, id, places, terms).await
    }

    async fn articles_after(&self, id: CatalogueId, place: i64, limit: usize) -> Result<Vec<StoredArticle>, StoreError> {
        catalogue::articles_after(&self.searcher, id, place, limit).await
    }

    async fn article_places(&self, id: CatalogueId, numbers: &[&str]) -> Result<Vec<Option<i64>>, StoreError> {
        catalogue::article_places(&self.searcher, id, numbers).await
    }

    async fn classification(&self, id: CatalogueId) -> Result<Option<Vec<u8>>, StoreError> {
        catalogue::classification(&self.reader, id).await
    }

    async fn receipt(&self, key: &ReceiptKey) -> Result<Option<Receipt>, StoreError> {
        receipts::one(&self.reader, key).await
    }

    async fn receipts(&self, query: &ReceiptQuery) -> Result<Vec<FoundReceipt>, StoreError> {
        receipts::search(&self.searcher, query).await
    }

    async fn replaced_receipts(&self, key: &ReceiptKey) -> Result<Vec<ReplacedReceipt>, StoreError> {
        receipts::replaced(&self.searcher, key).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        read::next_due(&self.reader, Protocol::Oseo).await?;
        match self.commit(Batch::new()).await {
            Ok(()) | Err(CommitError::Conflict(_)) => Ok(()),
            Err(CommitError::Store(error)) => Err(error),
        }
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.reader.close();
        self.searcher.close();
        self.writer.close().await
    }
}

impl PostgresStore {
    async fn commit_account(&self, batch: Batch) -> Result<(), CommitError> {
        for _ in 1..ATTEMPTS {
            match self.writer.run(Work::Batch(batch.clone())).await {
                Err(CommitError::Conflict(ConflictOn::Account)) if self.is_free(&batch).await? => {}
                stored => return stored.map(drop),
            }
        }
        self.writer.run(Work::Batch(batch)).await.map(drop)
    }

    /// Whether the name of the batch's new account is not taken, so that it was its number that collided.
    async fn is_free(&self, batch: &Batch) -> Result<bool, StoreError> {
        let added = batch.writes.iter().find_map(|write| match write {
            Write::InsertAccount(account) => Some(account),
            _ => None,
        });
        let Some(NewAccount { provider, protocol, name, .. }) = added else { return Ok(false) };
        Ok(read::account(&self.reader, *provider, *protocol, name).await?.is_none())
    }
}
