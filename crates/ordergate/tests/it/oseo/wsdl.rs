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
            ["GetCapabilities", "GetOptions", "Submit", "GetStatus", "DescribeResultAccess", "Cancel"].repeat(2)
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
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/oseo/zeep_client.py");
    let url = |server: &Server| format!("http://{}/oseo?wsdl", server.address);
    let output =
        std::process::Command::new("python3").arg(script).args([url(quiet()), url(with_collections())]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    crate::harness::assert_snapshot!(String::from_utf8(output.stdout).unwrap());
}
