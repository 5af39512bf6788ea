//! What one value of an option may be: the simple components of SWE Common 2.0 (08-094r1 §7.2).

use ordergate_xml::builtin::{parse_boolean, parse_date, parse_date_time};
use regex::Regex;

/// The simple components that options are declared with.
#[derive(Debug, Clone)]
pub enum Scalar {
    Boolean,
    Text(Tokens),
    /// One of a list of words, which may be defined in a code space (a URI).
    Category {
        tokens: Tokens,
        code_space: Option<String>,
    },
    Count(Bounds),
    /// A number in a unit: a UCUM code.
    Quantity {
        uom: String,
        bounds: Bounds,
    },
    /// A date or a point in time; without a time zone in UTC.
    Time(Bounds),
}

/// `swe:AllowedTokens`: nothing given means any text.
#[derive(Debug, Clone, Default)]
pub struct Tokens {
    pub values: Vec<String>,
    pub pattern: Option<Pattern>,
}

/// A regular expression that must match the whole value.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// As it was written, and is published.
    pub text: String,
    regex: Regex,
}

impl Pattern {
    /// The error is what is wrong with the expression.
    pub fn new(text: &str) -> Result<Self, String> {
        // By itself too: brackets that only the added ones close are a mistake.
        let whole = Regex::new(text).and_then(|_| Regex::new(&format!("^(?:{text})$")));
        let regex = whole.map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "is too large a regular expression".to_owned(),
            _ => "is no regular expression".to_owned(),
        })?;
        Ok(Self { text: text.to_owned(), regex })
    }

    pub fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

/// `swe:AllowedValues` and `swe:AllowedTimes`: single values and inclusive intervals; nothing given means any value.
#[derive(Debug, Clone, Default)]
pub struct Bounds {
    pub values: Vec<Bound>,
    pub intervals: Vec<[Bound; 2]>,
}

/// A value as it was written, and where it is on its scale.
#[derive(Debug, Clone)]
pub struct Bound {
    pub text: String,
    point: Point,
}

/// A place on a scale. Points of different scales do not compare.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub enum Point {
    /// Of counts; of times, in microseconds since 1970.
    Whole(i128),
    Real(f64),
}

/// The scales that have an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    Count,
    Quantity,
    Time,
}

impl Scale {
    /// Where a value is; `None` if it is none of this scale.
    pub fn point(self, text: &str) -> Option<Point> {
        match self {
            Self::Count => text.parse().ok().map(Point::Whole),
            Self::Quantity => {
                // What Rust reads beyond the decimal and exponential forms of xs:double (inf, nan) is no quantity.
                let digits = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
                text.parse().ok().filter(|n: &f64| digits && n.is_finite()).map(Point::Real)
            }
            Self::Time => {
                let time = parse_date_time(text).or_else(|| parse_date(text).map(|(start, _)| start));
                time.map(|micros| Point::Whole(micros.into()))
            }
        }
    }

    pub fn bound(self, text: &str) -> Option<Bound> {
        self.point(text).map(|point| Bound { text: text.to_owned(), point })
    }

    const fn expected(self) -> &'static str {
        match self {
            Self::Count => "a whole number",
            Self::Quantity => "a number",
            Self::Time => "a date or a time as XML Schema has them",
        }
    }
}

impl Bound {
    /// Whether both are on one scale and in this order.
    pub fn is_at_most(&self, other: &Self) -> bool {
        self.point <= other.point
    }
}

impl Scalar {
    /// The scale of values that have an order, and what is allowed of it.
    pub const fn scale(&self) -> Option<(Scale, &Bounds)> {
        match self {
            Self::Count(bounds) => Some((Scale::Count, bounds)),
            Self::Quantity { bounds, .. } => Some((Scale::Quantity, bounds)),
            Self::Time(bounds) => Some((Scale::Time, bounds)),
            Self::Boolean | Self::Text(_) | Self::Category { .. } => None,
        }
    }

    /// Whether two texts are the same value.
    pub fn same(&self, one: &str, other: &str) -> bool {
        match self {
            Self::Boolean => parse_boolean(one) == parse_boolean(other),
            Self::Text(_) | Self::Category { .. } => one == other,
            Self::Count(_) | Self::Quantity { .. } | Self::Time(_) => {
                self.scale().is_some_and(|(scale, _)| scale.point(one) == scale.point(other))
            }
        }
    }

    /// Whether this text is an allowed value; the error is what was expected instead.
    pub fn check(&self, text: &str) -> Result<(), String> {
        let fits = match self {
            Self::Boolean => parse_boolean(text).is_some(),
            Self::Text(tokens) | Self::Category { tokens, .. } => tokens.allow(text),
            Self::Count(_) | Self::Quantity { .. } | Self::Time(_) => {
                self.scale().is_some_and(|(scale, bounds)| scale.point(text).is_some_and(|point| bounds.allow(point)))
            }
        };
        if fits { Ok(()) } else { Err(self.expected()) }
    }

    /// Whether this is an allowed range: both ends are, and in this order.
    pub fn check_range(&self, min: &str, max: &str) -> Result<(), String> {
        self.check(min)?;
        self.check(max)?;
        let ends = self.scale().map(|(scale, _)| (scale.point(min), scale.point(max)));
        if ends.is_some_and(|(min, max)| min <= max) { Ok(()) } else { Err("expected a minimum up to the maximum".to_owned()) }
    }

    /// What is allowed, as the end of a sentence.
    fn expected(&self) -> String {
        match self {
            Self::Boolean => "expected true or false".to_owned(),
            Self::Text(tokens) | Self::Category { tokens, .. } => tokens.expected(),
            Self::Count(_) | Self::Quantity { .. } | Self::Time(_) => self.scale().map_or_else(String::new, |(scale, bounds)| {
                let uom = if let Self::Quantity { uom, .. } = self { format!(" ({uom})") } else { String::new() };
                format!("expected {}{uom}{}", scale.expected(), bounds.expected())
            }),
        }
    }
}

impl Tokens {
    fn allow(&self, text: &str) -> bool {
        let listed = self.values.is_empty() || self.values.iter().any(|v| v == text);
        listed && self.pattern.as_ref().is_none_or(|p| p.matches(text))
    }

    fn expected(&self) -> String {
        match &self.pattern {
            Some(pattern) if self.values.is_empty() => format!("expected a text of the pattern {}", pattern.text),
            _ => format!("expected one of {}", self.values.join(", ")),
        }
    }
}

impl Bounds {
    fn is_open(&self) -> bool {
        self.values.is_empty() && self.intervals.is_empty()
    }

    fn allow(&self, point: Point) -> bool {
        self.is_open()
            || self.values.iter().any(|v| v.point == point)
            || self.intervals.iter().any(|[min, max]| min.point <= point && point <= max.point)
    }

    fn expected(&self) -> String {
        if self.is_open() {
            return String::new();
        }
        let values = self.values.iter().map(|v| v.text.clone());
        let intervals = self.intervals.iter().map(|[min, max]| format!("{} to {}", min.text, max.text));
        format!(": {}", values.chain(intervals).collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    fn quantity(values: &[&str], intervals: &[[&str; 2]]) -> Scalar {
        let bound = |text: &&str| Scale::Quantity.bound(text).unwrap();
        let intervals = intervals.iter().map(|[min, max]| [bound(min), bound(max)]).collect();
        Scalar::Quantity { uom: "m".to_owned(), bounds: Bounds { values: values.iter().map(bound).collect(), intervals } }
    }

    fn tokens(values: &[&str], pattern: Option<&str>) -> Scalar {
        let values = values.iter().map(|&v| v.to_owned()).collect();
        Scalar::Text(Tokens { values, pattern: pattern.map(|p| Pattern::new(p).unwrap()) })
    }

    #[test]
    fn values_and_intervals() {
        let pixel = quantity(&["12.5"], &[["25", "100"], ["200", "200"]]);
        assert!(["12.5", "1.25e1", "25", "99.999", "100", "+200"].iter().all(|v| pixel.check(v).is_ok()));
        assert!(
            ["12.6", "24.99", "100.01", "INF", "inf", "NaN", "", "30 m", "0x20", "1e999"].iter().all(|v| pixel.check(v).is_err())
        );
        assert_eq!(pixel.check("1").unwrap_err(), "expected a number (m): 12.5, 25 to 100, 200 to 200");
        assert!(pixel.check_range("25", "100").is_ok());
        assert_eq!(pixel.check_range("100", "25").unwrap_err(), "expected a minimum up to the maximum");
    }

    #[test]
    fn counts_are_whole_and_exact() {
        let count = Scalar::Count(Bounds { values: vec![Scale::Count.bound("9007199254740993").unwrap()], intervals: vec![] });
        assert!(count.check("9007199254740993").is_ok());
        assert!(["9007199254740992", "1.0", "1e3", ""].iter().all(|v| count.check(v).is_err()));
    }

    #[test]
    fn times_compare_in_utc() {
        let bound = |text| Scale::Time.bound(text).unwrap();
        let time = Scalar::Time(Bounds { values: vec![], intervals: vec![[bound("2026-01-01"), bound("2026-06-30T12:00:00Z")]] });
        assert!(["2026-01-01", "2026-01-01T01:00:00+01:00", "2026-06-30T12:00:00"].iter().all(|v| time.check(v).is_ok()));
        assert!(
            ["2025-12-31", "2026-01-01T00:00:00+01:00", "2026-06-30T12:00:01Z", "now", "2026"]
                .iter()
                .all(|v| time.check(v).is_err())
        );
    }

    #[test]
    fn texts() {
        assert!(tokens(&[], None).check("").is_ok());
        let words = tokens(&["a", "B c"], None);
        assert!(words.check("a").is_ok() && words.check("B c").is_ok() && words.check("b").is_err() && words.check("").is_err());
        let pattern = tokens(&[], Some("x|yy"));
        assert!(pattern.check("yy").is_ok() && pattern.check("xyy").is_err() && pattern.check("yy\n").is_err());
        assert!(Scalar::Boolean.check("1").is_ok() && Scalar::Boolean.check("yes").is_err());
    }

    proptest! {
        /// A value is allowed exactly if it lies in one of the intervals, however it is written.
        #[test]
        fn a_number_is_where_it_is(a in -1000i32..1000, b in -1000i32..1000, value in -1500i32..1500) {
            let (min, max) = (a.min(b), a.max(b));
            let scalar = quantity(&[], &[[&min.to_string(), &max.to_string()]]);
            for written in [value.to_string(), format!("{value}.0"), format!("{value}e0"), format!("{value}.5")] {
                let number: f64 = written.parse().unwrap();
                prop_assert_eq!(scalar.check(&written).is_ok(), f64::from(min) <= number && number <= f64::from(max));
            }
        }

        /// No text makes a check panic, and what a range takes, its ends are.
        #[test]
        fn any_text_has_a_verdict(min in ".{0,12}", max in "[-0-9.eT:Z]{0,20}") {
            for scalar in [quantity(&[], &[["0", "5"]]), Scalar::Count(Bounds::default()), Scalar::Time(Bounds::default())] {
                if scalar.check_range(&min, &max).is_ok() {
                    prop_assert!(scalar.check(&min).is_ok() && scalar.check(&max).is_ok());
                }
            }
        }
    }
}
