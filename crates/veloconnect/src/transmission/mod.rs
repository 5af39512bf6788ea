//! Stock and sales that retailers transmit (section 9): the modules stock-1.4 and sale-1.6.
//!
//! Four transactions of one shape, each with two operations: one transmits lines, the other fetches what became of them.
//! What one transaction has of its own is in a file of its own; the rest is shared.

mod answer;
mod channel;
mod fetch;
mod field;
mod import;
mod importer;
mod known;
mod options;
mod request;
mod sale_b2b;
mod sale_b2x;
mod stock_b2b;
mod stock_b2c;
mod transmit;

pub(crate) use answer::{refuse_fetch, refuse_transmit};
pub use channel::columns;
pub(crate) use channel::{Channel, Problem};
pub(crate) use fetch::run as fetch;
pub use importer::{ArticlesOf, ImportWaker, Importer};
pub use options::{TransmissionError, TransmissionOptions};
pub(crate) use transmit::run as transmit;

/// The transactions of each module as the profile names them. The fetching operations belong to them.
pub(crate) const STOCK: [&str; 2] = ["StockTransmitB2B", "StockTransmitB2C"];
pub(crate) const SALE: [&str; 2] = ["SaleTransmitB2B", "SaleTransmitB2X"];
