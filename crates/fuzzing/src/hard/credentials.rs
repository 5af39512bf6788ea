//! What callers show, far too long.

use ordergate_oseo::soap::SOAP_11;
use ordergate_oseo::soap::wsse::{WSSE, WSU};

use super::{Hard, Way, repeated};

pub(super) const ALL: &[Hard] = &[
    Hard::new("credentials: a long header", Way::Authorization, || repeated("Basic ", "ZGVt", "")),
    Hard::new("credentials: a header that is no Base64", Way::Authorization, || repeated("Basic ", "~ ", "")),
    Hard::new("credentials: a long user name", Way::Oseo, || token("u", "p", "", 1)),
    Hard::new("credentials: a long password", Way::Oseo, || token("demo", "p", "", 2)),
    Hard::new("credentials: a long nonce", Way::Oseo, || token("demo", "p", "AAAA", 3)),
    Hard::new("credentials: many tokens", Way::Oseo, many_tokens),
];

fn around() -> (String, &'static str) {
    let head = format!("<s:Envelope xmlns:s=\"{SOAP_11}\" xmlns:w=\"{WSSE}\" xmlns:u=\"{WSU}\"><s:Header><w:Security>");
    let tail = "</w:Security></s:Header><s:Body><GetStatus xmlns=\"http://www.opengis.net/oseo/1.0\" service=\"OS\" \
                version=\"1.0.0\"><orderId>1</orderId><presentation>brief</presentation></GetStatus></s:Body></s:Envelope>";
    (head, tail)
}

/// A token of which one part, by its place, is long.
fn token(name: &str, password: &str, nonce: &str, long: usize) -> Vec<u8> {
    let (head, tail) = around();
    let parts = [
        "<w:UsernameToken><w:Username>",
        name,
        "</w:Username><w:Password>",
        password,
        "</w:Password><w:Nonce>",
        nonce,
        "</w:Nonce><u:Created>2026-03-01T12:00:00Z</u:Created></w:UsernameToken>",
    ];
    let at = 2 * long - 1;
    repeated(&format!("{head}{}", parts[..at].concat()), parts[at], &format!("{}{tail}", parts[at + 1..].concat()))
}

fn many_tokens() -> Vec<u8> {
    let (head, tail) = around();
    let one = "<w:UsernameToken><w:Username>u</w:Username><w:Password>p</w:Password></w:UsernameToken>";
    repeated(&head, one, tail)
}
