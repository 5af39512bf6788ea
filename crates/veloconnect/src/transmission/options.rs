//! What an operator can set about transmissions: the section `veloconnect.transmissions` of the configuration.

use std::time::Duration;

use ordergate_engine::Timestamp;
use ordergate_store::{TransmissionExpiry, Write};
use serde::Deserialize;

/// Of each kind so many are forgotten at once: no commit is held up by more.
const EXPIRED_AT_ONCE: usize = 20_000;

/// Settings of the modules stock and sale. Everything has a default.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct TransmissionOptions {
    /// The most lines of a transmission; more are answered 400.
    pub lines_max: usize,
    /// A transmission of so many lines is imported before it is answered; a longer one afterwards.
    pub import_at_once_max: usize,
    /// The most lines that are told of in one answer.
    pub result_lines_max: usize,
    /// How many hours CreateDate may be ahead of our clock.
    pub created_ahead_hours_max: u16,
    /// How long an import that died keeps others from going on with it.
    pub lease_seconds: u32,
    /// Days a transaction is kept whose result nobody fetches.
    pub unfetched_days: u16,
    /// Days a transmission is kept with its lines.
    pub lines_days: u16,
    /// Days a sale is kept.
    pub sales_days: u16,
    /// Days an article stays in a buyer's stock without being transmitted again.
    pub stock_days: u16,
}

impl Default for TransmissionOptions {
    fn default() -> Self {
        Self {
            lines_max: 100_000,
            import_at_once_max: 200,
            result_lines_max: 1000,
            created_ahead_hours_max: 24,
            lease_seconds: 60,
            unfetched_days: 7,
            lines_days: 90,
            sales_days: 730,
            stock_days: 365,
        }
    }
}

/// A setting that cannot be meant: its key, and the rest of the sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} {problem}")]
pub struct TransmissionError {
    pub key: &'static str,
    pub problem: &'static str,
}

impl TransmissionOptions {
    pub(crate) fn validate(&self) -> Result<(), TransmissionError> {
        let numbers = [
            ("lines_max", self.lines_max),
            ("result_lines_max", self.result_lines_max),
            ("lease_seconds", self.lease_seconds as usize),
            ("unfetched_days", self.unfetched_days.into()),
            ("lines_days", self.lines_days.into()),
            ("sales_days", self.sales_days.into()),
            ("stock_days", self.stock_days.into()),
        ];
        if let Some((key, _)) = numbers.into_iter().find(|(_, number)| *number == 0) {
            return Err(TransmissionError { key, problem: "must be at least 1" });
        }
        // The result of an open transaction must be there.
        if self.lines_days < self.unfetched_days {
            return Err(TransmissionError { key: "lines_days", problem: "must not be less than unfetched_days" });
        }
        Ok(())
    }

    pub(super) fn lease(&self) -> Duration {
        Duration::from_secs(self.lease_seconds.into())
    }

    /// The write that forgets what was transmitted long ago. Whoever runs the program commits it from time to time.
    pub fn expiry(&self, now: Timestamp) -> Write {
        let before = |days: u16| now.plus_seconds(-i64::from(days) * 86_400);
        Write::ExpireTransmissions(TransmissionExpiry {
            unfetched_before: before(self.unfetched_days),
            received_before: before(self.lines_days),
            sold_before: before(self.sales_days),
            stock_before: before(self.stock_days),
            limit: EXPIRED_AT_ONCE,
        })
    }
}
