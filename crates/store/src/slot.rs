//! How many items of a collection are produced at once, on all nodes together.
//!
//! A slot belongs to a job for as long as the job is leased as it was when the slot was taken. So nobody has to give it
//! back: a job that is done, cancelled, put back or abandoned leaves its slot free in the same commit, or with its lease.

use ordergate_engine::{Protocol, Timestamp};

use crate::JobKey;

/// A slot's collection, and the leased job that has it, or is to have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotOf {
    pub queue: Protocol,
    pub collection: String,
    pub key: JobKey,
    /// The token that the job is leased with.
    pub lease: String,
    /// Leases that have ended by then do not count.
    pub now: Timestamp,
}

/// The wish for a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeSlot {
    pub of: SlotOf,
    /// So many jobs have one at most.
    pub limit: usize,
}
