//! Work that is due: one row for each step that the fulfilment worker has to take.

use ordergate_engine::order::Priority;
use ordergate_engine::{OrderId, Protocol, Timestamp};

/// The work itself, and its only identity: there is at most one job for one part of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct JobKey {
    pub order: OrderId,
    pub part: JobPart,
}

/// What of the order is to be worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobPart {
    /// The order as a whole: accept it and queue its items.
    Order,
    /// One item, by its position from 0.
    Item(usize),
    /// A produced item that is to be brought to its customer, by its position from 0.
    Delivery(usize),
    /// What is to be told about the order: its notifications, one after the other.
    Notifications,
}

/// Which parts of orders a worker can work on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Parts {
    All,
    /// Orders as a whole: their items are left to others.
    Orders,
    Items,
    /// Produced items that are to be brought to their customers. They are apart, too.
    Deliveries,
    /// What is to be told about orders. It is apart from all other work, and no part of [`Parts::All`].
    Notifications,
}

impl Parts {
    pub const fn include(self, part: JobPart) -> bool {
        match self {
            Self::All => matches!(part, JobPart::Order | JobPart::Item(_)),
            Self::Orders => matches!(part, JobPart::Order),
            Self::Items => matches!(part, JobPart::Item(_)),
            Self::Deliveries => matches!(part, JobPart::Delivery(_)),
            Self::Notifications => matches!(part, JobPart::Notifications),
        }
    }
}

/// A job as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub key: JobKey,
    /// Whose worker works on it; of no matter for notifications, which lie in one queue for all.
    pub queue: Protocol,
    pub priority: Priority,
    /// When it may be claimed: the submission time at first, the end of the lease while claimed,
    /// the time of the next attempt after a failure.
    pub due_at: Timestamp,
    /// How often it was claimed.
    pub attempts: u32,
}

impl Job {
    /// [`Job::due_at`] of a job that an operator has to release: no worker ever finds it due.
    pub const UNTIL_TOLD: Timestamp = Timestamp::MAX;

    /// [`Job::due_at`] of a job that waits for the end of a pause ([`crate::Pause`]): no worker ever finds it due.
    pub const PARKED: Timestamp = Timestamp(Timestamp::MAX.0 - 2);
}

/// A worker's wish for work.
#[derive(Debug, Clone)]
pub struct Claim {
    pub queue: Protocol,
    pub parts: Parts,
    pub now: Timestamp,
    pub lease_until: Timestamp,
    /// A token that nobody else uses: whoever knows it holds the lease.
    pub lease: String,
    pub limit: usize,
}
