//! What an order would cost: the order as it would be stored, and what came of pricing it.

use ordergate_engine::order::Priority;
use ordergate_engine::{AccountId, Document, OrderId, ProviderId, QuotationId, Timestamp};

/// A quotation as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotation {
    pub id: QuotationId,
    pub provider: ProviderId,
    pub owner: AccountId,
    pub created_at: Timestamp,
    /// Counts its changes.
    pub revision: i64,
    pub state: QuotationState,
    pub order: QuotedOrder,
}

/// The order that was asked about: what a Submit of it would store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotedOrder {
    pub reference: Option<String>,
    pub priority: Priority,
    pub document: Document,
    pub items: Vec<QuotedItem>,
}

/// An item of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotedItem {
    pub item_id: String,
    pub document: Document,
}

/// How far a quotation is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuotationState {
    /// Work to do: whoever finds it due may take it, after `attempts` others.
    BeingPriced { due_at: Timestamp, attempts: u32 },
    /// Can be ordered until then.
    Priced { prices: Document, valid_until: Timestamp },
    /// There is no price, for a reason that the customer is told.
    Refused { reason: String, at: Timestamp },
    /// Can be ordered once, and was.
    Ordered { prices: Document, valid_until: Timestamp, order: OrderId, at: Timestamp },
}

impl Quotation {
    /// From when on nothing more comes of it: a price runs out, a refusal and an order stand. What is still to be priced
    /// counts from its beginning, so that what is never priced does not stay for ever.
    pub const fn over_at(&self) -> Timestamp {
        match &self.state {
            QuotationState::BeingPriced { .. } => self.created_at,
            QuotationState::Priced { valid_until, .. } => *valid_until,
            QuotationState::Refused { at, .. } | QuotationState::Ordered { at, .. } => *at,
        }
    }
}
