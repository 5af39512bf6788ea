//! The connection to the seller's own system: what is sent to it, and how it is set. What comes from it is taken in by
//! [`receipts::intake`](crate::receipts::intake).

mod announcer;
mod options;
mod order_json;
mod order_xml;

pub use announcer::{ErpAnnouncer, FOLDER_JSON, FOLDER_XML, PROGRAM};
pub use options::{ErpOptions, OrderFormat};
pub use order_json::order_json;
pub use order_xml::order_xml;
