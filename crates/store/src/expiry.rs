//! How long transactions are kept.

use ordergate_engine::Timestamp;
use ordergate_engine::transaction::Kind;

/// No commit deletes more transactions.
pub(crate) const EXPIRED_AT_ONCE: i64 = 2_000;

/// The transactions of one kind that were not touched since: open ones and final ones each have their limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    pub kind: Kind,
    pub open_before: Timestamp,
    pub final_before: Timestamp,
}
