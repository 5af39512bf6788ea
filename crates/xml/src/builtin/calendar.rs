//! Dates and times: their lexical forms, and the points in time that they name.
//!
//! Forms are those that libxml2 accepts: no year 0000, years of more than four digits as long as they
//! fit 64 bits, 24:00:00 for the end of a day, no leap second, zones up to 14 hours.

/// Microseconds of a day.
const DAY: i128 = 86_400_000_000;

/// A date, a time, or parts of either, as read.
#[derive(Debug, Clone, Copy)]
struct Moment {
    /// As written: there is no year 0, and -1 is the year before 1.
    year: i64,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    /// Of the minute; what is finer is cut off.
    micros: u32,
    /// Minutes east of UTC.
    zone: Option<i16>,
}

impl Moment {
    const START: Self = Self { year: 4, month: 1, day: 1, hour: 0, minute: 0, micros: 0, zone: None };

    /// Microseconds from 1970-01-01T00:00:00Z, where no zone means UTC.
    fn micros(self) -> i128 {
        let year = if self.year < 0 { i128::from(self.year) + 1 } else { i128::from(self.year) };
        let minutes = i128::from(self.hour) * 60 + i128::from(self.minute) - i128::from(self.zone.unwrap_or(0));
        days_from_civil(year, self.month, self.day) * DAY + minutes * 60_000_000 + i128::from(self.micros)
    }
}

/// Reads one part after the other; `None` ends the reading.
struct Reader<'t> {
    rest: &'t [u8],
    moment: Moment,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self { rest: text.as_bytes(), moment: Moment::START }
    }

    fn literal(&mut self, byte: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[byte])?;
        Some(())
    }

    fn two_digits(&mut self, min: u8, max: u8) -> Option<u8> {
        let (&[tens, ones], rest) = self.rest.split_first_chunk::<2>()?;
        if !(tens.is_ascii_digit() && ones.is_ascii_digit()) {
            return None;
        }
        self.rest = rest;
        let number = (tens - b'0') * 10 + (ones - b'0');
        (min..=max).contains(&number).then_some(number)
    }

    fn year(&mut self) -> Option<()> {
        let negative = self.literal(b'-').is_some();
        let count = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at(count);
        if count < 4 || (count > 4 && digits[0] == b'0') {
            return None;
        }
        let add = |year: i64, digit: &u8| year.checked_mul(10)?.checked_add(i64::from(digit - b'0'));
        let year = digits.iter().try_fold(0, add)?;
        self.rest = rest;
        self.moment.year = if negative { -year } else { year };
        (year != 0).then_some(())
    }

    fn month(&mut self) -> Option<()> {
        self.moment.month = self.two_digits(1, 12)?;
        Some(())
    }

    fn day(&mut self) -> Option<()> {
        self.moment.day = self.two_digits(1, 31)?;
        (self.moment.day <= month_days(self.moment.year, self.moment.month)).then_some(())
    }

    fn date(&mut self) -> Option<()> {
        self.year()?;
        self.literal(b'-')?;
        self.month()?;
        self.literal(b'-')?;
        self.day()
    }

    fn time(&mut self) -> Option<()> {
        self.moment.hour = self.two_digits(0, 24)?;
        self.literal(b':')?;
        self.moment.minute = self.two_digits(0, 59)?;
        self.literal(b':')?;
        let zero = self.seconds()?;
        (self.moment.hour < 24 || (self.moment.minute == 0 && zero)).then_some(())
    }

    /// Gives whether they are zero.
    fn seconds(&mut self) -> Option<bool> {
        let whole = self.two_digits(0, 59)?;
        let mut digits: &[u8] = &[];
        if self.literal(b'.').is_some() {
            let count = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            (digits, self.rest) = self.rest.split_at(count);
            if count == 0 {
                return None;
            }
        }
        let fraction = (0..6).fold(0, |micros, at| micros * 10 + digits.get(at).map_or(0, |digit| u32::from(digit - b'0')));
        self.moment.micros = u32::from(whole) * 1_000_000 + fraction;
        // libxml2 adds the digits up as floating point numbers, and so refuses what rounds to 60.
        let mut unit = 1.0_f64;
        let mut sum = f64::from(whole);
        for digit in digits {
            unit /= 10.0;
            sum += f64::from(digit - b'0') * unit;
        }
        (sum < 60.0).then_some(sum == 0.0)
    }

    /// An optional zone, and then the end.
    fn end(mut self) -> Option<Moment> {
        self.moment.zone = match self.rest.first() {
            None => return Some(self.moment),
            Some(b'Z') => {
                self.rest = &self.rest[1..];
                Some(0)
            }
            Some(sign @ (b'+' | b'-')) => {
                self.rest = &self.rest[1..];
                let hours = i16::from(self.two_digits(0, 23)?);
                self.literal(b':')?;
                let minutes = hours * 60 + i16::from(self.two_digits(0, 59)?);
                Some(if *sign == b'-' { -minutes } else { minutes }).filter(|_| minutes <= 14 * 60)
            }
            Some(_) => return None,
        };
        (self.rest.is_empty() && self.moment.zone.is_some()).then_some(self.moment)
    }
}

const fn month_days(year: i64, month: u8) -> u8 {
    match month {
        2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar, counted in years that begin in March.
fn days_from_civil(year: i128, month: u8, day: u8) -> i128 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((i128::from(month) + 9) % 12) + 2) / 5 + i128::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn saturate(micros: i128) -> i64 {
    i64::try_from(micros).unwrap_or(if micros < 0 { i64::MIN } else { i64::MAX })
}

fn read<'t>(text: &'t str, parts: impl FnOnce(&mut Reader<'t>) -> Option<()>) -> Option<Moment> {
    let mut reader = Reader::new(text);
    parts(&mut reader)?;
    reader.end()
}

fn date_time(text: &str) -> Option<Moment> {
    read(text, |reader| {
        reader.date()?;
        reader.literal(b'T')?;
        reader.time()
    })
}

fn date(text: &str) -> Option<Moment> {
    read(text, Reader::date)
}

/// The point in time that an `xs:dateTime` names, in microseconds from 1970-01-01T00:00:00Z; without
/// zone it is in UTC. Finer fractions are cut off; what is beyond 64 bits is the largest or smallest value.
/// `None` if the text is no `xs:dateTime`.
pub fn parse_date_time(text: &str) -> Option<i64> {
    date_time(trim(text)).map(|moment| saturate(moment.micros()))
}

/// The first microsecond of the day that an `xs:date` names and the first after it, as [`parse_date_time`]
/// gives them. `None` if the text is no `xs:date`.
pub fn parse_date(text: &str) -> Option<(i64, i64)> {
    let start = date(trim(text))?.micros();
    Some((saturate(start), saturate(start + DAY)))
}

/// The `xs:dateTime` of a point in time in microseconds from 1970-01-01T00:00:00Z, in UTC, with as many
/// digits of a fraction as it takes: `2014-06-24T14:31:45.322658Z`.
pub fn format_date_time(micros: i64) -> String {
    let (days, of_day) = (micros.div_euclid(86_400_000_000), micros.rem_euclid(86_400_000_000));
    let (year, month, day) = civil_from_days(days);
    let (before_christ, year) = if year <= 0 { (true, 1 - year) } else { (false, year) };
    let seconds = of_day / 1_000_000;
    // Filled in by hand: formatting by the standard library takes most of the time of an answer with many dates.
    // Sixty-four bits of microseconds do not reach a year of seven digits.
    let mut form = *b"0000000-00-00T00:00:00.000000Z";
    put_digits(&mut form[1..7], year);
    put_digits(&mut form[8..10], month);
    put_digits(&mut form[11..13], day);
    put_digits(&mut form[14..16], seconds / 3600);
    put_digits(&mut form[17..19], seconds / 60 % 60);
    put_digits(&mut form[20..22], seconds % 60);
    put_digits(&mut form[23..29], of_day % 1_000_000);
    let mut start = form[..3].iter().take_while(|digit| **digit == b'0').count();
    if before_christ {
        start -= 1;
        form[start] = b'-';
    }
    let zeros = form[23..29].iter().rev().take_while(|digit| **digit == b'0').count();
    // Without a fraction, its point goes too.
    let end = if zeros == 6 { 22 } else { 29 - zeros };
    form[end] = b'Z';
    std::str::from_utf8(&form[start..=end]).unwrap_or_default().to_owned()
}

/// As many of the last decimal digits of a number as there is room for. The number is not negative.
fn put_digits(digits: &mut [u8], mut number: i64) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r'])
}

/// The lexical forms, for texts whose white space is collapsed.
pub(super) fn is_date_time(text: &str) -> bool {
    date_time(text).is_some()
}

/// Of an `xs:dateTime`.
pub(super) fn has_zone(text: &str) -> bool {
    date_time(text).is_some_and(|moment| moment.zone.is_some())
}

pub(super) fn is_date(text: &str) -> bool {
    date(text).is_some()
}

pub(super) fn is_time(text: &str) -> bool {
    read(text, Reader::time).is_some()
}

pub(super) fn is_year_month(text: &str) -> bool {
    let parts = |reader: &mut Reader<'_>| {
        reader.year()?;
        reader.literal(b'-')?;
        reader.month()
    };
    read(text, parts).is_some()
}

pub(super) fn is_year(text: &str) -> bool {
    read(text, Reader::year).is_some()
}

pub(super) fn is_month_day(text: &str) -> bool {
    let parts = |reader: &mut Reader<'_>| {
        reader.literal(b'-')?;
        reader.literal(b'-')?;
        reader.month()?;
        reader.literal(b'-')?;
        reader.day()
    };
    read(text, parts).is_some()
}

pub(super) fn is_month(text: &str) -> bool {
    let parts = |reader: &mut Reader<'_>| {
        reader.literal(b'-')?;
        reader.literal(b'-')?;
        reader.month()
    };
    read(text, parts).is_some()
}

pub(super) fn is_day(text: &str) -> bool {
    let parts = |reader: &mut Reader<'_>| {
        reader.literal(b'-')?;
        reader.literal(b'-')?;
        reader.literal(b'-')?;
        reader.moment.day = reader.two_digits(1, 31)?;
        Some(())
    };
    read(text, parts).is_some()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn points_in_time() {
        let at = |text: &str| parse_date_time(text).unwrap();
        assert_eq!(at("1970-01-01T00:00:00"), 0);
        assert_eq!(at(" 2014-06-24T14:31:45.3226589Z\n"), 1_403_620_305_322_658);
        assert_eq!(at("2014-06-24T14:31:45+02:00"), at("2014-06-24T12:31:45Z"));
        assert_eq!(at("1969-12-31T23:59:59.5Z"), -500_000);
        assert_eq!(at("2015-12-31T24:00:00Z"), at("2016-01-01T00:00:00Z"));
        assert_eq!(at("-0001-12-31T24:00:00Z"), at("0001-01-01T00:00:00Z"));
        assert_eq!((at("999999-01-01T00:00:00Z"), at("-9223372036854775807-01-01T00:00:00Z")), (i64::MAX, i64::MIN));
        assert_eq!(parse_date_time("2014-06-24"), None);
    }

    #[test]
    fn days() {
        let day = |text: &str| parse_date(text).unwrap();
        assert_eq!(
            day("2016-02-29+01:00"),
            (parse_date_time("2016-02-28T23:00:00Z").unwrap(), parse_date_time("2016-02-29T23:00:00Z").unwrap())
        );
        assert_eq!(day("9223372036854775807-01-01"), (i64::MAX, i64::MAX));
        assert_eq!(parse_date("2014-06-24T00:00:00"), None);
    }

    #[test]
    fn writing_is_the_inverse_of_reading() {
        assert_eq!(format_date_time(1_403_620_305_322_658), "2014-06-24T14:31:45.322658Z");
        assert_eq!(format_date_time(-500_000), "1969-12-31T23:59:59.5Z");
        assert_eq!(format_date_time(253_402_300_800_000_000), "10000-01-01T00:00:00Z");
        assert_eq!(format_date_time(-62_135_596_800_000_001), "-0001-12-31T23:59:59.999999Z");
        assert_eq!(format_date_time(i64::MAX), "294247-01-10T04:00:54.775807Z");
        assert_eq!(format_date_time(i64::MIN), "-290309-12-21T19:59:05.224192Z");
        // From the year 1 on: which years before are leap years is not agreed.
        let mut micros = -62_135_596_800_000_000_i64;
        loop {
            assert_eq!(parse_date_time(&format_date_time(micros)), Some(micros), "{}", format_date_time(micros));
            let Some(next) = micros.checked_add(9_007_199_254_740_881) else { break };
            micros = next;
        }
    }
}
