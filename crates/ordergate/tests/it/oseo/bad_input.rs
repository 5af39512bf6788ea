//! What no client should send. Each gets a fault that says what was wrong and where, in every wrapping.

use std::fmt::Write as _;

use super::customer::{Customer, Way, retrieve};
use super::{Fault, Report, quiet};
use crate::harness::{Answer, Request, assert_all_valid, post};

/// A right request of `demo`, as text.
fn right(way: Way) -> String {
    String::from_utf8(Customer::demo().request(way, &retrieve("1", "brief")).body).unwrap()
}

/// The same with something put before the order's id.
fn with(way: Way, before_id: &str) -> String {
    right(way).replace("<os:orderId>", &format!("{before_id}<os:orderId>"))
}

fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

fn repeated(open: &str, close: &str, times: usize) -> String {
    format!("{}{}", open.repeat(times), close.repeat(times))
}

/// A document type with entities that mean each other ten times, ten levels deep.
fn billion_laughs() -> String {
    let mut dtd = "<!DOCTYPE lolz [<!ENTITY lol0 \"lol\">".to_owned();
    for n in 1..10 {
        let _ = write!(dtd, "<!ENTITY lol{n} \"{}\">", format!("&lol{};", n - 1).repeat(10));
    }
    dtd + "]>"
}

type Body = Box<dyn Fn(Way) -> Vec<u8>>;

fn text(make: impl Fn(Way) -> String + 'static) -> Body {
    Box::new(move |way| make(way).into_bytes())
}

/// Documents that are not even read: title, what the log may show of them, body.
fn unreadable() -> Vec<(&'static str, Body)> {
    vec![
        ("nothing", text(|_| String::new())),
        ("white space", text(|_| " \r\n\t".to_owned())),
        ("not XML", text(|_| "order one pizza".to_owned())),
        ("JSON", text(|_| "{\"orderId\": 1, \"password\": \"demo-secret\"}".to_owned())),
        ("HTML", text(|_| "<!DOCTYPE html><html><p>hello<br></html>".to_owned())),
        (
            "cut off",
            text(|way| {
                let t = right(way);
                t[..t.len() - 20].to_owned()
            }),
        ),
        ("an end tag too many", text(|way| right(way) + "</s:Envelope>")),
        ("two root elements", text(|way| right(way) + &right(way))),
        ("text after the root", text(|way| right(way) + "\nThank you.")),
        ("tags that cross", text(|way| right(way).replace("</os:orderId><os:presentation>", "<os:presentation></os:orderId>"))),
        ("an undeclared prefix", text(|way| with(way, "<x:y/>"))),
        ("a prefix declared empty", text(|way| with(way, "<x:y xmlns:x=\"\"/>"))),
        ("an attribute twice", text(|way| with(way, "<os:a b=\"1\" b=\"2\"/>"))),
        ("an attribute twice by namespace", text(|way| with(way, "<os:a xmlns:p=\"u\" xmlns:q=\"u\" p:b=\"1\" q:b=\"2\"/>"))),
        ("a control character", text(|way| with(way, "\u{1}"))),
        ("a reference to a control character", text(|way| with(way, "&#x1;"))),
        ("an ampersand", text(|way| with(way, "R&D"))),
        ("two hyphens in a comment", text(|way| with(way, "<!-- a -- b -->"))),
        ("XML 1.0 declared late", text(|way| format!("\n<?xml version=\"1.0\"?>{}", right(way)))),
        (
            "Latin-1 that says UTF-8",
            Box::new(|way| latin(&format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{}", with(way, "<!-- Größe -->")))),
        ),
        ("an unknown encoding", text(|way| format!("<?xml version=\"1.0\" encoding=\"KLINGON-8\"?>{}", right(way)))),
        ("UTF-16 that is not", text(|way| format!("<?xml version=\"1.0\" encoding=\"UTF-16\"?>{}", right(way)))),
        ("half a UTF-16 character", Box::new(|way| [utf_16(&right(way)), vec![0x3C]].concat())),
        ("bytes at random", Box::new(|_| (0..=255).rev().collect())),
        ("billion laughs", text(|way| billion_laughs() + &with(way, "&lol9;"))),
        (
            "an external entity",
            text(|way| format!("<!DOCTYPE s [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>{}", with(way, "&x;"))),
        ),
        ("an external subset", text(|way| format!("<!DOCTYPE s SYSTEM \"http://127.0.0.1:9/s.dtd\">{}", right(way)))),
        (
            "a parameter entity",
            text(|way| format!("<!DOCTYPE s [<!ENTITY % p SYSTEM \"http://127.0.0.1:9/p\">%p;]>{}", right(way))),
        ),
        ("an undeclared entity", text(|way| with(way, "&nbsp;"))),
        ("10,000 elements inside one another", text(|way| with(way, &repeated("<os:a>", "</os:a>", 10_000)))),
        ("100,000 elements that do not end", text(|way| with(way, &"<a>".repeat(100_000)))),
        ("100,000 elements", text(|way| with(way, &"<a/>".repeat(100_000)))),
        (
            "50,000 attributes",
            text(|way| {
                let attributes: String = (0..50_000).fold(String::new(), |mut all, n| {
                    let _ = write!(all, " a{n}=\"\"");
                    all
                });
                with(way, &format!("<os:a{attributes}/>"))
            }),
        ),
        (
            "10,000 namespaces",
            text(|way| {
                let declarations: String = (0..10_000).fold(String::new(), |mut all, n| {
                    let _ = write!(all, " xmlns:n{n}=\"u\"");
                    all
                });
                with(way, &format!("<os:a{declarations}/>"))
            }),
        ),
        ("a name of 100,000 characters that is not closed", text(|way| with(way, &format!("<{}", "n".repeat(100_000))))),
    ]
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// How long a body is in a report before it is cut.
const SHOWN: usize = 160;

fn shown(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let inner = text.split_once("<s:Body>").map_or(text.as_ref(), |(_, rest)| rest);
    let line: String = inner.chars().take(SHOWN).map(|c| if c.is_control() { '·' } else { c }).collect();
    if inner.chars().count() > SHOWN { format!("{line}…") } else { line }
}

fn all_valid(answers: &[Answer]) {
    assert_all_valid("oseo", &answers.iter().map(Answer::text).collect::<Vec<_>>());
}

/// OSEO 8: malformed XML of every kind. What cannot be read has no envelope; the content type tells SOAP 1.2.
#[test]
fn documents_that_cannot_be_read() {
    let mut report = Report::default();
    for (title, body) in unreadable() {
        report.line(format_args!("\n## {title}\n{}", shown(&body(Way::Plain))));
        for way in Way::ALL {
            // Where the charset is said by HTTP too, it wins over the declaration.
            let content_type = way.content_type().split(';').next().unwrap();
            let answer = quiet().send(&post("/oseo", content_type, body(way)));
            let answered_in = if way == Way::Plain { Way::V11 } else { way };
            let fault = report.refused(answered_in, &answer, "NoApplicableCode", None);
            assert!(fault.diagnosis.starts_with("line ") && fault.diagnosis.contains(", column "), "{title}: {fault}");
            assert!(fault.diagnosis.len() < 500, "{title}: {fault}");
        }
    }
    crate::harness::assert_snapshot!(report.checked());
    still_well();
}

/// The server goes on, and has told nobody's password.
fn still_well() {
    let answer = quiet().send(&Customer::demo().request(Way::V11, &super::customer::search("", "brief")));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let log = quiet().log();
    assert!(!log.contains("-secret") && !log.contains("panicked") && !log.contains("ERROR"), "{log}");
}

/// The encoding that HTTP says wins, so it can be wrong too.
#[test]
fn charsets_of_http() {
    for way in Way::ALL {
        let media_type = way.content_type().split(';').next().unwrap();
        let answered_in = if way == Way::Plain { Way::V11 } else { way };
        let basic = super::customer::basic("demo", "demo-secret");
        let send = |charset: &str, body: Vec<u8>| {
            let request = post("/oseo", &format!("{media_type}; charset={charset}"), body);
            quiet().send(&if way == Way::Plain { request.header("Authorization", &basic) } else { request })
        };
        let size = |w: Way| with(w, "<!-- Größe -->");
        // The order is missing; but the document was read.
        assert_eq!(Fault::read(way, &send("ISO-8859-1", latin(&size(way)))).code, "InvalidOrderIdentifier");
        assert_eq!(Fault::read(way, &send("\"utf-16BE\"", utf_16(&size(way)))).code, "InvalidOrderIdentifier");
        for (charset, body) in
            [("us-ascii", size(way).into_bytes()), ("utf-8", latin(&size(way))), ("klingon", right(way).into_bytes())]
        {
            let fault = Fault::read(answered_in, &send(charset, body));
            assert_eq!(fault.code, "NoApplicableCode");
            assert!(fault.diagnosis.starts_with("line 1, column "), "{fault}");
        }
    }
}

/// 413, before and without reading it all.
#[test]
fn a_body_of_two_mebibytes() {
    let mut answers = Vec::new();
    for way in [Way::V11, Way::V12] {
        let body = with(way, &format!("<!-- {} -->", "x".repeat(2 << 20)));
        let answer = quiet().send(&way.raw(body));
        let fault = Fault::read_any_status(way, &answer);
        assert_eq!((fault.http, fault.code.as_str()), (413, "NoApplicableCode"), "{fault}");
        assert!(fault.diagnosis.contains("1048576 bytes"), "{fault}");
        answers.push(answer);
    }
    // 100,000 attributes of this length are as much.
    let attributes: String = (0..100_000).fold(String::new(), |mut all, n| {
        let _ = write!(all, " attribute{n:06}=\"\"");
        all
    });
    let answer = quiet().send(&Way::V11.raw(with(Way::V11, &format!("<os:a{attributes}/>"))));
    assert_eq!(Fault::read_any_status(Way::V11, &answer).http, 413);
    answers.push(answer);
    all_valid(&answers);
    still_well();
}

/// What is within the limits is read, however odd it looks.
#[test]
fn at_the_limits() {
    for way in Way::ALL {
        let depth = |levels: usize| with(way, &repeated("<os:a>", "</os:a>", levels));
        let used = match way {
            Way::Soap(_) => 3,
            Way::Plain => 1,
        };
        // An element too many for the schema; but the document was read.
        assert_eq!(Fault::read(way, &quiet().send(&way_with_identity(way, depth(64 - used)))).code, "InvalidParameterValue");
        let too_deep =
            Fault::read(if way == Way::Plain { Way::V11 } else { way }, &quiet().send(&way_with_identity(way, depth(65 - used))));
        assert!(too_deep.diagnosis.contains("more than 64 elements inside one another"), "{too_deep}");
    }
}

/// The body is complete, but plain documents have their identity in HTTP.
fn way_with_identity(way: Way, body: String) -> Request {
    let request = way.raw(body);
    if way == Way::Plain { request.header("Authorization", &super::customer::basic("demo", "demo-secret")) } else { request }
}

/// Names and values of a client come back only shortened and harmless.
#[test]
fn what_was_sent_is_quoted_with_care() {
    let long = "n".repeat(5_000);
    let script = "&lt;script&gt;alert(1)&lt;/script&gt;&#13;&#10;\u{202e}";
    for way in Way::ALL {
        let cases = [
            (format!("<os:{long} {}/>", super::BASE), "OperationNotSupported"),
            (retrieve(script, "brief"), "InvalidOrderIdentifier"),
            (retrieve("1", script), "InvalidParameterValue"),
            (retrieve("1", &long), "InvalidParameterValue"),
            (
                retrieve("1", "brief").replace("<os:presentation>", &format!("<os:{long}/><os:presentation>")),
                "InvalidParameterValue",
            ),
            (retrieve("1", "brief").replace(" service=", &format!(" {long}=\"\" service=")), "InvalidParameterValue"),
        ];
        let mut answers = Vec::new();
        for (message, code) in cases {
            let answer = quiet().send(&Customer::demo().request(way, &message));
            let fault = Fault::read(way, &answer);
            assert_eq!(fault.code, code, "{fault}");
            assert!(answer.body.len() < 3_000 && !answer.text().contains("<script"), "{} bytes: {fault}", answer.body.len());
            answers.push(answer);
        }
        all_valid(&answers);
    }
}
