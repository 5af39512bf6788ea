//! When to try again.

use ordergate_engine::Timestamp;

use crate::OutboxOptions;

/// When the next attempt is due after so many failed ones; `None` if the time for it is over then.
pub(crate) fn next_attempt(options: &OutboxOptions, attempts: u32, now: Timestamp, give_up_at: Timestamp) -> Option<Timestamp> {
    let doubled = 1u64.checked_shl(attempts.saturating_sub(1)).filter(|_| attempts <= 60).unwrap_or(u64::MAX);
    let seconds = options.retry_base_seconds.saturating_mul(doubled).min(options.retry_max_seconds);
    let due = now.plus_seconds(i64::try_from(seconds).unwrap_or(i64::MAX));
    (due <= give_up_at).then_some(due)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let options = OutboxOptions { retry_base_seconds: 10, retry_max_seconds: 100, ..OutboxOptions::default() };
        let due = |attempts| next_attempt(&options, attempts, Timestamp(0), Timestamp::MAX).map(|t| t.0 / 1_000_000);
        assert_eq!([1, 2, 3, 4, 5, 70].map(due), [10, 20, 40, 80, 100, 100].map(Some));
    }

    #[test]
    fn by_default_it_is_tried_for_three_days() {
        let options = OutboxOptions::default();
        let (mut now, mut attempts) = (Timestamp(0), 0);
        let give_up_at = Timestamp(options.patience_micros());
        loop {
            attempts += 1;
            let Some(due) = next_attempt(&options, attempts, now, give_up_at) else { break };
            now = due;
        }
        let hours = now.0 / 3_600_000_000;
        assert!((66..=72).contains(&hours), "the last of {attempts} attempts is after {hours} hours");
        assert!((15..40).contains(&attempts), "{attempts} attempts");
    }

    proptest! {
        #[test]
        fn it_is_never_due_after_it_is_given_up(attempts in any::<u32>(), now in any::<i64>(), end in any::<i64>()) {
            let (now, end) = (Timestamp(now), Timestamp(end));
            if let Some(due) = next_attempt(&OutboxOptions::default(), attempts, now, end) {
                prop_assert!(due <= end && due >= now);
            }
        }
    }
}
