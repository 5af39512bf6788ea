//! What Ordergate knows about orders and transactions, and nothing else.
//!
//! This crate is pure: state and a command give changes, or a refusal. It sees no XML, no SQL, no
//! socket and no clock; times and identifiers are handed in. Two ideas live here:
//!
//! * an [`Order`](order::Order): owner, items, a status that moves along a declared automaton, and
//!   a [history](order::HistoryEntry) of who moved it, when and why;
//! * a [`Transaction`](transaction::Transaction): veloconnect's conversation, a finite automaton
//!   with states 1 to 199 and a context.
//!
//! The automata are tables ([`order::automaton`], [`transaction::automaton`]) that the engine
//! enforces, the documentation prints and the tests enumerate.

pub mod actor;
pub mod ids;
pub mod order;
pub mod time;
pub mod transaction;

pub use actor::Actor;
pub use ids::{AccountId, Document, OrderId, Protocol, ProviderId, QuotationId, TransactionId, TransmissionId};
pub use time::Timestamp;
