//! A request to make, and the answer to it.

use std::fmt;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use http::{HeaderMap, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::Frame;

use crate::reach::Reach;

/// A request to make.
#[derive(Debug)]
pub struct Call {
    /// `http` or `https`; see [`crate::check_url`].
    pub url: String,
    /// Further headers. Those that belong to the connection (`Host`, `Content-Length`, ...) are not for the caller
    /// to set, nor is `Content-Type`, which has a field of its own.
    pub headers: HeaderMap,
    pub content_type: &'static str,
    pub body: Payload,
    /// For everything: finding the address, connecting, sending, and reading the whole answer.
    pub timeout: Duration,
    /// The longest body that is read, in bytes. A longer one is [`crate::CallError::TooLarge`].
    pub answer_max: usize,
    pub reach: Reach,
}

/// What the other side said.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// Whether it refuses the request, however often that is made: 4xx, but for those that say "not now".
    pub fn is_refusal(&self) -> bool {
        let not_now = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS];
        self.status.is_client_error() && !not_now.contains(&self.status)
    }
}

/// The body of a request.
pub struct Payload {
    pub(crate) body: UnsyncBoxBody<Bytes, io::Error>,
    pub(crate) length: Option<u64>,
}

impl Payload {
    /// A body that is sent piece by piece as it becomes known. If its length in bytes is known before, the other side is
    /// told; a stream that ends before is then an error.
    pub fn stream(pieces: impl Stream<Item = io::Result<Bytes>> + Send + 'static, length: Option<u64>) -> Self {
        Self { body: StreamBody::new(pieces.map(|piece| piece.map(Frame::data))).boxed_unsync(), length }
    }
}

impl<T: Into<Bytes>> From<T> for Payload {
    fn from(bytes: T) -> Self {
        let bytes = bytes.into();
        let length = Some(bytes.len() as u64);
        Self { body: Full::new(bytes).map_err(|never| match never {}).boxed_unsync(), length }
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payload").field("length", &self.length).finish_non_exhaustive()
    }
}
