//! What a batch does to orders, before it is stored.

use std::collections::BTreeMap;

use ordergate_engine::order::{HistoryEntry, Order};
use ordergate_engine::{Document, OrderId};
use ordergate_store::{AppendItems, Batch, Job, JobPart, OrderUpdate, Write};

/// What happens to one order in a batch.
#[derive(Debug, Default)]
pub(crate) struct Pending<'b> {
    /// The order, if it is new.
    pub(crate) new: Option<&'b Order>,
    pub(crate) changes: Vec<Change<'b>>,
    pub(crate) moves: Vec<&'b HistoryEntry>,
    /// The wish, if the order is new.
    pub(crate) wish: Option<&'b Document>,
    /// Whether an operator has to release the new order.
    pub(crate) awaits_approval: bool,
    /// How many notifications about it the batch has already.
    pub(crate) notifications: u32,
}

/// One write about an order that is there.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Change<'b> {
    Update(&'b OrderUpdate),
    Append(&'b AppendItems),
}

impl Change<'_> {
    const fn expected_revision(self) -> i64 {
        match self {
            Self::Update(update) => update.expected_revision,
            Self::Append(append) => append.expected_revision,
        }
    }

    fn apply_to(self, order: &mut Order) {
        match self {
            Self::Update(update) => update.apply_to(order),
            Self::Append(append) => append.apply_to(order),
        }
    }
}

impl<'b> Pending<'b> {
    /// The orders that move in a batch. Whoever changes an order without a move (a note, a result that was listed)
    /// has nothing to tell.
    pub(crate) fn of(batch: &'b Batch) -> BTreeMap<OrderId, Self> {
        if !batch.writes.iter().any(|write| matches!(write, Write::AppendHistory(_))) {
            return BTreeMap::new();
        }
        let mut pending: BTreeMap<OrderId, Self> = BTreeMap::new();
        for write in &batch.writes {
            match write {
                Write::InsertOrder(order) => pending.entry(order.id).or_default().new = Some(order),
                Write::UpdateOrder(update) => pending.entry(update.id).or_default().changes.push(Change::Update(update)),
                Write::AppendItems(append) => pending.entry(append.id).or_default().changes.push(Change::Append(append)),
                Write::AppendHistory(entry) => pending.entry(entry.order).or_default().moves.push(entry),
                Write::WishNotifications { order, wish } => pending.entry(*order).or_default().wish = Some(wish),
                Write::InsertJob(job) if job.key.part == JobPart::Order && job.due_at == Job::UNTIL_TOLD => {
                    pending.entry(job.key.order).or_default().awaits_approval = true;
                }
                Write::Notify(notification) => {
                    let of_order = pending.entry(notification.key.order).or_default();
                    of_order.notifications = of_order.notifications.saturating_add(1);
                }
                _ => {}
            }
        }
        pending.retain(|_, order| !order.moves.is_empty());
        pending
    }

    /// The order as the batch leaves it, given what is stored; `None` if the batch was decided on something else.
    pub(crate) fn after(&self, mut order: Order) -> Option<Order> {
        for change in &self.changes {
            if change.expected_revision() != order.revision {
                return None;
            }
            change.apply_to(&mut order);
        }
        Some(order)
    }
}
