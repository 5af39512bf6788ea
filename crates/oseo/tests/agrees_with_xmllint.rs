//! Requests and answers that are wrong in one way each: our verdict is that of the official schema.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use ordergate_oseo::schema::{OS, SCHEMA, ows, swe};
use ordergate_testkit::{ByDesign, DOCTYPE, NAMESPACES, NUL, Vocabulary, Xmllint, compare, mutants, sample, shared_schema};
use ordergate_xml::{Document, Limits, validate, xsd};

/// Documents written for this test: between them they use every element and attribute of the tables.
fn bases() -> Vec<(String, String)> {
    ordergate_testkit::read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bases"))
}

fn vocabulary() -> Vocabulary {
    let prefix = |ns: &str| if ns == OS { "os" } else { "ows" };
    let complex = SCHEMA.types.iter().filter_map(|ty| ty.name.map(|name| format!("{}:{name}", prefix(ty.ns))));
    let simple = SCHEMA.simple_types.iter().filter_map(|ty| ty.name.map(|name| format!("{}:{name}", prefix(ty.ns))));
    Vocabulary {
        namespaces: vec![("os", OS), ("ows", ows::OWS), ("gml", "http://www.opengis.net/gml/3.2")],
        types: complex.chain(simple).collect(),
        texts: ["OS", "1.0.0", "1.0.00", "text/xml", "Completed", "en-GB"].map(str::to_owned).to_vec(),
        fragments: [
            "<os:orderId>5</os:orderId>",
            "<os:priority>none</os:priority>",
            "<os:GetStatus/>",
            "<ows:Title>t</ows:Title>",
            "<ows:ExceptionReport/>",
            "<gml:pos>here</gml:pos>",
        ]
        .map(str::to_owned)
        .to_vec(),
        words: WORDS.to_vec(),
    }
}

/// The enumerations of the standard (06-141r6, annex B), by the elements that hold them.
const WORDS: &[(&str, &[&str])] = &[
    ("orderStatus", STATUSES),
    ("presentation", &["brief", "full"]),
    ("orderType", &["PRODUCT_ORDER", "SUBSCRIPTION_ORDER", "TASKING_ORDER"]),
    ("priority", &["STANDARD", "FAST_TRACK"]),
    ("statusNotification", &["None", "Final", "All"]),
    ("subFunction", &["allReady", "nextReady"]),
    ("status", STATUSES),
    ("status", &["success", "partial", "failure"]),
    ("encoding", &["XMLEncoding", "TextEncoding"]),
    ("supportedEncoding", &["XMLEncoding", "TextEncoding"]),
    ("protocol", &["ftp", "ftps", "sftp", "P2P", "wcs", "wms", "e-mail", "dds", "http", "https"]),
    ("packageMedium", &["NTP", "DAT", "Exabyte", "CD-ROM", "DLT", "D1", "DVD", "BD", "LTO", "LTO2", "LTO3", "LTO4"]),
    ("shippingInstructions", &["as each product is ready", "once all products are ready", "other"]),
    ("packaging", &["zip", "tar", "tgz", "compress", "bzip", "bzip2", "gzip", "rar", "7z"]),
];

const STATUSES: &[&str] =
    &["Submitted", "Accepted", "Cancelled", "Completed", "InProduction", "Suspended", "Failed", "Terminated", "Downloaded"];

fn ours(text: &str) -> Result<(), String> {
    let document = Document::parse(text.as_bytes(), None, &Limits::default()).map_err(|error| error.to_string())?;
    validate(document.root(), &SCHEMA).map(drop).map_err(|violation| violation.to_string())
}

const XML_ATTRIBUTES: ByDesign = ByDesign {
    reason: "what xml:lang, xml:space and xml:id say about content of any type is not judged",
    covers: |what, _, ours| ours.is_none() && what.contains("xml:") && !is_answer(what),
};

const OTHER_SCHEMAS: ByDesign = ByDesign {
    reason: "content that GML or SWE Common declares is stored and not read; it is not judged",
    covers: |what, _, ours| ours.is_none() && what.contains("<gml:"),
};

const ANSWERS: ByDesign = ByDesign {
    reason: "in what is only written here, attributes of XML and XLink and the content of Get and Post are not detailed",
    covers: |what, _, ours| {
        let in_address = ours.is_some_and(|ours| ours.contains("\"Get\"") || ours.contains("\"Post\""));
        is_answer(what) && (what.contains("xml:") || what.contains("xlink:") || in_address)
    },
};

/// Whether it was done to a message that we never read.
fn is_answer(what: &str) -> bool {
    what.starts_with("capabilities:") || what.starts_with("exception-report:")
}

const BY_DESIGN: &[ByDesign] = &[NAMESPACES, DOCTYPE, NUL, XML_ATTRIBUTES, OTHER_SCHEMAS, ANSWERS];

#[test]
fn every_base_is_valid() {
    for (name, text) in bases() {
        ours(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn verdicts_are_those_of_the_official_schema() {
    let Some(xmllint) = shared_schema("oseo/all.xsd").and_then(Xmllint::find) else { return };
    compare(&xmllint, &sample(mutants(&bases(), &vocabulary()), 30), ours, BY_DESIGN);
}

/// The schema that we publish says what we check.
#[test]
fn verdicts_are_those_of_the_published_schema() {
    let folder = tempfile::tempdir().unwrap();
    let schema = folder.path().join("oseo.xsd");
    let imports = [("ows", ows::OWS, "ows.xsd"), ("swe", swe::SWE, "swe.xsd")];
    std::fs::write(&schema, xsd::print(&SCHEMA, OS, &imports)).unwrap();
    std::fs::write(folder.path().join("swe.xsd"), xsd::print(&swe::SCHEMA, swe::SWE, &[])).unwrap();
    std::fs::write(folder.path().join("ows.xsd"), xsd::print(&SCHEMA, ows::OWS, &[])).unwrap();
    let Some(xmllint) = Xmllint::find(schema) else { return };
    let documents: Vec<_> = mutants(&bases(), &vocabulary()).into_iter().step_by(50).collect();
    compare(&xmllint, &documents, ours, &[NAMESPACES, DOCTYPE, NUL]);
}
