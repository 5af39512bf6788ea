//! Order searches: the cost follows the size of the answer, not the size of the store.

use ordergate_engine::order::Status;
use ordergate_engine::{AccountId, OrderId, Timestamp};
use rusqlite::{Connection, params};

use super::connection::snapshot;
use super::read::{all, order};
use crate::codes::{Code as _, from_count};
use crate::columns::Columns as _;
use crate::{OrderPage, OrderQuery, StoreError, sql};

/// Time of the last update and id: where an entry stands in the index.
type Entry = (i64, i64);

/// The whole answer.
pub(super) fn search(connection: &Connection, query: &OrderQuery) -> Result<OrderPage, StoreError> {
    snapshot(connection, |c| {
        let entries = earliest(c, query, query.limit)?;
        page(c, query, entries)
    })
}

/// The whole answer if it has at most `few` orders, and `None` at little cost if it has more.
pub(super) fn search_few(connection: &Connection, query: &OrderQuery, few: usize) -> Result<Option<OrderPage>, StoreError> {
    if query.limit <= few {
        return search(connection, query).map(Some);
    }
    snapshot(connection, |c| {
        let entries = earliest(c, query, few)?;
        if entries.len() > few { Ok(None) } else { page(c, query, entries).map(Some) }
    })
}

/// The matching entries with the earliest last update: at most `limit`, and one more if there are more.
fn earliest(connection: &Connection, query: &OrderQuery, limit: usize) -> Result<Vec<Entry>, StoreError> {
    let enough = limit.saturating_add(1);
    let wanted = |status: &Status| query.statuses.is_empty() || query.statuses.contains(status);
    let mut until = query.updated_until;
    let mut found = Vec::new();
    let owners = || std::iter::once(query.owner).chain(query.others.iter().copied());
    for (status, owner) in Status::ALL.into_iter().filter(wanted).flat_map(|status| owners().map(move |owner| (status, owner))) {
        found.extend(with_status(connection, query, owner, status, until, enough)?);
        if found.len() >= enough {
            found.sort_unstable();
            found.truncate(enough);
            // Nothing later can still become one of the earliest.
            until = found.last().map_or(until, |&(since, _)| Timestamp(since));
        }
    }
    found.sort_unstable();
    Ok(found)
}

fn with_status(
    connection: &Connection,
    query: &OrderQuery,
    owner: AccountId,
    status: Status,
    until: Timestamp,
    limit: usize,
) -> Result<Vec<Entry>, StoreError> {
    let (provider, owner, status) = (query.provider.0, owner.0, status.code());
    let (from, until, limit) = (query.updated_from.0, until.0, from_count(limit));
    let decode = |row: &rusqlite::Row<'_>| Ok((row.int(0)?, row.int(1)?));
    match &query.reference {
        None => all(connection, sql::SEARCH, params![provider, owner, status, from, until, limit], decode),
        Some(reference) => {
            all(connection, sql::SEARCH_REFERENCE, params![provider, owner, status, from, until, limit, reference], decode)
        }
    }
}

/// Cuts the entries at the query's limit and loads their orders.
fn page(connection: &Connection, query: &OrderQuery, mut entries: Vec<Entry>) -> Result<OrderPage, StoreError> {
    let continue_from = entries.get(query.limit).map(|&(since, _)| Timestamp(since));
    entries.truncate(query.limit);
    let mut orders = Vec::with_capacity(entries.len());
    for (_, id) in entries {
        let found = order(connection, OrderId(id), query.items)?;
        orders.push(found.ok_or_else(|| StoreError::Corrupt(format!("order {id} is in an index, but not in its table")))?);
    }
    orders.sort_by_key(|order| (order.submitted_at, order.id));
    Ok(OrderPage { orders, continue_from })
}
