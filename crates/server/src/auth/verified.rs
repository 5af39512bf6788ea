//! Passwords found right a moment ago, so that polling does not pay for hashing each time.
//!
//! Kept is a keyed MAC of account, revision (time and end of the stored hash) and password, under a key that only this process has:
//! the memory of the server holds no password and nothing that could be tried against one elsewhere.
//!
//! The MAC is keyed BLAKE3, because every request pays for it: short input is one block, and needs no special instructions.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use ordergate_store::Account;
use parking_lot::Mutex;

use super::Key;

/// More than so many are not remembered: the oldest go.
const ENTRIES_MAX: usize = 100_000;

/// How much of a stored hash tells it from the one before: 96 bits of argon2id's output, over a salt of its own.
const HASH_END_BYTES: usize = 16;

/// The MAC of one right password.
pub(super) type Proof = [u8; 32];

#[derive(Debug)]
pub(super) struct Verified {
    key: [u8; blake3::KEY_LEN],
    remember: Duration,
    entries: Mutex<HashMap<Proof, Instant>>,
}

impl Verified {
    pub(super) fn new(key: &Key, remember: Duration) -> Self {
        Self { key: key.0, remember, entries: Mutex::default() }
    }

    /// What stands for a password of an account. It changes with the account's password.
    pub(super) fn proof(&self, account: &Account, password: &str) -> Proof {
        let (id, changed_at, end) = (account.id.0.to_be_bytes(), account.changed_at.0.to_be_bytes(), end_of_hash(account));
        // All but the password has a fixed length, so no two accounts and passwords make the same bytes.
        blake3::keyed_hash(&self.key, &[&id[..], &changed_at, &end, password.as_bytes()].concat()).into()
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

/// The end of the stored hash's text: all of it would be most of what the MAC has to read.
fn end_of_hash(account: &Account) -> [u8; HASH_END_BYTES] {
    let mut end = [0; HASH_END_BYTES];
    for (kept, byte) in end.iter_mut().rev().zip(account.password_hash.bytes().rev()) {
        *kept = byte;
    }
    end
}

#[cfg(test)]
mod tests {
    use ordergate_engine::{AccountId, Protocol, ProviderId, Timestamp};
    use ordergate_store::Roles;

    use super::*;
    use crate::auth::hash_password;

    fn account(password_hash: String) -> Account {
        Account {
            id: AccountId(7),
            provider: ProviderId::DEFAULT,
            protocol: Protocol::Oseo,
            name: "demo".to_owned(),
            password_hash,
            digest_secret: None,
            disabled: false,
            created_at: Timestamp(1),
            roles: Roles::CUSTOMER,
            price_group: None,
            in_groups: false,
            changed_at: Timestamp(1),
            mail: None,
            language: None,
        }
    }

    #[test]
    fn a_right_password_is_known_until_its_time_is_up() {
        let verified = Verified::new(&Key([1; 32]), Duration::from_mins(1));
        let (account, start) = (account("$argon2id$x".to_owned()), Instant::now());
        verified.remember(verified.proof(&account, "geheim"), start);
        assert!(verified.knows(&verified.proof(&account, "geheim"), start));
        assert!(!verified.knows(&verified.proof(&account, "Geheim"), start));
        assert!(!verified.knows(&verified.proof(&account, "geheim"), start + Duration::from_mins(1)));
    }

    #[test]
    fn whatever_changes_of_an_account_changes_its_proof() {
        let verified = Verified::new(&Key([1; 32]), Duration::from_mins(1));
        let hash = || hash_password("geheim").unwrap_or_default();
        let first = account(hash());
        let proof = verified.proof(&first, "geheim");
        let others = [
            Account { id: AccountId(8), ..first.clone() },
            Account { changed_at: Timestamp(2), ..first.clone() },
            // Set twice within a microsecond: the salt differs, and with it the hash.
            Account { password_hash: hash(), ..first },
        ];
        for other in others {
            assert_ne!(verified.proof(&other, "geheim"), proof, "{other:?}");
        }
        assert_ne!(Verified::new(&Key([2; 32]), Duration::ZERO).proof(&account(hash()), "geheim"), proof);
    }

    #[test]
    fn the_proof_is_keyed_blake3() {
        // Reckoned by another implementation: key 32 times 1, then id, time, the hash filled up in front, password.
        let proof = Verified::new(&Key([1; 32]), Duration::ZERO).proof(&account("12345678".to_owned()), "geheim");
        let text = proof.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        assert_eq!(text, "a0e809812d9bf247e9e8b9135df1ee759c29b6bab1e025bdd9cb26b2365d30dc");
    }
}
