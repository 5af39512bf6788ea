//! Orders that are loaded as they stand, without having come to it step by step.

use ordergate_engine::Actor;
use ordergate_engine::order::{HistoryEntry, Order, Status, Subject, submission_entry};

use crate::CommitError;
use crate::steps::Steps;

/// The history of having been submitted, and of having come to where the order stands.
pub(crate) fn history_of(order: &Order) -> Vec<HistoryEntry> {
    let submission = HistoryEntry { to: Status::Submitted, ..submission_entry(order, Actor::system()) };
    if order.state.status == Status::Submitted {
        return vec![submission];
    }
    let arrival = HistoryEntry {
        order: order.id,
        subject: Subject::Order,
        from: Some(Status::Submitted),
        to: order.state.status,
        at: order.state.since,
        who: Actor::system(),
        why: order.state.info.clone().unwrap_or_else(|| "loaded".to_owned()),
    };
    vec![submission, arrival]
}

/// The steps that store an order with this history.
pub(crate) fn add_steps<'o>(order: &'o Order, history: &'o [HistoryEntry], steps: &mut Steps<'o>) -> Result<(), CommitError> {
    steps.insert_order(order, &history.iter().collect::<Vec<_>>())
}
