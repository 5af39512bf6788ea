//! How many share a transaction.
//!
//! The disk is waited for once for all of them, so they should be many where that takes long. But all of a group are answered
//! together: while a large one is being written, there is nothing left to do for those who read requests and send answers.

use std::time::Duration;

const LEAST: usize = 64;
pub(super) const MOST: usize = 256;

/// As many as take about as long to be written as the disk takes for them.
#[derive(Debug)]
pub(super) struct GroupSize(usize);

impl Default for GroupSize {
    fn default() -> Self {
        Self(LEAST)
    }
}

impl GroupSize {
    /// At most so many.
    pub(super) const fn most(&self) -> usize {
        self.0
    }

    /// A group of so many took so long to be written, and then so long to be on disk. One that could have had more members
    /// says nothing.
    pub(super) fn learn(&mut self, members: usize, writing: Duration, flushing: Duration) {
        if members < self.0 {
            return;
        }
        if flushing > writing {
            self.0 = (self.0 * 2).min(MOST);
        } else if flushing * 2 < writing {
            // Half as many are written in half the time, which is then still longer.
            self.0 = (self.0 / 2).max(LEAST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The size that groups come to which are always full, when each member takes 20 µs.
    fn settled(from: usize, flush_micros: u64) -> usize {
        let mut size = GroupSize(from);
        for _ in 0..10 {
            let members = size.most();
            size.learn(
                members,
                Duration::from_micros(20) * u32::try_from(members).unwrap_or(0),
                Duration::from_micros(flush_micros),
            );
        }
        size.most()
    }

    #[test]
    fn the_slower_the_disk_the_larger_the_groups() {
        for from in [LEAST, MOST] {
            assert_eq!((settled(from, 200), settled(from, 10_000)), (LEAST, MOST));
        }
        // In between it stays where it is.
        assert_eq!((settled(LEAST, 2_000), settled(2 * LEAST, 2_000), settled(2 * LEAST, 1_280)), (128, 128, 128));
    }

    #[test]
    fn a_group_that_is_not_full_says_nothing() {
        let mut size = GroupSize::default();
        size.learn(LEAST - 1, Duration::ZERO, Duration::from_secs(1));
        assert_eq!(size.most(), LEAST);
    }
}
