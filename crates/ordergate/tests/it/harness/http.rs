//! A plain HTTP/1.1 client: one request, one connection, nothing hidden.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A request to be sent.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: &'static str,
    /// Path and query.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

pub fn get(target: &str) -> Request {
    Request { method: "GET", target: target.to_owned(), headers: Vec::new(), body: Vec::new() }
}

pub fn post(target: &str, content_type: &str, body: impl Into<Vec<u8>>) -> Request {
    let headers = if content_type.is_empty() { Vec::new() } else { vec![("Content-Type".to_owned(), content_type.to_owned())] };
    Request { method: "POST", target: target.to_owned(), headers, body: body.into() }
}

impl Request {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The bytes on the wire.
    pub fn bytes(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        if self.method == "POST" {
            let _ = write!(head, "Content-Length: {}\r\n", self.body.len());
        }
        head.push_str("\r\n");
        [head.into_bytes(), self.body.clone()].concat()
    }

    /// Sends it and reads the whole answer.
    #[track_caller]
    pub fn send(&self, to: SocketAddr) -> Answer {
        self.try_send(to).expect("the server answers")
    }

    /// Sends it; a server that goes away in between is an error.
    pub fn try_send(&self, to: SocketAddr) -> std::io::Result<Answer> {
        let mut stream = TcpStream::connect(to)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        // A server that refuses early may close before all is written; its answer still counts.
        let written = stream.write_all(&self.bytes());
        let mut bytes = Vec::new();
        let read = stream.read_to_end(&mut bytes);
        if bytes.is_empty() {
            written?;
            read?;
        }
        Answer::parse(&bytes)
            .ok_or_else(|| std::io::Error::other(format!("no HTTP answer: {:?}", String::from_utf8_lossy(&bytes))))
    }
}

/// An answer that was received completely.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers: Vec<(String, String)> =
            lines.filter_map(|l| l.split_once(": ")).map(|(n, v)| (n.to_ascii_lowercase(), v.to_owned())).collect();
        let body = bytes[end + 4..].to_vec();
        let answer = Self { status, headers, body };
        let whole = answer.header("content-length").is_none_or(|l| l.parse() == Ok(answer.body.len()));
        whole.then_some(answer)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("an answer in UTF-8")
    }

    /// The text of the first element of this local name.
    pub fn element(&self, name: &str) -> Option<&str> {
        self.elements(name).into_iter().next()
    }

    /// The texts of all elements of this local name.
    pub fn elements(&self, name: &str) -> Vec<&str> {
        let text = self.text();
        let mut found = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('<') {
            rest = &rest[open + 1..];
            let tag_end = rest.find('>').unwrap_or(rest.len());
            let tag = &rest[..tag_end];
            let local = tag.split([' ', '/']).next().unwrap_or_default().rsplit(':').next().unwrap_or_default();
            if !tag.starts_with(['/', '?']) && local == name {
                let content = &rest[(tag_end + 1).min(rest.len())..];
                found.push(if tag.ends_with('/') { "" } else { &content[..content.find('<').unwrap_or(0)] });
            }
        }
        found
    }
}
