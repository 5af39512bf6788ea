//! The token in a download's address: which item, until when, and the proof that this server wrote it.
//!
//! 52 bytes in base64url: order, position and expiry, then HMAC-SHA256 of them under a key of its own. Nothing is stored: every
//! server that has the key file knows its links again.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ordergate_engine::{OrderId, Timestamp};
use sha2::Sha256;

use crate::auth::Key;

const CLAIM_BYTES: usize = 8 + 4 + 8;
const MAC_BYTES: usize = 32;

/// What a link gives a right to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Claim {
    pub order: OrderId,
    /// The item's place in the order, from 0.
    pub position: u32,
    pub expires_at: Timestamp,
}

/// Writes tokens, and knows them again.
pub(super) struct Tokens {
    keyed: Hmac<Sha256>,
}

impl Tokens {
    pub(super) fn new(key: &Key) -> Self {
        let derived = key.derived("download links");
        let mut block = [0; 64];
        block[..derived.len()].copy_from_slice(&derived);
        Self { keyed: Hmac::new(&block.into()) }
    }

    pub(super) fn write(&self, claim: &Claim) -> String {
        let bytes = claim.bytes();
        let mac: [u8; MAC_BYTES] = self.mac(&bytes).finalize().into_bytes().into();
        URL_SAFE_NO_PAD.encode([bytes.as_slice(), &mac].concat())
    }

    /// The claim of a token that was written with this key; expired ones too. The MAC is compared in constant time.
    pub(super) fn read(&self, token: &str) -> Option<Claim> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (claim, mac) = bytes.split_first_chunk::<CLAIM_BYTES>()?;
        self.mac(claim).verify_slice(mac).ok()?;
        Claim::read(claim)
    }

    fn mac(&self, claim: &[u8; CLAIM_BYTES]) -> Hmac<Sha256> {
        let mut mac = self.keyed.clone();
        mac.update(claim);
        mac
    }
}

impl Claim {
    fn bytes(&self) -> [u8; CLAIM_BYTES] {
        let mut bytes = [0; CLAIM_BYTES];
        bytes[..8].copy_from_slice(&self.order.0.to_be_bytes());
        bytes[8..12].copy_from_slice(&self.position.to_be_bytes());
        bytes[12..].copy_from_slice(&self.expires_at.0.to_be_bytes());
        bytes
    }

    fn read(bytes: &[u8; CLAIM_BYTES]) -> Option<Self> {
        let (order, rest) = bytes.split_first_chunk::<8>()?;
        let (position, rest) = rest.split_first_chunk::<4>()?;
        Some(Self {
            order: OrderId(i64::from_be_bytes(*order)),
            position: u32::from_be_bytes(*position),
            expires_at: Timestamp(i64::from_be_bytes(rest.try_into().ok()?)),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const CLAIM: Claim = Claim { order: OrderId(17), position: 3, expires_at: Timestamp(1_795_320_000_250_000) };

    #[test]
    fn a_token_is_known_by_who_has_the_key_and_by_nobody_else() {
        let key = Key::random().unwrap();
        let token = Tokens::new(&key).write(&CLAIM);
        assert_eq!(token.len(), 70);
        assert_eq!(Tokens::new(&key.clone()).read(&token), Some(CLAIM));
        assert_eq!(Tokens::new(&Key::random().unwrap()).read(&token), None);
    }

    #[test]
    fn whatever_is_changed_of_a_token_makes_it_no_token() {
        let tokens = Tokens::new(&Key::random().unwrap());
        let token = tokens.write(&CLAIM);
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for at in 0..bytes.len() {
            let mut forged = bytes.clone();
            forged[at] ^= 1;
            assert_eq!(tokens.read(&URL_SAFE_NO_PAD.encode(&forged)), None, "byte {at}");
            assert_eq!(tokens.read(&URL_SAFE_NO_PAD.encode(&bytes[..at])), None, "cut after {at}");
        }
        for other in [format!("{token}A"), format!("{token}="), token.to_lowercase(), format!(" {token}"), String::new()] {
            assert_eq!(tokens.read(&other), None, "{other}");
        }
    }

    #[test]
    fn the_key_is_one_of_its_own() {
        let key = Key::random().unwrap();
        assert_ne!(key.derived("download links"), key.derived("something else"));
    }
}
