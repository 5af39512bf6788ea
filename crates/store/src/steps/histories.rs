//! What is added to the histories of orders.

use std::collections::BTreeMap;

use ordergate_engine::OrderId;
use ordergate_engine::order::HistoryEntry;

use super::{Step, Steps};
use crate::Write;
use crate::chain::Chain;

/// The entries of a batch that are not stored yet, by order. All those of one order are stored together: with the order if it
/// is new, so that nothing has to be read, and otherwise with the first of them.
pub(super) struct Histories<'w>(BTreeMap<i64, Vec<&'w HistoryEntry>>);

impl<'w> Histories<'w> {
    pub(super) fn of(writes: &'w [Write]) -> Self {
        let mut entries: BTreeMap<i64, Vec<&HistoryEntry>> = BTreeMap::new();
        for write in writes {
            if let Write::AppendHistory(entry) = write {
                entries.entry(entry.order.0).or_default().push(entry);
            }
        }
        Self(entries)
    }

    pub(super) fn take(&mut self, order: OrderId) -> Vec<&'w HistoryEntry> {
        self.0.remove(&order.0).unwrap_or_default()
    }
}

impl<'w> Steps<'w> {
    pub(super) fn append_history(&mut self, order: OrderId, entries: Vec<&'w HistoryEntry>) {
        if !entries.is_empty() {
            self.0.push(Step::Chain(Chain { order, entries }));
        }
    }
}
