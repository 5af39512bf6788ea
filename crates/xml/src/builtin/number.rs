//! Numbers: their lexical forms, and how they compare with the bounds of a range.

use std::cmp::Ordering;

/// libxml2 keeps this many digits, and refuses decimals and integers that have more.
const DIGITS_MAX: usize = 24;

fn sign(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn is_decimal(text: &str) -> bool {
    let (_, number) = sign(text);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if !(all_digits(whole) && all_digits(fraction)) || (whole.is_empty() && fraction.is_empty()) {
        return false;
    }
    let significant = whole.trim_start_matches('0').len();
    let point = number.len() > whole.len();
    // With 24 digits before it, not even the point is read any more.
    significant + fraction.len() <= DIGITS_MAX && !(point && significant == DIGITS_MAX)
}

/// An integer between bounds that are decimal digits; `None` stands for no bound.
pub(super) fn is_integer(text: &str, min: Option<&str>, max: Option<&str>) -> bool {
    let (_, digits) = sign(text);
    !digits.is_empty()
        && all_digits(digits)
        && digits.trim_start_matches('0').len() <= DIGITS_MAX
        && min.is_none_or(|min| compare_decimals(text, min).is_ge())
        && max.is_none_or(|max| compare_decimals(text, max).is_le())
}

/// The unsigned types take no sign, not even `+`.
pub(super) fn is_unsigned(text: &str, max: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && is_integer(text, None, Some(max))
}

pub(super) fn is_double(text: &str) -> bool {
    if matches!(text, "NaN" | "INF" | "-INF") {
        return true;
    }
    let (_, number) = sign(text);
    let (mantissa, exponent) = number.split_once(['e', 'E']).map_or((number, None), |(number, e)| (number, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // An exponent without digits is accepted.
    let exponent_ok = exponent.is_none_or(|exponent| all_digits(sign(exponent).1));
    all_digits(whole) && all_digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent_ok
}

/// How many digits a decimal has before and after its point, but for zeros at either end.
pub(super) fn significant_digits(text: &str) -> (usize, usize) {
    let (_, (whole, fraction)) = parts(text);
    (whole.len(), fraction.len())
}

/// Compares two decimals of any length by value.
pub(super) fn compare_decimals(a: &str, b: &str) -> Ordering {
    let ((a_negative, a), (b_negative, b)) = (parts(a), parts(b));
    match (a_negative, b_negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => magnitude(a, b),
        (true, true) => magnitude(b, a),
    }
}

/// Whether it is below zero, and its digits before and after the point without zeros at either end.
fn parts(text: &str) -> (bool, (&str, &str)) {
    let (negative, number) = sign(text);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    (negative && digits != ("", ""), digits)
}

fn magnitude(a: (&str, &str), b: (&str, &str)) -> Ordering {
    a.0.len().cmp(&b.0.len()).then_with(|| a.0.cmp(b.0)).then_with(|| a.1.cmp(b.1))
}
