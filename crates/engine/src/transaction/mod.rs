//! veloconnect transactions: finite automata with states 1 to 199 and a context.
//!
//! State 1 is initial, 2-49 may be rolled back, 50-99 may not, 100-199 are final.

pub mod automaton;
mod operation;

pub use automaton::{Kind, StateCode};
pub use operation::{Operation, Outcome, Refusal, create, decide};

use crate::{AccountId, Document, OrderId, ProviderId, Timestamp, TransactionId};

/// What identifies an instance: a TransactionID means something only together with its buyer and seller.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    pub provider: ProviderId,
    pub owner: AccountId,
    pub id: TransactionId,
}

/// A transaction instance with its context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    pub key: Key,
    pub kind: Kind,
    pub state: StateCode,
    /// Whether it is a test: nothing that happens in it may trigger business.
    pub is_test: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Counts the changes; a change is stored only on the revision it was decided on.
    pub revision: i64,
    /// The order that finishing it made.
    pub order: Option<OrderId>,
    /// Basket, hit list, import: what only the protocol knows.
    pub context: Document,
}
