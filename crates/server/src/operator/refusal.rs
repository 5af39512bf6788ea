//! Why an operator's request is refused.

use bytes::Bytes;
use http::header::{ALLOW, HeaderName, WWW_AUTHENTICATE};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::Full;
use ordergate_door::AuthError;
use ordergate_fulfilment::{ChangeError, DeskError, PauseError};
use ordergate_store::StoreError;
use serde_json::json;

use crate::http_json::{Unknown, respond, too_many};
use crate::request_body::BodyError;

#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("there is nothing at this address")]
    NotFound,
    #[error("this address is asked by {0}")]
    Method(&'static str),
    #[error("an operator's account is needed: HTTP Basic")]
    Unauthorized,
    #[error(transparent)]
    Unknown(#[from] Unknown),
    #[error("this account is none of an operator")]
    NotOperator,
    #[error("the body must be application/json")]
    ContentType,
    #[error(transparent)]
    Body(#[from] BodyError),
    /// Not JSON, or not of the shape that was expected: which field, and what is wrong with it.
    #[error("{0}")]
    Malformed(String),
    /// A value that cannot be: which field, and what it may be.
    #[error("{0}")]
    Value(String),
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error(transparent)]
    Pause(#[from] PauseError),
    #[error("the store does not answer; ask again")]
    Store,
}

impl From<AuthError> for Refusal {
    fn from(error: AuthError) -> Self {
        Unknown::from(error).into()
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        error.log("an operator's request could not be carried out");
        Self::Store
    }
}

impl From<ChangeError> for Refusal {
    fn from(error: ChangeError) -> Self {
        DeskError::from(error).into()
    }
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::Desk(DeskError::NoSuchItem { .. }) => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Unknown(unknown) => unknown.status(),
            Self::NotOperator => StatusCode::FORBIDDEN,
            Self::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Body(error) => error.status(),
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Value(_) | Self::Desk(DeskError::NoUrl(_)) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Desk(DeskError::NotSubmitted { .. } | DeskError::BeingDelivered(_)) | Self::Pause(PauseError::NotPaused(_)) => {
                StatusCode::CONFLICT
            }
            Self::Desk(DeskError::Change(error)) | Self::Pause(PauseError::Change(error)) => of_change(error),
            Self::Store => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The word for log and metrics.
    pub(super) fn kind(&self) -> &'static str {
        if matches!(self, Self::Unknown(Unknown::TooMany(_))) {
            return "too-many-requests";
        }
        match self.status() {
            StatusCode::NOT_FOUND => "not-found",
            StatusCode::METHOD_NOT_ALLOWED => "method-not-allowed",
            StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS => "unauthorized",
            StatusCode::FORBIDDEN => "forbidden",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported-media-type",
            StatusCode::UNPROCESSABLE_ENTITY => "unusable-value",
            StatusCode::CONFLICT => "conflict",
            StatusCode::SERVICE_UNAVAILABLE => "unavailable",
            _ => "bad-request",
        }
    }

    fn header(&self) -> Option<(HeaderName, &'static str)> {
        match self {
            Self::Method(allowed) => Some((ALLOW, allowed)),
            _ if self.status() == StatusCode::UNAUTHORIZED => {
                Some((WWW_AUTHENTICATE, "Basic realm=\"ordergate operators\", charset=\"UTF-8\""))
            }
            _ => None,
        }
    }

    pub(super) fn response(&self) -> Response<Full<Bytes>> {
        if let Self::Desk(DeskError::Change(ChangeError::Store(error)))
        | Self::Pause(PauseError::Change(ChangeError::Store(error))) = self
        {
            error.log("an operator's request could not be carried out");
            return Self::Store.response();
        }
        if let Self::Unknown(Unknown::TooMany(refused)) = self {
            return too_many(*refused);
        }
        let mut response = respond(self.status(), &json!({ "error": self.to_string() }));
        if let Some((name, value)) = self.header() {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

fn of_change(error: &ChangeError) -> StatusCode {
    match error {
        ChangeError::NoSuchOrder(_) => StatusCode::NOT_FOUND,
        ChangeError::Refused { .. } | ChangeError::Busy(_) => StatusCode::CONFLICT,
        ChangeError::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
