//! Callbacks: who wants to be called (06-141r6 §7.4.3, §7.4.4), and what they are told (§13, §17).

mod announcer;
mod callback;
mod options;
mod wish;

use std::sync::Arc;

pub use announcer::OseoAnnouncer;
pub use options::NotificationOptions;

pub(crate) use callback::{draft, quotation_draft, quotation_fault};
pub(crate) use wish::{Wish, quotation_wish, wish};

/// Says why an address cannot be called, as far as that can be said without asking anyone.
pub type CheckAddress = Arc<dyn Fn(&str) -> Result<(), String> + Send + Sync>;

/// What the door needs to promise callbacks; the outbox makes them.
#[derive(Clone)]
#[allow(missing_debug_implementations)] // a closure
pub struct Callbacks {
    pub check_address: CheckAddress,
    /// How long delivery is tried, in microseconds.
    pub patience_micros: i64,
}
