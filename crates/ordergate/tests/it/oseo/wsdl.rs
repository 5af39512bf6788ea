//! The service description, and a SOAP toolkit that knows nothing else of the server.

use std::path::PathBuf;

use super::get_options::with_collections;
use super::quiet;
use crate::harness::{Config, Server, get, tool_or_skip};

/// OSEO 4: both ports, the operation's name as soapAction, and the address that clients reach.
#[test]
fn the_description_names_operations_and_address() {
    let server = Server::serve(&Config::new("[server]\npublic_url = \"https://orders.example.org/eo\"\n"));
    for target in ["/oseo?wsdl", "/oseo?WSDL", "/oseo?wsdl=1", "/oseo?service=OS&wsdl"] {
        let answer = server.send(&get(target));
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/xml; charset=utf-8")));
        let document = roxmltree::Document::parse(answer.text()).unwrap();
        let values = |name: &str, attribute: &str| -> Vec<String> {
            let named = document.descendants().filter(|n| n.tag_name().name() == name);
            named.filter_map(|n| n.attribute(attribute)).map(str::to_owned).collect()
        };
        assert_eq!(values("address", "location"), ["https://orders.example.org/eo/oseo"; 2]);
        assert_eq!(values("port", "name"), ["OSEO_Soap11", "OSEO_Soap12"]);
        assert_eq!(
            values("operation", "soapAction"),
            [
                ["GetCapabilities", "GetOptions", "Submit", "GetStatus", "DescribeResultAccess", "Cancel"].repeat(2),
                ["GetQuotationResponse", "SubmitResponse", "CancelResponse"].repeat(2)
            ]
            .concat()
        );
        let namespaces = ["http://www.opengis.net/ows/2.0", "http://www.opengis.net/swe/2.0", "http://www.opengis.net/oseo/1.0"];
        assert_eq!(values("schema", "targetNamespace"), namespaces);
        // A toolkit without a network must find all it needs.
        assert!(values("import", "schemaLocation").is_empty() && values("include", "schemaLocation").is_empty());
    }
}

/// Python's zeep loads the description, and orders and asks with it, by both ports, with a password and a digest.
#[test]
fn a_toolkit_needs_no_more_than_the_description() {
    if !tool_or_skip("python3", "-cimport zeep") {
        return;
    }
    crate::harness::assert_snapshot!(run("zeep_client.py", &[quiet(), with_collections()]));
}

/// The same toolkit goes a customer's whole way with the demo: options, price, order by quotation, asking until it is
/// Completed, download, cancel.
#[test]
fn a_toolkit_goes_the_whole_way() {
    if !tool_or_skip("python3", "-cimport zeep") {
        return;
    }
    let server = Server::demo(&[]);
    crate::harness::assert_snapshot!(run("zeep_journey.py", &[&server]));
}

/// What a script prints that is given the descriptions of servers.
#[track_caller]
fn run(script: &str, servers: &[&Server]) -> String {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/oseo").join(script);
    let urls = servers.iter().map(|server| format!("http://{}/oseo?wsdl", server.address));
    let output = std::process::Command::new("python3").arg(script).args(urls).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
