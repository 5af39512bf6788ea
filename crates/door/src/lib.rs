//! What a protocol gets from HTTP and gives back, and whom it asks who the caller is.
//!
//! A protocol crate (a "door") sees a [`Request`] and returns an [`Answer`]; it knows nothing of
//! sockets or web frameworks. Who the caller is, it asks an [`Authenticate`]: the built-in accounts,
//! or a module of the operator's own.

mod announce;
mod answer;
mod authenticate;
mod basic;
mod door;
pub mod json;
mod request;

pub use announce::{Announce, Callback, Draft, Moved, ReceivedTransmission};
pub use answer::Answer;
pub use authenticate::{AuthError, Authenticate, Credentials, Freshness, Identity, TooMany, VouchedUser};
pub use basic::basic_credentials;
pub use door::{Door, NotReceived, Unread};
pub use request::{Method, Request, Vouched};

/// Tells the fulfilment worker of a protocol that there is something to do. Cheap; may be called often.
pub type Wake = std::sync::Arc<dyn Fn() + Send + Sync>;

/// Tells the fulfilment worker of a protocol that work on an order is no longer wanted, so that what runs ends
/// at once. Cheap. Workers of other processes notice when they next extend their lease.
pub type Recall = std::sync::Arc<dyn Fn(ordergate_engine::OrderId) + Send + Sync>;
