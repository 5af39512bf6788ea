//! What a refusal says, read from the answer as strictly as the standards allow.

use std::fmt;

use roxmltree::{Document, Node};

use super::customer::Way;
use crate::harness::{Answer, Soap};

const OWS: &str = "http://www.opengis.net/ows/2.0";

/// A refusal. The form it came in was checked when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub http: u16,
    /// `Client`, `Sender`, ...; nothing in a bare report.
    pub blame: String,
    pub code: String,
    pub locator: Option<String>,
    /// The explanation, without the code before it.
    pub diagnosis: String,
}

/// The constant of the standard's table for a code; `None` where the text is free.
fn constant(code: &str) -> Option<&'static str> {
    Some(match code {
        "MissingParameterValue" => "Missing value for Parameter",
        "InvalidParameterValue" => "Invalid value for Parameter",
        "NoApplicableCode" => "Code not applicable",
        "AuthenticationFailed" => "Invalid or missing identity information",
        "AuthorizationFailed" => "The client is not authorized to call the operation.",
        "InvalidNotificationValue" => "Invalid value for notification",
        "InvalidOrderIdentifier" => "Invalid value for order",
        "ProductOrderingNotSupported" => "Ordering not supported",
        "SubscriptionNotSupported" | "UnsupportedCollection" => "Subscription not supported",
        "FutureProductNotSupported" => "Programming not supported",
        "OperationNotSupported" | "VersionNegotiationFailed" => return None,
        other => panic!("{other} is no code of OSEO"),
    })
}

/// The HTTP status where there is no SOAP (OWS Common 8.6).
fn plain_status(code: &str) -> u16 {
    match code {
        "AuthenticationFailed" => 401,
        "AuthorizationFailed" => 403,
        "OperationNotSupported" => 501,
        _ => 400,
    }
}

impl Fault {
    /// Reads a refusal that is the client's fault (OSEO 5, 6, 7), and holds its form against the rules.
    #[track_caller]
    pub fn read(way: Way, answer: &Answer) -> Self {
        let fault = Self::read_any_status(way, answer);
        let status = match way {
            Way::Soap(soap) => soap.client_fault(),
            Way::Plain => plain_status(&fault.code),
        };
        assert_eq!(fault.http, status, "{}", answer.text());
        fault
    }

    /// The same where HTTP has a status of its own for what happened, such as 413.
    #[track_caller]
    pub fn read_any_status(way: Way, answer: &Answer) -> Self {
        let text = answer.text();
        assert_eq!(answer.header("content-type"), Some(way.content_type()), "{text}");
        assert!(!text.to_ascii_lowercase().contains("<html"), "{text}");
        assert!(!text.contains("-secret"), "a password in {text}");
        let document = Document::parse(text).unwrap();
        let root = document.root_element();
        let (blame, reason, report) = match way {
            Way::Soap(Soap::V11) => soap_11(root),
            Way::Soap(Soap::V12) => soap_12(root),
            Way::Plain => (String::new(), None, root),
        };
        let (code, locator, texts) = read_report(report);
        let free = constant(&code).is_none();
        if let Some(constant) = constant(&code) {
            assert_eq!(texts[0], constant, "{text}");
        }
        // A test suite that compares ExceptionText literally must find nothing else beside it.
        let many = if way == Way::Plain && !free { 2 } else { 1 };
        assert_eq!(texts.len(), many, "{text}");
        let diagnosis = match reason {
            Some(reason) => reason.strip_prefix(&format!("{code}: ")).expect("the code comes first").to_owned(),
            None => texts[many - 1].clone(),
        };
        if way == Way::Plain && answer.status == 401 {
            assert_eq!(answer.header("www-authenticate"), Some("Basic realm=\"OSEO\", charset=\"UTF-8\""));
        }
        Self { http: answer.status, blame, code, locator, diagnosis }
    }
}

/// The child elements, which must be these.
#[track_caller]
fn parts<'a, 'i>(node: Node<'a, 'i>, ns: &str, names: &[&str]) -> Vec<Node<'a, 'i>> {
    let found: Vec<_> = node.children().filter(Node::is_element).collect();
    let is: Vec<_> = found.iter().map(|n| (n.tag_name().namespace().unwrap_or_default(), n.tag_name().name())).collect();
    let expected: Vec<_> = names.iter().map(|n| (ns, *n)).collect();
    assert_eq!(is, expected, "within {}", node.tag_name().name());
    found
}

fn text_of(node: Node<'_, '_>) -> String {
    node.text().unwrap_or_default().to_owned()
}

/// The one element of a namespace, all the way down.
fn descend<'a, 'i>(mut node: Node<'a, 'i>, ns: &str, names: &[&str]) -> Node<'a, 'i> {
    for name in names {
        node = parts(node, ns, &[name])[0];
    }
    node
}

/// A code's local name; its prefix must stand for the namespace.
fn local(node: Node<'_, '_>, ns: &str) -> String {
    let text = text_of(node);
    let (prefix, local) = text.split_once(':').expect("a qualified name");
    assert_eq!(node.lookup_namespace_uri(Some(prefix)), Some(ns), "{text}");
    local.to_owned()
}

fn soap_11<'a, 'i>(root: Node<'a, 'i>) -> (String, Option<String>, Node<'a, 'i>) {
    let ns = Soap::V11.namespace();
    assert!(root.has_tag_name((ns, "Envelope")));
    let fault = descend(root, ns, &["Body", "Fault"]);
    // Unqualified, as SOAP 1.1 §4.4 has them.
    let parts_of_fault = parts(fault, "", &["faultcode", "faultstring", "detail"]);
    (local(parts_of_fault[0], ns), Some(text_of(parts_of_fault[1])), descend(parts_of_fault[2], OWS, &["ExceptionReport"]))
}

fn soap_12<'a, 'i>(root: Node<'a, 'i>) -> (String, Option<String>, Node<'a, 'i>) {
    let ns = Soap::V12.namespace();
    assert!(root.has_tag_name((ns, "Envelope")));
    let of_fault = parts(descend(root, ns, &["Body", "Fault"]), ns, &["Code", "Reason", "Detail"]);
    let of_code = parts(of_fault[0], ns, &["Value", "Subcode"]);
    let report = descend(of_fault[2], OWS, &["ExceptionReport"]);
    let subcode = local(descend(of_code[1], ns, &["Value"]), OWS);
    assert_eq!(Some(subcode.as_str()), descend(report, OWS, &["Exception"]).attribute("exceptionCode"));
    (local(of_code[0], ns), Some(text_of(descend(of_fault[1], ns, &["Text"]))), report)
}

/// Exactly one exception: its code, its locator, its texts.
fn read_report(report: Node<'_, '_>) -> (String, Option<String>, Vec<String>) {
    assert!(report.has_tag_name((OWS, "ExceptionReport")));
    assert_eq!(report.attribute("version"), Some("1.0.0"));
    let exception = descend(report, OWS, &["Exception"]);
    let texts = exception.children().filter(|n| n.has_tag_name((OWS, "ExceptionText"))).map(text_of).collect();
    let attribute = |name| exception.attribute(name).map(str::to_owned);
    (attribute("exceptionCode").unwrap(), attribute("locator"), texts)
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.http)?;
        if !self.blame.is_empty() {
            write!(f, "{} ", self.blame)?;
        }
        f.write_str(&self.code)?;
        if let Some(locator) = &self.locator {
            write!(f, " @ {locator}")?;
        }
        write!(f, ": {}", self.diagnosis)
    }
}
