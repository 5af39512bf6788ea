//! Why an import is refused before its rows are judged.

use bytes::Bytes;
use http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::Full;
use serde_json::json;

use crate::http_json::respond;
use crate::request_body::BodyError;
use crate::sellers::SellerError;
use crate::work;

#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("an importer's token is needed: Authorization: Bearer TOKEN")]
    Unauthorized,
    #[error("the importers of this server cannot be told apart; its log says why")]
    Unavailable,
    #[error("the store does not answer; try again later")]
    Store,
    #[error("there is nothing to be imported at this address; there is articles, stock, prices, numbers, classification")]
    NotFound,
    #[error("this address is asked by POST")]
    Method,
    /// Which parameter, and what it may be.
    #[error("{0}")]
    Parameter(String),
    #[error("the body must be text/csv or application/x-ndjson")]
    ContentType,
    #[error("other imports are under way; try again later")]
    Busy,
    #[error(transparent)]
    Body(#[from] BodyError),
    /// The body is nothing that rows can be read from.
    #[error("{0}")]
    Unreadable(String),
    #[error("{0}")]
    Conflict(String),
    #[error("the import failed; the log of the server says why. Nothing but stock and prices may have changed: send it again")]
    Failed,
}

impl From<SellerError> for Refusal {
    fn from(error: SellerError) -> Self {
        match error {
            SellerError::NoSuchSeller => Self::Parameter(error.to_string()),
            SellerError::NotYet => Self::Store,
        }
    }
}

/// What the workers' routes say of a token.
impl From<work::Refusal> for Refusal {
    fn from(refusal: work::Refusal) -> Self {
        match refusal {
            work::Refusal::Unauthorized => Self::Unauthorized,
            _ => Self::Unavailable,
        }
    }
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Unavailable | Self::Store | Self::Failed => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Parameter(_) => StatusCode::BAD_REQUEST,
            Self::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Busy => StatusCode::TOO_MANY_REQUESTS,
            Self::Body(error) => error.status(),
            Self::Unreadable(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(_) => StatusCode::CONFLICT,
        }
    }

    /// The word for log and metrics.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::Unavailable | Self::Store | Self::Failed => "unavailable",
            Self::NotFound => "not-found",
            Self::Method => "method-not-allowed",
            Self::Parameter(_) | Self::Body(_) => "bad-request",
            Self::ContentType => "unsupported-media-type",
            Self::Busy => "busy",
            Self::Unreadable(_) => "refused",
            Self::Conflict(_) => "conflict",
        }
    }

    pub(super) fn answer(&self) -> Response<Full<Bytes>> {
        let mut response = respond(self.status(), &json!({ "error": self.to_string() }));
        let header: Option<(HeaderName, &'static str)> = match self {
            Self::Unauthorized => Some((WWW_AUTHENTICATE, "Bearer realm=\"ordergate importers\"")),
            Self::Method => Some((ALLOW, "POST")),
            Self::Busy => Some((RETRY_AFTER, "10")),
            _ => None,
        };
        if let Some((name, value)) = header {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}
