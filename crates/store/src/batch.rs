//! Changes as data: what one decision wants stored, whole or not at all.

use std::fmt;

use ordergate_engine::order::{Change, HistoryEntry, Item, Order, State, Subject};
use ordergate_engine::transaction::{Key, StateCode, Transaction};
use ordergate_engine::{AccountId, Document, OrderId, Protocol, ProviderId, QuotationId, Timestamp, TransmissionId};

use crate::{
    Attempt, CatalogueWrite, Expiry, ImportLines, Job, JobKey, JobPart, NewAccount, NewTransmission, Notification,
    NotificationKey, Pause, PauseOf, Quotation, Receipt, Reference, Roles, SlotOf, Standing, TakeSlot, Transmission,
    TransmissionExpiry,
};

/// The writes of one decision, carried out in this order.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    pub writes: Vec<Write>,
}

/// One write. Each says in its comment when it makes the batch fail with a conflict.
#[derive(Clone)]
pub enum Write {
    /// A new order with its items, as they stand. Conflict if the id is taken.
    InsertOrder(Box<Order>),
    /// New states of an order and some of its items. Conflict if the revision is another.
    UpdateOrder(OrderUpdate),
    /// Further items of an order. Conflict if the revision or the number of its items is another.
    AppendItems(AppendItems),
    /// One more entry of the append-only history.
    AppendHistory(HistoryEntry),
    /// A new transaction instance. Conflict if its key is taken.
    InsertTransaction(Box<Transaction>),
    /// A changed instance. Conflict if the revision is another, or it is gone.
    UpdateTransaction(Box<TransactionUpdate>),
    /// A deleted instance. Conflict if the revision is another, or it is gone.
    DeleteTransaction { key: Key, expected_revision: i64 },
    /// A new transmission with its lines. Conflict if its id is taken.
    InsertTransmission(Box<NewTransmission>),
    /// A transmission that was being imported at the given revision is so far as it says here: taken, further, or done.
    /// Conflict if the revision is another, it is done, or it is gone.
    UpdateTransmission(Box<Transmission>),
    /// Whether the seller has the article of a line. Nothing happens if the line is gone.
    CheckLine { transmission: TransmissionId, position: usize, is_known: bool },
    /// Lines become stock, unless later ones are there, or sales, unless they are there already.
    ImportLines(ImportLines),
    /// Stock of the same buyer and kind that is older than this complete transmission is no more.
    CompleteStock(Box<Transmission>),
    /// Forgets what was transmitted long ago, and transactions whose result nobody fetches.
    ExpireTransmissions(TransmissionExpiry),
    /// Deletes some of the instances that were not touched for too long; see [`Store::has_expired_transactions`] for whether
    /// there are more.
    ///
    /// [`Store::has_expired_transactions`]: crate::Store::has_expired_transactions
    ExpireTransactions(Expiry),
    /// A number for a seller. Nothing happens if the name has one; nor if someone else took the number at the same moment, so
    /// that it has to be read again.
    InsertSeller { name: String },
    /// A new job. Conflict if its key is taken.
    InsertJob(Job),
    /// The job is done. Conflict if another worker holds the lease by now.
    DeleteJob { key: JobKey, lease: String },
    /// The job goes back and is due at the given time. Conflict if another worker holds the lease.
    ReleaseJob { key: JobKey, lease: String, due_at: Timestamp },
    /// The job is still being worked on. A lease that goes on for longer stays as long: the sign of life may have been
    /// overtaken by [`Self::HoldUntil`]. Conflict if another worker holds the lease.
    ExtendLease { key: JobKey, lease: String, until: Timestamp },
    /// The lease ends then, sooner or later than it would have. Conflict if another worker holds it.
    HoldUntil { key: JobKey, lease: String, until: Timestamp },
    /// A job that waits is due at another time, and its attempts count from the start again. Conflict if it is held, or gone.
    ScheduleJob { key: JobKey, due_at: Timestamp },
    /// A job that waits for a later time is due at this one. Nothing happens if it is held, gone, or due before.
    HastenJob { key: JobKey, due_at: Timestamp },
    /// A pause begins, or has another reason; one that was being resumed is in force again.
    Pause(Pause),
    /// Nothing changes. Conflict if there is no such pause, or it is over: whoever parks a job because of it stores this in
    /// the same batch, so that whoever resumes it finds the job.
    RequirePause { queue: Protocol, of: PauseOf },
    /// A pause is over, from this time on if it is not yet. Conflict if there is none.
    ResumePause { queue: Protocol, of: PauseOf, at: Timestamp },
    /// All that waited because of a pause is due again: it is deleted, if it is over since then.
    ForgetPause { queue: Protocol, of: PauseOf, resumed_at: Timestamp },
    /// A job that waits for the end of a pause is due at this time. Nothing happens if it does not, or is gone.
    UnparkJob { key: JobKey, due_at: Timestamp },
    /// A leased job gets one of the slots of its collection. Conflict if so many others have one, or if it is leased otherwise.
    TakeSlot(TakeSlot),
    /// Nothing changes. Conflict on the job if its lease has ended and its slot is free for others since: whoever extends a
    /// lease that may have ended stores this in the same batch.
    RequireSlot(SlotOf),
    /// Deletes the jobs of an order's items, but not that of the order as a whole, whoever holds them.
    DeleteItemJobsOf(OrderId),
    /// A standing item is there, but not yet active. Conflict if it is there already.
    InsertStanding(Standing),
    /// A standing item waits for products from now on. Conflict if it is not there.
    ActivateStanding { order: OrderId, position: usize },
    /// A standing item waits for products no more.
    DeleteStanding { order: OrderId, position: usize },
    /// A standing item was fed this product. Conflict if it was fed it before.
    RememberProduct { order: OrderId, position: usize, product: String, at: Timestamp },
    /// Deletes all jobs of an order, whoever holds them: the order needs no more work. What is to be told about it stays.
    DeleteJobsOf(OrderId),
    /// Who is to be told what becomes of a new order, or quotation (whose ids are of the same numbers). Conflict if that was
    /// said before.
    WishNotifications { order: OrderId, wish: Document },
    /// Something to be told, and the job that tells it. Conflict on the order if its number is taken.
    Notify(Box<Notification>),
    /// An attempt to tell it was made. Conflict if it does not wait any more.
    RecordAttempt(Attempt),
    /// All that is to be told about an order now was tried: the job is done, or due again. Conflict if another holds the
    /// lease by now, or if more is to be told since the job had so many attempts.
    EndNotifying { order: OrderId, lease: String, attempts: u32, due_at: Option<Timestamp> },
    /// Something is to be told again, or at once. Conflict if there is no such notification.
    NotifyAgain { key: NotificationKey, at: Timestamp, give_up_at: Timestamp },
    /// Deletes what was told, or given up, before this time; so many at most.
    PurgeNotifications { before: Timestamp, limit: usize },
    /// A new quotation. Conflict if its id is taken by a quotation.
    InsertQuotation(Box<Quotation>),
    /// A quotation that was being priced at the given revision gets the state that it has here: taken, put back, or
    /// finished. Conflict if the revision is another, it is no longer being priced, or it is gone.
    PriceQuotation(Box<Quotation>),
    /// A quotation becomes an order. Conflict unless it is priced and was not ordered before.
    OrderQuotation { id: QuotationId, order: OrderId, at: Timestamp },
    /// Deletes quotations of which nothing more comes since.
    ExpireQuotations { over_before: Timestamp },
    /// How to get in at the customer's addresses, encrypted: kept until the order is over, in place of what was kept.
    KeepForDelivery { order: OrderId, content: Vec<u8> },
    /// A receipt and what it refers to; with a revision above 1 in place of the content of the revision before. Conflict if
    /// that is not what is there.
    PutReceipt { receipt: Box<Receipt>, references: Vec<Reference> },
    /// The file of an item's result is no longer the servers' business: removed, or gone.
    ForgetResult { order: OrderId, position: usize },
    /// This account's message made this order. Conflict if the message is remembered already.
    RememberMessage { owner: AccountId, message_id: String, order: OrderId, at: Timestamp },
    /// Forgets messages that were answered before this time; so many at most. Who sends one again then makes a new order.
    ForgetMessages { before: Timestamp, limit: usize },
    /// A nonce was used by this account. Conflict if it was used before and is not expired.
    UseNonce { owner: AccountId, nonce: Vec<u8>, at: Timestamp, expires_at: Timestamp },
    /// A new account. Conflict if the name is taken.
    InsertAccount(NewAccount),
    /// A new password. Conflict if there is no such account.
    SetPassword {
        provider: ProviderId,
        protocol: Protocol,
        name: String,
        password_hash: String,
        digest_secret: Option<Vec<u8>>,
        at: Timestamp,
    },
    /// Where a customer reads mail, if anywhere, and in which language. Conflict if there is no such account.
    SetMail { provider: ProviderId, protocol: Protocol, name: String, mail: Option<String>, language: Option<String> },
    /// In which language a customer reads, whatever else is set of the account meanwhile. Conflict if there is no such account.
    SetLanguage { provider: ProviderId, protocol: Protocol, name: String, language: Option<String> },
    /// What an account may do, in place of what it may. Conflict if there is no such account.
    SetRoles { provider: ProviderId, protocol: Protocol, name: String, roles: Roles },
    /// The price group of a buyer, if any. Conflict if there is no such account.
    SetPriceGroup { provider: ProviderId, protocol: Protocol, name: String, group: Option<String> },
    /// Something about a catalogue of articles; see there.
    Catalogue(CatalogueWrite),
    /// The groups of an account, in place of those that it is in. Conflict if there is no such account.
    SetGroups { account: AccountId, groups: Vec<String> },
    /// Disables or enables an account. Conflict if there is no such account.
    SetDisabled { provider: ProviderId, protocol: Protocol, name: String, disabled: bool, at: Timestamp },
}

/// See [`Write::UpdateOrder`].
#[derive(Debug, Clone)]
pub struct OrderUpdate {
    pub id: OrderId,
    pub expected_revision: i64,
    /// The order's new state, if it changed.
    pub state: Option<StateUpdate>,
    pub items: Vec<ItemUpdate>,
}

/// See [`Write::AppendItems`].
#[derive(Debug, Clone)]
pub struct AppendItems {
    pub id: OrderId,
    pub expected_revision: i64,
    /// The position of the first of them: so many items the order has.
    pub first: usize,
    pub items: Vec<Item>,
}

/// A state as it is to be stored.
pub type StateUpdate = State;

/// A changed item.
#[derive(Debug, Clone)]
pub struct ItemUpdate {
    /// Position in the order, from 0.
    pub position: usize,
    /// Replaces the stored state when given.
    pub state: Option<StateUpdate>,
    /// Replaces the stored result when given.
    pub result: Option<String>,
    /// Whether the customer is given the result now; what was listed once stays so.
    pub listed: bool,
}

/// See [`Write::UpdateTransaction`].
#[derive(Debug, Clone)]
pub struct TransactionUpdate {
    pub key: Key,
    pub expected_revision: i64,
    pub state: StateCode,
    pub context: Document,
    pub order: Option<OrderId>,
    pub updated_at: Timestamp,
}

impl OrderUpdate {
    /// What the store does, on the order that was read at [`Self::expected_revision`].
    pub fn apply_to(&self, order: &mut Order) {
        order.revision += 1;
        if let Some(state) = &self.state {
            order.state = state.clone();
        }
        for update in &self.items {
            let Some(item) = order.items.get_mut(update.position) else { continue };
            if let Some(state) = &update.state {
                item.state = state.clone();
            }
            if update.result.is_some() {
                item.result.clone_from(&update.result);
            }
            item.listed |= update.listed;
        }
    }
}

impl AppendItems {
    /// What the store does, on the order that was read at [`Self::expected_revision`].
    pub fn apply_to(&self, order: &mut Order) {
        order.revision += 1;
        order.items.extend(self.items.iter().cloned());
    }
}

impl Batch {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn push(&mut self, write: Write) -> &mut Self {
        self.writes.push(write);
        self
    }

    /// The writes that carry out an engine decision on an order: its new states and their history. A standing item that ends
    /// is no longer found by what feeds it.
    pub fn order_changes(&mut self, order: &Order, changes: &[Change], history: Vec<HistoryEntry>, at: Timestamp) -> &mut Self {
        let mut update = OrderUpdate { id: order.id, expected_revision: order.revision, state: None, items: Vec::new() };
        for change in changes {
            let state = change.state_after(order, at);
            match change.subject {
                Subject::Order => update.state = Some(state),
                Subject::Item(position) => {
                    let (state, result) = (Some(state), change.result.clone());
                    update.items.push(ItemUpdate { position, state, result, listed: false });
                }
            }
        }
        self.push(Write::UpdateOrder(update));
        let ended = changes.iter().filter(|change| change.to.is_final()).filter_map(|change| match change.subject {
            Subject::Item(position) => order.items.get(position).filter(|item| item.standing).map(|_| position),
            Subject::Order => None,
        });
        let ended: Vec<usize> = ended.collect();
        if !ended.is_empty() {
            // It may have been the last that the order's own job waits for.
            self.push(Write::HastenJob { key: JobKey { order: order.id, part: JobPart::Order }, due_at: order.submitted_at });
        }
        self.writes.extend(ended.into_iter().map(|position| Write::DeleteStanding { order: order.id, position }));
        self.writes.extend(history.into_iter().map(Write::AppendHistory));
        self
    }

    /// The write that notes that the customer is given the results of these items. No status moves, so there is no
    /// history; the revision counts, so that nobody is given a result twice by two answers at once.
    pub fn list_results(&mut self, order: &Order, positions: &[usize]) -> &mut Self {
        let listed = |&position: &usize| ItemUpdate { position, state: None, result: None, listed: true };
        let items = positions.iter().map(listed).collect();
        self.push(Write::UpdateOrder(OrderUpdate { id: order.id, expected_revision: order.revision, state: None, items }))
    }
}

impl fmt::Debug for Write {
    /// What is written about, but not what: neither password hashes nor nonces may reach a log line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InsertOrder(order) => write!(f, "InsertOrder({})", order.id),
            Self::UpdateOrder(update) => write!(f, "UpdateOrder({} at {})", update.id, update.expected_revision),
            Self::AppendItems(append) => write!(f, "AppendItems({} to {})", append.items.len(), append.id),
            Self::AppendHistory(entry) => write!(f, "AppendHistory({})", entry.order),
            Self::InsertTransaction(transaction) => write!(f, "InsertTransaction({})", transaction.key.id),
            Self::UpdateTransaction(update) => write!(f, "UpdateTransaction({} at {})", update.key.id, update.expected_revision),
            Self::DeleteTransaction { key, expected_revision } => {
                write!(f, "DeleteTransaction({} at {expected_revision})", key.id)
            }
            Self::InsertTransmission(new) => write!(f, "InsertTransmission({})", new.transmission.id),
            Self::UpdateTransmission(t) => write!(f, "UpdateTransmission({} at {})", t.id, t.revision),
            Self::CheckLine { transmission, position, .. } => write!(f, "CheckLine({position} of {transmission})"),
            Self::ImportLines(lines) => write!(f, "ImportLines({}..{} of {})", lines.from, lines.until, lines.transmission),
            Self::CompleteStock(transmission) => write!(f, "CompleteStock({})", transmission.id),
            Self::ExpireTransmissions(_) => f.write_str("ExpireTransmissions"),
            Self::ExpireTransactions(expiry) => write!(f, "ExpireTransactions({})", expiry.kind),
            Self::InsertSeller { name } => write!(f, "InsertSeller({name})"),
            Self::InsertJob(job) => write!(f, "InsertJob({:?})", job.key),
            Self::DeleteJob { key, .. } => write!(f, "DeleteJob({key:?})"),
            Self::ReleaseJob { key, .. } => write!(f, "ReleaseJob({key:?})"),
            Self::ExtendLease { key, .. } => write!(f, "ExtendLease({key:?})"),
            Self::HoldUntil { key, .. } => write!(f, "HoldUntil({key:?})"),
            Self::ScheduleJob { key, .. } => write!(f, "ScheduleJob({key:?})"),
            Self::HastenJob { key, .. } => write!(f, "HastenJob({key:?})"),
            Self::DeleteItemJobsOf(order) => write!(f, "DeleteItemJobsOf({order})"),
            Self::InsertStanding(standing) => write!(f, "InsertStanding({} of {})", standing.position, standing.order),
            Self::ActivateStanding { order, position } => write!(f, "ActivateStanding({position} of {order})"),
            Self::DeleteStanding { order, position } => write!(f, "DeleteStanding({position} of {order})"),
            Self::RememberProduct { order, product, .. } => write!(f, "RememberProduct({product:?} of {order})"),
            Self::DeleteJobsOf(order) => write!(f, "DeleteJobsOf({order})"),
            Self::WishNotifications { order, .. } => write!(f, "WishNotifications({order})"),
            Self::Notify(notification) => write!(f, "Notify({})", notification.key),
            Self::RecordAttempt(attempt) => write!(f, "RecordAttempt({attempt:?})"),
            Self::EndNotifying { order, .. } => write!(f, "EndNotifying({order})"),
            Self::NotifyAgain { key, .. } => write!(f, "NotifyAgain({key})"),
            Self::PurgeNotifications { .. } => f.write_str("PurgeNotifications"),
            Self::InsertQuotation(quotation) => write!(f, "InsertQuotation({})", quotation.id),
            Self::PriceQuotation(quotation) => write!(f, "PriceQuotation({} at {})", quotation.id, quotation.revision),
            Self::OrderQuotation { id, order, .. } => write!(f, "OrderQuotation({id} as {order})"),
            Self::ExpireQuotations { .. } => f.write_str("ExpireQuotations"),
            Self::KeepForDelivery { order, .. } => write!(f, "KeepForDelivery({order})"),
            Self::PutReceipt { receipt, .. } => {
                write!(f, "PutReceipt({:?} {:?} at {})", receipt.key.kind, receipt.key.id, receipt.revision)
            }
            Self::ForgetResult { order, position } => write!(f, "ForgetResult({position} of {order})"),
            Self::RememberMessage { owner, message_id, .. } => write!(f, "RememberMessage({message_id:?} of {owner})"),
            Self::UseNonce { owner, .. } => write!(f, "UseNonce(of {owner})"),
            Self::InsertAccount(account) => write!(f, "InsertAccount({:?})", account.name),
            Self::SetPassword { name, .. } => write!(f, "SetPassword({name:?})"),
            Self::SetMail { name, .. } => write!(f, "SetMail({name:?})"),
            Self::SetLanguage { name, language, .. } => write!(f, "SetLanguage({name:?}: {language:?})"),
            Self::Pause(pause) => write!(f, "Pause({:?}: {:?})", pause.queue, pause.of),
            Self::RequirePause { queue, of } => write!(f, "RequirePause({queue:?}: {of:?})"),
            Self::ResumePause { queue, of, .. } => write!(f, "ResumePause({queue:?}: {of:?})"),
            Self::ForgetPause { queue, of, .. } => write!(f, "ForgetPause({queue:?}: {of:?})"),
            Self::UnparkJob { key, due_at } => write!(f, "UnparkJob({key:?}, {due_at:?})"),
            Self::TakeSlot(wish) => write!(f, "TakeSlot({wish:?})"),
            Self::RequireSlot(of) => write!(f, "RequireSlot({of:?})"),
            Self::ForgetMessages { .. } => f.write_str("ForgetMessages"),
            Self::SetRoles { name, roles, .. } => write!(f, "SetRoles({name:?}: {roles:?})"),
            Self::SetPriceGroup { name, group, .. } => write!(f, "SetPriceGroup({name:?}: {group:?})"),
            Self::Catalogue(write) => write.fmt(f),
            Self::SetGroups { account, groups } => write!(f, "SetGroups({account:?}: {groups:?})"),
            Self::SetDisabled { name, disabled, .. } => write!(f, "SetDisabled({name:?}: {disabled})"),
        }
    }
}
