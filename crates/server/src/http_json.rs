//! What the addresses beside the doors have in common: JSON in and out, and callers who are not known.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::Full;
use ordergate_door::{AuthError, TooMany};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

/// Reads a body: one JSON object of known fields. An error says which field, and what is wrong with it.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (path, problem) = (error.path().to_string(), error.inner());
        if path == "." { problem.to_string() } else { format!("{path}: {problem}") }
    })?;
    json.end().map_err(|error| error.to_string())?;
    Ok(read)
}

/// What is answered is written as it is: a tree of a long report would take many times its memory.
pub(crate) fn respond(status: StatusCode, answer: &impl Serialize) -> Response<Full<Bytes>> {
    // Texts and numbers under names: writing them into memory cannot fail.
    let mut body = serde_json::to_vec(answer).unwrap_or_default();
    body.push(b'\n');
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The answer to a request that is not read, because too many have come before it.
pub(crate) fn too_many(refused: TooMany) -> Response<Full<Bytes>> {
    let mut response = respond(StatusCode::TOO_MANY_REQUESTS, &json!({ "error": refused.to_string() }));
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(refused.seconds));
    response
}

/// Why an account is not let in, in words that say nothing about which accounts exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unknown {
    #[error("{0}")]
    Refused(String),
    #[error("user name or password not accepted")]
    NotAccepted,
    #[error("too many failed logins; try again later")]
    Throttled,
    #[error(transparent)]
    TooMany(#[from] TooMany),
    #[error("this account may do nothing here")]
    Forbidden,
    #[error("accounts cannot be told apart now; try again later")]
    NotNow,
}

impl From<AuthError> for Unknown {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Store(error) => {
                error.log("nobody can be let in");
                Self::NotNow
            }
            // Who knows it has logged why.
            AuthError::ServiceDown => Self::NotNow,
            AuthError::NotCustomer => Self::Forbidden,
            AuthError::Throttled => Self::Throttled,
            AuthError::TooMany(refused) => Self::TooMany(refused),
            AuthError::NotVouched | AuthError::Forged | AuthError::NamesDiffer => Self::Refused(error.to_string()),
            AuthError::UnknownAccount
            | AuthError::WrongPassword
            | AuthError::Disabled
            | AuthError::Replayed
            | AuthError::Stale
            | AuthError::Incomplete
            | AuthError::NoDigestSecret
            | AuthError::UnusableName => Self::NotAccepted,
        }
    }
}

impl Unknown {
    pub(crate) const fn status(&self) -> StatusCode {
        match self {
            Self::Refused(_) | Self::NotAccepted => StatusCode::UNAUTHORIZED,
            Self::Throttled | Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotNow => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
