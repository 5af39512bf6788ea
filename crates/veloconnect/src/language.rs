//! In which language a client reads messages: RFC 9110 section 12.5.4.

use crate::options::Language;

/// The language that an `Accept-Language` header prefers among ours; `None` if it says nothing of them.
pub(crate) fn accepted(header: &str) -> Option<Language> {
    let ranges: Vec<(&str, u16)> = header.split(',').filter_map(range).collect();
    let quality = |language: Language| {
        // The most exact range counts: the language itself or a part of it ("de-AT"), before "*".
        let own = ranges.iter().filter(|(tag, _)| is_of(tag, language)).map(|(_, quality)| *quality).max();
        own.or_else(|| ranges.iter().find(|(tag, _)| *tag == "*").map(|(_, quality)| *quality).filter(|quality| *quality == 0))
    };
    // Of equal ones the first.
    let place = |language: Language| ranges.iter().position(|(tag, _)| is_of(tag, language));
    let mut wanted: Vec<_> =
        Language::ALL.into_iter().filter_map(|l| quality(l).filter(|q| *q > 0).map(|q| (q, place(l), l))).collect();
    wanted.sort_by_key(|(quality, place, _)| (std::cmp::Reverse(*quality), *place));
    wanted.first().map(|(_, _, language)| *language)
}

fn is_of(tag: &str, language: Language) -> bool {
    tag.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case(language.code()))
}

/// A language range with its weight in thousandths; `None` if it is not written as it must be.
fn range(text: &str) -> Option<(&str, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let tag = parts.next().filter(|tag| !tag.is_empty())?;
    let Some(weight) = parts.next() else { return Some((tag, 1000)) };
    let value = weight.strip_prefix("q=").or_else(|| weight.strip_prefix("Q="))?;
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if !matches!(whole, "0" | "1") || fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{fraction:0<3}").parse().ok()?;
    Some((tag, if whole == "1" { 1000 } else { thousandths }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_headers_prefer() {
        for (header, expected) in [
            ("de", Some(Language::De)),
            ("EN-gb", Some(Language::En)),
            ("de-AT, en;q=0.8", Some(Language::De)),
            ("de;q=0.3, en;q=0.8", Some(Language::En)),
            ("de;q=0.5,en;q=0.5", Some(Language::De)),
            ("en;q=0.5,de;q=0.5", Some(Language::En)),
            ("fr, en;q=0.001", Some(Language::En)),
            ("fr", None),
            ("*", None),
            ("", None),
            ("de;q=0", None),
            ("de;q=0, en;q=0.1", Some(Language::En)),
            ("en;q=2, de;q=0.1", Some(Language::De)),
            ("en;level=1, de;q=x", None),
            ("*;q=0, en", Some(Language::En)),
            ("den, english", None),
        ] {
            assert_eq!(accepted(header), expected, "{header:?}");
        }
    }
}
