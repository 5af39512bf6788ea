//! From what a batch writes to the statements that write it. A conflict is told by the number of
//! changed rows, so that the statement itself succeeds.

mod accounts;
mod catalogues;
mod histories;
mod notifications;
mod quotations;
mod receipts;
mod slots;
mod transmissions;

use histories::Histories;
use ordergate_engine::order::{HistoryEntry, Item, Order, Status};
use ordergate_engine::transaction::{Key, Transaction};
use ordergate_engine::{OrderId, ProviderId};

use crate::chain::{Chain, Head};
use crate::codes::{Code, WHOLE_ORDER, from_count, queue_of_part};
use crate::expiry::EXPIRED_AT_ONCE;
use crate::item_page::{self, ITEMS_PER_ORDER, ITEMS_PER_PAGE};
use crate::local_result::is_local;
use crate::pause;
use crate::sql::{self, Statement};
use crate::value::{Value, values};
use crate::{
    AppendItems, CommitError, ConflictOn, Expiry, ItemUpdate, Job, JobKey, OrderUpdate, Standing, StateUpdate, StoreError,
    TransactionUpdate, Write,
};

/// Each used nonce takes so many expired ones with it: more than come in, and never many at once.
const NONCES_PURGED: i64 = 4;

/// One thing for a database to do.
#[derive(Debug)]
pub(crate) enum Step<'w> {
    /// Run a statement.
    Run { statement: Statement, values: Vec<Value<'w>>, expect: Expect },
    /// Change items within their page.
    Patch(Patch<'w>),
    /// Add to the history of an order: read [`sql::HISTORY_HEAD`], and do what [`Chain::steps`] makes of it.
    Chain(Chain<'w>),
}

impl<'w> Step<'w> {
    /// A statement that changes a row of an order, or else collides with somebody.
    pub(crate) const fn of_order(statement: Statement, values: Vec<Value<'w>>) -> Self {
        Self::Run { statement, values, expect: Expect::OneOr(ConflictOn::Order) }
    }
}

/// How many rows a statement must change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    Any,
    /// Exactly one; otherwise the batch collided with something.
    OneOr(ConflictOn),
}

/// Read a page, let [`Patch::apply`] change it, write it back. No page: a conflict on the order.
#[derive(Debug)]
pub(crate) struct Patch<'w> {
    pub(crate) read: Statement,
    pub(crate) write: Statement,
    /// The first parameter of both.
    pub(crate) key: Option<i64>,
    pub(crate) page: usize,
    pub(crate) change: PageChange<'w>,
}

#[derive(Debug)]
pub(crate) enum PageChange<'w> {
    /// Those of the updates that concern the page.
    Update(&'w [ItemUpdate]),
    /// Further items, the first of them at this position of the order.
    Append { first: usize, items: &'w [Item] },
}

impl Patch<'_> {
    /// The page as it is to be. `None` if it does not have what is to be changed, or has more than is known of.
    pub(crate) fn apply(&self, page: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match &self.change {
            PageChange::Update(updates) => item_page::updated(page, self.page, updates),
            PageChange::Append { first, items } => item_page::extended(page, *first, items),
        }
    }
}

impl Expect {
    /// Whether the number of changed rows is what it must be.
    pub(crate) fn check(self, changed: u64) -> Result<(), CommitError> {
        match self {
            Self::OneOr(otherwise) if changed != 1 => Err(CommitError::Conflict(otherwise)),
            _ => Ok(()),
        }
    }
}

/// The steps of some writes, in order.
#[derive(Debug, Default)]
pub(crate) struct Steps<'w>(pub(crate) Vec<Step<'w>>);

impl<'w> Steps<'w> {
    /// The steps of a batch. Fails only for what no store has room for.
    pub(crate) fn of(writes: &'w [Write]) -> Result<Self, CommitError> {
        let mut steps = Self(Vec::with_capacity(writes.len() + 2));
        let mut histories = Histories::of(writes);
        writes.iter().try_for_each(|write| steps.write(write, &mut histories))?;
        Ok(steps)
    }

    fn write(&mut self, write: &'w Write, histories: &mut Histories<'w>) -> Result<(), CommitError> {
        match write {
            Write::InsertOrder(order) => return self.insert_order(order, &histories.take(order.id)),
            Write::UpdateOrder(update) => self.update_order(update),
            Write::AppendItems(append) => return self.append_items(append),
            Write::AppendHistory(entry) => self.append_history(entry.order, histories.take(entry.order)),
            Write::InsertTransaction(transaction) => self.insert_transaction(transaction),
            Write::UpdateTransaction(update) => self.update_transaction(update),
            Write::DeleteTransaction { key, expected_revision } => self.delete_transaction(key, *expected_revision),
            Write::ExpireTransactions(expiry) => self.expire_transactions(*expiry),
            Write::InsertTransmission(new) => self.insert_transmission(new),
            Write::UpdateTransmission(transmission) => self.update_transmission(transmission),
            Write::CheckLine { transmission, position, is_known } => self.check_line(*transmission, *position, *is_known),
            Write::ImportLines(lines) => self.import_lines(lines),
            Write::CompleteStock(transmission) => self.complete_stock(transmission),
            Write::ExpireTransmissions(expiry) => self.expire_transmissions(expiry),
            Write::InsertSeller { name } => self.any(sql::INSERT_SELLER, values![name, ProviderId::DEFAULT.0]),
            Write::InsertJob(job) => self.insert_job(job),
            Write::DeleteJob { key, lease } => self.job(sql::DELETE_JOB, key, values![lease]),
            Write::ReleaseJob { key, lease, due_at } => self.job(sql::RELEASE_JOB, key, values![lease, due_at.0]),
            Write::ExtendLease { key, lease, until } => self.job(sql::EXTEND_LEASE, key, values![lease, until.0]),
            Write::HoldUntil { key, lease, until } => self.job(sql::HOLD_JOB, key, values![lease, until.0]),
            Write::ScheduleJob { key, due_at } => self.job(sql::SCHEDULE_JOB, key, values![due_at.0]),
            Write::HastenJob { key, due_at } => {
                self.any(sql::HASTEN_JOB, values![key.order.0, key.part.code(), due_at.0]);
            }
            Write::DeleteJobsOf(order) => self.any(sql::DELETE_JOBS_OF, values![order.0]),
            Write::WishNotifications { order, wish } => self.wish_notifications(*order, wish),
            Write::Notify(notification) => self.notify(notification),
            Write::RecordAttempt(attempt) => self.record_attempt(attempt),
            Write::EndNotifying { order, lease, attempts, due_at } => self.end_notifying(*order, lease, *attempts, *due_at),
            Write::NotifyAgain { key, at, give_up_at } => self.notify_again(key, *at, *give_up_at),
            Write::PurgeNotifications { before, limit } => self.purge_notifications(*before, *limit),
            Write::InsertQuotation(quotation) => self.insert_quotation(quotation),
            Write::PriceQuotation(quotation) => self.price_quotation(quotation),
            Write::OrderQuotation { id, order, at } => self.order_quotation(*id, *order, *at),
            Write::ExpireQuotations { over_before } => self.expire_quotations(*over_before),
            Write::Pause(pause) => self.one(sql::PAUSE, pause::inserted(pause), ConflictOn::Pause),
            Write::RequirePause { queue, of } => self.one(sql::REQUIRE_PAUSE, pause::key(*queue, of), ConflictOn::Pause),
            Write::ResumePause { queue, of, at } => {
                self.one(sql::RESUME_PAUSE, pause::key_at(*queue, of, *at), ConflictOn::Pause);
            }
            Write::ForgetPause { queue, of, resumed_at } => {
                self.any(sql::FORGET_PAUSE, pause::key_at(*queue, of, *resumed_at));
            }
            Write::UnparkJob { key, due_at } => {
                self.any(sql::UNPARK_JOB, values![key.order.0, key.part.code(), due_at.0, Job::PARKED.0]);
            }
            Write::TakeSlot(slot) => self.take_slot(slot),
            Write::RequireSlot(slot) => self.require_slot(slot),
            Write::DeleteItemJobsOf(order) => self.any(sql::DELETE_ITEM_JOBS_OF, values![order.0]),
            Write::InsertStanding(standing) => self.insert_standing(standing),
            Write::ActivateStanding { order, position } => {
                self.one(sql::ACTIVATE_STANDING, values![order.0, from_count(*position)], ConflictOn::Standing);
            }
            Write::DeleteStanding { order, position } => {
                self.any(sql::DELETE_STANDING, values![order.0, from_count(*position)]);
            }
            Write::RememberProduct { order, position, product, at } => {
                let values = values![order.0, from_count(*position), product, at.0];
                self.one(sql::REMEMBER_PRODUCT, values, ConflictOn::Product);
            }
            Write::KeepForDelivery { order, content } => {
                self.any(sql::KEEP_FOR_DELIVERY, values![order.0, WHOLE_ORDER, content]);
            }
            Write::PutReceipt { receipt, references } => self.put_receipt(receipt, references),
            Write::ForgetResult { order, position } => {
                self.any(sql::FORGET_RESULT, values![order.0, from_count(*position)]);
            }
            Write::RememberMessage { owner, message_id, order, at } => {
                self.one(sql::REMEMBER_MESSAGE, values![owner.0, message_id, order.0, at.0], ConflictOn::Message);
            }
            Write::ForgetMessages { before, limit } => {
                self.any(sql::FORGET_MESSAGES, values![before.0, from_count(*limit)]);
            }
            Write::UseNonce { owner, nonce, at, expires_at } => {
                self.one(sql::USE_NONCE, values![owner.0, nonce, at.0, expires_at.0], ConflictOn::Nonce);
                self.any(sql::PURGE_NONCES, values![at.0, NONCES_PURGED]);
            }
            Write::InsertAccount(account) => self.insert_account(account),
            Write::SetGroups { account, groups } => self.set_groups(*account, groups),
            Write::SetPassword { .. }
            | Write::SetMail { .. }
            | Write::SetLanguage { .. }
            | Write::SetRoles { .. }
            | Write::SetPriceGroup { .. }
            | Write::SetDisabled { .. } => self.set_of_account(write),
            Write::Catalogue(write) => self.write_catalogue(write),
        }
        Ok(())
    }

    fn delete_transaction(&mut self, key: &'w Key, expected_revision: i64) {
        let values = values![key.provider.0, key.owner.0, &key.id.0, expected_revision];
        self.one(sql::DELETE_TRANSACTION, values, ConflictOn::Transaction);
    }

    fn expire_transactions(&mut self, Expiry { kind, open_before, final_before }: Expiry) {
        for (is_final, before) in [(false, open_before), (true, final_before)] {
            self.any(sql::EXPIRE_TRANSACTIONS, values![kind.code(), is_final.code(), before.0, EXPIRED_AT_ONCE]);
        }
    }

    /// With all entries of its history that come with it.
    pub(crate) fn insert_order(&mut self, order: &'w Order, history: &[&'w HistoryEntry]) -> Result<(), CommitError> {
        if order.items.len() > ITEMS_PER_ORDER {
            return Err(StoreError::Failed(format!("an order has room for {ITEMS_PER_ORDER} items")).into());
        }
        let mut pages = order.items.chunks(ITEMS_PER_PAGE).map(item_page::encode);
        let first_page = pages.next().unwrap_or_else(|| item_page::encode(&[]));
        let [status, since, info] = columns(&order.state);
        let mut head = Head::default();
        let entries: Vec<_> = history.iter().map(|entry| head.join(entry)).collect();
        let values = values![
            order.id.0,
            order.provider.0,
            order.owner.0,
            order.protocol.code(),
            order.kind.code(),
            order.reference.as_ref(),
            order.priority.code(),
            order.submitted_at.0,
            status,
            since,
            info,
            order.revision,
            &order.document.0,
            from_count(order.items.len()),
            first_page,
            head.count,
            head.hash,
        ];
        self.one(sql::INSERT_ORDER, values, ConflictOn::Order);
        self.0.extend(entries.into_iter().map(|entry| Step::of_order(sql::APPEND_HISTORY, entry)));
        for (number, page) in (1..).zip(pages) {
            self.one(sql::INSERT_ITEM_PAGE, values![item_page::key(order.id, number), page], ConflictOn::Order);
        }
        Ok(())
    }

    fn update_order(&mut self, update: &'w OrderUpdate) {
        let (id, revision) = (update.id.0, update.expected_revision);
        match &update.state {
            None => self.one(sql::COUNT_ORDER_CHANGE, values![id, revision], ConflictOn::Order),
            Some(state) => {
                let [status, since, info] = columns(state);
                self.one(sql::MOVE_ORDER, values![id, revision, status, since, info], ConflictOn::Order);
                if state.status.is_final() {
                    self.any(sql::FORGET_DELIVERIES, values![id]);
                }
            }
        }
        for page in item_page::concerned(&update.items) {
            self.patch(update.id, page, PageChange::Update(&update.items));
        }
        update.items.iter().for_each(|item| self.keep_result(update.id, item));
    }

    /// What lies on a server's own disk is listed by its age, from when its item is ready.
    fn keep_result(&mut self, order: OrderId, item: &'w ItemUpdate) {
        let ready = item.state.as_ref().filter(|state| state.status == Status::Completed);
        let (Some(state), Some(url)) = (ready, item.result.as_ref().filter(|url| is_local(url))) else { return };
        self.any(sql::KEEP_RESULT, values![order.0, from_count(item.position), url, state.since.0]);
    }

    fn append_items(&mut self, append: &'w AppendItems) -> Result<(), CommitError> {
        let AppendItems { id, expected_revision, first, items } = append;
        if first + items.len() > ITEMS_PER_ORDER {
            return Err(StoreError::Failed(format!("an order has room for {ITEMS_PER_ORDER} items")).into());
        }
        let values = values![id.0, *expected_revision, from_count(*first), from_count(items.len())];
        self.one(sql::COUNT_APPENDED_ITEMS, values, ConflictOn::Order);
        for (page, is_new, items) in item_page::appended(*first, items) {
            if is_new {
                let values = values![item_page::key(*id, page), item_page::encode(items)];
                self.one(sql::INSERT_ITEM_PAGE, values, ConflictOn::Order);
            } else {
                self.patch(*id, page, PageChange::Append { first: *first, items });
            }
        }
        Ok(())
    }

    fn patch(&mut self, order: OrderId, page: usize, change: PageChange<'w>) {
        let (read, write, key) = match page {
            0 => (sql::FIRST_ITEM_PAGE, sql::SET_FIRST_ITEM_PAGE, Some(order.0)),
            _ => (sql::ITEM_PAGE, sql::SET_ITEM_PAGE, item_page::key(order, page)),
        };
        self.0.push(Step::Patch(Patch { read, write, key, page, change }));
    }

    fn insert_transaction(&mut self, transaction: &'w Transaction) {
        let Key { provider, owner, id } = &transaction.key;
        let values = values![
            provider.0,
            owner.0,
            &id.0,
            transaction.kind.code(),
            transaction.state.code(),
            transaction.state.is_final().code(),
            transaction.is_test.code(),
            transaction.created_at.0,
            transaction.updated_at.0,
            transaction.revision,
            transaction.order.map(|o| o.0),
            &transaction.context.0,
        ];
        self.one(sql::INSERT_TRANSACTION, values, ConflictOn::Transaction);
    }

    fn update_transaction(&mut self, update: &'w TransactionUpdate) {
        let Key { provider, owner, id } = &update.key;
        let values = values![
            provider.0,
            owner.0,
            &id.0,
            update.expected_revision,
            update.state.code(),
            update.state.is_final().code(),
            update.updated_at.0,
            update.order.map(|o| o.0),
            &update.context.0,
        ];
        self.one(sql::UPDATE_TRANSACTION, values, ConflictOn::Transaction);
    }

    pub(crate) fn insert_job(&mut self, job: &Job) {
        let (order, part) = (job.key.order.0, job.key.part.code());
        let queue = queue_of_part(job.queue, job.key.part);
        let values = values![order, part, queue, job.priority.code(), job.due_at.0, i64::from(job.attempts)];
        self.one(sql::INSERT_JOB, values, ConflictOn::Job);
    }

    fn insert_standing(&mut self, standing: &'w Standing) {
        let Standing { order, position, provider, kind, topic, criteria, expires_at } = standing;
        let values =
            values![order.0, from_count(*position), provider.0, kind.code(), topic, &criteria.0, expires_at.0, false.code()];
        self.one(sql::INSERT_STANDING, values, ConflictOn::Standing);
    }

    fn job(&mut self, statement: Statement, key: &JobKey, rest: Vec<Value<'w>>) {
        let mut values = values![key.order.0, key.part.code()];
        values.extend(rest);
        self.one(statement, values, ConflictOn::Job);
    }

    fn any(&mut self, statement: Statement, values: Vec<Value<'w>>) {
        self.0.push(Step::Run { statement, values, expect: Expect::Any });
    }

    fn one(&mut self, statement: Statement, values: Vec<Value<'w>>, otherwise: ConflictOn) {
        self.0.push(Step::Run { statement, values, expect: Expect::OneOr(otherwise) });
    }
}

/// A state as it stands in three columns: status, since, info.
fn columns(state: &StateUpdate) -> [Value<'_>; 3] {
    [state.status.code().into(), state.since.0.into(), state.info.as_ref().into()]
}
