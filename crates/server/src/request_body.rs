//! Reading a request's body under the two limits it has: time and size.

use std::error::Error as StdError;

use axum::BoxError;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Body as _;

/// The request's body was not complete in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request body did not arrive in time")]
pub struct BodyTimedOut;

/// Why a request's body could not be had.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// It was not complete in time: 408.
    #[error(transparent)]
    TimedOut(#[from] BodyTimedOut),
    /// It is larger than allowed: 413.
    #[error("the request body is larger than {bytes_max} bytes")]
    TooLarge {
        /// The limit that was exceeded.
        bytes_max: usize,
    },
    /// The client broke off, or its transfer coding is malformed: 400.
    #[error("the request body is incomplete or malformed")]
    Broken(#[source] BoxError),
}

impl BodyError {
    /// The HTTP status that says what happened.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::TimedOut(_) => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Broken(_) => StatusCode::BAD_REQUEST,
        }
    }
}

impl IntoResponse for BodyError {
    fn into_response(self) -> Response {
        (self.status(), format!("{self}\n")).into_response()
    }
}

/// The whole body, at most `bytes_max` bytes. A declared length above that is refused before anything is read,
/// so that a client which waits for `100 Continue` never sends it.
pub async fn read_body(body: Body, bytes_max: usize) -> Result<Bytes, BodyError> {
    if body.size_hint().lower() > bytes_max as u64 {
        return Err(BodyError::TooLarge { bytes_max });
    }
    match Limited::new(body, bytes_max).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) => Err(classify(error, bytes_max)),
    }
}

fn classify(error: BoxError, bytes_max: usize) -> BodyError {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error.as_ref());
    while let Some(current) = cause {
        if current.is::<BodyTimedOut>() {
            return BodyTimedOut.into();
        }
        if current.is::<LengthLimitError>() {
            return BodyError::TooLarge { bytes_max };
        }
        cause = current.source();
    }
    BodyError::Broken(error)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn the_limit_is_the_last_size_accepted() {
        let body = || Body::from("12345");
        assert_eq!(read_body(body(), 5).await.unwrap(), "12345");
        let error = read_body(body(), 4).await.unwrap_err();
        assert_eq!(error.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[tokio::test]
    async fn other_failures_are_the_clients() {
        let failing = std::io::Error::other("reset");
        let error = classify(Box::new(axum::Error::new(failing)), 4);
        assert_eq!(error.status(), StatusCode::BAD_REQUEST);
        let error = classify(Box::new(axum::Error::new(BodyTimedOut)), 4);
        assert_eq!(error.status(), StatusCode::REQUEST_TIMEOUT);
    }
}
