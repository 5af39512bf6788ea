//! https: one PUT of the whole result.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, StatusCode};
use ordergate_outgoing::{Call, CallError, Payload};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::carrier::{Carrier, Undelivered};
use crate::{Address, Parcel};

/// All but the unreserved characters (RFC 3986 §2.3) and what separates the names of a path.
const IN_A_PATH: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// More than this nobody needs to answer.
const ANSWER_MAX: usize = 64 * 1024;

pub(crate) async fn carry(carrier: &Carrier, address: &Address, parcel: Parcel) -> Result<(), Undelivered> {
    let path = address.path_of(&parcel.name);
    let url = format!("{address}/{}", utf8_percent_encode(path.trim_start_matches('/'), &IN_A_PATH));
    let call = Call {
        url,
        headers: headers(address)?,
        content_type: "application/octet-stream",
        body: Payload::stream(parcel.pieces, parcel.length),
        timeout: carrier.limit,
        answer_max: ANSWER_MAX,
        reach: carrier.reach.clone(),
    };
    match carrier.caller.put(call).await {
        Ok(answer) => verdict(address, answer.status),
        Err(CallError::Body { why, .. }) => Err(Undelivered::unreadable(&std::io::Error::other(why))),
        Err(error) => Err(error.into()),
    }
}

/// RFC 7617.
fn headers(address: &Address) -> Result<HeaderMap, Undelivered> {
    let mut headers = HeaderMap::new();
    if address.user.is_empty() && address.password.is_empty() {
        return Ok(headers);
    }
    if address.user.contains(':') {
        return Err(Undelivered::for_good("userName must not contain a colon for https"));
    }
    let text = format!("Basic {}", STANDARD.encode(format!("{}:{}", address.user, address.password)));
    let mut value = HeaderValue::from_str(&text).map_err(|_| Undelivered::for_good("userName cannot stand in a header"))?;
    value.set_sensitive(true);
    headers.insert(AUTHORIZATION, value);
    Ok(headers)
}

fn verdict(address: &Address, status: StatusCode) -> Result<(), Undelivered> {
    let said = format!("{address} answered {}", status.as_u16());
    match status {
        StatusCode::OK | StatusCode::CREATED | StatusCode::NO_CONTENT => Ok(()),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Err(Undelivered::for_good(format!("{said}: it does not let this user in with this password")))
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => Err(Undelivered::for_now(said)),
        status if status.is_redirection() => Err(Undelivered::for_good(format!("{said}: redirections are not followed"))),
        status if status.is_client_error() => Err(Undelivered::for_good(said)),
        _ => Err(Undelivered::for_now(said)),
    }
}
