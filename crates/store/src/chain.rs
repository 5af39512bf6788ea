//! The history of an order is a chain, so that nobody changes, drops or adds an entry unnoticed.
//!
//! Each entry carries a hash of itself and of the hash before it, and the order's row says how many entries there are and how
//! the last one is hashed. That shows damage, and a hand in the database that did not know better. It is no proof against
//! someone who computes all hashes anew: there is no secret in them.
//!
//! A hash is SHA-256 over a CBOR array (RFC 8949) of the hash before (null for the first) and the columns of the entry, from
//! `order_id` to `why`. This must never change: a store outlives the program that wrote it.
//!
//! Entries from before schema version 16 have no hash. The chain of such an order begins with its next entry.

use std::convert::Infallible;

use minicbor::encode::{Encoder, Error as Unwritable};
use ordergate_engine::OrderId;
use ordergate_engine::order::HistoryEntry;
use sha2::{Digest as _, Sha256};

use crate::codes::Code;
use crate::columns::Columns;
use crate::steps::Step;
use crate::value::{Value, values};
use crate::{StoreError, sql};

/// What the history of an order has come to: the end to which the next entry is joined.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) count: i64,
    pub(crate) hash: Option<Vec<u8>>,
}

/// Entries that are to follow those that an order has.
#[derive(Debug)]
pub(crate) struct Chain<'w> {
    pub(crate) order: OrderId,
    pub(crate) entries: Vec<&'w HistoryEntry>,
}

impl Head {
    /// A row of [`crate::sql::HISTORY_HEAD`].
    pub(crate) fn read(row: &impl Columns) -> Result<Self, StoreError> {
        Ok(Self { count: row.int(0)?, hash: row.bytes_or_null(1)?.map(<[u8]>::to_vec) })
    }

    /// The row of an entry that follows; this is then the end after it.
    pub(crate) fn join<'w>(&mut self, entry: &'w HistoryEntry) -> Vec<Value<'w>> {
        let from = entry.from.map(Code::code);
        let (subject, to) = (entry.subject.code(), entry.to.code());
        let mut row = values![entry.order.0, self.count, subject, from, to, entry.at.0, entry.who.as_str(), &entry.why];
        let hash = hash(self.hash.as_deref(), &row);
        row.push(hash.to_vec().into());
        *self = Self { count: self.count + 1, hash: Some(hash.to_vec()) };
        row
    }
}

impl<'w> Chain<'w> {
    /// What stores the entries and the new end. Somebody else's entries in between are a conflict.
    pub(crate) fn steps(&self, mut head: Head) -> (Vec<Step<'w>>, Head) {
        let before = head.count;
        let mut steps: Vec<_> = self.entries.iter().map(|entry| Step::of_order(sql::APPEND_HISTORY, head.join(entry))).collect();
        let end = values![self.order.0, before, head.count, head.hash.clone()];
        steps.push(Step::of_order(sql::SET_HISTORY_HEAD, end));
        (steps, head)
    }
}

/// The hash of an entry, given that of the one before and its columns up to `why`.
pub(crate) fn hash(before: Option<&[u8]>, columns: &[Value<'_>]) -> [u8; 32] {
    match encode(before, columns) {
        Ok(encoded) => Sha256::digest(encoded).into(),
        // A vector takes everything.
        Err(never) => unreachable!("{never}"),
    }
}

fn encode(before: Option<&[u8]>, columns: &[Value<'_>]) -> Result<Vec<u8>, Unwritable<Infallible>> {
    let mut out = Encoder::new(Vec::with_capacity(192));
    out.array(columns.len() as u64 + 1)?;
    match before {
        Some(hash) => out.bytes(hash)?,
        None => out.null()?,
    };
    for column in columns {
        match column {
            Value::Null => out.null()?,
            Value::Int(number) => out.i64(*number)?,
            Value::Text(text) => out.str(text)?,
            Value::Bytes(bytes) => out.bytes(bytes)?,
        };
    }
    Ok(out.into_writer())
}

#[cfg(test)]
mod tests {
    use ordergate_engine::order::{Status, Subject};
    use ordergate_engine::{Actor, Timestamp};

    use super::*;
    use crate::migrations::hexadecimal;

    fn entry() -> HistoryEntry {
        HistoryEntry {
            order: OrderId(17),
            subject: Subject::Item(2),
            from: Some(Status::Suspended),
            to: Status::InProduction,
            at: Timestamp(1_800_000_000_000_000),
            who: Actor::worker(),
            why: "begun, für später".to_owned(),
        }
    }

    /// Spelt out: whoever changes it makes every store there is look damaged. The first is SHA-256 of
    /// `[null, 17, 0, 2, 6, 5, 1800000000000000, "worker", "begun, für später"]`.
    #[test]
    fn hashes_stay_what_they_are() {
        let hex = |head: &Head| hexadecimal(head.hash.as_deref().unwrap_or_default());
        let (entry, mut head) = (entry(), Head::default());
        head.join(&entry);
        assert_eq!((head.count, hex(&head).as_str()), (1, "e4152f37aa6ca8966fb349bb57e910fe5b00dfa9345bb0dd8309339bfe142c0a"));
        head.join(&entry);
        assert_eq!((head.count, hex(&head).as_str()), (2, "43abc865f17d8cdc15d2ead9e245e748e1404a8270d3b01ac79b2e373b52aefe"));
    }
}
