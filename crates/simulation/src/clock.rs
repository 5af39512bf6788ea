//! The simulated time: that of tokio, whose clock stands still while anything is done and jumps when all wait.

use ordergate_engine::Timestamp;
use ordergate_engine::time::Clock;
use tokio::time::Instant;

/// 2026-03-01T12:00:00Z.
const BEGIN: Timestamp = Timestamp(1_772_366_400_000_000);

/// The clock of one machine: clocks do not run alike.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SimClock {
    start: Instant,
    skew_millis: i64,
}

impl SimClock {
    pub(crate) const fn new(start: Instant, skew_millis: i64) -> Self {
        Self { start, skew_millis }
    }
}

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        let micros = i64::try_from(self.start.elapsed().as_micros()).unwrap_or(i64::MAX);
        BEGIN.plus_micros(micros).plus_millis(self.skew_millis)
    }
}
