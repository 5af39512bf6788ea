//! Keeps what the engine decided: one interface, durable.
//!
//! Callers read with the methods of [`Store`], decide with the engine, and hand back a [`Batch`]:
//! everything that one decision changes, as data. A batch is stored whole or not at all, and
//! [`Store::commit`] returns only when it is on disk. Rows that were read before are guarded by
//! their revision: if someone else was faster, the batch is refused with [`CommitError::Conflict`]
//! and the caller reads and decides again.
//!
//! Only this crate knows SQL. [`sqlite`] is the embedded store, [`postgres`] the one that several processes share;
//! [`transfer`] moves a store from one to the other, [`integrity`] checks it.

mod account;
mod account_memory;
mod batch;
mod catalogue;
mod catalogue_write;
mod chain;
mod codes;
mod columns;
mod error;
mod expiry;
pub mod integrity;
mod item_page;
mod job;
mod loaded;
mod local_result;
mod migrations;
mod notification;
mod pause;
pub mod postgres;
mod query;
mod quotation;
mod quotation_row;
mod receipt;
mod rows;
mod seller;
mod slot;
mod spell;
mod sql;
pub mod sqlite;
mod standing;
mod steps;
pub mod transfer;
mod transmission;
mod transmission_row;
mod value;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use ordergate_engine::order::{HistoryEntry, Order, Priority};
use ordergate_engine::transaction::{Key, Kind, StateCode, Transaction};
use ordergate_engine::{
    AccountId, Document, OrderId, Protocol, ProviderId, QuotationId, Timestamp, TransactionId, TransmissionId,
};

pub use account::{Account, NewAccount, PEERS_MAX, Role, Roles, is_account_name};
pub use batch::{AppendItems, Batch, ItemUpdate, OrderUpdate, StateUpdate, TransactionUpdate, Write};
pub use catalogue::{
    ArticleChange, Catalogue, CatalogueId, CatalogueState, Edition, NewArticle, OfferedArticles, StoredArticle, TakeOver,
    TermScope, TermsFor,
};
pub use catalogue_write::CatalogueWrite;
pub use error::{CommitError, ConflictOn, StoreError};
pub use expiry::Expiry;
pub use item_page::{ITEMS_PER_ORDER, decode as read_items, encode as write_items};
pub use job::{Claim, Job, JobKey, JobPart, Parts};
pub use local_result::{ResultKey, StoredResult};
pub use notification::{Attempt, Channel, Notification, NotificationKey, NotificationState};
pub use pause::{Pause, PauseOf};
pub use query::{Items, OrderPage, OrderQuery};
pub use quotation::{Quotation, QuotationState, QuotedItem, QuotedOrder};
pub use receipt::{FoundReceipt, Receipt, ReceiptKey, ReceiptKind, ReceiptQuery, Reference, Referred, ReplacedReceipt};
pub use seller::{Seller, seller_of};
pub use slot::{SlotOf, TakeSlot};
pub use standing::{Standing, StandingQuery};
pub use transmission::{
    ImportLines, KeptLine, KeptQuery, NewTransmission, Progress, Transmission, TransmissionExpiry, TransmissionQuery,
    TransmittedLine,
};

/// A store shared by everything that runs in a process.
pub type SharedStore = Arc<dyn Store>;

/// The state of one transaction instance: a line of veloconnect's GetStatus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionStatus {
    pub id: TransactionId,
    pub kind: Kind,
    pub state: StateCode,
}

/// What every store can do. Implementations are cheap to share and may be called from any task.
/// One that answers [`StoreError::Unavailable`] says so in the log when that begins and when it is over: callers do not.
#[async_trait]
pub trait Store: Send + Sync + fmt::Debug + 'static {
    /// The account with this login name, disabled ones included. A change that another process made may
    /// go unnoticed for a quarter of a second.
    async fn account(&self, provider: ProviderId, protocol: Protocol, name: &str) -> Result<Option<Arc<Account>>, StoreError>;

    /// The account with this id, as it is now.
    async fn account_by_id(&self, id: AccountId) -> Result<Option<Account>, StoreError>;

    /// All accounts, by protocol and name.
    async fn accounts(&self, provider: ProviderId) -> Result<Vec<Account>, StoreError>;

    /// The groups that an account is in, sorted.
    async fn groups(&self, account: AccountId) -> Result<Vec<String>, StoreError>;

    /// The accounts of the same protocol and provider that are in a group with this one, without it; at most [`PEERS_MAX`].
    async fn peers(&self, account: AccountId) -> Result<Vec<AccountId>, StoreError>;

    /// Whether two accounts are peers.
    async fn are_peers(&self, account: AccountId, other: AccountId) -> Result<bool, StoreError>;

    /// One order, whoever owns it.
    async fn order(&self, id: OrderId, items: Items) -> Result<Option<Order>, StoreError>;

    /// The orders that a query matches; see [`OrderPage`] for how a large answer is cut.
    async fn search(&self, query: &OrderQuery) -> Result<OrderPage, StoreError>;

    /// The newest orders of all accounts with a smaller id than this one, newest first, without their items.
    async fn orders_before(&self, provider: ProviderId, id: OrderId, limit: usize) -> Result<Vec<Order>, StoreError>;

    /// How many items the orders of an account have that are not final. Costs as much as there are such orders.
    async fn open_items(&self, provider: ProviderId, owner: AccountId) -> Result<usize, StoreError>;

    /// Every move of an order and its items, oldest first.
    async fn history(&self, id: OrderId) -> Result<Vec<HistoryEntry>, StoreError>;

    /// One transaction instance with its context.
    async fn transaction(&self, key: &Key) -> Result<Option<Transaction>, StoreError>;

    /// All kept instances of a buyer, oldest first, at most `limit`; final ones only if asked for.
    async fn transactions(
        &self,
        provider: ProviderId,
        owner: AccountId,
        with_final: bool,
        limit: usize,
    ) -> Result<Vec<TransactionStatus>, StoreError>;

    /// One transmission, whoever owns it.
    async fn transmission(&self, id: TransmissionId) -> Result<Option<Transmission>, StoreError>;

    /// The transmissions that are to be imported now, those due longest first; to take one is to commit
    /// [`Write::UpdateTransmission`].
    async fn due_transmissions(&self, now: Timestamp, limit: usize) -> Result<Vec<Transmission>, StoreError>;

    /// The transmissions of a buyer, in the order in which they came.
    async fn transmissions(&self, query: &TransmissionQuery) -> Result<Vec<Transmission>, StoreError>;

    /// The lines of a transmission from a position on, in order, at most `limit`.
    async fn transmitted_lines(&self, id: TransmissionId, from: usize, limit: usize) -> Result<Vec<TransmittedLine>, StoreError>;

    /// What a buyer has, by article, or has sold, by the time at which it was stored.
    async fn kept(&self, query: &KeptQuery) -> Result<Vec<KeptLine>, StoreError>;

    /// Whether a buyer has at least so many open instances of a kind. Costs as much as there are such instances, and no more than
    /// for that many.
    async fn has_open_transactions(
        &self,
        provider: ProviderId,
        owner: AccountId,
        kind: Kind,
        at_least: usize,
    ) -> Result<bool, StoreError>;

    /// Whether [`Write::ExpireTransactions`] would delete anything.
    async fn has_expired_transactions(&self, expiry: &Expiry) -> Result<bool, StoreError>;

    /// The number of the seller of this name.
    async fn seller(&self, name: &str) -> Result<Option<ProviderId>, StoreError>;

    /// All sellers that ever had a name, by number.
    async fn sellers(&self) -> Result<Vec<Seller>, StoreError>;

    /// The order that an earlier message of this account made (see [`Write::RememberMessage`]).
    async fn remembered_message(&self, owner: AccountId, message_id: &str) -> Result<Option<OrderId>, StoreError>;

    /// One quotation, whoever owns it.
    async fn quotation(&self, id: QuotationId) -> Result<Option<Quotation>, StoreError>;

    /// The quotations that are to be priced now, those due longest first; to take one is to commit [`Write::PriceQuotation`].
    async fn due_quotations(&self, now: Timestamp, limit: usize) -> Result<Vec<Quotation>, StoreError>;

    /// How many quotations of an account are being priced, or priced and still valid.
    async fn open_quotations(&self, provider: ProviderId, owner: AccountId, now: Timestamp) -> Result<usize, StoreError>;

    /// The active standing items of a topic, by order and position.
    async fn standing(&self, query: &StandingQuery) -> Result<Vec<Standing>, StoreError>;

    /// The standing items of an order, active or not, by position.
    async fn standing_of(&self, order: OrderId) -> Result<Vec<Standing>, StoreError>;

    /// Which of these products a standing item was fed, by their places in the question.
    async fn fed(&self, order: OrderId, position: usize, products: &[&str]) -> Result<Vec<usize>, StoreError>;

    /// An order id that was never given out before, neither to an order nor to a quotation. Gaps are normal.
    async fn next_order_id(&self) -> Result<OrderId, StoreError>;

    /// Stores a batch, whole or not at all; returns when it is durable.
    async fn commit(&self, batch: Batch) -> Result<(), CommitError>;

    /// Takes due jobs for one worker: FAST_TRACK first, then oldest first. A claimed job is due
    /// again when its lease ends, unless it was deleted or its lease was extended before.
    async fn claim(&self, claim: &Claim) -> Result<Vec<Job>, StoreError>;

    /// When the next job of this queue is due, if there is one.
    async fn next_due(&self, queue: Protocol) -> Result<Option<Timestamp>, StoreError>;

    /// The jobs of this queue that wait for an operator ([`Job::UNTIL_TOLD`]), at most `limit` of each priority.
    async fn jobs_until_told(&self, queue: Protocol, limit: usize) -> Result<Vec<JobKey>, StoreError>;

    /// The jobs of this queue and priority that wait for the end of a pause ([`Job::PARKED`]), by order and part; at most
    /// `limit`, only those after this one.
    async fn parked_jobs(
        &self,
        queue: Protocol,
        priority: Priority,
        after: Option<JobKey>,
        limit: usize,
    ) -> Result<Vec<JobKey>, StoreError>;

    /// What of this queue is paused, and what is being resumed; by kind and name.
    async fn pauses(&self, queue: Protocol) -> Result<Vec<Pause>, StoreError>;

    /// Who is to be told what becomes of an order, as [`Write::WishNotifications`] stored it.
    async fn notification_wish(&self, order: OrderId) -> Result<Option<Document>, StoreError>;

    /// What waits to be told about an order, in the order of the events, at most `limit`.
    async fn notifications_waiting(&self, order: OrderId, limit: usize) -> Result<Vec<Notification>, StoreError>;

    /// All notifications about an order that are kept, in the order of the events.
    async fn notifications_of(&self, order: OrderId) -> Result<Vec<Notification>, StoreError>;

    /// The notifications with this state that were due last, latest first, at most `limit`.
    async fn notifications(&self, state: NotificationState, limit: usize) -> Result<Vec<Notification>, StoreError>;

    /// How many notifications have this state. Costs as much as there are.
    async fn count_notifications(&self, state: NotificationState) -> Result<usize, StoreError>;

    /// The results after this one whose files lie on the servers' own disks, by the time of completion, at most `limit`.
    async fn local_results(&self, after: ResultKey, limit: usize) -> Result<Vec<StoredResult>, StoreError>;

    /// What [`Write::KeepForDelivery`] stored, while the order is not over.
    async fn kept_for_delivery(&self, order: OrderId) -> Result<Option<Vec<u8>>, StoreError>;

    /// The catalogue that is offered, if any is.
    async fn catalogue(&self, provider: ProviderId) -> Result<Option<Catalogue>, StoreError>;

    /// All catalogues, of all providers, oldest first.
    async fn catalogues(&self) -> Result<Vec<Catalogue>, StoreError>;

    /// What is offered now, if anything is. As long as it is the same, so is every answer of [`Self::articles`].
    async fn edition(&self, provider: ProviderId) -> Result<Option<Edition>, StoreError>;

    /// The articles with these numbers in the catalogue that is offered, and what replaces them.
    async fn articles(&self, provider: ProviderId, numbers: &[&str], terms: &TermsFor) -> Result<OfferedArticles, StoreError>;

    /// The articles in these places of a catalogue, in the order of the question.
    async fn articles_at(
        &self,
        catalogue: CatalogueId,
        places: &[i64],
        terms: &TermsFor,
    ) -> Result<Vec<Option<StoredArticle>>, StoreError>;

    /// The articles after this place of a catalogue with the prices for all, by their places, at most `limit`.
    async fn articles_after(&self, catalogue: CatalogueId, place: i64, limit: usize) -> Result<Vec<StoredArticle>, StoreError>;

    /// The places of these numbers in a catalogue.
    async fn article_places(&self, catalogue: CatalogueId, numbers: &[&str]) -> Result<Vec<Option<i64>>, StoreError>;

    /// How the articles of a catalogue are grouped, if that was said.
    async fn classification(&self, catalogue: CatalogueId) -> Result<Option<Vec<u8>>, StoreError>;

    /// A receipt with its content.
    async fn receipt(&self, key: &ReceiptKey) -> Result<Option<Receipt>, StoreError>;

    /// A buyer's receipts that meet all criteria, by day of issue and id. Costs as much as there are that meet one of them.
    async fn receipts(&self, query: &ReceiptQuery) -> Result<Vec<FoundReceipt>, StoreError>;

    /// The contents that a receipt had before, oldest first.
    async fn replaced_receipts(&self, key: &ReceiptKey) -> Result<Vec<ReplacedReceipt>, StoreError>;

    /// Whether the store can serve: `Ok` when a read works and the writer is alive.
    async fn check(&self) -> Result<(), StoreError>;

    /// Finishes what was handed in and closes. Later calls fail with [`StoreError::Closed`].
    async fn close(&self) -> Result<(), StoreError>;
}
