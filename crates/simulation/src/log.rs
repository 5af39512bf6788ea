//! What customers, processors and partners know of a run: what the checker holds the store against.

use std::collections::{BTreeMap, BTreeSet};

use ordergate_engine::OrderId;
use ordergate_engine::order::Status;
use ordergate_fulfilment::Outcome;
use ordergate_store::{Channel, NotificationKey};
use tokio::time::Instant;

use crate::fetched::Fetched;
use crate::life::Life;
use crate::trade::deal::Deal;

#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) submissions: Vec<Submission>,
    /// What customers saw of an order, in the order in which they saw it.
    pub(crate) seen: BTreeMap<OrderId, Vec<Seen>>,
    /// Since when customers know that an order is over, because their Cancel was acknowledged.
    pub(crate) cancelled: BTreeMap<OrderId, Instant>,
    /// What is paused for certain, and since when.
    pub(crate) paused: BTreeMap<String, Instant>,
    /// Those that somebody tried to cancel.
    pub(crate) withdrawn: BTreeSet<OrderId>,
    pub(crate) runs: Vec<Run>,
    /// What was given to workers outside.
    pub(crate) fetched: Vec<Fetched>,
    pub(crate) received: BTreeMap<(OrderId, Channel, String), Vec<Received>>,
    /// How many transactions each buyer has begun, as far as buyers know: some of them may not be there.
    pub(crate) begun: BTreeMap<u64, usize>,
    /// Those that buyers know the ids of.
    pub(crate) deals: Vec<Deal>,
    pub(crate) violations: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Submission {
    pub(crate) reference: String,
    pub(crate) has_message_id: bool,
    pub(crate) items: usize,
    /// How often it was sent.
    pub(crate) sent: usize,
    pub(crate) acknowledged: Option<OrderId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) order: Status,
    pub(crate) items: Vec<Status>,
}

/// One run of the processor.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) life: Life,
    pub(crate) order: OrderId,
    pub(crate) position: usize,
    pub(crate) is_scarce: bool,
    pub(crate) ended: Option<Instant>,
    /// None if it was broken off.
    pub(crate) outcome: Option<Outcome>,
}

#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) key: NotificationKey,
    pub(crate) content: Vec<u8>,
}

impl Log {
    pub(crate) fn is_running(&self, order: OrderId, position: usize) -> bool {
        self.running().any(|run| (run.order, run.position) == (order, position))
    }

    pub(crate) fn running(&self) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(|run| run.ended.is_none() && !run.life.is_over())
    }
}
