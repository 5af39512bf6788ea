//! What a caller shows: a WSSE UsernameToken, or an `Authorization` header.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ordergate_door::{Method, Request};
use ordergate_oseo::schema::OS;
use ordergate_oseo::soap::wsse::{WSSE, WSU};
use ordergate_xml::XmlWriter;

use crate::authenticate::Shown;
use crate::oseo_request::OseoDoor;

/// Lines: user name, password, type, nonce, creation time. As header and as token, well put and raw.
pub fn credentials(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    basic_as_sent(&text);
    let mut lines = text.split('\n');
    let [name, password, kind, nonce, created] = [(); 5].map(|()| lines.next().unwrap_or_default());
    basic(name, password);
    token(name, password, kind, nonce, created);
}

/// Whatever stands in the header.
fn basic_as_sent(header: &str) {
    for header in [header.to_owned(), format!("Basic {header}"), format!("Basic {}", STANDARD.encode(header))] {
        ask(&plain(), Some(&header));
    }
}

/// Name and password arrive as they were sent. A name cannot have a colon in this scheme.
fn basic(name: &str, password: &str) {
    let header = format!("Basic {}", STANDARD.encode(format!("{name}:{password}")));
    let asked = ask(&plain(), Some(&header));
    if !name.contains(':') {
        assert_eq!(asked, Some(Shown::Password { name: name.to_owned(), password: password.to_owned(), nonce: None }));
    }
}

fn token(name: &str, password: &str, kind: &str, nonce: &str, created: &str) {
    let asked = ask(&envelope(name, password, kind, nonce, created), None);
    let exact =
        |text: &str| !text.chars().any(|c| c == '\r' || c == '\u{FFFE}' || c == '\u{FFFF}' || (c.is_control() && c != '\t'));
    match asked {
        Some(Shown::Password { name: seen, password: word, .. }) if exact(name) && exact(password) => {
            assert_eq!((&seen[..], &word[..]), (name, password));
        }
        Some(Shown::Digest { name: seen, digest, .. }) if exact(name) && exact(password) => {
            assert_eq!((&seen[..], STANDARD.encode(digest)), (name, password.trim().to_owned()));
        }
        _ => {}
    }
}

fn envelope(name: &str, password: &str, kind: &str, nonce: &str, created: &str) -> Vec<u8> {
    let mut w = XmlWriter::new();
    w.start("s:Envelope").attr("xmlns:s", ordergate_oseo::soap::SOAP_11).start("s:Header");
    w.start("w:Security").attr("xmlns:w", WSSE).attr("xmlns:u", WSU).start("w:UsernameToken");
    w.leaf("w:Username", name).start("w:Password");
    if !kind.is_empty() {
        w.attr("Type", kind);
    }
    w.text(password).end();
    if !nonce.is_empty() {
        w.leaf("w:Nonce", nonce);
    }
    if !created.is_empty() {
        w.leaf("u:Created", created);
    }
    w.end().end().end().start("s:Body").raw(&String::from_utf8_lossy(&plain()));
    w.finish()
}

fn plain() -> Vec<u8> {
    format!(
        "<GetStatus xmlns=\"{OS}\" service=\"OS\" version=\"1.0.0\"><orderId>1</orderId>\
         <presentation>brief</presentation></GetStatus>"
    )
    .into_bytes()
}

/// What the authentication was asked, if it was. Only whom it knows gets an answer.
fn ask(body: &[u8], authorization: Option<&str>) -> Option<Shown> {
    let door = OseoDoor::new();
    let request = Request {
        method: Method::Post,
        query: None,
        content_type: None,
        authorization,
        accept_language: None,
        body,
        client: None,
        vouched: ordergate_door::Vouched::Nobody,
    };
    let answer = door.ask(request);
    assert_eq!(
        answer.status == 200,
        door.authenticate.let_in() == Some(ordergate_engine::AccountId(1)),
        "HTTP {}",
        answer.status
    );
    door.authenticate.asked()
}
