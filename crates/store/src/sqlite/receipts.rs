//! Receipts, as buyers ask for them.

use rusqlite::{Connection, params};

use super::connection::snapshot;
use super::read::{all, first};
use crate::codes::{Code as _, from_count};
use crate::receipt::{self, Entry};
use crate::{FoundReceipt, Receipt, ReceiptKey, ReceiptQuery, Referred, ReplacedReceipt, StoreError, sql};

pub(super) fn one(connection: &Connection, key: &ReceiptKey) -> Result<Option<Receipt>, StoreError> {
    let values = params![key.provider.0, key.owner.0, key.kind.code(), key.id];
    first(connection, sql::RECEIPT, values, |row| receipt::receipt(row, key))
}

pub(super) fn replaced(connection: &Connection, key: &ReceiptKey) -> Result<Vec<ReplacedReceipt>, StoreError> {
    let values = params![key.provider.0, key.owner.0, key.kind.code(), key.id];
    all(connection, sql::REPLACED_RECEIPTS, values, |row| receipt::replaced(row))
}

pub(super) fn search(connection: &Connection, query: &ReceiptQuery) -> Result<Vec<FoundReceipt>, StoreError> {
    snapshot(connection, |c| {
        let found = if query.references.is_empty() { by_day(c, query)? } else { referring(c, query)? };
        Ok(receipt::sort(found))
    })
}

fn by_day(connection: &Connection, query: &ReceiptQuery) -> Result<Vec<FoundReceipt>, StoreError> {
    let (from, until) = query.days();
    let values = params![query.provider.0, query.owner.0, query.kind.code(), from, until, from_count(query.limit)];
    all(connection, sql::RECEIPTS, values, |row| receipt::found(row))
}

fn referring(connection: &Connection, query: &ReceiptQuery) -> Result<Vec<FoundReceipt>, StoreError> {
    let sets = query.references.iter().map(|(what, ids)| {
        ids.iter().try_fold(Vec::new(), |mut found, id| {
            found.extend(entries(connection, query, *what, id)?);
            Ok(found)
        })
    });
    let sets = sets.collect::<Result<Vec<_>, StoreError>>()?;
    let header = |(_, id): &Entry| {
        let values = params![query.provider.0, query.owner.0, query.kind.code(), id];
        first(connection, sql::RECEIPT_HEADER, values, |row| receipt::found(row)).transpose()
    };
    query.combine(sets).iter().filter_map(header).collect()
}

fn entries(connection: &Connection, query: &ReceiptQuery, what: Referred, id: &str) -> Result<Vec<Entry>, StoreError> {
    let (from, until) = query.days();
    let values = params![query.provider.0, query.owner.0, query.kind.code(), what.code(), id, from, until];
    all(connection, sql::RECEIPTS_REFERRING, values, |row| receipt::entry(row))
}
