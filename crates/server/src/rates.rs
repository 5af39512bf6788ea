//! How many requests may come: from one address, and of one account. Each has a token bucket; where there are too many callers to
//! remember them all, some begin anew.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Instant;

use metrics::Counter;
use ordergate_door::{AuthError, TooMany};
use ordergate_engine::AccountId;
use parking_lot::Mutex;

use crate::client_address::network_of;
use crate::limits_options::LimitsOptions;
use crate::metrics::Metrics;

const MINUTE: u64 = 60_000_000_000;
/// Requests of different callers seldom wait for each other.
const SHARDS: usize = 64;
/// So many callers of a shard are remembered at once: 8 MB at most for each kind.
const SHARD_ENTRIES_MAX: usize = 2048;

/// The limits of one server.
#[derive(Debug)]
pub struct Rates {
    started: Instant,
    addresses: Option<Buckets>,
    accounts: Option<Buckets>,
    limited: Limited,
}

/// Counts those who were refused.
#[derive(Clone)]
pub(crate) struct Limited {
    pub(crate) address: Counter,
    pub(crate) account: Counter,
}

impl std::fmt::Debug for Limited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limited").finish_non_exhaustive()
    }
}

impl Rates {
    pub fn new(options: &LimitsOptions, metrics: &Metrics) -> Self {
        Self {
            started: Instant::now(),
            addresses: Buckets::new(options.address_requests_per_minute_max),
            accounts: Buckets::new(options.account_requests_per_minute_max),
            limited: metrics.limited(),
        }
    }

    /// Whether a request from this address is one too many.
    pub(crate) fn address(&self, client: IpAddr, now: Instant) -> Result<(), TooMany> {
        let Some(buckets) = &self.addresses else { return Ok(()) };
        self.take(buckets, network_of(client), now).inspect_err(|_| self.limited.address.increment(1))
    }

    /// Whether a request of this account is one too many.
    pub(crate) fn account(&self, account: AccountId) -> Result<(), AuthError> {
        let Some(buckets) = &self.accounts else { return Ok(()) };
        let taken = self.take(buckets, u128::from(account.0.cast_unsigned()), Instant::now());
        Ok(taken.inspect_err(|_| self.limited.account.increment(1))?)
    }

    fn take(&self, buckets: &Buckets, key: u128, now: Instant) -> Result<(), TooMany> {
        let now = u64::try_from(now.saturating_duration_since(self.started).as_nanos()).unwrap_or(u64::MAX / 2);
        buckets.take(key, now).map_err(|wait| {
            let seconds = wait.div_ceil(1_000_000_000).max(1);
            TooMany { seconds: u32::try_from(seconds).unwrap_or(u32::MAX) }
        })
    }
}

/// Buckets of one kind. What is kept of each is when it will be full again; one that is full is as good as none.
#[derive(Debug)]
struct Buckets {
    /// What one request takes: so many nanoseconds of filling.
    one: u64,
    shards: Box<[Mutex<HashMap<u128, u64>>]>,
}

impl Buckets {
    /// A bucket holds what may come in a minute.
    fn new(per_minute: u32) -> Option<Self> {
        let shards = || (0..SHARDS).map(|_| Mutex::default()).collect();
        (per_minute > 0).then(|| Self { one: (MINUTE / u64::from(per_minute)).max(1), shards: shards() })
    }

    /// Takes one, or says in how many nanoseconds there will be one.
    fn take(&self, key: u128, now: u64) -> Result<(), u64> {
        let mut shard = self.shards[shard_of(key)].lock();
        if let Some(full_at) = shard.get_mut(&key) {
            let from = (*full_at).max(now);
            let lacking = from - now + self.one;
            if lacking > MINUTE {
                return Err(lacking - MINUTE);
            }
            *full_at = from + self.one;
            return Ok(());
        }
        make_room(&mut shard, now);
        shard.insert(key, now + self.one);
        Ok(())
    }
}

/// Forgets those whose buckets are full; if that helps nothing, all of the shard, who then begin anew.
fn make_room(shard: &mut HashMap<u128, u64>, now: u64) {
    if shard.len() >= SHARD_ENTRIES_MAX {
        shard.retain(|_, full_at| *full_at > now);
        if shard.len() >= SHARD_ENTRIES_MAX {
            shard.clear();
        }
    }
}

/// By Fibonacci hashing: neighbours are apart.
#[allow(clippy::cast_possible_truncation)] // the halves of the key, and six bits
const fn shard_of(key: u128) -> usize {
    let folded = (key as u64) ^ ((key >> 64) as u64);
    (folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58) as usize
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn a_bucket_is_emptied_and_fills_again() {
        let buckets = Buckets::new(60).unwrap();
        for _ in 0..60 {
            assert_eq!(buckets.take(1, 0), Ok(()));
        }
        assert_eq!(buckets.take(1, 0), Err(SECOND));
        assert_eq!(buckets.take(2, 0), Ok(()), "another one's");
        assert_eq!(buckets.take(1, SECOND / 2), Err(SECOND / 2));
        assert_eq!((buckets.take(1, SECOND), buckets.take(1, SECOND)), (Ok(()), Err(SECOND)));
        // After a pause it is full, and holds no more than that.
        let later = 600 * SECOND;
        assert_eq!((0..100).filter(|_| buckets.take(1, later).is_ok()).count(), 60);
        assert!(Buckets::new(0).is_none());
    }

    #[test]
    fn memory_is_bounded_and_who_waits_is_not_forgotten_for_nothing() {
        let buckets = Buckets::new(1).unwrap();
        buckets.take(0, 0).unwrap();
        // All of them full again by now, but for the first few.
        for key in 1..300_000 {
            buckets.take(key, u64::try_from(key).unwrap() * SECOND / 100).unwrap();
        }
        let kept = |shard: &Mutex<HashMap<u128, u64>>| shard.lock().len();
        assert!(buckets.shards.iter().map(kept).max() <= Some(SHARD_ENTRIES_MAX));
        assert!(buckets.take(299_999, 3000 * SECOND).is_err(), "the last one's bucket is not full yet");
    }

    #[test]
    fn neighbours_are_in_different_shards() {
        let used: std::collections::HashSet<usize> = (0..64).map(shard_of).collect();
        assert!(used.len() > 40, "{}", used.len());
    }
}
