//! Answers as bytes, read by themselves: nothing of the server's is used.

use serde_json::Value;

/// An answer with its body, without what HTTP needs to carry it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// The answers that these bytes are, one after the other; `heads` says of each request whether its answer has no body.
pub(crate) fn answers(mut bytes: &[u8], heads: &[bool]) -> Vec<Answer> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Response::new(&mut headers);
        let length = match head.parse(bytes) {
            Ok(httparse::Status::Complete(length)) => length,
            other => panic!("no answer: {other:?}: {}", crate::shown(bytes)),
        };
        let header = |header: &httparse::Header<'_>| {
            (header.name.to_ascii_lowercase(), String::from_utf8_lossy(header.value).into_owned())
        };
        let mut answer = Answer {
            status: head.code.unwrap_or_default(),
            headers: head.headers.iter().map(header).collect(),
            body: Vec::new(),
        };
        bytes = &bytes[length..];
        let is_head = heads.get(all.iter().filter(|answer: &&Answer| answer.status >= 200).count()).copied().unwrap_or_default();
        if !is_head && answer.status >= 200 && !matches!(answer.status, 204 | 304) {
            bytes = answer.take_body(bytes);
        }
        all.push(answer);
    }
    all
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.0 == name).map(|header| header.1.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The text of the first element of this name.
    pub(crate) fn element(&self, name: &str) -> String {
        let text = self.text();
        let document = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let found = document.descendants().find(|node| node.tag_name().name() == name).and_then(|node| node.text());
        found.unwrap_or_else(|| panic!("no {name}: {text}")).to_owned()
    }

    /// Gives the bytes after the body.
    fn take_body<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        if self.header("transfer-encoding").is_some() {
            return self.take_chunks(bytes);
        }
        let length = self.header("content-length").map(str::parse::<usize>);
        let length = length.map_or(bytes.len(), |length| length.unwrap_or_else(|error| panic!("{error}: {self:?}")));
        assert!(length <= bytes.len(), "an answer that is cut: {self:?}");
        self.body.extend_from_slice(&bytes[..length]);
        &bytes[length..]
    }

    fn take_chunks<'b>(&mut self, mut bytes: &'b [u8]) -> &'b [u8] {
        loop {
            let parsed = httparse::parse_chunk_size(bytes);
            let Ok(httparse::Status::Complete((begin, size))) = parsed else { panic!("a chunk that is none: {parsed:?}") };
            let end = begin + usize::try_from(size).unwrap_or(usize::MAX);
            self.body.extend_from_slice(bytes.get(begin..end).unwrap_or_else(|| panic!("a chunk that is cut")));
            bytes = bytes.get(end + 2..).unwrap_or_else(|| panic!("a chunk without an end"));
            if size == 0 {
                return bytes;
            }
        }
    }
}
