//! Reading a request's body under the two limits it has: time and size.

use std::error::Error as StdError;

use axum::BoxError;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body_util::BodyExt as _;
use hyper::body::Body;
use ordergate_door::NotReceived;

/// A request's body, whatever carries it.
pub trait RequestBody: Body<Data = Bytes, Error: Into<BoxError>> + Send + Unpin + 'static {}

impl<B: Body<Data = Bytes, Error: Into<BoxError>> + Send + Unpin + 'static> RequestBody for B {}

/// The request's body was not complete in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", NotReceived::TimedOut)]
pub struct BodyTimedOut;

/// Why a request's body could not be had.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// It was not complete in time: 408.
    #[error(transparent)]
    TimedOut(#[from] BodyTimedOut),
    /// It is larger than allowed: 413.
    #[error("{}", NotReceived::TooLarge { bytes_max: *bytes_max })]
    TooLarge {
        /// The limit that was exceeded.
        bytes_max: usize,
    },
    /// The client broke off, or its transfer coding is malformed: 400.
    #[error("{}", NotReceived::Broken)]
    Broken(#[source] BoxError),
}

impl BodyError {
    /// What a door is told.
    pub const fn not_received(&self) -> NotReceived {
        match self {
            Self::TimedOut(_) => NotReceived::TimedOut,
            Self::TooLarge { bytes_max } => NotReceived::TooLarge { bytes_max: *bytes_max },
            Self::Broken(_) => NotReceived::Broken,
        }
    }

    /// The HTTP status that says what happened.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.not_received().status()).unwrap_or(StatusCode::BAD_REQUEST)
    }
}

impl IntoResponse for BodyError {
    fn into_response(self) -> Response {
        (self.status(), format!("{self}\n")).into_response()
    }
}

/// The whole body, at most `bytes_max` bytes. A declared length above that is refused before anything is read,
/// so that a client which waits for `100 Continue` never sends it.
pub async fn read_body<B: RequestBody>(body: &mut B, bytes_max: usize) -> Result<Bytes, BodyError> {
    if body.size_hint().lower() > bytes_max as u64 {
        return Err(BodyError::TooLarge { bytes_max });
    }
    let Some(first) = next_part(body, 0, bytes_max).await? else { return Ok(Bytes::new()) };
    if body.is_end_stream() {
        // Most bodies come in one part, which needs no copy.
        return Ok(first);
    }
    let mut whole = BytesMut::from(first);
    while let Some(part) = next_part(body, whole.len(), bytes_max).await? {
        whole.extend_from_slice(&part);
    }
    Ok(whole.freeze())
}

/// The body's next bytes, of which `taken` came before; `None` at its end.
pub(crate) async fn next_part<B: RequestBody>(body: &mut B, taken: usize, bytes_max: usize) -> Result<Option<Bytes>, BodyError> {
    while let Some(frame) = body.frame().await {
        match frame.map_err(|error| classify(error.into()))?.into_data() {
            Ok(part) if part.len() > bytes_max - taken => return Err(BodyError::TooLarge { bytes_max }),
            Ok(part) => return Ok(Some(part)),
            // Trailers say nothing that is asked for.
            Err(_) => {}
        }
    }
    Ok(None)
}

fn classify(error: BoxError) -> BodyError {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error.as_ref());
    while let Some(current) = cause {
        if current.is::<BodyTimedOut>() {
            return BodyTimedOut.into();
        }
        cause = current.source();
    }
    BodyError::Broken(error)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::convert::Infallible;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use http::HeaderMap;
    use http_body_util::Full;
    use hyper::body::Frame;

    use super::*;

    /// A body whose length nobody knows before its end.
    struct Parts(Vec<Frame<Bytes>>);

    impl Body for Parts {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Ready((!self.0.is_empty()).then(|| Ok(self.0.remove(0))))
        }
    }

    fn parts() -> Parts {
        let data = |text: &'static str| Frame::data(Bytes::from_static(text.as_bytes()));
        Parts(vec![data("12"), data(""), data("345"), Frame::trailers(HeaderMap::new())])
    }

    #[tokio::test]
    async fn the_limit_is_the_last_size_accepted() {
        let body = || Full::from("12345");
        assert_eq!(read_body(&mut body(), 5).await.unwrap(), "12345");
        assert_eq!(read_body(&mut parts(), 5).await.unwrap(), "12345");
        for error in [read_body(&mut body(), 4).await.unwrap_err(), read_body(&mut parts(), 4).await.unwrap_err()] {
            assert_eq!(error.status(), StatusCode::PAYLOAD_TOO_LARGE);
            assert_eq!(error.to_string(), "the request body is larger than 4 bytes");
        }
        assert_eq!(read_body(&mut Parts(Vec::new()), 4).await.unwrap(), "");
    }

    #[tokio::test]
    async fn other_failures_are_the_clients() {
        let failing = std::io::Error::other("reset");
        let error = classify(Box::new(axum::Error::new(failing)));
        assert_eq!(error.status(), StatusCode::BAD_REQUEST);
        let error = classify(Box::new(axum::Error::new(BodyTimedOut)));
        assert_eq!(error.status(), StatusCode::REQUEST_TIMEOUT);
    }
}
