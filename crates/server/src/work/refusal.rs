//! Why a worker's request is refused.

use http::header::{ALLOW, WWW_AUTHENTICATE};
use http::{HeaderName, StatusCode};
use ordergate_door::AuthError;
use ordergate_fulfilment::PullError;

use crate::http_json::Unknown;
use crate::request_body::BodyError;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// Not JSON, or not of the shape that was expected: which field, and what is wrong with it.
    #[error("{0}")]
    Malformed(String),
    #[error("a worker's token is needed: Authorization: Bearer TOKEN; or a worker's account: HTTP Basic")]
    Unauthorized,
    #[error(transparent)]
    Unknown(#[from] Unknown),
    #[error("this account has not the role that is needed here")]
    NoRole,
    #[error("there are no items to be fetched at this address")]
    NotFound,
    #[error("this address is asked by POST")]
    Method,
    /// What it must be.
    #[error("the body must be {0}")]
    ContentType(&'static str),
    #[error(transparent)]
    Body(#[from] BodyError),
    /// A value that cannot be: which field, and what it may be.
    #[error("{0}")]
    Value(String),
    #[error(transparent)]
    Pull(#[from] PullError),
    #[error("the workers of this server cannot be told apart; its log says why")]
    Unavailable,
    #[error("not all of it could be stored; send it again: nothing is stored twice")]
    Store,
}

impl From<AuthError> for Refusal {
    fn from(error: AuthError) -> Self {
        Unknown::from(error).into()
    }
}

impl Refusal {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Unknown(unknown) => unknown.status(),
            Self::NoRole => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::ContentType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Body(error) => error.status(),
            Self::Value(_) | Self::Pull(PullError::NoUrl | PullError::MessageTooLong) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Pull(PullError::Gone) => StatusCode::GONE,
            Self::Pull(PullError::Unavailable) | Self::Unavailable | Self::Store => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The word for log and metrics.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Malformed(_) | Self::Body(_) => "bad-request",
            Self::Unknown(Unknown::Forbidden) | Self::NoRole => "forbidden",
            Self::Unauthorized | Self::Unknown(Unknown::NotAccepted | Unknown::Refused(_) | Unknown::Throttled) => "unauthorized",
            Self::Unknown(Unknown::TooMany(_)) => "too-many-requests",
            Self::NotFound => "not-found",
            Self::Method => "method-not-allowed",
            Self::ContentType(_) => "unsupported-media-type",
            Self::Value(_) | Self::Pull(PullError::NoUrl | PullError::MessageTooLong) => "unusable-value",
            Self::Pull(PullError::Gone) => "gone",
            Self::Unknown(Unknown::NotNow) | Self::Pull(PullError::Unavailable) | Self::Unavailable | Self::Store => {
                "unavailable"
            }
        }
    }

    pub(crate) fn header(&self) -> Option<(HeaderName, &'static str)> {
        match self {
            Self::Unauthorized | Self::Unknown(Unknown::NotAccepted | Unknown::Refused(_)) => {
                Some((WWW_AUTHENTICATE, "Bearer realm=\"ordergate workers\""))
            }
            Self::Method => Some((ALLOW, "POST")),
            _ => None,
        }
    }
}
