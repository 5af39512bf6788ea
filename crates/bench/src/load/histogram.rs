//! Latencies in fixed memory: log-linear buckets, each at most 1/128 of its value wide.

use std::time::Duration;

const SUB_BITS: u32 = 7;
const SUB_BUCKETS: usize = 1 << SUB_BITS;
/// Longer latencies are counted in the last bucket; the maximum is kept exactly.
const LONGEST: Duration = Duration::from_mins(1);
const LONGEST_NANOS: u64 = 60_000_000_000;
const BUCKETS: usize = bucket_of(LONGEST_NANOS) + 1;

/// Counts of latencies up to 60 s. A percentile is off by at most 0.4 % (half a bucket).
#[derive(Debug, Clone)]
pub(super) struct Histogram {
    counts: Vec<u64>,
    count: u64,
    max: Duration,
}

impl Histogram {
    pub(super) fn new() -> Self {
        Self { counts: vec![0; BUCKETS], count: 0, max: Duration::ZERO }
    }

    pub(super) fn record(&mut self, latency: Duration) {
        self.counts[bucket_of(nanos(latency))] += 1;
        self.count += 1;
        self.max = self.max.max(latency);
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.count += other.count;
        self.max = self.max.max(other.max);
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn max(&self) -> Duration {
        self.max
    }

    /// The latency that `percent` of all recorded ones do not exceed; zero when nothing was recorded.
    pub(super) fn percentile(&self, percent: u64) -> Duration {
        let rank = (self.count * percent).div_ceil(100).max(1);
        let mut seen = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return Duration::from_nanos(middle_of(bucket)).min(self.max);
            }
        }
        self.max
    }
}

fn nanos(latency: Duration) -> u64 {
    u64::try_from(latency.min(LONGEST).as_nanos()).unwrap_or(LONGEST_NANOS)
}

/// Below 128 ns every value has its own bucket; above, each power of two is cut into 128.
const fn bucket_of(nanos: u64) -> usize {
    let bits = u64::BITS - nanos.leading_zeros();
    let shift = bits.saturating_sub(SUB_BITS + 1);
    let octave = shift as usize;
    #[allow(clippy::cast_possible_truncation)] // at most 8 bits are left after the shift
    let within = (nanos >> shift) as usize;
    octave * SUB_BUCKETS + within
}

fn middle_of(bucket: usize) -> u64 {
    if bucket < 2 * SUB_BUCKETS {
        return bucket as u64;
    }
    let shift = bucket / SUB_BUCKETS - 1;
    let within = bucket - shift * SUB_BUCKETS;
    ((within as u64) << shift) + (1 << shift) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(latencies: impl IntoIterator<Item = u64>) -> Histogram {
        let mut histogram = Histogram::new();
        latencies.into_iter().for_each(|nanos| histogram.record(Duration::from_nanos(nanos)));
        histogram
    }

    #[test]
    fn every_value_up_to_sixty_seconds_is_kept_within_half_a_percent() {
        let mut nanos = 1;
        while nanos <= LONGEST_NANOS {
            for value in [nanos - 1, nanos, nanos + nanos / 3] {
                let value = value.min(LONGEST_NANOS);
                let kept = middle_of(bucket_of(value));
                assert!(kept.abs_diff(value) * 200 <= value, "{value} ns kept as {kept} ns");
            }
            nanos = nanos * 5 / 4 + 1;
        }
    }

    #[test]
    fn buckets_follow_each_other_without_gap_or_overlap() {
        for bucket in 0..BUCKETS {
            assert_eq!(bucket_of(middle_of(bucket)), bucket);
        }
    }

    #[test]
    fn percentiles_are_ranks_of_what_was_recorded() {
        let histogram = of((1..=1000).map(|millis| millis * 1_000_000));
        for (percent, expected) in [(50, 500), (99, 990), (100, 1000)] {
            let found = histogram.percentile(percent);
            let expected = Duration::from_millis(expected);
            assert!(found.abs_diff(expected) * 200 <= expected, "p{percent}: {found:?}");
        }
        assert_eq!(of([7]).percentile(50), Duration::from_nanos(7));
        assert_eq!(of([]).percentile(99), Duration::ZERO);
    }

    #[test]
    fn an_overlong_latency_is_counted_and_its_maximum_exact() {
        let mut histogram = of([1_000]);
        histogram.record(Duration::from_hours(1));
        assert_eq!((histogram.count(), histogram.max()), (2, Duration::from_hours(1)));
        assert!(histogram.percentile(99) >= Duration::from_secs(59));
    }

    #[test]
    fn merging_adds_counts_and_keeps_the_larger_maximum() {
        let mut merged = of([100, 200]);
        merged.merge(&of([50, 300]));
        assert_eq!((merged.count(), merged.max()), (4, Duration::from_nanos(300)));
        assert_eq!(merged.percentile(25), Duration::from_nanos(50));
    }
}
