//! Signatures that let a receiver know who called: Standard Webhooks 1.0, symmetric.
//!
//! A message carries `webhook-id`, `webhook-timestamp` (seconds since 1970) and `webhook-signature`, which is
//! `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`. With several secrets (one is being replaced) it is
//! one signature for each, with spaces between.

use std::fmt;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue, InvalidHeaderValue};
use serde::Deserialize;
use sha2::Sha256;

const PREFIX: &str = "whsec_";
/// How long a secret is, in bytes; what Standard Webhooks asks for.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// A secret that Ordergate and a receiver share, written `whsec_` and base64.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningSecret(Vec<u8>);

/// A text that is no secret. It does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    #[error("a signing secret begins with \"whsec_\"")]
    Prefix,
    #[error("after \"whsec_\" a signing secret is base64")]
    Base64,
    #[error("a signing secret has between 24 and 64 bytes, not {0}")]
    Length(usize),
}

/// Why a file gives no [`Signer`].
#[derive(Debug, thiserror::Error)]
pub enum SignerError {
    #[error("cannot read the secret of {whom} in {}: {source}", path.display())]
    Unreadable { whom: &'static str, path: PathBuf, source: std::io::Error },
    #[error("in {} is no secret of {whom}: {source}", path.display())]
    Secret { whom: &'static str, path: PathBuf, source: SecretError },
}

impl std::str::FromStr for SigningSecret {
    type Err = SecretError;

    fn from_str(text: &str) -> Result<Self, SecretError> {
        let encoded = text.trim().strip_prefix(PREFIX).ok_or(SecretError::Prefix)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| SecretError::Base64)?;
        if SECRET_BYTES.contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(SecretError::Length(bytes.len())) }
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(...)")
    }
}

/// Signs messages. In the configuration it is a text: the secrets, with white space between.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Signer {
    secrets: Vec<SigningSecret>,
}

impl Signer {
    pub fn new(secret: SigningSecret) -> Self {
        Self { secrets: vec![secret] }
    }

    /// Reads secrets with white space between: the one in use, and those that are on their way in or out.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let secrets: Vec<SigningSecret> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        if secrets.is_empty() { Err(SecretError::Prefix) } else { Ok(Self { secrets }) }
    }

    /// Reads the secrets in a file, shared with `whom`: "the processing service".
    pub fn from_file(path: &Path, whom: &'static str) -> Result<Self, SignerError> {
        let path = path.to_owned();
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text).map_err(|source| SignerError::Secret { whom, path, source }),
            Err(source) => Err(SignerError::Unreadable { whom, path, source }),
        }
    }

    /// The headers that go with this message. The identifier is the same each time a message is sent, so that its
    /// receiver knows a repetition; `timestamp` is in seconds since 1970 and says when it was sent this time.
    pub fn headers(&self, id: &str, timestamp: i64, body: &[u8]) -> Result<HeaderMap, InvalidHeaderValue> {
        let mut headers = HeaderMap::with_capacity(3);
        headers.insert(ID, HeaderValue::from_str(id)?);
        headers.insert(TIMESTAMP, timestamp.into());
        headers.insert(SIGNATURE, HeaderValue::from_str(&self.signature(id, timestamp, body))?);
        Ok(headers)
    }

    fn signature(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let signatures: Vec<String> = self.secrets.iter().map(|secret| secret.sign(id, timestamp, body)).collect();
        signatures.join(" ")
    }
}

impl TryFrom<String> for Signer {
    type Error = SecretError;

    fn try_from(text: String) -> Result<Self, SecretError> {
        Self::parse(&text)
    }
}

impl SigningSecret {
    fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of every length");
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn the_example_of_the_specification_is_signed_as_it_says() {
        let body = br#"{"test": 2432232314}"#;
        let headers = Signer::parse(SECRET).unwrap().headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body).unwrap();
        assert_eq!(headers["webhook-id"], "msg_p5jXN8AQM9LWM0D4loKWxJek");
        assert_eq!(headers["webhook-timestamp"], "1614265330");
        assert_eq!(headers["webhook-signature"], "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn while_a_secret_is_replaced_both_sign() {
        let other = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let both = Signer::parse(&format!("{SECRET}\n{other}\n")).unwrap().signature("a", 1, b"x");
        let alone = |secret: &str| Signer::parse(secret).unwrap().signature("a", 1, b"x");
        assert_eq!(both, format!("{} {}", alone(SECRET), alone(other)));
    }

    #[test]
    fn what_is_no_secret_is_refused_and_not_repeated() {
        for (text, expected) in [
            ("", SecretError::Prefix),
            ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SecretError::Prefix),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS*", SecretError::Base64),
            ("whsec_c2hvcnQ=", SecretError::Length(5)),
        ] {
            assert_eq!(Signer::parse(text), Err(expected));
        }
        assert!(!format!("{:?}", Signer::parse(SECRET).unwrap()).contains("MfKQ"));
    }
}
