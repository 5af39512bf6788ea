//! What the clients send: whole HTTP/1.1 requests, rendered before the clock starts wherever possible.

use std::io::Write;

/// A source of requests. It is asked once per request, outside the measured latency but on the same cores as the server,
/// so it should only copy bytes.
pub trait Requests: Send + Sync {
    /// Appends one full HTTP/1.1 request, with its `Content-Length` and body, to the empty `out`. `client` counts from 0;
    /// `n` is the number of requests this client has made before. `HEAD` cannot be driven: its answers announce a body
    /// that never comes.
    fn next(&self, client: usize, n: u64, out: &mut Vec<u8>);
}

/// The same request over and over.
#[derive(Debug, Clone)]
pub struct Fixed(pub Vec<u8>);

impl Requests for Fixed {
    fn next(&self, _client: usize, _n: u64, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }
}

/// A list of requests that every client goes round, client `c` starting at place `c`.
#[derive(Debug, Clone)]
pub struct Cycle(pub Vec<Vec<u8>>);

impl Requests for Cycle {
    fn next(&self, client: usize, n: u64, out: &mut Vec<u8>) {
        // An empty list writes nothing, which the driver reports.
        let place = (client as u64).wrapping_add(n).checked_rem(self.0.len() as u64);
        if let Some(request) = place.and_then(|place| self.0.get(usize::try_from(place).ok()?)) {
            out.extend_from_slice(request);
        }
    }
}

/// A `POST` of `body`. The arguments are written as they are: they must be valid in a request line and in headers.
pub fn post(path: &str, host: &str, content_type: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(256 + body.len());
    post_into(&mut out, path, host, content_type, headers, body);
    out
}

/// As [`post`], appended to `out`: for a [`Requests`] whose body differs with every request.
pub fn post_into(out: &mut Vec<u8>, path: &str, host: &str, content_type: &str, headers: &[(&str, &str)], body: &[u8]) {
    head(out, "POST", path, host);
    header(out, "content-type", content_type);
    header(out, "content-length", body.len());
    finish(out, headers, body);
}

/// A `GET` of `path`, which may carry a query.
pub fn get(path: &str, host: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    head(&mut out, "GET", path, host);
    finish(&mut out, headers, &[]);
    out
}

fn head(out: &mut Vec<u8>, method: &str, path: &str, host: &str) {
    // Writing to a Vec cannot fail.
    let _ = write!(out, "{method} {path} HTTP/1.1\r\n");
    header(out, "host", host);
}

fn header(out: &mut Vec<u8>, name: &str, value: impl std::fmt::Display) {
    let _ = write!(out, "{name}: {value}\r\n");
}

fn finish(out: &mut Vec<u8>, headers: &[(&str, &str)], body: &[u8]) {
    for (name, value) in headers {
        header(out, name, value);
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(body);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_carries_its_headers_and_length() {
        let request = post("/oseo", "localhost:8080", "text/xml", &[("soapaction", "\"Submit\"")], b"<a/>");
        let expected = "POST /oseo HTTP/1.1\r\nhost: localhost:8080\r\ncontent-type: text/xml\r\ncontent-length: 4\r\n\
                        soapaction: \"Submit\"\r\n\r\n<a/>";
        assert_eq!(String::from_utf8_lossy(&request), expected);
    }

    #[test]
    fn a_get_has_no_body() {
        assert_eq!(get("/v?a=b", "h", &[("accept", "*/*")]), b"GET /v?a=b HTTP/1.1\r\nhost: h\r\naccept: */*\r\n\r\n");
    }

    #[test]
    fn a_cycle_goes_round_from_the_clients_own_place() {
        let cycle = Cycle(vec![b"a".to_vec(), b"b".to_vec(), b"c".to_vec()]);
        let mut out = Vec::new();
        (0..4).for_each(|n| cycle.next(1, n, &mut out));
        assert_eq!(out, b"bcab");
    }
}
