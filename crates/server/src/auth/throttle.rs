//! Failed logins are counted by name and address; too many within a minute are refused unseen.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use ordergate_engine::{Protocol, ProviderId};
use parking_lot::Mutex;

const WINDOW: Duration = Duration::from_mins(1);
/// Beyond so many different names and addresses the count starts anew: memory is bounded.
const ENTRIES_MAX: usize = 100_000;

/// Whose customers they are: a name means nothing without it.
pub(super) type Realm = (ProviderId, Protocol);

type Who = (Realm, String, Option<IpAddr>);

#[derive(Debug)]
pub(super) struct Throttle {
    failures_max: u32,
    failures: Mutex<HashMap<Who, (u32, Instant)>>,
}

impl Throttle {
    pub(super) fn new(failures_max: u32) -> Self {
        Self { failures_max, failures: Mutex::default() }
    }

    /// Whether another attempt is refused without a look at the password.
    pub(super) fn refuses(&self, of: Realm, name: &str, client: Option<IpAddr>, now: Instant) -> bool {
        let failures = self.failures.lock();
        failures
            .get(&(of, shortened(name), client))
            .is_some_and(|(count, since)| *count >= self.failures_max && now.duration_since(*since) < WINDOW)
    }

    pub(super) fn failed(&self, of: Realm, name: &str, client: Option<IpAddr>, now: Instant) {
        let mut failures = self.failures.lock();
        if failures.len() >= ENTRIES_MAX {
            failures.retain(|_, (_, since)| now.duration_since(*since) < WINDOW);
            if failures.len() >= ENTRIES_MAX {
                failures.clear();
            }
        }
        let (count, since) = failures.entry((of, shortened(name), client)).or_insert((0, now));
        if now.duration_since(*since) >= WINDOW {
            (*count, *since) = (0, now);
        }
        *count += 1;
    }
}

/// A name as a key: nobody may fill the memory with long ones.
fn shortened(name: &str) -> String {
    name.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OSEO: Realm = (ProviderId::DEFAULT, Protocol::Oseo);
    const VELOCONNECT: Realm = (ProviderId::DEFAULT, Protocol::Veloconnect);

    #[test]
    fn failures_are_counted_by_name_and_address_and_forgotten_after_a_minute() {
        let throttle = Throttle::new(2);
        let (start, here) = (Instant::now(), Some(IpAddr::from([127, 0, 0, 1])));
        for _ in 0..2 {
            assert!(!throttle.refuses(OSEO, "demo", here, start));
            throttle.failed(OSEO, "demo", here, start);
        }
        assert!(throttle.refuses(OSEO, "demo", here, start));
        assert!(!throttle.refuses(OSEO, "other", here, start));
        assert!(!throttle.refuses(VELOCONNECT, "demo", here, start));
        assert!(!throttle.refuses((ProviderId(2), Protocol::Oseo), "demo", here, start));
        assert!(!throttle.refuses(OSEO, "demo", None, start));
        assert!(!throttle.refuses(OSEO, "demo", here, start + WINDOW));
    }
}
