//! Passwords found right a moment ago, so that polling does not pay for hashing each time.
//!
//! Kept is a keyed MAC of account, revision and password, under a key that only this process has:
//! the memory of the server holds no password and nothing that could be tried against one elsewhere.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit as _, Mac as _};
use ordergate_store::Account;
use parking_lot::Mutex;
use sha2::Sha256;

use super::Key;

/// More than so many are not remembered: the oldest go.
const ENTRIES_MAX: usize = 100_000;

/// The MAC of one right password.
pub(super) type Proof = [u8; 32];

#[derive(Debug)]
pub(super) struct Verified {
    key: Key,
    remember: Duration,
    entries: Mutex<HashMap<Proof, Instant>>,
}

impl Verified {
    pub(super) fn new(key: Key, remember: Duration) -> Self {
        Self { key, remember, entries: Mutex::default() }
    }

    /// What stands for a password of an account. It changes with the account's password.
    pub(super) fn proof(&self, account: &Account, password: &str) -> Proof {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key.0) else { return [0; 32] };
        mac.update(&account.id.0.to_be_bytes());
        mac.update(&account.changed_at.0.to_be_bytes());
        mac.update(account.password_hash.as_bytes());
        mac.update(password.as_bytes());
        mac.finalize().into_bytes().into()
    }

    pub(super) fn knows(&self, proof: &Proof, now: Instant) -> bool {
        self.entries.lock().get(proof).is_some_and(|&until| now < until)
    }

    pub(super) fn remember(&self, proof: Proof, now: Instant) {
        if self.remember.is_zero() {
            return;
        }
        let mut entries = self.entries.lock();
        if entries.len() >= ENTRIES_MAX {
            entries.retain(|_, until| now < *until);
        }
        if entries.len() < ENTRIES_MAX {
            entries.insert(proof, now + self.remember);
        }
    }
}
