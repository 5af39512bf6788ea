//! Questions about orders.

use ordergate_engine::order::{Order, Status};
use ordergate_engine::{AccountId, ProviderId, Timestamp};

/// Whether items are read too (OSEO presentation `full`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Items {
    With,
    Without,
}

/// An order search (06-141r6 §14.3.1). Criteria combine with AND, statuses with OR.
#[derive(Debug, Clone)]
pub struct OrderQuery {
    pub provider: ProviderId,
    pub owner: AccountId,
    /// Further owners whose orders are wanted, too.
    pub others: Vec<AccountId>,
    /// Empty means any.
    pub statuses: Vec<Status>,
    /// Inclusive bounds on the time of the last status change.
    pub updated_from: Timestamp,
    pub updated_until: Timestamp,
    /// Exact, case-sensitive.
    pub reference: Option<String>,
    /// At most so many orders are given.
    pub limit: usize,
    pub items: Items,
}

/// The answer to an [`OrderQuery`], sorted by submission time, then id.
///
/// When more orders match than the limit allows, those with the earliest last update are given, so
/// that the rest is found by asking again from `continue_from` on. Thus the cost of a search depends on
/// what it returns and not on what is stored.
#[derive(Debug, Clone, Default)]
pub struct OrderPage {
    pub orders: Vec<Order>,
    /// When the answer was cut: the last update of the earliest order that was not given.
    pub continue_from: Option<Timestamp>,
}
