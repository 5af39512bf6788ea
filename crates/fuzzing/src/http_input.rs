//! An HTTP request as bytes: a first line with method, query, content type and authorization between tabs, where a
//! minus stands for none, and then the body. Without such a line all of it is the body of a POST.

use ordergate_door::{Method, Request};

#[derive(Debug)]
pub(crate) struct HttpInput<'d> {
    method: Method,
    query: Option<&'d str>,
    content_type: Option<&'d str>,
    authorization: Option<&'d str>,
    body: &'d [u8],
}

impl<'d> HttpInput<'d> {
    pub(crate) fn read(data: &'d [u8]) -> Self {
        Self::with_line(data).unwrap_or(Self {
            method: Method::Post,
            query: None,
            content_type: None,
            authorization: None,
            body: data,
        })
    }

    fn with_line(data: &'d [u8]) -> Option<Self> {
        let end = data.iter().position(|byte| *byte == b'\n')?;
        let mut fields = std::str::from_utf8(&data[..end]).ok()?.split('\t');
        let method = match fields.next()? {
            "GET" => Method::Get,
            "POST" => Method::Post,
            _ => return None,
        };
        let mut field = || fields.next().filter(|field| *field != "-");
        Some(Self { method, query: field(), content_type: field(), authorization: field(), body: &data[end + 1..] })
    }

    pub(crate) fn request(&self) -> Request<'d> {
        Request {
            method: self.method,
            query: self.query,
            content_type: self.content_type,
            authorization: self.authorization,
            accept_language: None,
            body: self.body,
            client: None,
            vouched: ordergate_door::Vouched::Nobody,
        }
    }

    /// Whether the request itself holds this text.
    pub(crate) fn mentions(&self, text: &str) -> bool {
        let holds = |bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        holds(self.body)
            || [self.query, self.content_type, self.authorization].into_iter().flatten().any(|field| holds(field.as_bytes()))
    }
}
