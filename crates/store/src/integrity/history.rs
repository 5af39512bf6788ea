//! The history of one order: that its chain is whole, and what it says of the statuses.

use std::collections::BTreeMap;

use ordergate_engine::order::{Status, Subject};
use ordergate_engine::{Actor, Timestamp};

use super::{Finding, Report};
use crate::codes::Code;
use crate::columns::Columns as _;
use crate::transfer::{Cell, Row};
use crate::value::Value;
use crate::{StoreError, chain};

const WHO: usize = 6;
/// The columns that an entry's hash is of stand before it.
const HASH: usize = 8;
/// Of an order.
const HISTORY_COUNT: usize = 15;
const HISTORY_HASH: usize = 16;

/// What the next entry must be joined to.
#[derive(Debug, Default)]
enum End {
    /// No entry so far has a hash.
    #[default]
    Unchained,
    Hash(Vec<u8>),
    /// The last entry should have had a hash.
    Unknown,
}

/// What of an entry says where something has come to.
struct Move {
    subject: Subject,
    from: Option<Status>,
    to: Status,
    at: Timestamp,
}

/// What was read of a history so far.
#[derive(Debug, Default)]
pub(super) struct History {
    entries: i64,
    pub(super) unchained: u64,
    end: End,
    begins_chained: bool,
    is_broken: bool,
    /// Whether the order was loaded as it stands, without having come to it step by step.
    pub(super) is_loaded: bool,
    /// The last status of the order, and since when.
    order: Option<(Status, Timestamp)>,
    /// The last status of items that have entries of their own.
    items: BTreeMap<usize, Status>,
}

impl History {
    /// The next row of the history.
    pub(super) fn read(&mut self, row: &Row, report: Report<'_>) -> Result<(), StoreError> {
        let (order, seq) = (row.int(0)?, row.int(1)?);
        let mut wrong = |problem: String, expected: &str| {
            self.is_broken = true;
            report(Finding::new("history", &format!("{order}, {seq}"), problem, expected));
        };
        let gap = seq - self.entries;
        if gap != 0 {
            wrong(format!("{gap} entries before it are missing"), "entries numbered from 0 without gaps");
        }
        let hash = row.bytes_or_null(HASH)?;
        match (&self.end, hash) {
            (End::Unchained, None) => self.unchained += 1,
            (End::Hash(_) | End::Unknown, None) => wrong("it has no hash".to_owned(), "a hash, as those before it have one"),
            (End::Unknown, Some(_)) => {}
            _ if gap != 0 => {}
            (end, Some(hash)) if !is_hash_of(hash, end.hash(), row) => {
                wrong("its hash is not that of its content".to_owned(), "the entry as it was written");
            }
            _ => {}
        }
        self.begins_chained |= hash.is_some() && self.unchained == 0;
        self.end = match (hash, &self.end) {
            (Some(hash), _) => End::Hash(hash.to_vec()),
            (None, End::Unchained) => End::Unchained,
            (None, _) => End::Unknown,
        };
        self.entries = seq + 1;
        if seq == 0 {
            self.is_loaded = row.text(WHO)? == Actor::system().as_str();
        }
        self.follow(row, report);
        Ok(())
    }

    /// Each entry goes on where the one before of the same subject has led to.
    fn follow(&mut self, row: &Row, report: Report<'_>) {
        let (order, seq) = (row.int(0).unwrap_or_default(), row.int(1).unwrap_or_default());
        let mut wrong = |problem: String, expected: String| {
            report(Finding::new("history", &format!("{order}, {seq}"), problem, expected));
        };
        let entry = match Move::read(row) {
            Ok(entry) => entry,
            Err(error) => return wrong(error.to_string(), "an entry that can be read".to_owned()),
        };
        let before = match entry.subject {
            Subject::Order => self.order.map(|(status, _)| status),
            Subject::Item(position) => self.items.get(&position).copied(),
        };
        let name = |status: Option<Status>| status.map_or("nothing", Status::name);
        if !self.is_broken && before.is_some() && before != entry.from {
            wrong(format!("it moves from {}", name(entry.from)), format!("from {}", name(before)));
        }
        self.note(&entry);
    }

    fn note(&mut self, entry: &Move) {
        match entry.subject {
            Subject::Order if entry.from == Some(entry.to) => {}
            Subject::Order => self.order = Some((entry.to, entry.at)),
            Subject::Item(position) => drop(self.items.insert(position, entry.to)),
        }
    }

    /// Holds it against what the order's row says of it. `chained`: whether an order before this one has a whole chain.
    pub(super) fn end(&mut self, order: &Row, chained: &mut bool, report: Report<'_>) -> Result<(), StoreError> {
        let id = order.int(0)?;
        let (count, hash) = (order.int_or_null(HISTORY_COUNT)?, order.bytes_or_null(HISTORY_HASH)?);
        let wrong = match count {
            None if self.end.hash().is_some() => {
                Some(("it does not say how long its history is".to_owned(), format!("{} entries", self.entries)))
            }
            Some(count) if count != self.entries => {
                Some((format!("its history has {} entries", self.entries), format!("{count} entries")))
            }
            Some(_) if hash != self.end.hash() => {
                Some(("its history ends with another entry".to_owned(), "the entry whose hash the order has".to_owned()))
            }
            _ if self.entries == 0 => Some(("it has no history".to_owned(), "at least its submission".to_owned())),
            _ if *chained && !self.begins_chained => {
                Some(("its history begins without hashes".to_owned(), "hashes, as orders before it have them".to_owned()))
            }
            _ => None,
        };
        if let Some((problem, expected)) = wrong {
            self.is_broken = true;
            report(Finding::new("orders", &id, problem, expected));
        }
        *chained |= self.begins_chained;
        Ok(())
    }

    /// What the order and its items should be by their history; nothing where it does not say.
    pub(super) fn last(&self) -> Option<(Status, Timestamp)> {
        self.order.filter(|_| !self.is_broken)
    }

    pub(super) fn last_of_items(&self) -> impl Iterator<Item = (usize, Status)> {
        self.items.iter().filter(|_| !self.is_broken).map(|(position, status)| (*position, *status))
    }
}

impl End {
    fn hash(&self) -> Option<&[u8]> {
        match self {
            Self::Hash(hash) => Some(hash),
            Self::Unchained | Self::Unknown => None,
        }
    }
}

impl Move {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            subject: Code::from_code(row.int(2)?)?,
            from: row.int_or_null(3)?.map(Code::from_code).transpose()?,
            to: Code::from_code(row.int(4)?)?,
            at: Timestamp(row.int(5)?),
        })
    }
}

fn is_hash_of(hash: &[u8], before: Option<&[u8]>, row: &Row) -> bool {
    let columns: Vec<Value<'_>> = row.0.iter().take(HASH).map(Cell::value).collect();
    hash == chain::hash(before, &columns)
}
