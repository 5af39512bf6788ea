//! Periods of time, as `dateRange` has them.

use ordergate_engine::Timestamp;
use ordergate_xml::builtin::{parse_date, parse_date_time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// From a moment to a moment, both included; an end that is not given is open. Microseconds since 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Period {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<i64>,
}

/// What the two ends are called.
const FROM: [&str; 6] = ["min", "start", "begin", "from", "first", "after"];
const UNTIL: [&str; 7] = ["max", "stop", "end", "until", "to", "last", "before"];

impl Period {
    pub fn meets(self, other: Self) -> bool {
        let before = |end: Option<i64>, start: Option<i64>| end.zip(start).is_some_and(|(end, start)| end < start);
        !before(self.until, other.from) && !before(other.until, self.from)
    }

    /// When it is over, if ever.
    pub fn end(self) -> Option<Timestamp> {
        self.until.map(Timestamp)
    }

    /// A period as clients write it: two elements for its ends, whose names begin with `min` and `max`, `start` and `stop`,
    /// `begin` and `end` or the like; or a text with two times, as `2026-01-01/2026-12-31`. A date means the whole day.
    pub fn read(value: &Value) -> Result<Self, String> {
        let period = match value {
            Value::String(text) => Self::of_text(text)?,
            Value::Array(times) => match &times[..] {
                [Value::String(from), Value::String(until)] => Self { from: start(from)?, until: end(until)? },
                _ => return Err(EXPECTED.to_owned()),
            },
            Value::Object(ends) => Self::of_ends(ends)?,
            _ => return Err(EXPECTED.to_owned()),
        };
        match (period.from, period.until) {
            (Some(from), Some(until)) if from > until => Err("its end is before its beginning".to_owned()),
            _ => Ok(period),
        }
    }

    fn of_text(text: &str) -> Result<Self, String> {
        let times: Vec<&str> = text.split(|c: char| c == '/' || c.is_whitespace()).filter(|word| !word.is_empty()).collect();
        match times[..] {
            [at] => Ok(Self { from: start(at)?, until: end(at)? }),
            [from, until] => Ok(Self { from: start(from)?, until: end(until)? }),
            _ => Err(EXPECTED.to_owned()),
        }
    }

    fn of_ends(ends: &serde_json::Map<String, Value>) -> Result<Self, String> {
        let mut period = Self::default();
        for (name, value) in ends {
            let begins_with = |words: &[&str]| words.iter().any(|word| name.to_lowercase().starts_with(word));
            match value {
                Value::Object(inner) if ends.len() == 1 => return Self::of_ends(inner),
                Value::String(text) if begins_with(&FROM) => period.from = start(text)?,
                Value::String(text) if begins_with(&UNTIL) => period.until = end(text)?,
                _ => return Err(EXPECTED.to_owned()),
            }
        }
        Ok(period)
    }
}

const EXPECTED: &str = "expected a beginning and an end";

fn start(text: &str) -> Result<Option<i64>, String> {
    time(text, |(first, _)| first)
}

fn end(text: &str) -> Result<Option<i64>, String> {
    time(text, |(_, next)| next - 1)
}

/// An empty text, or `now`, leaves the end open: what comes is announced afterwards anyway.
fn time(text: &str, of_day: impl Fn((i64, i64)) -> i64) -> Result<Option<i64>, String> {
    let text = text.trim();
    if text.is_empty() || matches!(text, "now" | "..") {
        return Ok(None);
    }
    let found = parse_date_time(text).or_else(|| parse_date(text).map(of_day));
    found.map(Some).ok_or_else(|| format!("\"{}\" is neither a time nor a date", text.chars().take(40).collect::<String>()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    const DAY: i64 = 86_400_000_000;

    #[test]
    fn a_period_is_read_as_clients_write_it() {
        let expected = Period { from: Some(0), until: Some(2 * DAY - 1) };
        for value in [
            json!({ "min": "1970-01-01", "max": "1970-01-02" }),
            json!({ "start": "1970-01-01T00:00:00Z", "stop": "1970-01-02" }),
            json!({ "TimePeriod": { "beginPosition": "1970-01-01", "endPosition": "1970-01-02" } }),
            json!("1970-01-01/1970-01-02"),
            json!("1970-01-01T00:00:00Z 1970-01-02"),
            json!(["1970-01-01", "1970-01-02"]),
        ] {
            assert_eq!(Period::read(&value), Ok(expected), "{value}");
        }
        assert_eq!(Period::read(&json!({ "start": "1970-01-02" })), Ok(Period { from: Some(DAY), until: None }));
        assert_eq!(Period::read(&json!("1970-01-01")), Ok(Period { from: Some(0), until: Some(DAY - 1) }));
        for wrong in [json!("soon"), json!({ "when": "1970-01-01" }), json!("1970-01-02/1970-01-01"), json!(1), json!("a b c")] {
            assert!(Period::read(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ends_belong_to_a_period() {
        let period = |from, until| Period { from, until };
        let year = period(Some(10), Some(20));
        for (other, expected) in [
            (period(Some(20), Some(30)), true),
            (period(Some(21), None), false),
            (period(None, Some(10)), true),
            (period(None, Some(9)), false),
            (period(None, None), true),
            (period(Some(12), Some(13)), true),
        ] {
            assert_eq!((year.meets(other), other.meets(year)), (expected, expected), "{other:?}");
        }
    }
}
