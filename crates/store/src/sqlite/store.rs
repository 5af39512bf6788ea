//! The store's interface, carried out by readers and writer.

use std::sync::Arc;

use async_trait::async_trait;
use ordergate_engine::order::{HistoryEntry, Order, Priority};
use ordergate_engine::transaction::{Key, Kind, Transaction};
use ordergate_engine::{AccountId, Document, OrderId, Protocol, ProviderId, QuotationId, Timestamp, TransmissionId};
use tokio::task::spawn_blocking;

use super::group::Work;
use super::{SqliteStore, catalogue, read, receipts, search};
use crate::account_memory::changes_accounts;
use crate::{
    Account, Batch, Catalogue, CatalogueId, Claim, CommitError, Edition, Expiry, FoundReceipt, Items, Job, JobKey, KeptLine,
    KeptQuery, Notification, NotificationState, OfferedArticles, OrderPage, OrderQuery, Pause, Quotation, Receipt, ReceiptKey,
    ReceiptQuery, ReplacedReceipt, ResultKey, Seller, Standing, StandingQuery, Store, StoreError, StoredArticle, StoredResult,
    TermsFor, TransactionStatus, Transmission, TransmissionQuery, TransmittedLine,
};

/// An answer with more orders than this is not worked out on a thread that serves others too.
const FEW_ORDERS: usize = 32;
/// Nor one about more articles than this.
const FEW_ARTICLES: usize = 32;

#[async_trait]
impl Store for SqliteStore {
    async fn account(&self, provider: ProviderId, protocol: Protocol, name: &str) -> Result<Option<Arc<Account>>, StoreError> {
        let read = async { self.readers.read(|c| read::account(c, provider, protocol, name)) };
        self.accounts.get(provider, protocol, name, read).await
    }

    async fn account_by_id(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.readers.read(|c| read::account_by_id(c, id))
    }

    async fn accounts(&self, provider: ProviderId) -> Result<Vec<Account>, StoreError> {
        let readers = Arc::clone(&self.readers);
        spawn_blocking(move || readers.read(|c| read::accounts(c, provider))).await.map_err(|_| not_run())?
    }

    async fn groups(&self, account: AccountId) -> Result<Vec<String>, StoreError> {
        self.readers.read(|c| read::groups(c, account))
    }

    async fn peers(&self, account: AccountId) -> Result<Vec<AccountId>, StoreError> {
        self.readers.read(|c| read::peers(c, account))
    }

    async fn are_peers(&self, account: AccountId, other: AccountId) -> Result<bool, StoreError> {
        self.readers.read(|c| read::are_peers(c, account, other))
    }

    async fn order(&self, id: OrderId, items: Items) -> Result<Option<Order>, StoreError> {
        self.readers.read(|c| read::order(c, id, items))
    }

    async fn search(&self, query: &OrderQuery) -> Result<OrderPage, StoreError> {
        if let Some(page) = self.readers.read(|c| search::search_few(c, query, FEW_ORDERS))? {
            return Ok(page);
        }
        let (readers, query) = (Arc::clone(&self.readers), query.clone());
        spawn_blocking(move || readers.read(|c| search::search(c, &query))).await.map_err(|_| not_run())?
    }

    async fn history(&self, id: OrderId) -> Result<Vec<HistoryEntry>, StoreError> {
        self.readers.read(|c| read::history(c, id))
    }

    async fn transaction(&self, key: &Key) -> Result<Option<Transaction>, StoreError> {
        self.readers.read(|c| read::transaction(c, key))
    }

    async fn transactions(
        &self,
        provider: ProviderId,
        owner: AccountId,
        with_final: bool,
        limit: usize,
    ) -> Result<Vec<TransactionStatus>, StoreError> {
        self.readers.read(|c| read::transactions(c, provider, owner, with_final, limit))
    }

    async fn transmission(&self, id: TransmissionId) -> Result<Option<Transmission>, StoreError> {
        self.readers.read(|c| read::transmission(c, id))
    }

    async fn due_transmissions(&self, now: Timestamp, limit: usize) -> Result<Vec<Transmission>, StoreError> {
        self.readers.read(|c| read::due_transmissions(c, now, limit))
    }

    async fn transmissions(&self, query: &TransmissionQuery) -> Result<Vec<Transmission>, StoreError> {
        self.readers.read(|c| read::transmissions(c, query))
    }

    async fn transmitted_lines(&self, id: TransmissionId, from: usize, limit: usize) -> Result<Vec<TransmittedLine>, StoreError> {
        self.readers.read(|c| read::transmitted_lines(c, id, from, limit))
    }

    async fn kept(&self, query: &KeptQuery) -> Result<Vec<KeptLine>, StoreError> {
        self.readers.read(|c| read::kept(c, query))
    }

    async fn has_open_transactions(
        &self,
        provider: ProviderId,
        owner: AccountId,
        kind: Kind,
        at_least: usize,
    ) -> Result<bool, StoreError> {
        self.readers.read(|c| read::has_open_transactions(c, provider, owner, kind, at_least))
    }

    async fn has_expired_transactions(&self, expiry: &Expiry) -> Result<bool, StoreError> {
        self.readers.read(|c| read::has_expired_transactions(c, expiry))
    }

    async fn seller(&self, name: &str) -> Result<Option<ProviderId>, StoreError> {
        self.readers.read(|c| read::seller(c, name))
    }

    async fn sellers(&self) -> Result<Vec<Seller>, StoreError> {
        self.readers.read(read::sellers)
    }

    async fn remembered_message(&self, owner: AccountId, message_id: &str) -> Result<Option<OrderId>, StoreError> {
        self.readers.read(|c| read::remembered_message(c, owner, message_id))
    }

    async fn quotation(&self, id: QuotationId) -> Result<Option<Quotation>, StoreError> {
        self.readers.read(|c| read::quotation(c, id))
    }

    async fn open_quotations(&self, provider: ProviderId, owner: AccountId, now: Timestamp) -> Result<usize, StoreError> {
        self.readers.read(|c| read::open_quotations(c, provider, owner, now))
    }

    async fn count_notifications(&self, state: NotificationState) -> Result<usize, StoreError> {
        self.readers.read(|c| read::count_notifications(c, state))
    }

    async fn due_quotations(&self, now: Timestamp, limit: usize) -> Result<Vec<Quotation>, StoreError> {
        self.readers.read(|c| read::due_quotations(c, now, limit))
    }

    async fn standing(&self, query: &StandingQuery) -> Result<Vec<Standing>, StoreError> {
        self.readers.read(|c| read::standing(c, query))
    }

    async fn standing_of(&self, order: OrderId) -> Result<Vec<Standing>, StoreError> {
        self.readers.read(|c| read::standing_of(c, order))
    }

    async fn fed(&self, order: OrderId, position: usize, products: &[&str]) -> Result<Vec<usize>, StoreError> {
        self.readers.read(|c| read::fed(c, order, position, products))
    }

    async fn next_order_id(&self) -> Result<OrderId, StoreError> {
        self.ids.reserve(1)
    }

    async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
        let changes_accounts = changes_accounts(&batch);
        self.writer.run(Work::Batch(batch)).await?;
        self.accounts.stored(changes_accounts);
        Ok(())
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Job>, StoreError> {
        Ok(self.writer.run(Work::Claim(claim.clone())).await?)
    }

    async fn jobs_until_told(&self, queue: Protocol, limit: usize) -> Result<Vec<JobKey>, StoreError> {
        self.readers.read(|c| read::jobs_until_told(c, queue, limit))
    }

    async fn orders_before(&self, provider: ProviderId, id: OrderId, limit: usize) -> Result<Vec<Order>, StoreError> {
        self.readers.read(|c| read::orders_before(c, provider, id, limit))
    }

    async fn open_items(&self, provider: ProviderId, owner: AccountId) -> Result<usize, StoreError> {
        self.readers.read(|c| read::open_items(c, provider, owner))
    }

    async fn next_due(&self, queue: Protocol) -> Result<Option<Timestamp>, StoreError> {
        self.readers.read(|c| read::next_due(c, queue))
    }

    async fn parked_jobs(
        &self,
        queue: Protocol,
        priority: Priority,
        after: Option<JobKey>,
        limit: usize,
    ) -> Result<Vec<JobKey>, StoreError> {
        self.readers.read(|c| read::parked_jobs(c, queue, priority, after, limit))
    }

    async fn pauses(&self, queue: Protocol) -> Result<Vec<Pause>, StoreError> {
        self.readers.read(|c| read::pauses(c, queue))
    }

    async fn notification_wish(&self, order: OrderId) -> Result<Option<Document>, StoreError> {
        self.readers.read(|c| read::notification_wish(c, order))
    }

    async fn notifications_waiting(&self, order: OrderId, limit: usize) -> Result<Vec<Notification>, StoreError> {
        self.readers.read(|c| read::notifications_waiting(c, order, limit))
    }

    async fn notifications_of(&self, order: OrderId) -> Result<Vec<Notification>, StoreError> {
        self.readers.read(|c| read::notifications_of(c, order))
    }

    async fn notifications(&self, state: NotificationState, limit: usize) -> Result<Vec<Notification>, StoreError> {
        self.readers.read(|c| read::notifications(c, state, limit))
    }

    async fn local_results(&self, after: ResultKey, limit: usize) -> Result<Vec<StoredResult>, StoreError> {
        self.readers.read(|c| read::local_results(c, after, limit))
    }

    async fn kept_for_delivery(&self, order: OrderId) -> Result<Option<Vec<u8>>, StoreError> {
        self.readers.read(|c| read::kept_for_delivery(c, order))
    }

    async fn catalogue(&self, provider: ProviderId) -> Result<Option<Catalogue>, StoreError> {
        self.readers.read(|c| catalogue::catalogue(c, provider))
    }

    async fn catalogues(&self) -> Result<Vec<Catalogue>, StoreError> {
        self.readers.read(catalogue::catalogues)
    }

    async fn edition(&self, provider: ProviderId) -> Result<Option<Edition>, StoreError> {
        self.readers.read(|c| catalogue::edition(c, provider))
    }

    async fn articles(&self, provider: ProviderId, numbers: &[&str], terms: &TermsFor) -> Result<OfferedArticles, StoreError> {
        if numbers.len() <= FEW_ARTICLES {
            return self.readers.read(|c| catalogue::articles(c, provider, numbers, terms));
        }
        let (readers, terms) = (Arc::clone(&self.readers), terms.clone());
        let numbers: Vec<String> = numbers.iter().map(|number| (*number).to_owned()).collect();
        spawn_blocking(move || {
            let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
            readers.read(|c| catalogue::articles(c, provider, &numbers, &terms))
        })
        .await
        .map_err(|_| not_run())?
    }

    async fn articles_at(
        &self,
        id: CatalogueId,
        places: &[i64],
        terms: &TermsFor,
    ) -> Result<Vec<Option<StoredArticle>>, StoreError> {
        if places.len() <= FEW_ARTICLES {
            return self.readers.read(|c| catalogue::articles_at(c, id, places, terms));
        }
        let (readers, places, terms) = (Arc::clone(&self.readers), places.to_vec(), terms.clone());
        let reading = spawn_blocking(move || readers.read(|c| catalogue::articles_at(c, id, &places, &terms)));
        reading.await.map_err(|_| not_run())?
    }

    async fn articles_after(&self, id: CatalogueId, place: i64, limit: usize) -> Result<Vec<StoredArticle>, StoreError> {
        let readers = Arc::clone(&self.readers);
        let reading = spawn_blocking(move || readers.read(|c| catalogue::articles_after(c, id, place, limit)));
        reading.await.map_err(|_| not_run())?
    }

    async fn article_places(&self, id: CatalogueId, numbers: &[&str]) -> Result<Vec<Option<i64>>, StoreError> {
        let readers = Arc::clone(&self.readers);
        let numbers: Vec<String> = numbers.iter().map(|number| (*number).to_owned()).collect();
        spawn_blocking(move || {
            let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
            readers.read(|c| catalogue::article_places(c, id, &numbers))
        })
        .await
        .map_err(|_| not_run())?
    }

    async fn classification(&self, id: CatalogueId) -> Result<Option<Vec<u8>>, StoreError> {
        self.readers.read(|c| catalogue::classification(c, id))
    }

    async fn receipt(&self, key: &ReceiptKey) -> Result<Option<Receipt>, StoreError> {
        self.readers.read(|c| receipts::one(c, key))
    }

    async fn receipts(&self, query: &ReceiptQuery) -> Result<Vec<FoundReceipt>, StoreError> {
        let (readers, query) = (Arc::clone(&self.readers), query.clone());
        spawn_blocking(move || readers.read(|c| receipts::search(c, &query))).await.map_err(|_| not_run())?
    }

    async fn replaced_receipts(&self, key: &ReceiptKey) -> Result<Vec<ReplacedReceipt>, StoreError> {
        self.readers.read(|c| receipts::replaced(c, key))
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.readers.read(|c| read::next_due(c, Protocol::Oseo))?;
        // An empty batch goes all the way: through the queue, the write lock and the commit.
        match self.commit(Batch::new()).await {
            Ok(()) | Err(CommitError::Conflict(_)) => Ok(()),
            Err(CommitError::Store(error)) => Err(error),
        }
    }

    async fn close(&self) -> Result<(), StoreError> {
        // Readers first: they would keep the log from being put away.
        self.readers.close();
        self.writer.close().await
    }
}

/// The runtime shuts down, or a read failed in a way that nobody foresaw.
fn not_run() -> StoreError {
    StoreError::Failed("the read was not finished".to_owned())
}
