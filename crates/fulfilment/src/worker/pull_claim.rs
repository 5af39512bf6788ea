//! What a worker outside the server shows to prove which claim it speaks of.

use std::fmt;
use std::time::Duration;

use ordergate_engine::OrderId;
use ordergate_engine::order::Order;
use ordergate_store::{Job, JobKey, JobPart};
use tokio::time::Instant;

use super::lease::Held;

/// A claim on one item, as text of URL-safe characters that means nothing to its bearer. It holds all that a server has
/// to know, so that any server of the same store answers for it. It is no secret: the worker's own token lets it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimToken {
    pub(super) order: OrderId,
    pub(super) position: usize,
    pub(super) attempt: u32,
    pub(super) length: Duration,
    pub(super) lease: String,
}

/// How long a lease may be, in seconds, that a worker asks for.
pub const LEASE_SECONDS: std::ops::RangeInclusive<u64> = 5..=3600;

/// How long a lease may be, in seconds, that waits for a service's answer.
pub const CALLBACK_SECONDS: std::ops::RangeInclusive<u64> = 5..=30 * 24 * 60 * 60;

impl ClaimToken {
    pub(super) fn new(held: &Held, position: usize, length: Duration) -> Self {
        let (order, attempt) = (held.job.key.order, held.job.attempts);
        Self { order, position, attempt, length, lease: held.lease.clone() }
    }

    /// Reads what [`fmt::Display`] wrote; none if it is anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(5, '.');
        let token = Self {
            order: OrderId::parse(parts.next()?)?,
            position: parts.next()?.parse().ok()?,
            attempt: parts.next()?.parse().ok()?,
            length: parts.next()?.parse().ok().filter(|s| CALLBACK_SECONDS.contains(s)).map(Duration::from_secs)?,
            lease: uuid::Uuid::try_parse(parts.next()?).ok()?.to_string(),
        };
        // One claim has one spelling.
        (token.to_string() == text).then_some(token)
    }

    /// The claim's job, of this order.
    pub(super) fn held(&self, order: &Order) -> Held {
        let key = JobKey { order: self.order, part: JobPart::Item(self.position) };
        let due_at = order.submitted_at;
        let job = Job { key, queue: order.protocol, priority: order.priority, due_at, attempts: self.attempt };
        Held::new(job, self.lease.clone(), Instant::now(), self.length)
    }
}

impl fmt::Display for ClaimToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { order, position, attempt, length, lease } = self;
        write!(f, "{order}.{position}.{attempt}.{}.{lease}", length.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_read_back_and_nothing_else_is() {
        let lease = "019aa0b1-7d3c-7c52-9c43-0d5f7a5be3aa";
        let text = format!("17.3.2.60.{lease}");
        let expected =
            ClaimToken { order: OrderId(17), position: 3, attempt: 2, length: Duration::from_mins(1), lease: lease.to_owned() };
        assert_eq!(ClaimToken::parse(&text), Some(expected));
        for wrong in [
            String::new(),
            "17.3.2.60".to_owned(),
            format!("017.3.2.60.{lease}"),
            format!("-1.3.2.60.{lease}"),
            format!("17.-3.2.60.{lease}"),
            format!("17.3.+2.60.{lease}"),
            format!("17.3.2.4.{lease}"),
            format!("17.3.2.2592001.{lease}"),
            format!("17.3.2.60.{}", lease.to_uppercase()),
            format!("{text} "),
            format!("{text}.1"),
            format!("99999999999999999999.3.2.60.{lease}"),
        ] {
            assert_eq!(ClaimToken::parse(&wrong), None, "{wrong}");
        }
    }
}
