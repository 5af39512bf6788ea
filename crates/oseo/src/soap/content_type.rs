//! The `Content-Type` header of a request.

use ordergate_door::Answer;

use super::answer_early;
use crate::Exception;

/// The media type without its parameters.
pub(super) fn media_type(header: &str) -> &str {
    header.split(';').next().unwrap_or_default().trim()
}

/// The `charset` parameter.
pub(crate) fn charset(header: Option<&str>) -> Option<String> {
    let parameters = header?.split(';').skip(1);
    let named = |p: &str| p.split_once('=').map(|(n, v)| (n.trim().to_ascii_lowercase(), v.trim().trim_matches('"').to_owned()));
    parameters.filter_map(named).find(|(n, v)| n == "charset" && !v.is_empty()).map(|(_, v)| v)
}

/// Refuses (HTTP 415) what says of itself that it is not XML. No header at all is tolerated, and
/// any XML type will do for any envelope: clients mix them up.
pub(crate) fn refuse_content_type(header: Option<&str>) -> Option<Answer> {
    let media_type = media_type(header?).to_ascii_lowercase();
    let is_xml = matches!(media_type.as_str(), "" | "text/xml" | "application/xml") || media_type.ends_with("+xml");
    if is_xml {
        return None;
    }
    let shown: String = media_type.chars().take(80).collect();
    let diagnosis = format!("Content-Type {shown} is not XML: expected text/xml (SOAP 1.1) or application/soap+xml (SOAP 1.2)");
    let mut answer = answer_early(header, &Exception::not_applicable(diagnosis));
    answer.status = 415;
    Some(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charset_parameter() {
        assert_eq!(charset(Some("text/xml; charset=\"ISO-8859-1\"")).as_deref(), Some("ISO-8859-1"));
        assert_eq!(charset(Some("application/soap+xml;action=\"GetStatus\"; Charset=utf-8")).as_deref(), Some("utf-8"));
        assert_eq!(charset(Some("text/xml; charset=")), None);
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
