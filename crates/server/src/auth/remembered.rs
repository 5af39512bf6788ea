//! Whom the operator's service let in a moment ago, so that polling does not ask it each time.
//!
//! As for the built-in accounts, what is kept of a password is a MAC under a key that only this process has.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit as _, Mac as _};
use ordergate_store::Roles;
use parking_lot::Mutex;
use sha2::Sha256;

use super::Key;
use super::throttle::Realm;

/// More than so many are not remembered.
const ENTRIES_MAX: usize = 100_000;

pub(super) type Proof = [u8; 32];

#[derive(Debug)]
pub(super) struct Remembered {
    keyed: Hmac<Sha256>,
    remember: Duration,
    /// Who it is, and until when that is taken for granted.
    entries: Mutex<HashMap<Proof, (Told, Instant)>>,
}

/// What the service said of someone whom it let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    /// The account's name.
    pub(super) name: String,
    pub(super) roles: Roles,
}

impl Remembered {
    pub(super) fn new(key: &Key, remember: Duration) -> Self {
        let mut block = [0; 64];
        block[..key.0.len()].copy_from_slice(&key.0);
        Self { keyed: Hmac::new(&block.into()), remember, entries: Mutex::default() }
    }

    /// What stands for all that the service was told.
    pub(super) fn proof(&self, of: Realm, name: &str, password: &str, client: Option<IpAddr>) -> Proof {
        let mut mac = self.keyed.clone();
        let client = client.map(|client| client.to_string()).unwrap_or_default();
        let (provider, protocol) = (of.0.to_string(), of.1.name());
        for part in [provider.as_str(), protocol, name, password, &client] {
            // With its length, so that what ends one part cannot begin the next.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }

    pub(super) fn told(&self, proof: &Proof, now: Instant) -> Option<Told> {
        self.entries.lock().get(proof).filter(|(_, until)| now < *until).map(|(told, _)| told.clone())
    }

    pub(super) fn remember(&self, proof: Proof, told: Told, now: Instant) {
        if self.remember.is_zero() {
            return;
        }
        let mut entries = self.entries.lock();
        if entries.len() >= ENTRIES_MAX {
            entries.retain(|_, (_, until)| now < *until);
        }
        if entries.len() < ENTRIES_MAX {
            entries.insert(proof, (told, now + self.remember));
        }
    }
}

#[cfg(test)]
mod tests {
    use ordergate_engine::{Protocol, ProviderId};

    use super::*;

    const OSEO: Realm = (ProviderId::DEFAULT, Protocol::Oseo);

    #[test]
    fn what_differs_is_asked_again_and_everything_after_its_time() {
        let remembered = Remembered::new(&Key([1; 32]), Duration::from_mins(1));
        let (here, now) = (Some(IpAddr::from([127, 0, 0, 1])), Instant::now());
        let proof = remembered.proof(OSEO, "anna", "secret", here);
        let told = Told { name: "Anna".to_owned(), roles: Roles::CUSTOMER };
        remembered.remember(proof, told.clone(), now);
        assert_eq!(remembered.told(&proof, now), Some(told));
        assert_eq!(remembered.told(&proof, now + Duration::from_mins(1)), None);
        for other in [
            remembered.proof((ProviderId::DEFAULT, Protocol::Veloconnect), "anna", "secret", here),
            remembered.proof((ProviderId(2), Protocol::Oseo), "anna", "secret", here),
            remembered.proof(OSEO, "annas", "ecret", here),
            remembered.proof(OSEO, "anna", "Secret", here),
            remembered.proof(OSEO, "anna", "secret", None),
        ] {
            assert_eq!(remembered.told(&other, now), None);
        }
    }
}
