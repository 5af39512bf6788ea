//! The writes of a batch, one function each. A conflict is told by the number of changed rows, so
//! that the statement itself succeeds and the group it runs in goes on.

use ordergate_engine::order::{HistoryEntry, Order};
use ordergate_engine::transaction::{Key, Transaction};
use rusqlite::{Connection, Row, params};

use super::connection::execute;
use super::read::first;
use crate::codes::{Code as _, from_count};
use crate::item_page::{self, ITEMS_PER_ORDER, ITEMS_PER_PAGE};
use crate::{
    CommitError, ConflictOn, Job, JobKey, NewAccount, OrderUpdate, StateUpdate, StoreError, TransactionUpdate, Write, sql,
};

type Done = Result<(), CommitError>;

/// Each used nonce takes so many expired ones with it: more than come in, and never many at once.
const NONCES_PURGED: i64 = 4;

pub(super) fn carry_out(c: &Connection, write: &Write) -> Done {
    match write {
        Write::InsertOrder(order) => insert_order(c, order),
        Write::UpdateOrder(update) => update_order(c, update),
        Write::AppendHistory(entry) => append_history(c, entry),
        Write::InsertTransaction(transaction) => insert_transaction(c, transaction),
        Write::UpdateTransaction(update) => update_transaction(c, update),
        Write::DeleteTransaction { key, expected_revision } => delete_transaction(c, key, *expected_revision),
        Write::ExpireTransactions { open_before, final_before } => {
            execute(c, sql::EXPIRE_TRANSACTIONS, params![false.code(), open_before.0])?;
            execute(c, sql::EXPIRE_TRANSACTIONS, params![true.code(), final_before.0])?;
            Ok(())
        }
        Write::InsertJob(job) => insert_job(c, job),
        Write::DeleteJob { key, lease } => {
            let (order, part) = of_job(key);
            one(execute(c, sql::DELETE_JOB, params![order, part, lease]), ConflictOn::Job)
        }
        Write::ReleaseJob { key, lease, due_at } => {
            let (order, part) = of_job(key);
            one(execute(c, sql::RELEASE_JOB, params![order, part, lease, due_at.0]), ConflictOn::Job)
        }
        Write::ExtendLease { key, lease, until } => {
            let (order, part) = of_job(key);
            one(execute(c, sql::EXTEND_LEASE, params![order, part, lease, until.0]), ConflictOn::Job)
        }
        Write::DeleteJobsOf(order) => {
            execute(c, sql::DELETE_JOBS_OF, params![order.0])?;
            Ok(())
        }
        Write::RememberMessage { owner, message_id, order, at } => {
            one(execute(c, sql::REMEMBER_MESSAGE, params![owner.0, message_id, order.0, at.0]), ConflictOn::Message)
        }
        Write::UseNonce { owner, nonce, at, expires_at } => {
            one(execute(c, sql::USE_NONCE, params![owner.0, nonce, at.0, expires_at.0]), ConflictOn::Nonce)?;
            execute(c, sql::PURGE_NONCES, params![at.0, NONCES_PURGED])?;
            Ok(())
        }
        Write::InsertAccount(account) => insert_account(c, account),
        Write::SetPassword { provider, protocol, name, password_hash, digest_secret, at } => one(
            execute(c, sql::SET_PASSWORD, params![provider.0, protocol.code(), name, password_hash, digest_secret, at.0]),
            ConflictOn::Account,
        ),
        Write::SetDisabled { provider, protocol, name, disabled, at } => one(
            execute(c, sql::SET_DISABLED, params![provider.0, protocol.code(), name, disabled.code(), at.0]),
            ConflictOn::Account,
        ),
    }
}

pub(super) fn insert_order(c: &Connection, order: &Order) -> Done {
    if order.items.len() > ITEMS_PER_ORDER {
        return Err(StoreError::Unavailable(format!("an order has room for {ITEMS_PER_ORDER} items")).into());
    }
    let (status, since, info) = columns(&order.state);
    let mut pages = order.items.chunks(ITEMS_PER_PAGE).map(item_page::encode);
    let first_page = pages.next().unwrap_or_else(|| item_page::encode(&[]));
    let values = params![
        order.id.0,
        order.provider.0,
        order.owner.0,
        order.protocol.code(),
        order.kind.code(),
        order.reference,
        order.priority.code(),
        order.submitted_at.0,
        status,
        since,
        info,
        order.revision,
        order.document.0,
        from_count(order.items.len()),
        first_page,
    ];
    one(execute(c, sql::INSERT_ORDER, values), ConflictOn::Order)?;
    (1..).zip(pages).try_for_each(|(number, page)| {
        one(execute(c, sql::INSERT_ITEM_PAGE, params![item_page::key(order.id, number), page]), ConflictOn::Order)
    })
}

fn update_order(c: &Connection, update: &OrderUpdate) -> Done {
    let changed = match &update.state {
        None => execute(c, sql::COUNT_ORDER_CHANGE, params![update.id.0, update.expected_revision]),
        Some(state) => {
            let (status, since, info) = columns(state);
            execute(c, sql::MOVE_ORDER, params![update.id.0, update.expected_revision, status, since, info])
        }
    };
    one(changed, ConflictOn::Order)?;
    item_page::concerned(&update.items).into_iter().try_for_each(|number| update_page(c, update, number))
}

fn update_page(c: &Connection, update: &OrderUpdate, number: usize) -> Done {
    let (read, write, key) = match number {
        0 => (sql::FIRST_ITEM_PAGE, sql::SET_FIRST_ITEM_PAGE, Some(update.id.0)),
        _ => (sql::ITEM_PAGE, sql::SET_ITEM_PAGE, item_page::key(update.id, number)),
    };
    let decode = |row: &Row<'_>| Ok(row.get::<_, Vec<u8>>(0)?);
    let updated = match first(c, read, params![key], decode)? {
        Some(page) => item_page::updated(&page, number, &update.items)?,
        None => None,
    };
    match updated {
        Some(page) => one(execute(c, write, params![key, page]), ConflictOn::Order),
        None => Err(CommitError::Conflict(ConflictOn::Order)),
    }
}

pub(super) fn append_history(c: &Connection, entry: &HistoryEntry) -> Done {
    let from = entry.from.map(crate::codes::Code::code);
    let values = params![entry.order.0, entry.subject.code(), from, entry.to.code(), entry.at.0, entry.who.as_str(), entry.why];
    one(execute(c, sql::APPEND_HISTORY, values), ConflictOn::Order)
}

fn insert_transaction(c: &Connection, transaction: &Transaction) -> Done {
    let Key { provider, owner, id } = &transaction.key;
    let values = params![
        provider.0,
        owner.0,
        id.0,
        transaction.kind.code(),
        transaction.state.code(),
        transaction.state.is_final().code(),
        transaction.is_test.code(),
        transaction.created_at.0,
        transaction.updated_at.0,
        transaction.revision,
        transaction.order.map(|o| o.0),
        transaction.context.0,
    ];
    one(execute(c, sql::INSERT_TRANSACTION, values), ConflictOn::Transaction)
}

fn update_transaction(c: &Connection, update: &TransactionUpdate) -> Done {
    let Key { provider, owner, id } = &update.key;
    let values = params![
        provider.0,
        owner.0,
        id.0,
        update.expected_revision,
        update.state.code(),
        update.state.is_final().code(),
        update.updated_at.0,
        update.order.map(|o| o.0),
        update.context.0,
    ];
    one(execute(c, sql::UPDATE_TRANSACTION, values), ConflictOn::Transaction)
}

fn delete_transaction(c: &Connection, key: &Key, expected_revision: i64) -> Done {
    let values = params![key.provider.0, key.owner.0, key.id.0, expected_revision];
    one(execute(c, sql::DELETE_TRANSACTION, values), ConflictOn::Transaction)
}

pub(super) fn insert_job(c: &Connection, job: &Job) -> Done {
    let (order, part) = of_job(&job.key);
    let values = params![order, part, job.queue.code(), job.priority.code(), job.due_at.0, job.attempts];
    one(execute(c, sql::INSERT_JOB, values), ConflictOn::Job)
}

fn insert_account(c: &Connection, account: &NewAccount) -> Done {
    let NewAccount { provider, protocol, name, password_hash, digest_secret, created_at } = account;
    let values = params![provider.0, protocol.code(), name, password_hash, digest_secret, created_at.0];
    one(execute(c, sql::INSERT_ACCOUNT, values), ConflictOn::Account)
}

/// A state as it stands in three columns: status, since, info.
fn columns(state: &StateUpdate) -> (i64, i64, Option<&str>) {
    (state.status.code(), state.since.0, state.info.as_deref())
}

fn of_job(key: &JobKey) -> (i64, i64) {
    (key.order.0, key.part.code())
}

/// Exactly one row must have changed.
fn one(changed: rusqlite::Result<usize>, otherwise: ConflictOn) -> Done {
    if changed? == 1 { Ok(()) } else { Err(CommitError::Conflict(otherwise)) }
}
