//! Delivery: results that are brought to their customers before their items are complete.
//!
//! Whoever reports the result of such an item (a processor, a worker outside, a service that answers late, an operator, who
//! announces products) leaves it InProduction with its result, and in the same commit a job of its own
//! ([`JobPart::Delivery`]) in place of that of the item. A worker of deliveries ([`crate::Worker::of_deliveries`]) claims
//! it under a lease, as workers of items do theirs, and completes the item. So what is produced is not produced again, and
//! no two deliveries of an item overlap.

use std::fmt::Debug;

use async_trait::async_trait;
use ordergate_engine::order::{Command, Order};
use ordergate_store::{Job, JobKey, JobPart, Write};

use crate::WorkItem;

/// What the customer reads meanwhile.
pub(crate) const BEING_DELIVERED: &str = "being delivered";

/// Says which items are to be brought to their customers.
pub trait Delivers: Send + Sync + Debug + 'static {
    /// The order was read with its items.
    fn delivers(&self, order: &Order, position: usize) -> bool;
}

/// Nothing is brought to anybody.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoDeliveries;

impl Delivers for NoDeliveries {
    fn delivers(&self, _order: &Order, _position: usize) -> bool {
        false
    }
}

/// Brings results to their customers.
#[async_trait]
pub trait Deliver: Send + Sync + Debug + 'static {
    /// Brings what lies at `result` to the customer of the item. May take as long as it needs; dropping the future must end it
    /// at once.
    async fn deliver(&self, item: &WorkItem, result: &str) -> Result<(), NotDelivered>;
}

/// Why something was not delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotDelivered {
    /// For the customer.
    pub reason: String,
    /// Whether another attempt may help.
    pub retry: bool,
}

/// The item in production is produced: what is to be done to the order.
pub(crate) fn produced(item: usize, result: &str, why: &str) -> (Command, String) {
    (Command::Produced { item, result: result.to_owned(), text: BEING_DELIVERED.to_owned() }, why.to_owned())
}

/// The job that goes with it.
pub(crate) fn delivery_job(order: &Order, position: usize) -> Write {
    let key = JobKey { order: order.id, part: JobPart::Delivery(position) };
    let (queue, priority, due_at) = (order.protocol, order.priority, order.submitted_at);
    Write::InsertJob(Job { key, queue, priority, due_at, attempts: 0 })
}
