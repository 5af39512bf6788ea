//! Receipts, as buyers ask for them.

use super::read::is_storable;
use super::reader::{Parameter, Reader};
use crate::codes::{Code as _, from_count};
use crate::receipt::{self, Entry};
use crate::{FoundReceipt, Receipt, ReceiptKey, ReceiptQuery, Referred, ReplacedReceipt, StoreError, sql};

pub(super) async fn one(reader: &Reader, key: &ReceiptKey) -> Result<Option<Receipt>, StoreError> {
    if !is_storable(&key.id) {
        return Ok(None);
    }
    let values: [Parameter<'_>; 4] = [&key.provider.0, &key.owner.0, &key.kind.code(), &key.id];
    reader.first(sql::RECEIPT, &values).await?.map(|row| receipt::receipt(&row, key)).transpose()
}

pub(super) async fn replaced(reader: &Reader, key: &ReceiptKey) -> Result<Vec<ReplacedReceipt>, StoreError> {
    if !is_storable(&key.id) {
        return Ok(Vec::new());
    }
    let values: [Parameter<'_>; 4] = [&key.provider.0, &key.owner.0, &key.kind.code(), &key.id];
    reader.ask(sql::REPLACED_RECEIPTS, &values).await?.iter().map(receipt::replaced).collect()
}

pub(super) async fn search(reader: &Reader, query: &ReceiptQuery) -> Result<Vec<FoundReceipt>, StoreError> {
    let found = if query.references.is_empty() { by_day(reader, query).await? } else { referring(reader, query).await? };
    Ok(receipt::sort(found))
}

async fn by_day(reader: &Reader, query: &ReceiptQuery) -> Result<Vec<FoundReceipt>, StoreError> {
    let ((from, until), limit) = (query.days(), from_count(query.limit));
    let values: [Parameter<'_>; 6] = [&query.provider.0, &query.owner.0, &query.kind.code(), &from, &until, &limit];
    reader.ask(sql::RECEIPTS, &values).await?.iter().map(receipt::found).collect()
}

async fn referring(reader: &Reader, query: &ReceiptQuery) -> Result<Vec<FoundReceipt>, StoreError> {
    let mut sets = Vec::with_capacity(query.references.len());
    for (what, ids) in &query.references {
        let mut found = Vec::new();
        for id in ids.iter().filter(|id| is_storable(id)) {
            found.extend(entries(reader, query, *what, id).await?);
        }
        sets.push(found);
    }
    let mut headers = Vec::new();
    for (_, id) in query.combine(sets) {
        let values: [Parameter<'_>; 4] = [&query.provider.0, &query.owner.0, &query.kind.code(), &id];
        headers.extend(reader.first(sql::RECEIPT_HEADER, &values).await?.map(|row| receipt::found(&row)).transpose()?);
    }
    Ok(headers)
}

async fn entries(reader: &Reader, query: &ReceiptQuery, what: Referred, id: &str) -> Result<Vec<Entry>, StoreError> {
    let ((from, until), what) = (query.days(), what.code());
    let values: [Parameter<'_>; 7] = [&query.provider.0, &query.owner.0, &query.kind.code(), &what, &id, &from, &until];
    reader.ask(sql::RECEIPTS_REFERRING, &values).await?.iter().map(receipt::entry).collect()
}
