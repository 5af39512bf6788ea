//! The module receipt-1.3: what the seller has issued to a buyer, however the order was made.
//!
//! For each kind there is a search, which gives headers, and a way to fetch documents by their ids; neither has a transaction
//! or a state. What the kinds have in common stands in [`query`] and [`details`], what they differ in in [`Names`].

pub mod batch;
pub(crate) mod decimal;
pub(crate) mod details;
pub mod document;
mod header;
pub mod intake;
mod moves;
mod names;
mod options;
mod parts;
mod profile;
pub(crate) mod query;
pub(crate) mod read;
mod without_kind;
mod write;

pub(crate) use header::Header;
pub(crate) use names::Names;
pub use options::{ReceiptOptions, SpecialRequest, UnsupportedQuery};
pub(crate) use profile::{operations, write_limits};
pub use read::{BadDocument, read};

use jiff::civil::Date;
use ordergate_engine::Timestamp;

/// The first moment of a day, UTC, beyond what calendars of points in time have, too.
pub(crate) fn first_moment(day: Date) -> Timestamp {
    Timestamp::from_seconds(day.duration_since(Date::constant(1970, 1, 1)).as_secs())
}
