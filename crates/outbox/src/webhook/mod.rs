//! Signed webhooks (Standard Webhooks 1.0): services of the operator hear of every move that they ask for.

mod announcer;
mod courier;
mod options;

pub use announcer::{WebhookAnnouncer, WholeOrder};
pub use courier::WebhookCourier;
pub use options::WebhookOptions;
pub(crate) use options::validate;
