//! From rows to what the engine works with. Nothing that a row may hold makes these panic.

use ordergate_engine::order::{HistoryEntry, Order, State};
use ordergate_engine::transaction::{Key, Transaction};
use ordergate_engine::{AccountId, Actor, Document, OrderId, ProviderId, Timestamp, TransactionId};
use rusqlite::Row;

use crate::codes::{Code, to_count};
use crate::{Account, StoreError, TransactionStatus, item_page};

/// An enumerated value.
fn code<T: Code>(row: &Row<'_>, column: usize) -> Result<T, StoreError> {
    T::from_code(row.get(column)?)
}

/// A state in three columns: status, since, info.
fn state(row: &Row<'_>, column: usize) -> Result<State, StoreError> {
    Ok(State { status: code(row, column)?, since: Timestamp(row.get(column + 1)?), info: row.get(column + 2)? })
}

/// A row of [`crate::sql::ORDER`], or the part of one of [`crate::sql::ORDER_WITH_ITEMS`] that is the same.
pub(super) fn order(row: &Row<'_>) -> Result<Order, StoreError> {
    Ok(Order {
        id: OrderId(row.get(0)?),
        provider: ProviderId(row.get(1)?),
        owner: AccountId(row.get(2)?),
        protocol: code(row, 3)?,
        kind: code(row, 4)?,
        reference: row.get(5)?,
        priority: code(row, 6)?,
        submitted_at: Timestamp(row.get(7)?),
        state: state(row, 8)?,
        revision: row.get(11)?,
        document: Document(row.get(12)?),
        items: Vec::new(),
    })
}

/// A row of [`crate::sql::ORDER_WITH_ITEMS`] with the items of its first page, and how many there should
/// be in all.
pub(super) fn order_and_first_items(row: &Row<'_>) -> Result<(Order, usize), StoreError> {
    let mut order = order(row)?;
    item_page::decode(row.get_ref(14)?.as_blob().map_err(rusqlite::Error::from)?, &mut order.items)?;
    Ok((order, to_count("number of items", row.get(13)?)?))
}

/// A row of [`crate::sql::HISTORY`].
pub(super) fn history_entry(row: &Row<'_>, order: OrderId) -> Result<HistoryEntry, StoreError> {
    Ok(HistoryEntry {
        order,
        subject: code(row, 0)?,
        from: row.get::<_, Option<i64>>(1)?.map(Code::from_code).transpose()?,
        to: code(row, 2)?,
        at: Timestamp(row.get(3)?),
        who: Actor::from_stored(row.get(4)?),
        why: row.get(5)?,
    })
}

/// A row of [`crate::sql::TRANSACTION`].
pub(super) fn transaction(row: &Row<'_>, key: &Key) -> Result<Transaction, StoreError> {
    Ok(Transaction {
        key: key.clone(),
        kind: code(row, 0)?,
        state: code(row, 1)?,
        is_test: code(row, 2)?,
        created_at: Timestamp(row.get(3)?),
        updated_at: Timestamp(row.get(4)?),
        revision: row.get(5)?,
        order: row.get::<_, Option<i64>>(6)?.map(OrderId),
        context: Document(row.get(7)?),
    })
}

/// A row of [`crate::sql::TRANSACTIONS`], with the time it is sorted by.
pub(super) fn transaction_status(row: &Row<'_>) -> Result<(Timestamp, TransactionStatus), StoreError> {
    let status = TransactionStatus { id: TransactionId(row.get(1)?), kind: code(row, 2)?, state: code(row, 3)? };
    Ok((Timestamp(row.get(0)?), status))
}

/// A row of [`crate::sql::ACCOUNT`] and [`crate::sql::ACCOUNTS`].
pub(super) fn account(row: &Row<'_>) -> Result<Account, StoreError> {
    Ok(Account {
        id: AccountId(row.get(0)?),
        provider: ProviderId(row.get(1)?),
        protocol: code(row, 2)?,
        name: row.get(3)?,
        password_hash: row.get(4)?,
        digest_secret: row.get(5)?,
        disabled: code(row, 6)?,
        created_at: Timestamp(row.get(7)?),
        changed_at: Timestamp(row.get(8)?),
    })
}
