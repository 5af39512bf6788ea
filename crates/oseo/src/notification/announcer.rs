//! What customers are told when their orders move.

use ordergate_door::{Announce, Draft, Moved};
use ordergate_engine::order::{HistoryEntry, Status, Subject};

use super::wish::Level;
use super::{NotificationOptions, Wish, draft};

/// Tells customers who wished it, by SubmitResponse.
#[derive(Debug, Clone)]
pub struct OseoAnnouncer {
    options: NotificationOptions,
}

impl OseoAnnouncer {
    pub const fn new(options: NotificationOptions) -> Self {
        Self { options }
    }

    /// Checklist OSEO 74. That an order was submitted, SubmitAck has said.
    fn is_told(&self, level: Level, moved: &Moved<'_>) -> bool {
        let every_item = moved.order.items.len() <= self.options.items_max;
        let counts = |entry: &&&HistoryEntry| match level {
            Level::Final => is_end(entry),
            Level::All => entry.from.is_some() && (every_item || entry.subject == Subject::Order),
        };
        moved.moves.iter().any(|entry| counts(&entry))
    }
}

/// An order is over once: Completed is final, and that it was downloaded later is no further end.
fn is_end(entry: &HistoryEntry) -> bool {
    entry.subject == Subject::Order && entry.to.is_final() && !entry.from.is_some_and(Status::is_final)
}

impl Announce for OseoAnnouncer {
    fn concerns(&self, _moves: &[&HistoryEntry]) -> bool {
        false
    }

    fn announce(&self, moved: &Moved<'_>) -> Vec<Draft> {
        let Some(wish) = moved.wish.and_then(Wish::from_document) else { return Vec::new() };
        if self.is_told(wish.level, moved) { vec![draft("SubmitResponse", &wish, moved.order)] } else { Vec::new() }
    }
}
