//! The worked examples of the standard, where they are present: their requests and answers are what our
//! tables describe.

use ordergate_veloconnect::schema;
use ordergate_xml::{Document, Limits, validate};

use crate::common::shared_files;

#[test]
fn worked_examples_are_valid() {
    let mut checked = 0;
    for path in shared_files("spec/veloconnect-examples") {
        let text = std::fs::read(&path).unwrap();
        let document = Document::parse(&text, None, &Limits::default()).unwrap();
        let root = document.root();
        if !schema().elements.iter().any(|e| root.is(e.ns, e.name)) {
            continue;
        }
        validate(root, schema()).unwrap_or_else(|v| panic!("{}: {v}", path.display()));
        checked += 1;
    }
    eprintln!("{checked} examples checked");
}

/// Our tables refuse what the schema refuses: a wrong code, a wrong order, a missing unit.
#[test]
fn the_tables_bite() {
    let frame = "<BuyersID>K</BuyersID><ResponseCode>200</ResponseCode>";
    let check = |body: &str| {
        let text = format!("<GetStatusResponse xmlns='urn:veloconnect:transaction-1.0'>{body}</GetStatusResponse>");
        let document = Document::parse_str(&text, &Limits::default()).unwrap();
        validate(document.root(), schema()).map(|_| ()).map_err(|v| v.subject)
    };
    assert_eq!(check(frame), Ok(()));
    assert_eq!(check(&frame.replace("200", "201")), Err("ResponseCode".into()));
    let status = |s: &str| {
        format!("{frame}<TransactionStatus><TransactionId>t</TransactionId><StatusCode>{s}</StatusCode></TransactionStatus>")
    };
    assert_eq!(check(&status("199")), Ok(()));
    assert_eq!(check(&status("200")), Err("StatusCode".into()));
    assert!(check(&format!("<ResponseCode>200</ResponseCode>{frame}")).is_err());
}
