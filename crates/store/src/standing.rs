//! Items that stand for products to come: subscriptions and tasks.

use ordergate_engine::order::OrderKind;
use ordergate_engine::{Document, OrderId, ProviderId, Timestamp};

/// A standing item, as what feeds products finds it. It is there from the submission on and until the item is final.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub order: OrderId,
    /// The item's place in the order, from 0.
    pub position: usize,
    pub provider: ProviderId,
    /// [`OrderKind::Subscription`] or [`OrderKind::Tasking`].
    pub kind: OrderKind,
    /// What its products are announced under: a collection, or a task.
    pub topic: String,
    /// Which products are wanted; only the protocol can read it.
    pub criteria: Document,
    /// Then the item is over.
    pub expires_at: Timestamp,
}

impl Standing {
    /// [`Standing::expires_at`] of an item that ends only when it is told to. Never due, and yet not
    /// [`crate::Job::UNTIL_TOLD`], because no operator is waited for.
    pub const NEVER: Timestamp = Timestamp(Timestamp::MAX.0 - 1);
}

/// A question for active standing items.
#[derive(Debug, Clone)]
pub struct StandingQuery {
    pub provider: ProviderId,
    pub kind: OrderKind,
    pub topic: String,
    /// Only those after this one, by order and position; none means from the first.
    pub after: Option<(OrderId, usize)>,
    /// At most so many.
    pub limit: usize,
}
