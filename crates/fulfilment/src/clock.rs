//! The clock of the running program.

use std::time::{SystemTime, UNIX_EPOCH};

use ordergate_engine::Timestamp;
use ordergate_engine::time::Clock;

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let micros = |d: std::time::Duration| i64::try_from(d.as_micros()).unwrap_or(i64::MAX);
        // A machine whose clock stands before 1970 still gets times in the right order.
        Timestamp(match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => micros(since),
            Err(before) => -micros(before.duration()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_in_microseconds() {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let now = SystemClock.now().0 / 1_000_000;
        assert!(now.abs_diff(i64::try_from(seconds).unwrap_or(0)) <= 1, "{now} is not {seconds}");
    }
}
