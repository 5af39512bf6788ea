//! GetOptions: what can be ordered, and with what.

use std::path::PathBuf;
use std::sync::LazyLock;

use ordergate_oseo::schema::{OS, SCHEMA};
use ordergate_xml::{Document, Limits, validate};

use super::customer::{Customer, Way};
use super::{BASE, QUIET, Report, succeeded};
use crate::harness::{Answer, Config, Server, eventually, get, tool_or_skip, transcript};

/// The collections of these tests.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/oseo/collections")
}

/// A server with these collections, which tests that do not disturb each other share.
pub fn with_collections() -> &'static Server {
    static SERVER: LazyLock<Server> = LazyLock::new(|| Server::shared(&config(&folder())));
    &SERVER
}

pub fn config(folder: &std::path::Path) -> Config {
    Config::new(&format!(
        "[oseo]\ncollections = [\"urn:c:by-name\"]\ncollections_dir = {:?}\n{QUIET}",
        folder.display().to_string()
    ))
}

fn get_options(content: &str) -> String {
    format!("<os:GetOptions {BASE}>{content}</os:GetOptions>")
}

fn of_collection(id: &str) -> String {
    get_options(&format!("<os:collectionId>{id}</os:collectionId>"))
}

fn of_products(ids: &[&str]) -> String {
    get_options(&format!("<os:identifier>{}</os:identifier>", ids.join("</os:identifier><os:identifier>")))
}

fn ask(message: &str) -> Answer {
    succeeded(with_collections().send(&Customer::demo().request(Way::V12, message)))
}

fn sets(answer: &Answer) -> Vec<&str> {
    answer.elements("productOrderOptionsId")
}

/// What the service description says of the answer, the answer is.
#[track_caller]
fn allowed_by_our_tables(answer: &Answer) {
    let document = Document::parse(&answer.body, None, &Limits::default()).unwrap();
    let message = document.root().descendants().find(|node| node.is(OS, "GetOptionsResponse")).unwrap();
    validate(message, &SCHEMA).unwrap();
}

/// OSEO 22, 25: options of every kind, as the official schema has them.
#[test]
fn options_of_a_collection() {
    for way in Way::ALL {
        let message =
            get_options("<os:timeStamp>2026-01-01T00:00:00Z</os:timeStamp><os:collectionId>urn:c:scenes</os:collectionId>");
        let answer = succeeded(with_collections().send(&Customer::demo().request(way, &message)));
        assert_eq!(answer.header("content-type"), Some(way.content_type()));
        allowed_by_our_tables(&answer);
        crate::harness::assert_snapshot!(format!("options_{way}"), transcript(&way.anonymous(&message), &answer));
    }
    // Declared by its name alone.
    assert!(sets(&ask(&of_collection("urn:c:by-name"))).is_empty());
    assert!(sets(&ask(&of_collection("urn:c:closed"))).is_empty());
}

/// OSEO 21: what holds for all of the products, whose collection their identifiers tell.
#[test]
fn options_of_products() {
    assert_eq!(sets(&ask(&of_products(&["urn:scene:1", " urn:scene:2 "]))), ["level 1", "quicklook"]);
    assert_eq!(sets(&ask(&of_products(&["urn:archive:tape:1"]))), ["tape", "print"]);
    assert_eq!(sets(&ask(&of_products(&["urn:archive:disk:1", "urn:archive:both:2"]))), ["disk", "print"]);
    assert_eq!(sets(&ask(&of_products(&["urn:archive:disk:1", "urn:archive:tape:1"]))), ["print"]);
    let one = ask(&of_products(&["urn:archive:tape:1"]));
    assert_eq!(one.elements("identifier"), ["urn:archive:tape:1"; 2], "the product that was asked about");
}

/// OSEO 20, 22, 23, 24, 75: requests that say too little or too much, and what is not there.
#[test]
fn requests_for_options_that_are_refused() {
    let both = "<os:collectionId>urn:c:scenes</os:collectionId><os:identifier>p</os:identifier>";
    let task = "<os:taskingRequestId><os:ID>urn:t:1</os:ID></os:taskingRequestId>";
    let cases = [
        ("OSEO 20: no selector", get_options(""), "MissingParameterValue", "collectionId"),
        ("OSEO 20: two selectors", get_options(both), "InvalidParameterValue", "identifier"),
        ("OSEO 20: an empty collection", of_collection(""), "InvalidParameterValue", "collectionId"),
        ("OSEO 22: options that depend on the product", of_collection("urn:c:archive"), "MissingParameterValue", "identifier"),
        ("OSEO 21: products of two collections", of_products(&["urn:archive:1", "p"]), "InvalidParameterValue", "identifier"),
        ("OSEO 23: a task", get_options(task), "FutureProductNotSupported", "taskingRequestId"),
        ("OSEO 24: an unknown collection", of_collection("urn:c:Scenes"), "UnsupportedCollection", "collectionId"),
        ("OSEO 75: another version", of_collection("urn:c:scenes").replace("1.0.0", "1.0"), "InvalidParameterValue", "version"),
    ];
    let mut report = Report::default();
    for (title, message, code, locator) in cases {
        report.line(format_args!("\n## {title}\n{}", message.replace(BASE, "...")));
        for way in Way::ALL {
            let answer = with_collections().send(&Customer::demo().request(way, &message));
            report.refused(way, &answer, code, Some(locator));
        }
    }
    let answer = with_collections().send(&Way::V11.anonymous(&of_collection("urn:c:scenes")));
    report.refused(Way::V11, &answer, "AuthenticationFailed", Some("identity_token"));
    crate::harness::assert_snapshot!(report.checked());
    // Without collections there is nothing to tell of a product.
    let answer = super::quiet().send(&Customer::demo().request(Way::V11, &of_products(&["p"])));
    Report::default().refused(Way::V11, &answer, "InvalidParameterValue", Some("identifier"));
}

/// OSEO 13, 19: the capabilities list the operation, and what each collection does otherwise.
#[test]
fn capabilities_list_the_collections() {
    let message = "<os:GetCapabilities xmlns:os=\"http://www.opengis.net/oseo/1.0\" service=\"OS\"/>";
    let answer = succeeded(with_collections().send(&Way::V11.anonymous(message)));
    assert_eq!(answer.elements("collectionId"), ["urn:c:archive", "urn:c:closed", "urn:c:scenes", "urn:c:by-name"]);
    assert!(answer.text().contains("<os:collectionId>urn:c:closed</os:collectionId><os:ProductOrders supported=\"false\"/>"));
    assert!(answer.text().contains("<ows:Operation name=\"GetOptions\">"));
}

/// SIGHUP reads the folder again; a folder that cannot be used changes nothing.
#[test]
fn collections_are_read_again() {
    if !tool_or_skip("kill", "-l") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let declare = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    declare("a.toml", "id = \"urn:c:a\"\n");
    declare("notes.txt", "id = what is no TOML file is not read");
    let server = Server::serve(&config(folder.path()));
    let is_declared = |id: &str| {
        let answer = server.send(&Customer::demo().request(Way::V11, &of_collection(id)));
        answer.status == 200
    };
    assert!(is_declared("urn:c:a") && !is_declared("urn:c:b"));
    declare("b.toml", "id = \"urn:c:b\"\n");
    std::fs::remove_file(folder.path().join("a.toml")).unwrap();
    assert!(is_declared("urn:c:a") && !is_declared("urn:c:b"), "not before it is asked for");
    server.signal("HUP");
    eventually("the new collection", || is_declared("urn:c:b").then_some(()));
    assert!(!is_declared("urn:c:a"));
    declare("b.toml", "id = \"urn:c:changed\"\ncolour = \"red\"\n");
    server.signal("HUP");
    eventually("the report", || server.log().contains("b.toml:2:1: colour: unknown field").then_some(()));
    assert!(is_declared("urn:c:b") && !is_declared("urn:c:changed"));
}

/// Without a folder there is nothing to read, and nothing ends.
#[test]
fn a_hangup_ends_nothing() {
    if !tool_or_skip("kill", "-l") {
        return;
    }
    let server = Server::serve(&Config::new(""));
    server.signal("HUP");
    eventually("the log", || server.log().contains("nothing is configured that could be reloaded").then_some(()));
    assert_eq!(server.send(&get("/health/ready")).status, 200);
}

/// The collection that everybody can try: products without a collection belong to it, and its options are valid.
#[test]
fn options_of_the_demo() {
    let server = Server::demo(&[]);
    let send = |message: &str| server.send(&Customer::demo().request(Way::V11, message));
    let answer = succeeded(send(&of_collection("urn:ordergate:demo:scenes")));
    assert_eq!(sets(&answer), ["scene", "quicklook", "new scenes"]);
    for kind in ["Boolean", "Text", "Category", "Count", "CountRange", "Quantity", "QuantityRange", "Time", "TimeRange"] {
        assert!(!answer.elements(kind).is_empty(), "{kind}");
    }
    assert_eq!(sets(&succeeded(send(&of_products(&["anything"])))), ["scene", "quicklook"]);
    let with = |values: &str| {
        let data = format!("<os:encoding>XMLEncoding</os:encoding><os:values>{values}</os:values>");
        super::small_order(&format!("<os:option><os:ParameterData>{data}</os:ParameterData></os:option>"))
    };
    succeeded(send(&with("<mapProjection><UTM><zone>33</zone></UTM></mapProjection><pixelSpacing>250</pixelSpacing>")));
    let mut report = Report::default();
    report.refused(Way::V11, &send(&with("<pixelSpacing>200</pixelSpacing>")), "InvalidParameterValue", Some("pixelSpacing"));
    report.checked();
}

/// The file in the manual, and the order for it.
#[test]
fn the_manual_s_example() {
    let manual = std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/oseo.md")).unwrap();
    let (_, from) = manual.split_once("```toml\n").unwrap();
    let (file, after) = from.split_once("```").unwrap();
    let text = after.split_once("for the file above `").unwrap().1.split_once('`').unwrap().0;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("scenes.toml"), file).unwrap();
    let server = Server::serve(&config(folder.path()));
    let send = |message: &str| succeeded(server.send(&Customer::demo().request(Way::V11, message)));
    assert_eq!(sets(&send(&of_products(&["urn:example:scene:S1-1"]))), ["level-1"]);
    let data = format!("<os:encoding>TextEncoding</os:encoding><os:values>{text}</os:values>");
    let order = super::small_order(&format!("<os:option><os:ParameterData>{data}</os:ParameterData></os:option>"));
    send(&order.replace("urn:scene:1", "urn:example:scene:S1-1"));
}
