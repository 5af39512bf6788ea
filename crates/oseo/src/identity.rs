//! Who asks: the WSSE UsernameToken of the SOAP header, or HTTP Basic.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ordergate_door::{AuthError, Credentials, Freshness, Identity, Request};
use ordergate_engine::{Protocol, Timestamp};
use ordergate_xml::builtin::parse_date_time;

use crate::exception::NOT_NOW;
use crate::soap::wsse::{PasswordKind, UsernameToken};
use crate::soap::{Binding, Envelope};
use crate::{Context, Exception};

/// Finds out who asks, or why nobody is let in (checklist OSEO 33).
pub(crate) async fn authenticate(
    context: &Context,
    envelope: &Envelope<'_>,
    request: &Request<'_>,
) -> Result<Identity, Exception> {
    let named = envelope.header.username_token.as_ref().map(|token| token.username.as_ref());
    if let Some(vouched) = request.vouched.credentials(named).map_err(|error| refusal(&error))? {
        return ask(context, vouched, request).await;
    }
    if let Some(token) = &envelope.header.username_token {
        return by_token(context, token, request).await;
    }
    let Some((name, password)) = request.authorization.and_then(basic) else {
        return Err(Exception::not_authenticated(match envelope.binding {
            Binding::Plain => "no identity: send HTTP Basic credentials",
            _ => "no identity: expected a wsse:Security header with a UsernameToken, or HTTP Basic credentials",
        }));
    };
    ask(context, Credentials::Password { name: &name, password: &password, freshness: None }, request).await
}

async fn by_token(context: &Context, token: &UsernameToken<'_>, request: &Request<'_>) -> Result<Identity, Exception> {
    let nonce = token.nonce.as_deref().map(|n| decode("Nonce", n)).transpose()?;
    let created = token.created.as_deref().map(created).transpose()?;
    let freshness = Freshness { nonce: nonce.as_deref(), created };
    let (name, password) = (token.username.as_ref(), token.password.as_ref());
    match token.kind {
        PasswordKind::Text => {
            let freshness = (nonce.is_some() || created.is_some()).then_some(freshness);
            ask(context, Credentials::Password { name, password, freshness }, request).await
        }
        PasswordKind::Digest => {
            let digest = decode("Password", password)?;
            ask(context, Credentials::Digest { name, digest: &digest, freshness }, request).await
        }
    }
}

async fn ask(context: &Context, credentials: Credentials<'_>, request: &Request<'_>) -> Result<Identity, Exception> {
    let asked = context.authenticate.authenticate(context.provider, Protocol::Oseo, credentials, request.client).await;
    asked.map_err(|error| refusal(&error))
}

fn refusal(error: &AuthError) -> Exception {
    match error {
        AuthError::Store(error) => Exception::unavailable(error),
        // Who knows it has logged why.
        AuthError::ServiceDown => Exception::not_now(NOT_NOW),
        AuthError::NotCustomer => Exception::not_authorized("this account may not order"),
        // These say nothing about which accounts exist.
        AuthError::Replayed
        | AuthError::Stale
        | AuthError::Incomplete
        | AuthError::Throttled
        | AuthError::NotVouched
        | AuthError::Forged
        | AuthError::NamesDiffer => Exception::not_authenticated(error.to_string()),
        // These would: all look alike.
        AuthError::UnknownAccount
        | AuthError::WrongPassword
        | AuthError::Disabled
        | AuthError::NoDigestSecret
        | AuthError::UnusableName => Exception::not_authenticated("user name or password not accepted"),
    }
}

fn decode(what: &str, text: &str) -> Result<Vec<u8>, Exception> {
    STANDARD.decode(text.trim()).map_err(|_| Exception::not_authenticated(format!("wsse:{what} is not Base64")))
}

fn created(text: &str) -> Result<(&str, Timestamp), Exception> {
    let text = text.trim();
    match parse_date_time(text) {
        Some(micros) => Ok((text, Timestamp(micros))),
        None => Err(Exception::not_authenticated("wsu:Created is no xs:dateTime")),
    }
}

/// Name and password of an `Authorization: Basic` header.
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, rest) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = STANDARD.decode(rest.trim()).ok()?;
    let text = String::from_utf8(text).unwrap_or_else(|latin| latin.into_bytes().into_iter().map(char::from).collect());
    text.split_once(':').map(|(n, p)| (n.to_owned(), p.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials() {
        let pair = |n: &str, p: &str| Some((n.to_owned(), p.to_owned()));
        assert_eq!(basic("Basic ZGVtbzpkZW1vLXNlY3JldA=="), pair("demo", "demo-secret"));
        assert_eq!(basic("basic ZGVtbzphOmI="), pair("demo", "a:b"));
        for bad in ["", "Basic", "Basic ***", "Bearer ZGVtbzph", "Basic ZGVtbw=="] {
            assert_eq!(basic(bad), None, "{bad}");
        }
    }
}
