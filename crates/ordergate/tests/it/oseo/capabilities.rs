//! GetCapabilities, and whether what it says is so.

use super::customer::{Customer, Way};
use super::{Report, quiet, succeeded};
use crate::harness::{Answer, Config, Server, transcript};

fn get_capabilities(attributes: &str, content: &str) -> String {
    format!(
        "<os:GetCapabilities xmlns:os=\"http://www.opengis.net/oseo/1.0\" xmlns:ows=\"http://www.opengis.net/ows/2.0\" \
         {attributes}>{content}</os:GetCapabilities>"
    )
}

fn ask(content: &str) -> Answer {
    succeeded(quiet().send(&Way::V11.anonymous(&get_capabilities("service=\"OS\"", content))))
}

fn sections(answer: &Answer) -> Vec<&'static str> {
    let all = ["ows:ServiceIdentification", "ows:ServiceProvider", "ows:OperationsMetadata", "os:Contents"];
    all.into_iter().filter(|s| answer.text().contains(&format!("<{s}>"))).collect()
}

/// OSEO 9, 12, 13, 14, 15, 18, 19: the whole document, for anybody who asks.
#[test]
fn the_whole_document_without_identity() {
    let toml = "[server]\npublic_url = \"https://orders.example.org/eo\"\n[oseo]\ntitle = \"EO <orders> & more\"\nkeywords = [\"a\", \"b\"]\n\
                provider_name = \"Weltraum GmbH\"\nprovider_site = \"https://www.example.org/?a=1&b=2\"\nprovider_email = \"eo@example.org\"\n\
                items_max = 25\ncollections = [\"urn:c:1\", \"urn:c:2\"]\n";
    let server = Server::serve(&Config::new(toml));
    for way in Way::ALL {
        let asked = way.anonymous(&get_capabilities("service=\"OS\" updateSequence=\"\"", ""));
        let answer = succeeded(server.send(&asked));
        assert_eq!(answer.header("content-type"), Some(way.content_type()));
        crate::harness::assert_snapshot!(format!("capabilities_{way}"), transcript(&asked, &answer));
    }
}

/// OSEO 18: who has the current document gets no section of it; it changes with what the server offers, and with nothing else.
#[test]
fn an_update_sequence_saves_the_document() {
    let config = |more: &str| Config::new(&format!("[server]\npublic_url = \"https://orders.example.org\"\n{more}"));
    let mut server = Server::serve(&config(""));
    let ask = |server: &Server, known: &str| {
        let message = get_capabilities(&format!("service=\"OS\" updateSequence=\"{known}\""), "");
        succeeded(server.send(&Way::V11.anonymous(&message)))
    };
    let current =
        |answer: &Answer| answer.text().split_once("updateSequence=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let first = current(&ask(&server, ""));
    server.kill();
    server.start();
    let nothing_new = ask(&server, &first);
    assert_eq!((current(&nothing_new), sections(&nothing_new).len()), (first.clone(), 0));
    for unknown in ["?", "0", &first.to_uppercase().replace(|c: char| c.is_ascii_digit(), "x")] {
        assert_eq!(sections(&ask(&server, unknown)).len(), 4, "{unknown}");
    }
    let other = Server::serve(&config("[oseo]\nitems_max = 7\n"));
    let changed = ask(&other, &first);
    assert_eq!(sections(&changed).len(), 4);
    assert_ne!(current(&changed), first);
}

/// OSEO 16: any combination of sections; none, or OWS's word "All", means everything; unknown ones are not there.
#[test]
fn sections_on_request() {
    let all = ["ows:ServiceIdentification", "ows:ServiceProvider", "ows:OperationsMetadata", "os:Contents"];
    let ask_for = |names: &[&str]| {
        let names = names.iter().map(|n| format!("<ows:Section>{n}</ows:Section>")).collect::<Vec<_>>().concat();
        sections(&ask(&format!("<ows:Sections>{names}</ows:Sections>")))
    };
    assert_eq!(sections(&ask("")), all);
    assert_eq!(ask_for(&[]), all);
    assert_eq!(ask_for(&["All"]), all);
    assert_eq!(ask_for(&["Contents"]), ["os:Contents"]);
    assert_eq!(ask_for(&["Contents", "ServiceProvider", "Contents"]), ["ows:ServiceProvider", "os:Contents"]);
    assert_eq!(
        ask_for(&["OperationsMetadata", "ServiceIdentification"]),
        ["ows:ServiceIdentification", "ows:OperationsMetadata"]
    );
    assert!(ask_for(&["Notifications", "?"]).is_empty());
}

/// OSEO 17: the first version that both know.
#[test]
fn versions_are_negotiated() {
    let versions = |list: &[&str]| {
        let list = list.iter().map(|v| format!("<ows:Version>{v}</ows:Version>")).collect::<Vec<_>>().concat();
        get_capabilities("service=\"OS\"", &format!("<ows:AcceptVersions>{list}</ows:AcceptVersions>"))
    };
    for good in [&["1.0.0"][..], &["9.9.9", "1.0.0"]] {
        assert_eq!(sections(&succeeded(quiet().send(&Way::V12.anonymous(&versions(good))))).len(), 4);
    }
    let mut report = Report::default();
    for way in Way::ALL {
        let asked = way.anonymous(&versions(&["2.0.0", "0.9.0"]));
        let answer = quiet().send(&asked);
        report.refused(way, &answer, "VersionNegotiationFailed", None);
        crate::harness::assert_snapshot!(format!("negotiation_{way}"), transcript(&asked, &answer));
    }
    report.checked();
}

/// OSEO 10, 11: the request is held against the schema.
#[test]
fn requests_that_are_not_valid() {
    let cases = [
        ("", "", "MissingParameterValue", "service"),
        ("service=\"WMS\"", "", "InvalidParameterValue", "service"),
        ("service=\"os\"", "", "InvalidParameterValue", "service"),
        ("service=\"OS\" version=\"1.0.0\"", "", "InvalidParameterValue", "version"),
        ("service=\"OS\"", "<ows:AcceptVersions/>", "MissingParameterValue", "Version"),
        (
            "service=\"OS\"",
            "<ows:AcceptVersions><ows:Version>one</ows:Version></ows:AcceptVersions>",
            "InvalidParameterValue",
            "Version",
        ),
        ("service=\"OS\"", "<ows:Sections/><ows:AcceptVersions/>", "InvalidParameterValue", "AcceptVersions"),
        ("service=\"OS\"", "<os:Sections/>", "InvalidParameterValue", "Sections"),
    ];
    let mut report = Report::default();
    for (attributes, content, code, locator) in cases {
        report.line(format_args!("[{attributes}] {content}"));
        for way in Way::ALL {
            let answer = quiet().send(&way.anonymous(&get_capabilities(attributes, content)));
            report.refused(way, &answer, code, Some(locator));
        }
    }
    crate::harness::assert_snapshot!(report.checked());
}

/// OSEO 29 and the flags: what is said to be unsupported is refused by name, whatever is in the request.
#[test]
fn what_is_not_offered_is_refused() {
    let content = "<os:orderId>1</os:orderId><os:statusNotification>None</os:statusNotification>";
    let mut report = Report::default();
    for operation in ["GetQuotation", "SubmitResponse", "CancelResponse", "getStatus", "Envelope"] {
        for way in Way::ALL {
            let message = format!("<os:{operation} {}>{content}</os:{operation}>", super::BASE);
            if way == Way::Plain && operation == "Envelope" {
                continue;
            }
            let answer = quiet().send(&Customer::demo().request(way, &message));
            report.refused(way, &answer, "OperationNotSupported", Some(operation));
        }
    }
    crate::harness::assert_snapshot!(report.checked());
    let said = ask("");
    for flag in ["CancelCapabilities", "DescribeResultAccessCapabilities"] {
        assert!(said.text().contains(&format!("<os:{flag} supported=\"true\"")), "{flag}");
    }
    for flag in ["GetQuotationCapabilities", "SubscriptionOrders", "ProgrammingOrders"] {
        assert!(said.text().contains(&format!("<os:{flag} supported=\"false\"")), "{flag}");
    }
    for operation in ["GetCapabilities", "GetOptions", "Submit", "GetStatus", "DescribeResultAccess", "Cancel"] {
        assert!(said.text().contains(&format!("<ows:Operation name=\"{operation}\">")), "{operation}");
    }
    assert_eq!(said.elements("Operation").len(), 6);
}
