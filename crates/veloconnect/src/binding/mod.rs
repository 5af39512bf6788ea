//! The two bindings (section 2). Either way a request becomes one document and is checked and read the
//! same way; only what a message names when something is wrong differs.

mod pairs;
mod serialise;
mod url;
mod xml_post;

use ordergate_door::{Method, Request};
use ordergate_xml::{Document, Limits};

use crate::codes::ResponseCode;
use crate::frame::RequestFrame;
use crate::lenient::Lenient;
use crate::message::Message;
use crate::operation::Operation;
use crate::options::{Language, VeloconnectOptions};
use crate::version::Version;

/// A request whose operation is known.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub operation: &'static Operation,
    pub version: Version,
    /// The module's namespace, in which it is answered.
    pub ns: &'static str,
    pub document: Document,
    pub frame: RequestFrame,
    /// 405 or 406, with what is wrong.
    pub problem: Option<(ResponseCode, Message)>,
    /// The language of `ResponseMessage`.
    pub language: Language,
}

/// A request from which no operation can be told (GetStatus, rule 4).
#[derive(Debug)]
pub(crate) struct Unrecognised {
    pub version: Version,
    pub frame: RequestFrame,
    pub code: ResponseCode,
    pub message: Message,
    pub language: Language,
}

/// Reads a request in whichever binding it is; refusals and answers are in `language`.
pub(crate) fn read(
    request: &Request<'_>,
    options: &VeloconnectOptions,
    limits: &Limits,
    language: Language,
) -> Result<Incoming, Box<Unrecognised>> {
    let lenient = options.lenient();
    let body = match request.method {
        Method::Get => None,
        Method::Post => Some(request.body),
    };
    let read = match body {
        Some(body) if is_xml(request, lenient) => xml_post::read(body, request.content_type, lenient, limits),
        _ => {
            let query = request.query.unwrap_or_default().as_bytes();
            url::read(&[query, body.unwrap_or_default()], lenient, limits)
        }
    };
    match read {
        Ok(incoming) => Ok(Incoming { language, ..incoming }),
        Err(unrecognised) => Err(Box::new(Unrecognised { language, ..*unrecognised })),
    }
}

/// XML-POST or form POST (2.2): by the media type; by the first character where the type is missing or says nothing.
/// With the leniency `media_types` the first character wins, because there are clients that send either under the other's type.
fn is_xml(request: &Request<'_>, lenient: Lenient) -> bool {
    let declared = request.content_type.and_then(declares_xml);
    let looks = looks_like_xml(request.body);
    match declared {
        Some(declared) if !lenient.media_types => declared,
        Some(true) => looks || !looks_like_form(request),
        _ => looks,
    }
}

/// What a media type says: XML, a form, or nothing.
fn declares_xml(content_type: &str) -> Option<bool> {
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media_type.as_str() {
        "application/x-www-form-urlencoded" => Some(false),
        // "xml/application" stands in an example of the standard.
        "application/xml" | "text/xml" | "xml/application" => Some(true),
        other if other.ends_with("+xml") => Some(true),
        _ => None,
    }
}

fn looks_like_xml(body: &[u8]) -> bool {
    let start = body.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(body.len());
    match &body[start..] {
        [b'<', ..] | [0, b'<', ..] => true,
        rest => rest.starts_with(&[0xEF, 0xBB, 0xBF]) || rest.starts_with(&[0xFE, 0xFF]) || rest.starts_with(&[0xFF, 0xFE]),
    }
}

/// Under an XML type: only what can be nothing else, so that broken XML is told that it is broken XML.
fn looks_like_form(request: &Request<'_>) -> bool {
    let has_name = |text: &[u8]| {
        let mut names = text.split(|b| *b == b'&').map(|p| p.split(|b| *b == b'=').next().unwrap_or_default());
        names.any(|name| name.eq_ignore_ascii_case(b"RequestName"))
    };
    has_name(request.body) || (request.body.trim_ascii().is_empty() && request.query.is_some_and(|q| has_name(q.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2.2: form or XML.
    #[test]
    fn which_binding() {
        let decide = |content_type: Option<&str>, body: &str, strict| {
            let request = Request {
                method: Method::Post,
                query: None,
                content_type,
                authorization: None,
                accept_language: None,
                body: body.as_bytes(),
                client: None,
                vouched: ordergate_door::Vouched::Nobody,
            };
            if is_xml(&request, if strict { Lenient::NONE } else { Lenient::default() }) { "xml" } else { "form" }
        };
        let form = Some("application/x-www-form-urlencoded; charset=utf-8");
        for (content_type, body, lenient, strict) in [
            (Some("application/xml"), "<a/>", "xml", "xml"),
            (Some("xml/application; charset=x"), "<a/>", "xml", "xml"),
            (Some("application/soap+xml"), "", "xml", "xml"),
            (Some("application/xml"), "RequestName=x", "form", "xml"),
            (Some("application/xml"), "garbage", "xml", "xml"),
            (form, "RequestName=x", "form", "form"),
            (form, " \n<a/>", "xml", "form"),
            (None, " \n<a/>", "xml", "xml"),
            (None, "\u{FEFF}<a/>", "xml", "xml"),
            (Some("text/plain"), "a=b", "form", "form"),
            (None, "", "form", "form"),
        ] {
            assert_eq!(decide(content_type, body, false), lenient, "lenient {content_type:?} {body:?}");
            assert_eq!(decide(content_type, body, true), strict, "strict {content_type:?} {body:?}");
        }
    }
}
