//! A whole request to a whole server: all routes, and the headers that say who sends it.

use crate::http_output::{Answer, answers};
use crate::site::{Site, with_site};

/// A request: its lines, an empty line, and the body, whose length need not be said. `{file}` and `{folder}` stand for paths of
/// downloads, `{claim}` and `{order}` for an item that the worker with the token `token` has claimed. The server has an answer, none
/// of its own fault, and one that is what it says to be. What one request leaves behind is there for the next. Gives the statuses.
pub fn server_request(data: &[u8]) -> Vec<u16> {
    with_site(|site| {
        let request = whole(&filled(site, data));
        let received = site.converse(&request);
        // Who speaks HTTP/2 is answered so.
        if !received.starts_with(b"HTTP/1.") {
            assert!(received.is_empty() || request.starts_with(b"PRI"), "{}", crate::shown(&received));
            return Vec::new();
        }
        let is_head = request.starts_with(b"HEAD ");
        let all = answers(&received, &[is_head]);
        for answer in &all {
            check(answer, &request, is_head);
        }
        all.into_iter().map(|answer| answer.status).collect()
    })
}

fn filled(site: &Site, data: &[u8]) -> Vec<u8> {
    let mut data = data.to_vec();
    replace(&mut data, "{file}", &site.file);
    replace(&mut data, "{folder}", &site.folder);
    let mentions = |data: &[u8], word: &str| data.windows(word.len()).any(|window| window == word.as_bytes());
    if mentions(&data, "{claim}") || mentions(&data, "{order}") {
        let (order, claim) = site.claimed();
        replace(&mut data, "{order}", &order);
        replace(&mut data, "{claim}", &claim);
    }
    data
}

fn replace(data: &mut Vec<u8>, word: &str, by: &str) {
    if let Some(at) = data.windows(word.len()).position(|window| window == word.as_bytes()) {
        data.splice(at..at + word.len(), by.bytes());
    }
}

/// Lines end as HTTP has it, and the length of the body is said, unless the request says something of it itself.
fn whole(data: &[u8]) -> Vec<u8> {
    let end = data.windows(2).position(|window| window == b"\n\n");
    let (head, body) = end.map_or((data, &[][..]), |end| (&data[..end], &data[end + 2..]));
    let mut request = Vec::with_capacity(data.len() + 100);
    let mut has_length = false;
    for line in head.split(|byte| *byte == b'\n') {
        request.extend_from_slice(line);
        request.extend_from_slice(b"\r\n");
        let line = line.to_ascii_lowercase();
        has_length |= line.starts_with(b"content-length") || line.starts_with(b"transfer-encoding");
    }
    if !has_length {
        request.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
    }
    request.extend_from_slice(b"Host: x\r\nConnection: close\r\n\r\n");
    request.extend_from_slice(body);
    request
}

fn check(answer: &Answer, request: &[u8], is_head: bool) {
    let shown = || format!("{} {}\n{}", answer.status, crate::shown(&answer.body), crate::shown(request));
    // SOAP 1.1 has 500 for a fault, whoever is to blame.
    let is_fault = answer.status == 500 && answer.text().contains("Fault>");
    assert!(is_fault || matches!(answer.status, 100 | 200..=499 | 501 | 503), "{}", shown());
    if is_head || answer.body.is_empty() {
        return;
    }
    match answer.header("content-type").map(|kind| kind.split(';').next().unwrap_or_default()) {
        Some("application/json") => drop(answer.json()),
        Some(kind) if kind.ends_with("xml") => {
            assert!(roxmltree::Document::parse(&answer.text()).is_ok(), "{}", shown());
        }
        _ => {}
    }
}
