//! What workers send.

use std::ops::RangeInclusive;

use ordergate_fulfilment::{ClaimToken, LEASE_SECONDS, PullQueue};
use serde::{Deserialize, Deserializer};

use super::refusal::Refusal;

/// So many items may be had at once.
const LIMIT: RangeInclusive<u64> = 1..=100;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClaimWish {
    limit: u64,
    lease_seconds: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeartbeatWish {
    pub(super) claim: String,
    pub(super) message: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CompleteWish {
    pub(super) claim: String,
    /// Must be there: who has forgotten the result does not mean that there is none.
    #[serde(deserialize_with = "given")]
    pub(super) result: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FailWish {
    pub(super) claim: String,
    pub(super) error: String,
    #[serde(default = "yes")]
    pub(super) retry: bool,
}

fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

const fn yes() -> bool {
    true
}

impl ClaimWish {
    pub(super) fn limit(&self) -> Result<usize, Refusal> {
        let limit = within("limit", self.limit, &LIMIT)?;
        usize::try_from(limit).map_err(|_| Refusal::Value("limit is too large".to_owned()))
    }

    pub(super) fn lease_seconds(&self, queue: &PullQueue) -> Result<u64, Refusal> {
        within("lease_seconds", self.lease_seconds.unwrap_or_else(|| queue.lease_seconds()), &LEASE_SECONDS)
    }
}

fn within(field: &str, value: u64, range: &RangeInclusive<u64>) -> Result<u64, Refusal> {
    if range.contains(&value) {
        return Ok(value);
    }
    Err(Refusal::Value(format!("{field} must be between {} and {}", range.start(), range.end())))
}

/// The claim that a text stands for.
pub(super) fn claim(text: &str) -> Result<ClaimToken, Refusal> {
    ClaimToken::parse(text).ok_or_else(|| Refusal::Value("claim is none that was given to a worker".to_owned()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde::de::DeserializeOwned;

    use super::*;
    use crate::http_json::read;

    fn refusal<T: DeserializeOwned + std::fmt::Debug>(body: &str) -> String {
        read::<T>(body.as_bytes()).unwrap_err()
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (found, expected) in [
            (refusal::<ClaimWish>(""), "EOF while parsing a value at line 1 column 0"),
            (refusal::<ClaimWish>("{}"), "missing field `limit` at line 1 column 2"),
            (refusal::<ClaimWish>("{\"limit\":\"x\"}"), "limit: invalid type: string \"x\", expected u64 at line 1 column 12"),
            (refusal::<ClaimWish>("{\"limit\":1}}"), "trailing characters at line 1 column 12"),
            (refusal::<CompleteWish>("{\"claim\":\"x\"}"), "missing field `result` at line 1 column 13"),
            (
                refusal::<FailWish>("{\"claim\":\"x\",\"error\":\"\",\"retry\":1}"),
                "retry: invalid type: integer `1`, expected a boolean",
            ),
        ] {
            assert!(found.starts_with(expected), "{found}\nis not\n{expected}");
        }
        assert!(refusal::<ClaimWish>("{\"limit\":1,\"wait\":1}").contains("unknown field `wait`, expected"));
        let whole: CompleteWish = read(b"{\"claim\":\"x\",\"result\":null}").unwrap();
        assert_eq!((whole.claim.as_str(), whole.result), ("x", None));
    }

    #[test]
    fn numbers_have_their_limits() {
        for (limit, fits) in [(0, false), (1, true), (100, true), (101, false), (u64::MAX, false)] {
            assert_eq!(ClaimWish { limit, lease_seconds: None }.limit().is_ok(), fits, "{limit}");
        }
        assert_eq!(
            within("lease_seconds", 4, &LEASE_SECONDS).unwrap_err().to_string(),
            "lease_seconds must be between 5 and 3600"
        );
    }
}
