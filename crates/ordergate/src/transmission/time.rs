//! A moment as operators write it.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use ordergate_engine::Timestamp;

/// A day (its beginning, in UTC), or a time with its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment(pub(super) Timestamp);

impl std::str::FromStr for Moment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let day = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
        let instant = text.parse::<jiff::Timestamp>().ok().or_else(day);
        instant
            .map(|at| Self(Timestamp(at.as_microsecond())))
            .ok_or("expected a day, 2027-02-11, or a time, 2027-02-11T09:00:00Z")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn days_and_times() {
        assert_eq!("1970-01-02".parse(), Ok(Moment(Timestamp(86_400_000_000))));
        assert_eq!("1970-01-01T01:00:00+01:00".parse(), Ok(Moment(Timestamp(0))));
        for wrong in ["", "yesterday", "1970-13-01", "12"] {
            assert!(wrong.parse::<Moment>().is_err(), "{wrong}");
        }
    }
}
