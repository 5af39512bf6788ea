//! The wrapping: SOAP 1.1, SOAP 1.2 or none, and what HTTP has to do with it.

use super::customer::{Customer, Way, retrieve, search};
use super::{Fault, Report, quiet, succeeded, valid};
use crate::harness::{Answer, Request, Soap, Wire, envelope, get, get_status, post, security, transcript};

fn all() -> String {
    search("<os:orderReference>no such reference</os:orderReference>", "brief")
}

fn security_of_demo() -> String {
    Customer::demo().security()
}

fn with_method(method: &'static str, target: &str) -> Request {
    Request { method, ..get(target) }
}

/// OSEO 1, 2: it is the envelope that counts, not the Content-Type; the answer has that of its own envelope.
#[test]
fn the_answer_comes_in_the_version_of_the_envelope() {
    let types = [
        "text/xml",
        "text/xml; charset=\"UTF-8\"",
        "application/soap+xml;action=\"urn:x\";charset=utf-8",
        "application/xml",
        "Text/XML",
        "",
    ];
    for way in Way::ALL {
        for content_type in types {
            let mut request = Customer::demo().request(way, &all());
            request.headers.retain(|(name, _)| name != "Content-Type");
            if !content_type.is_empty() {
                request = request.header("Content-Type", content_type);
            }
            let answer = quiet().send(&request);
            assert_eq!((answer.status, answer.header("content-type")), (200, Some(way.content_type())), "{content_type}");
            let root = match way {
                Way::Soap(soap) => format!("<soap:Envelope xmlns:soap=\"{}\">", soap.namespace()),
                Way::Plain => "<os:GetStatusResponse ".to_owned(),
            };
            assert!(answer.text().contains(&format!("?>\n{root}")), "{}", answer.text());
        }
    }
}

/// OSEO 4: dispatch is by the message; a SOAPAction may be right, quoted, wrong or absent.
#[test]
fn soap_action_does_not_matter() {
    for action in ["GetStatus", "\"GetStatus\"", "\"\"", "Submit", "http://example.org/nonsense"] {
        succeeded(quiet().send(&Customer::demo().request(Way::V11, &all()).header("SOAPAction", action)));
    }
}

/// HTTP Basic serves inside of SOAP too; a token in the envelope goes first.
#[test]
fn basic_credentials_with_an_envelope() {
    let basic = |name: &str| super::customer::basic(name, &format!("{name}-secret"));
    for soap in Soap::BOTH {
        let bare = soap.request_with("", &all()).header("Authorization", &basic("demo"));
        succeeded(quiet().send(&bare));
        let wrong_token = soap.request_with(&security("demo", "nonsense"), &all()).header("Authorization", &basic("demo"));
        assert_eq!(Fault::read(Way::Soap(soap), &quiet().send(&wrong_token)).code, "AuthenticationFailed");
    }
}

/// 415, in the words of the binding where it can be guessed.
#[test]
fn what_is_not_xml_by_its_own_words() {
    for content_type in
        ["application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/related; type=\"text/xml\""]
    {
        let request = post("/oseo", content_type, envelope(Soap::V11, &security_of_demo(), &all()));
        let answer = quiet().send(&request);
        let fault = Fault::read_any_status(Way::V11, &answer);
        assert_eq!((fault.http, fault.code.as_str()), (415, "NoApplicableCode"), "{fault}");
        assert!(fault.diagnosis.contains(content_type.split(';').next().unwrap()), "{fault}");
        valid(&answer);
    }
}

/// Only POST, and GET for the service description.
#[test]
fn other_methods() {
    let mut report = String::new();
    for (method, target) in [
        ("GET", "/oseo"),
        ("GET", "/oseo?service=OS&request=GetCapabilities"),
        ("PUT", "/oseo"),
        ("DELETE", "/oseo?wsdl"),
        ("OPTIONS", "/oseo"),
    ] {
        let answer = quiet().send(&with_method(method, target));
        assert_eq!(answer.status, 405, "{method} {target}");
        let allow = answer.header("allow").unwrap();
        assert!(allow.contains("POST"), "{allow}");
        report.push_str(&transcript(&with_method(method, target), &answer));
        report.push_str("\n\n");
    }
    crate::harness::assert_snapshot!(report);
    let mut wire = Wire::connect(quiet().address);
    let head = String::from_utf8(wire.write(&with_method("HEAD", "/oseo?wsdl").bytes()).rest()).unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && head.ends_with("\r\n\r\n"), "{head}");
}

/// The fault of an envelope that cannot be opened. It has no report: the standards name none.
fn soap_fault(way: Way, answer: &Answer) -> (u16, String, String) {
    assert_eq!(answer.header("content-type"), Some(way.content_type()));
    valid(answer);
    let (code, reason) = match way {
        Way::V12 => ("Value", "Text"),
        _ => ("faultcode", "faultstring"),
    };
    let text = |name| answer.element(name).unwrap().to_owned();
    (answer.status, text(code), text(reason))
}

/// A header that must be understood and is not refuses the request; one for somebody else does not.
#[test]
fn must_understand() {
    let block = |attributes: &str| format!("{}<x:Audit xmlns:x=\"urn:example:audit\" {attributes}/>", security_of_demo());
    for soap in Soap::BOTH {
        let (way, ns) = (Way::Soap(soap), soap.namespace());
        let (next, other) = match soap {
            Soap::V11 => ("s:actor=\"http://schemas.xmlsoap.org/soap/actor/next\"", "s:actor=\"urn:example:proxy\""),
            Soap::V12 => ("s:role=\"http://www.w3.org/2003/05/soap-envelope/role/next\"", "s:role=\"urn:example:proxy\""),
        };
        let send = |attributes: &str| quiet().send(&soap.request_with(&block(attributes), &all()));
        for attributes in ["s:mustUnderstand=\"1\"", &format!("s:mustUnderstand=\"1\" {next}")] {
            let (status, code, reason) = soap_fault(way, &send(attributes));
            // A fault of the SOAP layer is HTTP 500 in both versions (SOAP 1.2 Part 2, table 20).
            assert_eq!((status, code.as_str()), (500, "soap:MustUnderstand"), "{ns}");
            assert!(reason.contains("Audit"), "{reason}");
        }
        for attributes in ["", "s:mustUnderstand=\"0\"", &format!("s:mustUnderstand=\"1\" {other}"), "mustUnderstand=\"1\""] {
            succeeded(send(attributes));
        }
        // What every toolkit marks so.
        let understood = security_of_demo().replace("<wsse:Security ", "<wsse:Security s:mustUnderstand=\"1\" ");
        let to = "<wsa:To xmlns:wsa=\"http://www.w3.org/2005/08/addressing\" s:mustUnderstand=\"1\">urn:x</wsa:To>";
        succeeded(quiet().send(&soap.request_with(&format!("{understood}{to}"), &all())));
    }
    let refused = quiet().send(&Soap::V12.request_with(&block("s:mustUnderstand=\"true\""), &all()));
    crate::harness::assert_snapshot!(crate::harness::pretty(refused.text()));
}

/// SOAP of another namespace gets the fault that SOAP has for it.
#[test]
fn version_mismatch() {
    let older = envelope(Soap::V11, &security_of_demo(), &all())
        .replace(Soap::V11.namespace(), "http://www.w3.org/2001/12/soap-envelope");
    for body in [older, format!("<Envelope><Body>{}</Body></Envelope>", all())] {
        let answer = quiet().send(&post("/oseo", "text/xml", body));
        let (status, code, _) = soap_fault(Way::V11, &answer);
        assert_eq!((status, code.as_str()), (500, "soap:VersionMismatch"));
        crate::harness::assert_snapshot!("version_mismatch", crate::harness::pretty(answer.text()));
    }
}

/// Envelopes that are none, and roots that are no request.
#[test]
fn envelopes_that_are_wrong() {
    let message = all();
    let security = security_of_demo();
    let parts = |soap: Soap, content: &str| format!("<s:Envelope xmlns:s=\"{}\">{content}</s:Envelope>", soap.namespace());
    let header = format!("<s:Header>{security}</s:Header>");
    let cases = [
        ("no Body", header.clone()),
        ("an empty Body", format!("{header}<s:Body/>")),
        ("a Body of text", format!("{header}<s:Body>GetStatus</s:Body>")),
        ("a Body with a comment only", format!("{header}<s:Body><!-- {message} --></s:Body>")),
        ("two elements in the Body", format!("{header}<s:Body>{message}{message}</s:Body>")),
        ("text beside the request", format!("{header}<s:Body>{message} please</s:Body>")),
        ("two Bodies", format!("{header}<s:Body>{message}</s:Body><s:Body>{message}</s:Body>")),
        ("the Header after the Body", format!("<s:Body>{message}</s:Body>{header}")),
        ("two Headers", format!("{header}{header}<s:Body>{message}</s:Body>")),
        ("no Body but the request", format!("{header}{message}")),
        ("an unknown child", format!("{header}<s:Body>{message}</s:Body><extra/>")),
        ("an envelope in the Body", format!("{header}<s:Body>{}</s:Body>", envelope(Soap::V11, &security, &message))),
        (
            "a message of no namespace",
            format!(
                "{header}<s:Body>{}</s:Body>",
                message.replace(" xmlns:os=\"http://www.opengis.net/oseo/1.0\"", "").replace("os:", "")
            ),
        ),
        ("a message of another namespace", format!("{header}<s:Body>{}</s:Body>", message.replace("/oseo/1.0", "/oseo/2.0"))),
        ("no envelope at all", String::new()),
    ];
    let mut report = Report::default();
    for (title, content) in cases {
        report.line(format_args!("## {title}"));
        for soap in Soap::BOTH {
            let body = if content.is_empty() { "<html><body>hello</body></html>".to_owned() } else { parts(soap, &content) };
            let answer = quiet().send(&post("/oseo", soap.content_type(), body));
            // Without an envelope there is no version to answer in.
            let way = if content.is_empty() { Way::V11 } else { Way::Soap(soap) };
            let (code, locator) = match title {
                "an envelope in the Body" => ("OperationNotSupported", Some("Envelope")),
                _ if title.starts_with("a message of") => ("OperationNotSupported", Some("GetStatus")),
                _ => ("NoApplicableCode", None),
            };
            report.refused(way, &answer, code, locator);
        }
    }
    crate::harness::assert_snapshot!(report.checked());
    // No Header is no mistake, only no identity.
    let answer = quiet().send(&post("/oseo", "text/xml", parts(Soap::V11, &format!("<s:Body>{message}</s:Body>"))));
    assert_eq!(Fault::read(Way::V11, &answer).code, "AuthenticationFailed");
}

/// What real clients do around and inside of the envelope, and mean no harm by.
#[test]
fn envelopes_that_are_unusual_but_right() {
    let id = Customer::demo().order(quiet(), "");
    let inner = retrieve(&id, "brief");
    let default_ns = get_status("").replace("xmlns:os", "xmlns").replace("os:", "").replace(
        "></GetStatus>",
        &format!(">\n\n<orderId>{id}</orderId><presentation><![CDATA[brief]]></presentation><?pi x?></GetStatus>"),
    );
    for soap in Soap::BOTH {
        let ns = soap.namespace();
        let security = security_of_demo();
        for body in [
            format!(
                "\u{feff}<?xml version=\"1.0\"?>\n<!-- c --><Envelope xmlns=\"{ns}\">\n <Header>\n{security}\n</Header>\n <Body>\n{inner}\n </Body>\n</Envelope>\n<!-- end -->\n"
            ),
            envelope(soap, &security, &default_ns),
            envelope(soap, &security, &inner).replace("<s:Body>", "<s:Body id=\"b1\" xmlns:wsu=\"urn:x\" wsu:Id=\"b\">"),
            envelope(soap, &security, &inner).replace('\'', "\"").replace("><", ">\r\n<"),
        ] {
            let answer = succeeded(quiet().send(&post("/oseo", soap.content_type(), body)));
            assert_eq!(answer.element("orderId"), Some(id.as_str()));
        }
    }
}
