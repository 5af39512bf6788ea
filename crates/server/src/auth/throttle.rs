//! Failed logins are counted by name and address, and by each alone; too many within a minute are refused unseen.
//!
//! The one against guessing a password, the other two against guessing those of many accounts from one place, and that of one from
//! many places. Each guess that is looked at costs a hash, so all three also bound what guessing costs the server.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use ordergate_engine::{Protocol, ProviderId};
use parking_lot::Mutex;

use crate::client_address::network_of;

const WINDOW: Duration = Duration::from_mins(1);
/// Beyond so many different names and addresses the count starts anew: memory is bounded.
const ENTRIES_MAX: usize = 100_000;

/// Whose customers they are: a name means nothing without it.
pub(super) type Realm = (ProviderId, Protocol);

/// How many failures of each kind are let pass.
#[derive(Debug, Clone, Copy)]
pub(super) struct FailuresMax {
    pub(super) both: u32,
    pub(super) address: u32,
    pub(super) name: u32,
}

/// What failures are counted by. An address is none where nobody knows it.
#[derive(Debug, PartialEq, Eq, Hash)]
enum By {
    Both(Realm, String, Option<u128>),
    Address(u128),
    Name(Realm, String),
}

#[derive(Debug)]
pub(super) struct Throttle {
    max: FailuresMax,
    failures: Mutex<HashMap<By, (u32, Instant)>>,
}

impl Throttle {
    pub(super) fn new(max: FailuresMax) -> Self {
        Self { max, failures: Mutex::default() }
    }

    /// Whether another attempt is refused without a look at the password.
    pub(super) fn refuses(&self, of: Realm, name: &str, client: Option<IpAddr>, now: Instant) -> bool {
        let counted = counted(of, name, client);
        let failures = self.failures.lock();
        counted.iter().any(|by| {
            let known = failures.get(by);
            known.is_some_and(|(count, since)| *count >= self.max_of(by) && now.duration_since(*since) < WINDOW)
        })
    }

    pub(super) fn failed(&self, of: Realm, name: &str, client: Option<IpAddr>, now: Instant) {
        let counted = counted(of, name, client);
        let mut failures = self.failures.lock();
        if failures.len() + counted.len() > ENTRIES_MAX {
            failures.retain(|_, (_, since)| now.duration_since(*since) < WINDOW);
            if failures.len() + counted.len() > ENTRIES_MAX {
                failures.clear();
            }
        }
        for by in counted {
            let (count, since) = failures.entry(by).or_insert((0, now));
            if now.duration_since(*since) >= WINDOW {
                (*count, *since) = (0, now);
            }
            *count += 1;
        }
    }

    const fn max_of(&self, by: &By) -> u32 {
        match by {
            By::Both(..) => self.max.both,
            By::Address(_) => self.max.address,
            By::Name(..) => self.max.name,
        }
    }
}

fn counted(of: Realm, name: &str, client: Option<IpAddr>) -> Vec<By> {
    let (name, address) = (shortened(name), client.map(network_of));
    let both = [By::Both(of, name.clone(), address), By::Name(of, name)];
    both.into_iter().chain(address.map(By::Address)).collect()
}

/// A name as a key: nobody may fill the memory with long ones.
fn shortened(name: &str) -> String {
    name.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const OSEO: Realm = (ProviderId::DEFAULT, Protocol::Oseo);
    const VELOCONNECT: Realm = (ProviderId::DEFAULT, Protocol::Veloconnect);
    const MANY: u32 = 1000;

    fn throttle(both: u32, address: u32, name: u32) -> Throttle {
        Throttle::new(FailuresMax { both, address, name })
    }

    fn at(last: u8) -> IpAddr {
        IpAddr::from([127, 0, 0, last])
    }

    #[test]
    fn failures_are_counted_by_name_and_address_and_forgotten_after_a_minute() {
        let throttle = throttle(2, MANY, MANY);
        let (start, here) = (Instant::now(), Some(at(1)));
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

    #[test]
    fn an_address_is_counted_whatever_the_names_and_a_name_whatever_the_addresses() {
        let (start, by_address, by_name) = (Instant::now(), throttle(MANY, 3, MANY), throttle(MANY, MANY, 3));
        for n in 0..3 {
            by_address.failed(OSEO, &format!("guess{n}"), Some(at(1)), start);
            by_name.failed(OSEO, "demo", Some(at(n)), start);
        }
        assert!(by_address.refuses(VELOCONNECT, "another", Some(at(1)), start));
        assert!(!by_address.refuses(OSEO, "guess1", Some(at(2)), start));
        assert!(by_name.refuses(OSEO, "demo", Some(at(9)), start) && by_name.refuses(OSEO, "demo", None, start));
        assert!(!by_name.refuses(OSEO, "other", Some(at(1)), start) && !by_name.refuses(VELOCONNECT, "demo", Some(at(1)), start));
    }

    #[test]
    fn an_ipv6_guesser_has_one_network() {
        let throttle = throttle(MANY, 2, MANY);
        let now = Instant::now();
        for address in ["2001:db8:1:2::1", "2001:db8:1:2::2"] {
            throttle.failed(OSEO, "demo", Some(address.parse().unwrap()), now);
        }
        assert!(throttle.refuses(OSEO, "other", Some("2001:db8:1:2:3::4".parse().unwrap()), now));
        assert!(!throttle.refuses(OSEO, "other", Some("2001:db8:1:3::1".parse().unwrap()), now));
    }
}
