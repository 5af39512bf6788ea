//! How many items of a collection this process produces at once.
//!
//! An item that finds its collection full goes back, due later: behind those that went back before it, so that however many
//! wait, few are looked at in vain. Who leaves makes the oldest of them due at once.

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

/// The limits, and what is under way.
#[derive(Debug)]
pub(super) struct Gates {
    limits: BTreeMap<String, usize>,
    gates: Arc<Mutex<HashMap<String, Gate>>>,
}

#[derive(Debug)]
struct Gate {
    running: usize,
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

/// One item's place in its collection, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    collection: String,
    gates: Arc<Mutex<HashMap<String, Gate>>>,
}

/// An item at the gate of its collection.
#[derive(Debug)]
pub(super) enum Entry {
    In(Place),
    /// Full: due again then.
    Later(Timestamp),
}

/// Who asks to be let in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asking {
    pub order: OrderId,
    pub position: usize,
    pub priority: Priority,
    pub submitted_at: Timestamp,
}

impl Gates {
    pub(super) fn new(limits: &BTreeMap<String, usize>) -> Self {
        Self { limits: limits.clone(), gates: Arc::default() }
    }

    pub(super) fn are_there(&self) -> bool {
        !self.limits.is_empty()
    }

    /// None if the collection has no limit.
    pub(super) fn enter(&self, collection: &str, asking: Asking, now: Timestamp) -> Option<Entry> {
        let limit = *self.limits.get(collection)?;
        let mut gates = self.gates.lock();
        let gate = gates.entry(collection.to_owned()).or_insert_with(Gate::new);
        let Asking { order, position, priority, submitted_at } = asking;
        let waiting = Waiting { is_standard: priority == Priority::Standard, submitted_at, order, position };
        if gate.running < limit {
            gate.running += 1;
            gate.called = 0;
            gate.waiting.remove(&waiting);
            return Some(Entry::In(Place { collection: collection.to_owned(), gates: Arc::clone(&self.gates) }));
        }
        gate.last_due = now.plus_micros(LOOK_AGAIN_MICROS).max(gate.last_due.plus_micros(APART_MICROS));
        gate.waiting.insert(waiting);
        if gate.waiting.len() > REMEMBERED_MAX {
            gate.waiting.pop_last();
        }
        Some(Entry::Later(gate.last_due))
    }

    /// As many items as there is room for, and more if those that were called do not come, with the time at which they were submitted: they may be due at once.
    pub(super) fn called(&self) -> Vec<(JobKey, Timestamp)> {
        let mut gates = self.gates.lock();
        let mut called = Vec::new();
        for (collection, limit) in &self.limits {
            let Some(gate) = gates.get_mut(collection) else { continue };
            let room = limit.saturating_sub(gate.running);
            for _ in 0..if room > 0 { room.max(gate.called).min(CALLED_MAX) } else { 0 } {
                let Some(Waiting { order, position, submitted_at, .. }) = gate.waiting.pop_first() else { break };
                called.push((JobKey { order, part: JobPart::Item(position) }, submitted_at));
                gate.called += 1;
            }
        }
        called
    }
}

impl Gate {
    const fn new() -> Self {
        Self { running: 0, last_due: Timestamp(0), waiting: BTreeSet::new(), called: 0 }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(gate) = self.gates.lock().get_mut(&self.collection) {
            gate.running = gate.running.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn asking(order: i64) -> Asking {
        Asking { order: OrderId(order), position: 0, priority: Priority::Standard, submitted_at: Timestamp(order) }
    }

    #[test]
    fn the_oldest_is_called_when_there_is_room_and_few_are_looked_at_in_vain() {
        let gates = Gates::new(&[("scenes".to_owned(), 2)].into());
        let now = Timestamp(50);
        assert!(gates.enter("others", asking(1), now).is_none());
        let mut places = Vec::new();
        for order in 1..=2 {
            let Some(Entry::In(place)) = gates.enter("scenes", asking(order), now) else { panic!("{order}") };
            places.push(place);
        }
        let fast = Asking { priority: Priority::FastTrack, ..asking(9) };
        let mut dues = Vec::new();
        for late in [asking(4), asking(3), fast] {
            let Some(Entry::Later(due)) = gates.enter("scenes", late, now) else { panic!("{late:?}") };
            dues.push(due.0);
        }
        assert_eq!(dues, [1_000_050, 1_100_050, 1_200_050]);
        assert_eq!(gates.called(), []);
        places.clear();
        let called: Vec<i64> = gates.called().iter().map(|(key, _)| key.order.0).collect();
        assert_eq!(called, [9, 3]);
        assert!(matches!(gates.enter("scenes", fast, now), Some(Entry::In(_))));
    }

    /// Those that were cancelled while they waited do not come, and do not hold up those that do.
    #[test]
    fn more_are_called_while_nobody_comes() {
        let gates = Gates::new(&[("scenes".to_owned(), 1)].into());
        let place = gates.enter("scenes", asking(0), Timestamp(0));
        for order in 1..=1000 {
            gates.enter("scenes", asking(order), Timestamp(0));
        }
        drop(place);
        let counts: Vec<usize> = (0..5).map(|_| gates.called().len()).collect();
        assert_eq!(counts, [1, 1, 2, 4, 8]);
        assert!(matches!(gates.enter("scenes", asking(17), Timestamp(0)), Some(Entry::In(_))));
        assert_eq!(gates.called().len(), 1);
    }
}
