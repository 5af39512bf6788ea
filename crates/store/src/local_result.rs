//! Results whose files lie on the servers' own disks: which they are, oldest first, so that files can be removed in time.

use ordergate_engine::{OrderId, Timestamp};

use crate::StoreError;
use crate::codes::to_count;
use crate::columns::Columns;

/// The result of an item, if it is a `file:` URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResult {
    pub key: ResultKey,
    pub url: String,
}

/// Which result, and its place among all: by the time of completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResultKey {
    pub completed_at: Timestamp,
    pub order: OrderId,
    /// The item's place in the order, from 0.
    pub position: usize,
}

impl ResultKey {
    /// Before all results.
    pub const FIRST: Self = Self { completed_at: Timestamp(i64::MIN), order: OrderId(i64::MIN), position: 0 };

    /// After the results of items that were completed then, and before later ones.
    pub const fn after(completed_at: Timestamp) -> Self {
        Self { completed_at, order: OrderId(i64::MAX), position: usize::MAX }
    }
}

/// Whether a result is kept in the list.
pub(crate) fn is_local(url: &str) -> bool {
    url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file:"))
}

pub(crate) fn read(row: &impl Columns) -> Result<StoredResult, StoreError> {
    let key = ResultKey {
        completed_at: Timestamp(row.int(0)?),
        order: OrderId(row.int(1)?),
        position: to_count("item position", row.int(2)?)?,
    };
    Ok(StoredResult { key, url: row.text(3)? })
}
