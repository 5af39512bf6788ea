//! The store as a node sees it: over a network that is slow, fails, loses answers, and delivers late what its sender has
//! given up.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ordergate_engine::order::{HistoryEntry, Order, Priority, Status, Subject};
use ordergate_engine::transaction::{Key, Kind, Transaction};
use ordergate_engine::{AccountId, Document, OrderId, Protocol, ProviderId, QuotationId, Timestamp, TransmissionId};
use ordergate_store::{
    Account, Batch, Catalogue, CatalogueId, Claim, CommitError, ConflictOn, Edition, Expiry, FoundReceipt, Items, Job, JobKey,
    KeptLine, KeptQuery, Notification, NotificationState, OfferedArticles, OrderPage, OrderQuery, Pause, Quotation, Receipt,
    ReceiptKey, ReceiptQuery, ReplacedReceipt, ResultKey, Seller, Standing, StandingQuery, Store, StoreError, StoredArticle,
    StoredResult, TermsFor, TransactionStatus, Transmission, TransmissionQuery, TransmittedLine, Write,
};
use tokio::time::sleep;

use crate::life::Life;
use crate::world::World;

#[derive(Debug)]
pub(crate) struct View {
    pub(crate) world: Arc<World>,
    pub(crate) name: String,
    pub(crate) life: Life,
}

/// What becomes of something that is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Goes,
    /// It never gets there.
    Lost,
    /// It gets there, but the answer is lost.
    AnswerLost,
}

fn away() -> StoreError {
    StoreError::Unavailable("as the dice fell".into())
}

impl View {
    fn fate(&self) -> Fate {
        let (world, weather) = (&self.world, &self.world.weather.store);
        if world.fails(weather, 40, 4) {
            Fate::Lost
        } else if world.fails(weather, 40, 6) {
            Fate::AnswerLost
        } else {
            Fate::Goes
        }
    }

    /// How long something is on its way: mostly not at all, sometimes for longer than a lease lasts.
    fn delay(&self) -> Duration {
        let (world, weather) = (&self.world, &self.world.weather.store);
        if world.fails(weather, 100, 20) {
            return world.dice.millis(1000, world.setting.fulfilment.lease_seconds * 1500);
        }
        if world.fails(weather, 5, 2) {
            return world.dice.millis(1, 400);
        }
        if world.dice.one_in(8) { world.dice.millis(1, 5) } else { Duration::ZERO }
    }

    async fn way(&self) {
        let delay = self.delay();
        if !delay.is_zero() {
            sleep(delay).await;
        }
    }

    /// The store, for a question.
    async fn reach(&self) -> Result<Arc<dyn Store>, StoreError> {
        let reaching = async {
            self.way().await;
            if self.world.fails(&self.world.weather.store, 50, 5) { Err(away()) } else { Ok(self.world.ground.store().await) }
        };
        self.life.within(reaching).await
    }

    /// What is on its way gets there, whether or not its sender still waits or lives.
    async fn send<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        let fate = self.fate();
        if fate == Fate::Lost {
            self.way().await;
            return Err(away().into());
        }
        let delay = self.delay();
        let done = if delay.is_zero() {
            work.await
        } else {
            let sent = tokio::spawn(async move {
                sleep(delay).await;
                work.await
            });
            sent.await.unwrap_or_else(|_| Err(away().into()))
        };
        self.way().await;
        if fate == Fate::AnswerLost { done.and(Err(away().into())) } else { done }
    }

    async fn write(&self, batch: Batch) -> Result<(), CommitError> {
        let world = Arc::clone(&self.world);
        if let Some(conflict) = batch.writes.iter().find_map(conflict_of).filter(|_| world.fails(&world.weather.store, 30, 8)) {
            return Err(CommitError::Conflict(conflict));
        }
        let ended = ended(&batch);
        // Whether or not it is stored: who works on it elsewhere may go on for a while.
        world.log.lock().withdrawn.extend(withdrawn(&batch));
        let (told, outages) = (told(&batch), world.ground.outages());
        let committed = self.send(async move { world.ground.commit(outages, batch).await }).await;
        if !told.is_empty() {
            let how = committed.as_ref().err().map_or_else(|| "stored".to_owned(), ToString::to_string);
            self.world.note(format_args!("{} commits {told}: {how}", self.name));
        }
        if committed.is_ok() {
            self.check_alone(&ended);
        }
        committed
    }

    /// Whoever brings an item to its end is the only one who works on it.
    fn check_alone(&self, ended: &[(OrderId, usize)]) {
        for (order, position) in ended {
            if self.world.log.lock().is_running(*order, *position) {
                self.world.violation(format_args!("item {position} of order {order} comes to its end while another works on it"));
            }
        }
    }

    async fn take(&self, claim: &Claim) -> Result<Vec<Job>, StoreError> {
        let (world, claim) = (Arc::clone(&self.world), claim.clone());
        let outages = world.ground.outages();
        let claimed = self.send(async move { world.ground.claim(outages, &claim).await }).await;
        for job in claimed.iter().flatten() {
            self.world.note(format_args!("{} claims {:?} of order {}", self.name, job.key.part, job.key.order));
        }
        claimed
    }
}

/// What somebody else might have changed first.
const fn conflict_of(write: &Write) -> Option<ConflictOn> {
    match write {
        Write::UpdateOrder(_) | Write::InsertOrder(_) => Some(ConflictOn::Order),
        Write::UpdateTransaction(_) | Write::DeleteTransaction { .. } => Some(ConflictOn::Transaction),
        _ => None,
    }
}

/// The items that were produced, or failed.
fn ended(batch: &Batch) -> Vec<(OrderId, usize)> {
    let ended = batch.writes.iter().filter_map(|write| match write {
        Write::AppendHistory(entry) if matches!(entry.to, Status::Completed | Status::Failed) => match entry.subject {
            Subject::Item(position) => Some((entry.order, position)),
            Subject::Order => None,
        },
        _ => None,
    });
    ended.collect()
}

/// The orders that are cancelled.
fn withdrawn(batch: &Batch) -> impl Iterator<Item = OrderId> {
    batch.writes.iter().filter_map(|write| match write {
        Write::AppendHistory(entry) if entry.to == Status::Cancelled => Some(entry.order),
        _ => None,
    })
}

/// What a batch does to orders, in short.
fn told(batch: &Batch) -> String {
    let each = batch.writes.iter().filter_map(|write| match write {
        Write::InsertOrder(order) => Some(format!("new order {}", order.id)),
        Write::AppendHistory(entry) => Some(format!("{} {:?} {}", entry.order, entry.subject, entry.to)),
        Write::InsertJob(job) => Some(format!("job {:?} of {}", job.key.part, job.key.order)),
        Write::DeleteJob { key, .. } => Some(format!("no job {:?} of {}", key.part, key.order)),
        Write::ReleaseJob { key, .. } => Some(format!("{:?} of {} back", key.part, key.order)),
        Write::RecordAttempt(attempt) => Some(format!("{} {:?}", attempt.key, attempt.state)),
        Write::EndNotifying { order, due_at, .. } if due_at.is_none() => Some(format!("{order} all told")),
        Write::TakeSlot(wish) => Some(format!("slot for {:?} of {}", wish.of.key.part, wish.of.key.order)),
        Write::ExtendLease { key, .. } => Some(format!("lease of {:?} of {}", key.part, key.order)),
        Write::HoldUntil { key, .. } => Some(format!("{:?} of {} handed over", key.part, key.order)),
        Write::InsertTransaction(new) => Some(format!("new transaction of {:?}", new.key.owner)),
        Write::UpdateTransaction(change) => Some(format!("transaction of {:?}: {}", change.key.owner, change.state)),
        Write::DeleteTransaction { key, .. } => Some(format!("no transaction of {:?}", key.owner)),
        Write::DeleteJobsOf(order) => Some(format!("no jobs of {order}")),
        _ => None,
    });
    each.collect::<Vec<_>>().join(", ")
}

/// A store that hands on its questions, once the way to it is gone.
macro_rules! store {
    ($($name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        impl Store for View {
            async fn commit(&self, batch: Batch) -> Result<(), CommitError> {
                self.life.within(self.write(batch)).await
            }

            async fn claim(&self, claim: &Claim) -> Result<Vec<Job>, StoreError> {
                self.life.within(self.take(claim)).await
            }

            $(async fn $name(&self, $($argument: $type),*) -> Result<$answer, StoreError> {
                let store = self.reach().await?;
                store.$name($($argument),*).await
            })*
        }
    };
}

store! {
    account(provider: ProviderId, protocol: Protocol, name: &str) -> Option<Arc<Account>>;
    account_by_id(id: AccountId) -> Option<Account>;
    accounts(provider: ProviderId) -> Vec<Account>;
    groups(account: AccountId) -> Vec<String>;
    peers(account: AccountId) -> Vec<AccountId>;
    are_peers(account: AccountId, other: AccountId) -> bool;
    order(id: OrderId, items: Items) -> Option<Order>;
    search(query: &OrderQuery) -> OrderPage;
    orders_before(provider: ProviderId, id: OrderId, limit: usize) -> Vec<Order>;
    open_items(provider: ProviderId, owner: AccountId) -> usize;
    history(id: OrderId) -> Vec<HistoryEntry>;
    transaction(key: &Key) -> Option<Transaction>;
    transactions(provider: ProviderId, owner: AccountId, with_final: bool, limit: usize) -> Vec<TransactionStatus>;
    transmission(id: TransmissionId) -> Option<Transmission>;
    due_transmissions(now: Timestamp, limit: usize) -> Vec<Transmission>;
    transmissions(query: &TransmissionQuery) -> Vec<Transmission>;
    transmitted_lines(id: TransmissionId, from: usize, limit: usize) -> Vec<TransmittedLine>;
    kept(query: &KeptQuery) -> Vec<KeptLine>;
    has_open_transactions(provider: ProviderId, owner: AccountId, kind: Kind, at_least: usize) -> bool;
    has_expired_transactions(expiry: &Expiry) -> bool;
    seller(name: &str) -> Option<ProviderId>;
    sellers() -> Vec<Seller>;
    remembered_message(owner: AccountId, message_id: &str) -> Option<OrderId>;
    quotation(id: QuotationId) -> Option<Quotation>;
    due_quotations(now: Timestamp, limit: usize) -> Vec<Quotation>;
    open_quotations(provider: ProviderId, owner: AccountId, now: Timestamp) -> usize;
    standing(query: &StandingQuery) -> Vec<Standing>;
    standing_of(order: OrderId) -> Vec<Standing>;
    fed(order: OrderId, position: usize, products: &[&str]) -> Vec<usize>;
    next_order_id() -> OrderId;
    next_due(queue: Protocol) -> Option<Timestamp>;
    jobs_until_told(queue: Protocol, limit: usize) -> Vec<JobKey>;
    parked_jobs(queue: Protocol, priority: Priority, after: Option<JobKey>, limit: usize) -> Vec<JobKey>;
    pauses(queue: Protocol) -> Vec<Pause>;
    notification_wish(order: OrderId) -> Option<Document>;
    notifications_waiting(order: OrderId, limit: usize) -> Vec<Notification>;
    notifications_of(order: OrderId) -> Vec<Notification>;
    notifications(state: NotificationState, limit: usize) -> Vec<Notification>;
    count_notifications(state: NotificationState) -> usize;
    local_results(after: ResultKey, limit: usize) -> Vec<StoredResult>;
    kept_for_delivery(order: OrderId) -> Option<Vec<u8>>;
    catalogue(provider: ProviderId) -> Option<Catalogue>;
    catalogues() -> Vec<Catalogue>;
    edition(provider: ProviderId) -> Option<Edition>;
    articles(provider: ProviderId, numbers: &[&str], terms: &TermsFor) -> OfferedArticles;
    articles_at(id: CatalogueId, places: &[i64], terms: &TermsFor) -> Vec<Option<StoredArticle>>;
    articles_after(id: CatalogueId, place: i64, limit: usize) -> Vec<StoredArticle>;
    article_places(id: CatalogueId, numbers: &[&str]) -> Vec<Option<i64>>;
    classification(id: CatalogueId) -> Option<Vec<u8>>;
    receipt(key: &ReceiptKey) -> Option<Receipt>;
    receipts(query: &ReceiptQuery) -> Vec<FoundReceipt>;
    replaced_receipts(key: &ReceiptKey) -> Vec<ReplacedReceipt>;
    check() -> ();
    close() -> ();
}
