//! Who asks: the WSSE UsernameToken of the SOAP header, or HTTP Basic.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ordergate_door::{AuthError, Credentials, Freshness, Identity, Request, basic_credentials};
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
    let Some((name, password)) = request.authorization.and_then(basic_credentials) else {
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
    let caller = asked.map_err(|error| refusal(&error))?;
    // Operators see and cancel; nobody else has anything to do here.
    if caller.is_operator() { Ok(caller) } else { customer(caller) }
}

/// Refuses those who may not order.
pub(crate) fn customer(caller: Identity) -> Result<Identity, Exception> {
    caller.check_customer().map_err(|error| refusal(&error))?;
    Ok(caller)
}

fn refusal(error: &AuthError) -> Exception {
    match error {
        AuthError::Store(error) => Exception::unavailable(error),
        AuthError::TooMany(refused) => Exception::too_many(*refused),
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
