//! The XML-POST binding (2.2): the request is a document.

use ordergate_xml::error::XmlErrorKind;
use ordergate_xml::repair::repair;
use ordergate_xml::validate::validate_as;
use ordergate_xml::{Document, Limits, XmlError};

use super::{Incoming, Unrecognised};
use crate::codes::ResponseCode;
use crate::frame::RequestFrame;
use crate::lenient::Lenient;
use crate::message::Message;
use crate::operation::{Dialect, Operation};
use crate::options::Language;
use crate::schema::schema;
use crate::version::Version;

/// Reads a request in the XML-POST binding.
pub(super) fn read(
    body: &[u8],
    content_type: Option<&str>,
    lenient: Lenient,
    limits: &Limits,
) -> Result<Incoming, Box<Unrecognised>> {
    let document = Document::parse(body, content_type.and_then(charset), limits).map_err(not_xml)?;
    let root = document.root();
    let frame = RequestFrame::read(root, lenient);
    let unknown = |name: &str| {
        let message = Message::UnknownOperation(name.to_owned());
        let (version, frame, language) = (Version::default(), frame.clone(), Language::default());
        Box::new(Unrecognised { version, frame, code: ResponseCode::Syntax, message, language })
    };
    let Some(operation) = Operation::by_request(root.name()) else { return Err(unknown(root.name())) };
    let out_of_date = Some((ResponseCode::OutOfDate, Message::OutOfDate(root.ns().to_owned())));
    let default = Version::default();
    let (ns, version, problem) = match operation.dialect(root.ns()) {
        Dialect::Known(ns, version) => (ns, version, None),
        // veloconnect 9: a version that is not spoken is answered 406. The leniency `old_versions` reads those that the
        // standard has had by their local names, since what was added later was optional (D-VER).
        Dialect::Nearest(ns, version) if lenient.old_versions => (ns, version, None),
        Dialect::Nearest(ns, version) => (ns, version, out_of_date),
        Dialect::OutOfDate => (operation.module.namespace(default), default, out_of_date),
        // The official request collection has requests with a misspelt namespace and with none.
        Dialect::Foreign if lenient.namespaces => (operation.module.namespace(default), default, None),
        Dialect::Foreign if root.ns().starts_with("urn:veloconnect:") => {
            let expected = operation.module.namespace(default);
            let wrong = Message::WrongNamespace { found: root.ns().to_owned(), expected };
            (expected, default, Some((ResponseCode::Syntax, wrong)))
        }
        Dialect::Foreign => return Err(unknown(root.name())),
    };
    let mut incoming = Incoming { operation, version, ns, document, frame, problem, language: Language::default() };
    if incoming.problem.is_none() {
        check(&mut incoming, lenient);
    }
    Ok(incoming)
}

/// Compares the document with its declaration, after putting right what may be.
fn check(incoming: &mut Incoming, lenient: Lenient) {
    let Some(element) = incoming.operation.request_element(incoming.ns, lenient) else { return };
    if lenient.untidy_documents {
        incoming.document = repair(&incoming.document, element);
        incoming.frame = RequestFrame::read(incoming.document.root(), lenient);
    }
    if let Err(violation) = validate_as(incoming.document.root(), element, schema()) {
        incoming.problem = Some((ResponseCode::Syntax, Message::Invalid(Box::new(violation))));
    }
}

/// Not XML, so nothing can be told from it. Too large is the client's fault, but not one of syntax.
fn not_xml(error: XmlError) -> Box<Unrecognised> {
    let code = if error.kind == XmlErrorKind::Limit { ResponseCode::General } else { ResponseCode::Syntax };
    let (version, frame, language) = (Version::default(), RequestFrame::default(), Language::default());
    Box::new(Unrecognised { version, frame, code, message: Message::Xml(Box::new(error)), language })
}

/// The `charset` of a media type.
fn charset(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1).map(str::trim);
    let value = parameters.filter_map(|p| p.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?.1;
    Some(value.trim().trim_matches('"')).filter(|v| !v.is_empty())
}
