//! What prices are counted in, and amounts of it: exact decimals, never binary fractions.

use std::fmt;

use iso_currency::Currency;
use rust_decimal::Decimal;

/// A currency, or a unit of a customer's quota (06-141r6 §7.3.9: CurrencyType).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    code: String,
    /// The currency's digits behind the point; none for a quota.
    exponent: Option<u32>,
    is_quota: bool,
}

/// The longest code that the schema has room for.
const CODE_MAX: usize = 10;
/// What the code of a quota's unit begins with.
const QUOTA: &str = "QUOTA";
/// Where no currency says how many digits there may be behind the point.
const DECIMALS_MAX: u32 = 6;
/// No single amount is greater. So the prices of all items of the longest order can be added without losing a digit.
const AMOUNT_MAX: i64 = 1_000_000_000_000;

impl Unit {
    /// Reads a code: one of ISO 4217, or `QUOTA`, alone or with more behind it. The error is the rest of a sentence.
    pub fn parse(code: &str) -> Result<Self, String> {
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.');
        let unit = |exponent, is_quota| Self { code: code.to_owned(), exponent, is_quota };
        if code.starts_with(QUOTA) && code.len() <= CODE_MAX && code.chars().all(is_word) {
            return Ok(unit(None, true));
        }
        match Currency::from_code(code) {
            Some(currency) => Ok(unit(currency.exponent().map(u32::from), false)),
            None => Err(format!(
                "must be a currency code of ISO 4217, or a quota unit: {QUOTA}, alone or with more behind it, at most {CODE_MAX} characters"
            )),
        }
    }

    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether it is counted against what the customer has, and not paid.
    pub const fn is_quota(&self) -> bool {
        self.is_quota
    }

    /// Reads an amount. The error is the rest of a sentence.
    pub fn amount(&self, text: &str) -> Result<Decimal, String> {
        let decimals_max = self.exponent.unwrap_or(DECIMALS_MAX);
        let digits = text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.starts_with(|c: char| c.is_ascii_digit());
        let amount = Some(text).filter(|_| digits && !text.ends_with('.')).and_then(|text| Decimal::from_str_exact(text).ok());
        match amount {
            Some(amount) if amount <= Decimal::from(AMOUNT_MAX) && amount.normalize().scale() <= decimals_max => Ok(amount),
            _ => Err(format!(
                "must be an amount of {}: decimal digits, at most {AMOUNT_MAX}, with at most {decimals_max} digits behind a point",
                self.code
            )),
        }
    }

    /// The amount as `xs:double` text, to the last digit: with as many digits behind the point as the currency has.
    pub fn write(&self, amount: Decimal) -> String {
        let mut amount = amount.normalize();
        if let Some(exponent) = self.exponent.filter(|&exponent| exponent > amount.scale()) {
            amount.rescale(exponent);
        }
        amount.to_string()
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn codes_are_those_of_iso_4217_and_of_quotas() {
        for (code, is_quota) in [("EUR", false), ("JPY", false), ("XXX", false), ("QUOTA", true), ("QUOTA-km2", true)] {
            assert_eq!(Unit::parse(code).unwrap().is_quota(), is_quota, "{code}");
        }
        for bad in ["", "eur", "EURO", "ABC", "quota", "QUOTA-12345", "QUOTA x", "QUOTAé", " EUR"] {
            assert!(Unit::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn amounts_are_exact_and_bounded() {
        let eur = Unit::parse("EUR").unwrap();
        for (text, written) in
            [("12.5", "12.50"), ("0", "0.00"), ("007.10", "7.10"), ("1.1000", "1.10"), ("1000000000000", "1000000000000.00")]
        {
            assert_eq!(eur.write(eur.amount(text).unwrap()), written, "{text}");
        }
        let thirty_digits = "1".repeat(30);
        for bad in ["", "-1", "+1", "1,5", "1e2", ".5", "1.", "1.2.3", "NaN", "12.345", "1000000000000.01", &thirty_digits, " 1"]
        {
            assert!(eur.amount(bad).is_err(), "{bad}");
        }
        let (yen, quota) = (Unit::parse("JPY").unwrap(), Unit::parse("QUOTA").unwrap());
        assert!(yen.amount("1.5").is_err());
        assert_eq!(yen.write(yen.amount("1500").unwrap()), "1500");
        assert_eq!(quota.write(quota.amount("0.250000").unwrap()), "0.25");
        // A tenth, three times: no binary fraction comes to that.
        let sum = (0..3).map(|_| eur.amount("0.10").unwrap()).sum();
        assert_eq!(eur.write(sum), "0.30");
    }
}
