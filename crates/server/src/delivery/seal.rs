//! Passwords of customers' addresses, encrypted under a key of their own (ChaCha20-Poly1305, bound to the order).

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use ordergate_engine::OrderId;

use crate::auth::Key;

const NONCE_BYTES: usize = 12;

#[derive(Clone)]
pub(super) struct Seal(ChaCha20Poly1305);

impl Seal {
    pub(super) fn new(key: &Key) -> Self {
        Self(ChaCha20Poly1305::new(&key.derived("delivery passwords").into()))
    }

    pub(super) fn seal(&self, order: OrderId, passwords: &[String]) -> Result<Vec<u8>, String> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|error| error.to_string())?;
        let text = serde_json::to_vec(passwords).map_err(|error| error.to_string())?;
        let payload = Payload { msg: &text, aad: &order.0.to_be_bytes() };
        let sealed = self.0.encrypt(&Nonce::from(nonce), payload).map_err(|error| error.to_string())?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Nothing if the key is another, or the bytes belong to another order.
    pub(super) fn open(&self, order: OrderId, sealed: &[u8]) -> Option<Vec<String>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: sealed, aad: &order.0.to_be_bytes() };
        let text = self.0.decrypt(&Nonce::from(*nonce), payload).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn passwords_open_only_for_their_order_and_key() {
        let key = Key::random().unwrap();
        let passwords = [String::new(), "geheim-é".to_owned()];
        let sealed = Seal::new(&key).seal(OrderId(17), &passwords).unwrap();
        assert_eq!(Seal::new(&key).open(OrderId(17), &sealed).unwrap(), passwords);
        assert_eq!(Seal::new(&key).open(OrderId(18), &sealed), None);
        assert_eq!(Seal::new(&Key::random().unwrap()).open(OrderId(17), &sealed), None);
        assert!(!sealed.windows(6).any(|window| window == b"geheim"));
    }
}
