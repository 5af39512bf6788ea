//! Which texts are values of which built-in type, once white space is normalised.

use super::Builtin;
use super::{calendar, duration, number, uri};
use crate::reader::chars::{is_name_char, ncname_len};

/// Whether `text` has the lexical form of the type. For a QName that says nothing of its prefix.
pub(super) fn is_valid(builtin: Builtin, text: &str) -> bool {
    match builtin {
        Builtin::AnySimple | Builtin::String | Builtin::NormalizedString | Builtin::Token => true,
        Builtin::Boolean => matches!(text, "true" | "false" | "1" | "0"),
        Builtin::Decimal => number::is_decimal(text),
        Builtin::Float | Builtin::Double => number::is_double(text),
        Builtin::AnyUri => text.is_empty() || uri::is_any_uri(text),
        // As libxml2 has it, and against the recommendation, a list may be empty.
        Builtin::NmTokens => text.is_empty() || text.split(' ').all(|item| is_name(Builtin::NmToken, item)),
        Builtin::IdRefs => text.is_empty() || text.split(' ').all(is_ncname),
        // Names of entities that a DTD declares: there are none.
        Builtin::Entity => false,
        Builtin::HexBinary => text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit()),
        Builtin::Base64Binary => is_base64(text),
        Builtin::Language
        | Builtin::Name
        | Builtin::NcName
        | Builtin::Id
        | Builtin::IdRef
        | Builtin::NmToken
        | Builtin::QName => is_name(builtin, text),
        Builtin::DateTime
        | Builtin::Date
        | Builtin::Time
        | Builtin::Duration
        | Builtin::GYearMonth
        | Builtin::GYear
        | Builtin::GMonthDay
        | Builtin::GDay
        | Builtin::GMonth => is_calendar(builtin, text),
        _ => is_integer(builtin, text),
    }
}

fn is_integer(builtin: Builtin, text: &str) -> bool {
    match builtin {
        Builtin::NonPositiveInteger => number::is_integer(text, None, Some("0")),
        Builtin::NegativeInteger => number::is_integer(text, None, Some("-1")),
        Builtin::NonNegativeInteger => number::is_integer(text, Some("0"), None),
        Builtin::PositiveInteger => number::is_integer(text, Some("1"), None),
        Builtin::Long => number::is_integer(text, Some("-9223372036854775808"), Some("9223372036854775807")),
        Builtin::Int => number::is_integer(text, Some("-2147483648"), Some("2147483647")),
        Builtin::Short => number::is_integer(text, Some("-32768"), Some("32767")),
        Builtin::Byte => number::is_integer(text, Some("-128"), Some("127")),
        Builtin::UnsignedLong => number::is_unsigned(text, "18446744073709551615"),
        Builtin::UnsignedInt => number::is_unsigned(text, "4294967295"),
        Builtin::UnsignedShort => number::is_unsigned(text, "65535"),
        Builtin::UnsignedByte => number::is_unsigned(text, "255"),
        _ => number::is_integer(text, None, None),
    }
}

fn is_calendar(builtin: Builtin, text: &str) -> bool {
    match builtin {
        Builtin::DateTime => calendar::is_date_time(text),
        Builtin::Date => calendar::is_date(text),
        Builtin::Time => calendar::is_time(text),
        Builtin::Duration => duration::is_duration(text),
        Builtin::GYearMonth => calendar::is_year_month(text),
        Builtin::GYear => calendar::is_year(text),
        Builtin::GMonthDay => calendar::is_month_day(text),
        Builtin::GDay => calendar::is_day(text),
        _ => calendar::is_month(text),
    }
}

fn is_name(builtin: Builtin, text: &str) -> bool {
    let name_char = |c: char| c == ':' || is_name_char(c);
    match builtin {
        Builtin::Language => is_language(text),
        Builtin::NmToken => !text.is_empty() && text.chars().all(name_char),
        Builtin::Name => (text.starts_with(':') || ncname_len(text) > 0) && text.chars().all(name_char),
        Builtin::QName => text.split_once(':').map_or_else(|| is_ncname(text), |(a, b)| is_ncname(a) && is_ncname(b)),
        _ => is_ncname(text),
    }
}

pub(crate) fn is_ncname(text: &str) -> bool {
    !text.is_empty() && ncname_len(text) == text.len()
}

/// RFC 3066: subtags of up to eight letters, after the first also digits.
fn is_language(text: &str) -> bool {
    text.split('-').enumerate().all(|(at, subtag)| {
        (1..=8).contains(&subtag.len())
            && subtag.bytes().all(|byte| byte.is_ascii_alphabetic() || (at > 0 && byte.is_ascii_digit()))
    })
}

/// Groups of four, where what is no digit is skipped (RFC 2045); bits that padding leaves over are zero.
fn is_base64(text: &str) -> bool {
    let mut digits = text.bytes().filter(|byte| *byte == b'=' || base64_digit(*byte).is_some()).peekable();
    let (mut count, mut last) = (0_usize, 0);
    while let Some(value) = digits.peek().copied().and_then(base64_digit) {
        (count, last) = (count + 1, value);
        digits.next();
    }
    let padding = digits.clone().take_while(|byte| *byte == b'=').count();
    digits.count() == padding
        && match count % 4 {
            0 => padding == 0,
            2 => padding == 2 && last.trailing_zeros() >= 4,
            3 => padding == 1 && last.trailing_zeros() >= 2,
            _ => false,
        }
}

fn base64_digit(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}
