//! The `Content-Type` header of a request.

use ordergate_door::Answer;

use super::answer_early;
use crate::Exception;

/// The media type without its parameters.
pub(super) fn media_type(header: &str) -> &str {
    header.split_once(';').map_or(header, |(media_type, _)| media_type).trim()
}

/// The `charset` parameter.
pub(crate) fn charset(header: Option<&str>) -> Option<&str> {
    let (_, parameters) = header?.split_once(';')?;
    parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then_some(value)
    })
}

/// Refuses (HTTP 415) what says of itself that it is not XML. No header at all is tolerated, and
/// any XML type will do for any envelope: clients mix them up.
pub(crate) fn refuse_content_type(header: Option<&str>) -> Option<Answer> {
    let media_type = media_type(header?);
    if is_xml(media_type) {
        return None;
    }
    let shown: String = media_type.chars().take(80).map(|c| c.to_ascii_lowercase()).collect();
    let diagnosis = format!("Content-Type {shown} is not XML: expected text/xml (SOAP 1.1) or application/soap+xml (SOAP 1.2)");
    let mut answer = answer_early(header, &Exception::not_applicable(diagnosis));
    answer.status = 415;
    Some(answer)
}

fn is_xml(media_type: &str) -> bool {
    let named = |name: &&str| media_type.eq_ignore_ascii_case(name);
    let ending = media_type.as_bytes().last_chunk::<4>();
    ["", "text/xml", "application/xml"].iter().any(named) || ending.is_some_and(|ending| ending.eq_ignore_ascii_case(b"+xml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charset_parameter() {
        assert_eq!(charset(Some("text/xml; charset=\"ISO-8859-1\"")), Some("ISO-8859-1"));
        assert_eq!(charset(Some("application/soap+xml;action=\"GetStatus\"; Charset=utf-8")), Some("utf-8"));
        assert_eq!(charset(Some("text/xml; charset=; charset = latin1 ")), Some("latin1"));
        assert_eq!(charset(Some("text/xml; charset=")), None);
        assert_eq!(charset(Some("charset=utf-8")), None);
        assert_eq!(charset(None), None);
    }

    #[test]
    fn only_xml_is_read() {
        for good in ["text/xml", "Application/SOAP+xml; charset=utf-8", "application/xml", "application/atom+xml", ""] {
            assert!(refuse_content_type(Some(good)).is_none(), "{good}");
        }
        for bad in ["application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/related; type=\"text/xml\""]
        {
            assert_eq!(refuse_content_type(Some(bad)).map(|a| a.status), Some(415), "{bad}");
        }
    }
}
