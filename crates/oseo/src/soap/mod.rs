//! The envelope around a message: SOAP 1.1, SOAP 1.2, or none (06-141r6 §7.4).
//!
//! The answer goes back in the version of the request's envelope. A bare OSEO document ("plain") is
//! an extra of this server.

mod content_type;
mod fault;
mod open;
pub mod wsse;

use ordergate_door::{Answer, TooMany};
use ordergate_xml::{XmlError, XmlWriter};

pub(crate) use content_type::{charset, refuse_content_type};
pub(crate) use fault::Fault;
pub(crate) use open::{Envelope, open};

use crate::{Exception, Reply};

/// SOAP 1.1.
pub const SOAP_11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// SOAP 1.2.
pub const SOAP_12: &str = "http://www.w3.org/2003/05/soap-envelope";

/// WS-Addressing 1.0.
pub const WSA: &str = "http://www.w3.org/2005/08/addressing";

/// How a message is wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binding {
    Soap11,
    Soap12,
    /// No envelope.
    Plain,
}

impl Binding {
    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Soap12 => "application/soap+xml; charset=utf-8",
            Self::Soap11 | Self::Plain => "text/xml; charset=utf-8",
        }
    }

    /// The wrapping before the message.
    const fn opening(self) -> &'static str {
        match self {
            Self::Soap11 => concat!(
                r#"<?xml version="1.0" encoding="UTF-8"?>"#,
                "\n",
                r#"<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>"#
            ),
            Self::Soap12 => concat!(
                r#"<?xml version="1.0" encoding="UTF-8"?>"#,
                "\n",
                r#"<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body>"#
            ),
            Self::Plain => concat!(r#"<?xml version="1.0" encoding="UTF-8"?>"#, "\n"),
        }
    }

    /// The wrapping after the message.
    const fn closing(self) -> &'static str {
        match self {
            Self::Soap11 | Self::Soap12 => "</soap:Body></soap:Envelope>",
            Self::Plain => "",
        }
    }

    /// Makes room before and behind the message, which is large, instead of copying it elsewhere.
    fn wrap(self, mut message: Vec<u8>) -> Vec<u8> {
        let (opening, closing, len) = (self.opening().as_bytes(), self.closing().as_bytes(), message.len());
        message.reserve(opening.len() + closing.len());
        message.resize(opening.len() + len, 0);
        message.copy_within(..len, opening.len());
        message[..opening.len()].copy_from_slice(opening);
        message.extend_from_slice(closing);
        message
    }
}

/// The answer of an operation that did its work.
pub(crate) fn answer_success(binding: Binding, operation: &'static str, reply: Reply) -> Answer {
    Answer {
        status: 200,
        content_type: binding.content_type(),
        body: binding.wrap(reply.xml),
        operation,
        result: reply.result,
        headers: Vec::new(),
    }
}

/// A fault, or an exception report where there is no envelope.
pub(crate) fn answer_fault(binding: Binding, operation: &'static str, fault: &Fault) -> Answer {
    let mut writer = XmlWriter::new();
    fault.write(binding, &mut writer);
    let mut headers = Vec::new();
    if fault.http_status(binding) == 401 {
        headers.push(("WWW-Authenticate", "Basic realm=\"OSEO\", charset=\"UTF-8\"".to_owned()));
    }
    headers.extend(fault.retry_after().map(|seconds| TooMany { seconds }.header()));
    Answer {
        status: fault.http_status(binding),
        content_type: binding.content_type(),
        body: binding.wrap(writer.finish()),
        operation,
        result: fault.result(),
        headers,
    }
}

/// The answer to what is no XML document at all. Its envelope is unknown; the content type tells
/// SOAP 1.2 from 1.1 (checklist OSEO 8).
pub(crate) fn answer_unreadable(content_type: Option<&str>, error: &XmlError) -> Answer {
    answer_early(content_type, &Exception::not_applicable(error.to_string()))
}

/// A fault for a request that could not be read far enough to know its envelope.
pub(crate) fn answer_early(content_type: Option<&str>, exception: &Exception) -> Answer {
    let is_12 = content_type.is_some_and(|t| content_type::media_type(t).eq_ignore_ascii_case("application/soap+xml"));
    let binding = if is_12 { Binding::Soap12 } else { Binding::Soap11 };
    answer_fault(binding, "unknown", &Fault::Ows(exception.clone()))
}
