//! How many items of a collection are produced at once, on all nodes: the store counts them, as slots that leased jobs have
//! ([`ordergate_store::TakeSlot`]).
//!
//! An item that finds no slot goes back, due later: behind those that went back before it, so that however many
//! wait, few are looked at in vain. What this process knows to wait is called, the oldest first, when an item leaves that this
//! process knows of; elsewhere, and when a worker was lost, it comes due by itself.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use ordergate_engine::order::Priority;
use ordergate_engine::{OrderId, Timestamp};
use ordergate_store::{JobKey, JobPart};
use parking_lot::Mutex;

/// An item that goes back is looked at again after this time at the earliest ...
const LOOK_AGAIN_MICROS: i64 = 1_000_000;
/// ... and so long after the one that went back before it.
const APART_MICROS: i64 = 100_000;
/// So many are called together, at most.
const CALLED_MAX: usize = 200;
/// So many items that went back are remembered for each collection; others come due by themselves.
const REMEMBERED_MAX: usize = 10_000;

/// The limits, and what waits.
#[derive(Debug)]
pub(super) struct Gates {
    limits: BTreeMap<String, usize>,
    gates: Arc<Mutex<HashMap<String, Gate>>>,
}

#[derive(Debug)]
struct Gate {
    /// So many have left since an item went back: there may be room for as many.
    room: usize,
    /// When the item is due that went back last.
    last_due: Timestamp,
    waiting: BTreeSet<Waiting>,
    /// How many were called since one came in: those that were cancelled do not come.
    called: usize,
}

/// In the order in which items are taken up: FAST_TRACK, then the oldest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    is_standard: bool,
    submitted_at: Timestamp,
    order: OrderId,
    position: usize,
}

/// An item that is produced here; when it is dropped, there is room for another.
#[derive(Debug)]
pub(super) struct Place {
    collection: String,
    gates: Arc<Mutex<HashMap<String, Gate>>>,
    is_kept: bool,
}

/// Who asks to be let in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asking {
    pub order: OrderId,
    pub position: usize,
    pub priority: Priority,
    pub submitted_at: Timestamp,
}

impl From<Asking> for Waiting {
    fn from(asking: Asking) -> Self {
        let Asking { order, position, priority, submitted_at } = asking;
        Self { is_standard: priority == Priority::Standard, submitted_at, order, position }
    }
}

impl Gates {
    pub(super) fn new(limits: &BTreeMap<String, usize>) -> Self {
        Self { limits: limits.clone(), gates: Arc::default() }
    }

    pub(super) fn are_there(&self) -> bool {
        !self.limits.is_empty()
    }

    /// None if the collection has no limit.
    pub(super) fn limit(&self, collection: &str) -> Option<usize> {
        self.limits.get(collection).copied()
    }

    /// The item has got a slot.
    pub(super) fn entered(&self, collection: &str, asking: Asking) -> Place {
        self.change(collection, |gate| {
            gate.room = gate.room.saturating_sub(1);
            gate.called = 0;
            gate.waiting.remove(&asking.into());
        });
        Place { collection: collection.to_owned(), gates: Arc::clone(&self.gates), is_kept: false }
    }

    /// The item has got none; gives when it is due again.
    pub(super) fn turned_away(&self, collection: &str, asking: Asking, now: Timestamp) -> Timestamp {
        self.change(collection, |gate| {
            gate.room = 0;
            gate.last_due = now.plus_micros(LOOK_AGAIN_MICROS).max(gate.last_due.plus_micros(APART_MICROS));
            gate.waiting.insert(asking.into());
            if gate.waiting.len() > REMEMBERED_MAX {
                gate.waiting.pop_last();
            }
            gate.last_due
        })
    }

    /// An item has left that this process has not let in.
    pub(super) fn left(&self, collection: &str) {
        if self.limits.contains_key(collection) {
            self.change(collection, |gate| gate.room += 1);
        }
    }

    /// As many items as there may be room for, and more if those that were called do not come, with the time at which they were submitted: they may be due at once.
    pub(super) fn called(&self) -> Vec<(JobKey, Timestamp)> {
        let mut gates = self.gates.lock();
        let mut called = Vec::new();
        for (collection, limit) in &self.limits {
            let Some(gate) = gates.get_mut(collection) else { continue };
            let room = gate.room.min(*limit);
            for _ in 0..if room > 0 { room.max(gate.called).min(CALLED_MAX) } else { 0 } {
                let Some(Waiting { order, position, submitted_at, .. }) = gate.waiting.pop_first() else { break };
                called.push((JobKey { order, part: JobPart::Item(position) }, submitted_at));
                gate.called += 1;
            }
        }
        called
    }

    fn change<T>(&self, collection: &str, change: impl FnOnce(&mut Gate) -> T) -> T {
        change(self.gates.lock().entry(collection.to_owned()).or_insert_with(Gate::new))
    }
}

impl Gate {
    const fn new() -> Self {
        Self { room: 0, last_due: Timestamp(0), waiting: BTreeSet::new(), called: 0 }
    }
}

impl Place {
    /// The item is produced elsewhere; [`Gates::left`] says when it has left.
    pub(super) fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.is_kept {
            return;
        }
        if let Some(gate) = self.gates.lock().get_mut(&self.collection) {
            gate.room += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(50);

    fn asking(order: i64) -> Asking {
        Asking { order: OrderId(order), position: 0, priority: Priority::Standard, submitted_at: Timestamp(order) }
    }

    #[test]
    fn the_oldest_is_called_when_there_is_room_and_few_are_looked_at_in_vain() {
        let gates = Gates::new(&[("scenes".to_owned(), 2)].into());
        assert_eq!((gates.limit("others"), gates.limit("scenes")), (None, Some(2)));
        let places = [1, 2].map(|order| gates.entered("scenes", asking(order)));
        let fast = Asking { priority: Priority::FastTrack, ..asking(9) };
        let dues = [asking(4), asking(3), fast].map(|late| gates.turned_away("scenes", late, NOW).0);
        assert_eq!(dues, [1_000_050, 1_100_050, 1_200_050]);
        assert_eq!(gates.called(), []);
        drop(places);
        let called: Vec<i64> = gates.called().iter().map(|(key, _)| key.order.0).collect();
        assert_eq!(called, [9, 3]);
        // Others were faster, on another node.
        gates.turned_away("scenes", fast, NOW);
        assert_eq!(gates.called(), []);
        gates.left("others");
        gates.left("scenes");
        assert_eq!(gates.called().len(), 2);
    }

    /// Those that were cancelled while they waited do not come, and do not hold up those that do.
    #[test]
    fn more_are_called_while_nobody_comes() {
        let gates = Gates::new(&[("scenes".to_owned(), 1)].into());
        let place = gates.entered("scenes", asking(0));
        for order in 1..=1000 {
            gates.turned_away("scenes", asking(order), Timestamp(0));
        }
        drop(place);
        let counts: Vec<usize> = (0..5).map(|_| gates.called().len()).collect();
        assert_eq!(counts, [1, 1, 2, 4, 8]);
        let place = gates.entered("scenes", asking(17));
        assert_eq!(gates.called(), []);
        drop(place);
        assert_eq!(gates.called().len(), 1);
    }
}
