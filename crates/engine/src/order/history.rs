//! The append-only record of every status an order and its items have had.

use super::{Change, Order, Status, Subject};
use crate::{Actor, OrderId, Timestamp};

/// One move: of what, from where to where, when, by whom and why. Never altered, never removed
/// while the order is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    pub order: OrderId,
    pub subject: Subject,
    /// `None` for the submission.
    pub from: Option<Status>,
    pub to: Status,
    pub at: Timestamp,
    pub who: Actor,
    /// Never empty.
    pub why: String,
}

/// The entry that a new order begins with. It speaks for the items too: they are submitted with it.
pub fn submission_entry(order: &Order, who: Actor) -> HistoryEntry {
    HistoryEntry {
        order: order.id,
        subject: Subject::Order,
        from: None,
        to: order.state.status,
        at: order.submitted_at,
        who,
        why: "submitted".to_owned(),
    }
}

/// The entries that belong to changes: one for each.
pub fn entries_of(order: OrderId, changes: &[Change], at: Timestamp, who: &Actor, why: &str) -> Vec<HistoryEntry> {
    let entry = |c: &Change| HistoryEntry {
        order,
        subject: c.subject,
        from: Some(c.from),
        to: c.to,
        at,
        who: who.clone(),
        why: c.info.clone().unwrap_or_else(|| why.to_owned()),
    };
    changes.iter().map(entry).collect()
}
