//! What the seller's own system has issued to a buyer: offers, order confirmations, delivery notes, invoices.

use std::collections::BTreeSet;

use ordergate_engine::{AccountId, Document, ProviderId, Timestamp};

use crate::StoreError;
use crate::codes::Code as _;
use crate::columns::Columns;
use crate::value::{Value, values};

/// The kinds of receipts that veloconnect has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReceiptKind {
    Offer,
    OrderConfirmation,
    DeliveryNote,
    Invoice,
}

impl ReceiptKind {
    pub const ALL: [Self; 4] = [Self::Offer, Self::OrderConfirmation, Self::DeliveryNote, Self::Invoice];
}

/// What a receipt may refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Referred {
    Order,
    OrderConfirmation,
    DeliveryNote,
    /// The buyer's own name for the request that an offer answers.
    Request,
    /// The day of that request, as `YYYY-MM-DD`.
    RequestDate,
}

/// A reference of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    pub what: Referred,
    pub id: String,
}

/// A receipt is known by its buyer, its kind, and the number that the seller has given it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReceiptKey {
    pub provider: ProviderId,
    pub owner: AccountId,
    pub kind: ReceiptKind,
    pub id: String,
}

/// A receipt as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub key: ReceiptKey,
    /// The first moment of the day of issue, UTC.
    pub issued_on: Timestamp,
    /// 1 at first, and one more with each content that replaces it.
    pub revision: i64,
    pub stored_at: Timestamp,
    /// What a search tells of it.
    pub header: Document,
    pub document: Document,
}

/// A content that was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplacedReceipt {
    pub revision: i64,
    pub stored_at: Timestamp,
    pub document: Document,
}

/// What a search tells of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundReceipt {
    pub id: String,
    pub issued_on: Timestamp,
    pub header: Document,
}

/// A search among a buyer's receipts of one kind. All criteria must be met; of the ids of one criterion, one.
#[derive(Debug, Clone)]
pub struct ReceiptQuery {
    pub provider: ProviderId,
    pub owner: AccountId,
    pub kind: ReceiptKind,
    /// Inclusive bounds on the day of issue.
    pub from: Timestamp,
    pub until: Timestamp,
    pub references: Vec<(Referred, Vec<String>)>,
    /// At most so many are given: those issued first.
    pub limit: usize,
}

/// Day of issue and id: the order of answers.
pub(crate) type Entry = (i64, String);

impl ReceiptQuery {
    /// The wanted entries, given what was found for each id of each criterion.
    pub(crate) fn combine(&self, found: Vec<Vec<Entry>>) -> Vec<Entry> {
        let mut sets = found.into_iter().map(|entries| entries.into_iter().collect::<BTreeSet<_>>());
        let first = sets.next().unwrap_or_default();
        let met = sets.fold(first, |met, more| met.intersection(&more).cloned().collect());
        met.into_iter().take(self.limit).collect()
    }

    pub(crate) const fn days(&self) -> (i64, i64) {
        (self.from.0, self.until.0)
    }
}

/// The primary key: provider, owner, kind, id.
pub(crate) fn key(key: &ReceiptKey) -> Vec<Value<'_>> {
    values![key.provider.0, key.owner.0, key.kind.code(), &key.id]
}

/// All columns: of [`crate::sql::INSERT_RECEIPT`] and [`crate::sql::REPLACE_RECEIPT`].
pub(crate) fn columns(receipt: &Receipt) -> Vec<Value<'_>> {
    let mut columns = key(&receipt.key);
    let Receipt { issued_on, revision, stored_at, header, document, .. } = receipt;
    columns.extend(values![issued_on.0, *revision, stored_at.0, &header.0, &document.0]);
    columns
}

/// A row of [`crate::sql::RECEIPT`].
pub(crate) fn receipt(row: &impl Columns, key: &ReceiptKey) -> Result<Receipt, StoreError> {
    Ok(Receipt {
        key: key.clone(),
        issued_on: Timestamp(row.int(0)?),
        revision: row.int(1)?,
        stored_at: Timestamp(row.int(2)?),
        header: Document(row.bytes(3)?.to_vec()),
        document: Document(row.bytes(4)?.to_vec()),
    })
}

/// A row of [`crate::sql::RECEIPTS`] and [`crate::sql::RECEIPT_HEADER`].
pub(crate) fn found(row: &impl Columns) -> Result<FoundReceipt, StoreError> {
    Ok(FoundReceipt { id: row.text(0)?, issued_on: Timestamp(row.int(1)?), header: Document(row.bytes(2)?.to_vec()) })
}

/// A row of [`crate::sql::RECEIPTS_REFERRING`].
pub(crate) fn entry(row: &impl Columns) -> Result<Entry, StoreError> {
    Ok((row.int(0)?, row.text(1)?))
}

/// A row of [`crate::sql::REPLACED_RECEIPTS`].
pub(crate) fn replaced(row: &impl Columns) -> Result<ReplacedReceipt, StoreError> {
    Ok(ReplacedReceipt { revision: row.int(0)?, stored_at: Timestamp(row.int(1)?), document: Document(row.bytes(2)?.to_vec()) })
}

/// By day and id. Sorted here, because databases disagree on the order of texts.
pub(crate) fn sort(mut found: Vec<FoundReceipt>) -> Vec<FoundReceipt> {
    found.sort_by(|a, b| (a.issued_on, &a.id).cmp(&(b.issued_on, &b.id)));
    found
}
