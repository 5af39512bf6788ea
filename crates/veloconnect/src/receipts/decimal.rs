//! Exact decimals in JSON: a string, as they are written, or a number, taken digit by digit as it stands.

use std::fmt;

use rust_decimal::Decimal;
use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};

use crate::number::number;

pub(super) const fn one() -> Decimal {
    Decimal::ONE
}

pub(crate) fn serialize<S: Serializer>(value: &Decimal, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&number(*value))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
    from.deserialize_any(Reader)
}

struct Reader;

impl Visitor<'_> for Reader {
    type Value = Decimal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal number such as \"12.50\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Decimal, E> {
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let plain = !whole.is_empty() && !fraction.is_empty() && digits(whole) && digits(fraction);
        let value = if plain { Decimal::from_str_exact(text).ok() } else { None };
        value.ok_or_else(|| E::custom(format_args!("{text:?} is no decimal number such as \"12.50\" of at most 28 digits")))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Decimal, E> {
        Ok(number.into())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Decimal, E> {
        Ok(number.into())
    }

    /// The shortest decimal that is this number: what was written, as long as that had at most 15 digits.
    fn visit_f64<E: Error>(self, number: f64) -> Result<Decimal, E> {
        let text = number.to_string();
        if text.bytes().filter(u8::is_ascii_digit).count() > 15 {
            return Err(E::custom("a number with so many digits must stand in quotes"));
        }
        self.visit_str(&text)
    }
}

pub(super) mod optional {
    //! The same where it may be left out, or be null.

    use rust_decimal::Decimal;
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "serde asks for a reference")]
    pub(in super::super) fn serialize<S: Serializer>(value: &Option<Decimal>, out: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => super::serialize(value, out),
            None => out.serialize_none(),
        }
    }

    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Given(#[serde(with = "super")] Decimal);

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Decimal>, D::Error> {
        Ok(Option::<Given>::deserialize(from)?.map(|given| given.0))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[derive(serde::Deserialize)]
    struct Wrapped(#[serde(with = "super")] Decimal);

    #[test]
    fn decimals_are_exact_or_refused() {
        for (json, value) in [("\"12.50\"", "12.50"), ("12.5", "12.5"), ("0.1", "0.1"), ("-3", "-3"), ("\"0.349\"", "0.349")] {
            assert_eq!(serde_json::from_str::<Wrapped>(json).unwrap().0, value.parse().unwrap(), "{json}");
        }
        let long = format!("\"{}\"", "9".repeat(30));
        for json in
            ["\"12,50\"", "\"\"", "\"1e3\"", "\" 1\"", "\"+1\"", "\".5\"", "\"1.\"", "1e300", "true", &long, "0.1234567890123456"]
        {
            assert!(serde_json::from_str::<Wrapped>(json).is_err(), "{json}");
        }
    }
}
