//! WSSE PasswordDigest (OASIS UsernameToken Profile): Base64(SHA-1(nonce + created + password)).
//!
//! It cannot be checked against a password hash, so an account that is to use it keeps its password
//! once more, encrypted under the server's key (ChaCha20-Poly1305, bound to the account's name).

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use ordergate_engine::Protocol;
use sha1::{Digest as _, Sha1};
use subtle::ConstantTimeEq as _;

use super::{Key, KeyError};

const NONCE_BYTES: usize = 12;

/// Encrypts a password for an account; the result is what the store keeps.
pub fn seal_secret(key: &Key, protocol: Protocol, name: &str, password: &str) -> Result<Vec<u8>, KeyError> {
    let mut nonce = [0; NONCE_BYTES];
    getrandom::fill(&mut nonce).map_err(|e| KeyError::Random(e.to_string()))?;
    let bound_to = bound_to(protocol, name);
    let payload = Payload { msg: password.as_bytes(), aad: bound_to.as_bytes() };
    let sealed = ChaCha20Poly1305::new(&key.0.into())
        .encrypt(&Nonce::from(nonce), payload)
        .map_err(|_| KeyError::Random("encryption failed".to_owned()))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// Decrypts; `None` if the key is another, or the bytes were moved from another account.
pub(super) fn open_secret(key: &Key, protocol: Protocol, name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
    let bound_to = bound_to(protocol, name);
    let payload = Payload { msg: sealed, aad: bound_to.as_bytes() };
    ChaCha20Poly1305::new(&key.0.into()).decrypt(&Nonce::from(*nonce), payload).ok()
}

/// Whether a digest fits a password.
pub(super) fn matches(digest: &[u8], nonce: &[u8], created: &str, password: &[u8]) -> bool {
    let mut sha1 = Sha1::new();
    sha1.update(nonce);
    sha1.update(created.as_bytes());
    sha1.update(password);
    bool::from(sha1.finalize().as_slice().ct_eq(digest))
}

fn bound_to(protocol: Protocol, name: &str) -> String {
    format!("{protocol}:{name}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_sealed_secret_opens_only_for_its_account_and_key() {
        let (key, other) = (Key([1; 32]), Key([2; 32]));
        let sealed = seal_secret(&key, Protocol::Oseo, "demo", "demo-secret").unwrap();
        assert_eq!(open_secret(&key, Protocol::Oseo, "demo", &sealed).unwrap(), b"demo-secret");
        assert_eq!(open_secret(&key, Protocol::Oseo, "other", &sealed), None);
        assert_eq!(open_secret(&key, Protocol::Veloconnect, "demo", &sealed), None);
        assert_eq!(open_secret(&other, Protocol::Oseo, "demo", &sealed), None);
        assert_eq!(open_secret(&key, Protocol::Oseo, "demo", b"short"), None);
        assert!(!sealed.windows(11).any(|w| w == b"demo-secret"));
    }

    #[test]
    fn the_digest_is_sha1_of_nonce_created_and_password() {
        // printf 'nonce2026-01-01T00:00:00Zsecret' | sha1sum
        let sum = Sha1::digest(b"nonce2026-01-01T00:00:00Zsecret");
        assert!(matches(&sum, b"nonce", "2026-01-01T00:00:00Z", b"secret"));
        assert!(!matches(&sum, b"nonce", "2026-01-01T00:00:01Z", b"secret"));
        assert!(!matches(b"", b"nonce", "2026-01-01T00:00:00Z", b"secret"));
    }
}
