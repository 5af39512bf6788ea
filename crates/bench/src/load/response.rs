//! Reads HTTP/1.1 responses (RFC 9112) into buffers that are kept from one response to the next.

use std::mem::MaybeUninit;

use httparse::{Header, ParserConfig, Status};

const HEADERS_MAX: usize = 64;
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// Bound of one response as sent, so that a wrong length cannot exhaust memory.
const RESPONSE_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Room offered to each read. A read that does not fill it tells tokio that the socket is empty, which saves a system call.
const READ_BYTES: usize = 16 * 1024;

/// Why the bytes received are not one HTTP/1.1 response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResponseError {
    #[error("malformed response head: {0}")]
    Head(httparse::Error),
    #[error("response head of more than {HEAD_BYTES_MAX} bytes")]
    HeadTooLong,
    #[error("response of more than {RESPONSE_BYTES_MAX} bytes")]
    TooLong,
    #[error("Content-Length is not one number")]
    ContentLength,
    #[error("Transfer-Encoding is not chunked")]
    TransferEncoding,
    #[error("response has neither Content-Length nor Transfer-Encoding")]
    NoLength,
    #[error("malformed chunk")]
    Chunk,
    #[error("malformed trailer: {0}")]
    Trailer(httparse::Error),
    #[error("{0} bytes follow the response")]
    Surplus(usize),
}

/// What a complete response says of itself; its body is [`ResponseReader::body`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// The server will take no further request on this connection.
    pub(super) closes: bool,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Head { at: usize },
    Sized { answer: Answer, start: usize, end: usize },
    Chunks { answer: Answer, at: usize },
    Trailer { answer: Answer, at: usize },
}

enum Framing {
    Sized(usize),
    Chunked,
}

/// Takes the bytes of one response after another, in whatever pieces they arrive.
#[derive(Debug)]
pub(super) struct ResponseReader {
    received: Vec<u8>,
    /// The joined chunks; a response with a length is read where it was received.
    unchunked: Vec<u8>,
    state: State,
}

impl ResponseReader {
    pub(super) fn new() -> Self {
        Self { received: Vec::with_capacity(READ_BYTES), unchunked: Vec::new(), state: State::Head { at: 0 } }
    }

    /// Forgets the previous response.
    pub(super) fn begin(&mut self) {
        self.received.clear();
        self.unchunked.clear();
        self.state = State::Head { at: 0 };
    }

    /// Where the next read appends.
    pub(super) fn room(&mut self) -> &mut Vec<u8> {
        if self.received.capacity() - self.received.len() < READ_BYTES / 2 {
            self.received.reserve(READ_BYTES);
        }
        &mut self.received
    }

    pub(super) fn received_bytes(&self) -> usize {
        self.received.len()
    }

    /// The body of a complete response.
    pub(super) fn body(&self) -> &[u8] {
        match self.state {
            State::Sized { start, end, .. } => self.received.get(start..end).unwrap_or_default(),
            _ => &self.unchunked,
        }
    }

    /// Goes on with what has been received; `None` when more is needed.
    pub(super) fn advance(&mut self) -> Result<Option<Answer>, ResponseError> {
        loop {
            let go_on = match self.state {
                State::Head { at } => self.head(at)?,
                State::Sized { answer, end, .. } => return self.complete(answer, end),
                State::Chunks { answer, at } => self.chunk(answer, at)?,
                State::Trailer { answer, at } => return self.trailer(answer, at),
            };
            if !go_on {
                return Ok(None);
            }
        }
    }

    fn head(&mut self, at: usize) -> Result<bool, ResponseError> {
        let mut headers = [const { MaybeUninit::uninit() }; HEADERS_MAX];
        let mut response = httparse::Response::new(&mut []);
        let bytes = &self.received[at..];
        let parsed = ParserConfig::default().parse_response_with_uninit_headers(&mut response, bytes, &mut headers);
        let Status::Complete(length) = parsed.map_err(ResponseError::Head)? else {
            return if bytes.len() > HEAD_BYTES_MAX { Err(ResponseError::HeadTooLong) } else { Ok(false) };
        };
        let (status, start) = (response.code.unwrap_or_default(), at + length);
        self.state = if (100..200).contains(&status) {
            // An interim response (RFC 9110, 15.2); the answer is still to come.
            State::Head { at: start }
        } else {
            let answer = Answer { status, closes: closes(&response) };
            match framing(status, response.headers)? {
                Framing::Sized(length) => State::Sized { answer, start, end: start + length },
                Framing::Chunked => State::Chunks { answer, at: start },
            }
        };
        Ok(true)
    }

    fn chunk(&mut self, answer: Answer, at: usize) -> Result<bool, ResponseError> {
        let bytes = &self.received[at..];
        let size = httparse::parse_chunk_size(bytes).map_err(|_| ResponseError::Chunk)?;
        let Status::Complete((start, size)) = size else { return self.within_bounds() };
        let size = bounded(size)?;
        if size == 0 {
            self.state = State::Trailer { answer, at: at + start };
            return Ok(true);
        }
        let Some(data) = bytes.get(start..start + size + 2) else { return self.within_bounds() };
        let data = data.strip_suffix(b"\r\n").ok_or(ResponseError::Chunk)?;
        self.unchunked.extend_from_slice(data);
        self.state = State::Chunks { answer, at: at + start + size + 2 };
        Ok(true)
    }

    fn within_bounds(&self) -> Result<bool, ResponseError> {
        if self.received.len() > RESPONSE_BYTES_MAX { Err(ResponseError::TooLong) } else { Ok(false) }
    }

    fn trailer(&self, answer: Answer, at: usize) -> Result<Option<Answer>, ResponseError> {
        let mut fields = [httparse::EMPTY_HEADER; HEADERS_MAX];
        let bytes = &self.received[at..];
        match httparse::parse_headers(bytes, &mut fields).map_err(ResponseError::Trailer)? {
            Status::Complete((length, _)) => self.complete(answer, at + length),
            Status::Partial if bytes.len() > HEAD_BYTES_MAX => Err(ResponseError::HeadTooLong),
            Status::Partial => Ok(None),
        }
    }

    fn complete(&self, answer: Answer, end: usize) -> Result<Option<Answer>, ResponseError> {
        // One request is outstanding at a time, so nothing may follow its answer.
        match self.received.len().checked_sub(end) {
            None => Ok(None),
            Some(0) => Ok(Some(answer)),
            Some(surplus) => Err(ResponseError::Surplus(surplus)),
        }
    }
}

/// RFC 9112, 6.3: how the end of the body is found.
fn framing(status: u16, headers: &[Header<'_>]) -> Result<Framing, ResponseError> {
    if matches!(status, 204 | 304) {
        return Ok(Framing::Sized(0));
    }
    let (mut length, mut chunked) = (None, false);
    for header in headers {
        if header.name.eq_ignore_ascii_case("content-length") {
            let found = content_length(header.value)?;
            if length.replace(found).is_some_and(|before| before != found) {
                return Err(ResponseError::ContentLength);
            }
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            if chunked || !header.value.trim_ascii().eq_ignore_ascii_case(b"chunked") {
                return Err(ResponseError::TransferEncoding);
            }
            chunked = true;
        }
    }
    match length {
        _ if chunked => Ok(Framing::Chunked),
        Some(length) => Ok(Framing::Sized(length)),
        None => Err(ResponseError::NoLength),
    }
}

fn content_length(value: &[u8]) -> Result<usize, ResponseError> {
    let digits = str::from_utf8(value.trim_ascii()).map_err(|_| ResponseError::ContentLength)?;
    // `parse` alone would take a sign.
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ResponseError::ContentLength);
    }
    bounded(digits.parse().map_err(|_| ResponseError::ContentLength)?)
}

fn bounded(length: u64) -> Result<usize, ResponseError> {
    usize::try_from(length).ok().filter(|length| *length <= RESPONSE_BYTES_MAX).ok_or(ResponseError::TooLong)
}

/// RFC 9112, 9.3: whether the connection ends with this response.
fn closes(response: &httparse::Response<'_, '_>) -> bool {
    let says = |option: &str| {
        let connection = response.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("connection"));
        connection
            .flat_map(|header| header.value.split(|byte| *byte == b','))
            .any(|token| token.trim_ascii().eq_ignore_ascii_case(option.as_bytes()))
    };
    says("close") || (response.version == Some(0) && !says("keep-alive"))
}

#[cfg(test)]
#[path = "response_tests.rs"]
mod tests;
