//! The operator's own service is asked who a caller is.
//!
//! It gets one JSON object in a POST and answers 200 with another, `{"allowed": true, "name": "...", "roles": ["customer"]}`;
//! see `docs/authentication.md`. Everything else is no answer: the caller is told to come back later, not that the password is wrong.

use std::borrow::Cow;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode};
use ordergate_door::{AuthError, Authenticate, Credentials, Freshness, Identity};
use ordergate_engine::time::Clock;
use ordergate_engine::{Protocol, ProviderId};
use ordergate_outgoing::{Call, Caller, CallerError, CallerOptions, Payload, Reach, Signer, SignerError, check_url};
use ordergate_store::{Role, Roles, SharedStore};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::fresh::Fresh;
use super::register::{Register, let_in};
use super::remembered::{Remembered, Told};
use super::throttle::{Realm, Throttle};
use super::{AuthOptions, Key, KeyError, SellerNames};
use crate::http_options::OptionError;
use crate::rates::Rates;

/// No name or password of a customer is longer, in bytes: the service is spared what only a guesser sends.
const SHOWN_BYTES_MAX: usize = 4096;

/// No answer is longer, in bytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// Section `[auth.callout]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct CalloutOptions {
    /// The service.
    pub url: Option<String>,
    /// What it knows us by (Standard Webhooks), if it wants to: `whsec_...`, here or in a file.
    pub secret: Option<Signer>,
    pub secret_file: Option<PathBuf>,
    /// Certificate authorities to believe besides the system's.
    pub ca_file: Option<PathBuf>,
    /// How long it may take.
    pub timeout_seconds: u64,
    /// How many callers it is asked about at the same time.
    pub parallel: usize,
}

impl Default for CalloutOptions {
    fn default() -> Self {
        Self { url: None, secret: None, secret_file: None, ca_file: None, timeout_seconds: 5, parallel: 32 }
    }
}

impl CalloutOptions {
    pub(super) fn validate(&self, is_used: bool) -> Result<(), OptionError> {
        if is_used && self.url.is_none() {
            return Err(OptionError::new("callout.url", "must name the service that is asked"));
        }
        if let Some(Err(error)) = self.url.as_deref().map(|url| check_url(url, &Reach::Anywhere)) {
            return Err(OptionError::new("callout.url", format!("cannot be called: {error}")));
        }
        if self.secret.is_some() && self.secret_file.is_some() {
            return Err(OptionError::new("callout.secret", "and secret_file cannot both be given"));
        }
        if !(1..=60).contains(&self.timeout_seconds) {
            return Err(OptionError::new("callout.timeout_seconds", "must be between 1 and 60"));
        }
        if !(1..=1024).contains(&self.parallel) {
            return Err(OptionError::new("callout.parallel", "must be between 1 and 1024"));
        }
        Ok(())
    }

    const fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }

    fn signer(&self) -> Result<Option<Signer>, SignerError> {
        let Some(path) = &self.secret_file else { return Ok(self.secret.clone()) };
        Signer::from_file(path, "the authentication service").map(Some)
    }
}

/// Why the service cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum CalloutError {
    #[error(transparent)]
    Signer(#[from] SignerError),
    #[error("the authentication service cannot be called: {0}")]
    Caller(#[from] CallerError),
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// What the service is told.
#[derive(Serialize)]
struct Question<'a> {
    protocol: &'static str,
    /// The name of the seller, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    seller: Option<&'a str>,
    user: &'a str,
    password_kind: PasswordKind,
    password: Cow<'a, str>,
    /// In Base64.
    nonce: Option<String>,
    created: Option<&'a str>,
    remote_address: Option<IpAddr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum PasswordKind {
    Text,
    /// Base64(SHA-1(nonce + created + password)).
    Digest,
}

/// What it says. Further members are for others.
#[derive(Deserialize)]
struct Verdict {
    allowed: bool,
    /// The account's name, if it is not the user's.
    name: Option<String>,
    /// Left out: a customer.
    roles: Option<Vec<String>>,
    /// Left out: the account's groups stay as they are.
    groups: Option<Vec<String>>,
}

/// Who the caller is found to be.
struct Known {
    told: Told,
    /// What the service says of the account's groups, if it was asked and says so.
    groups: Option<Vec<String>>,
}

/// Asks the operator's service.
#[derive(Debug)]
pub(super) struct Callout {
    caller: Caller,
    signer: Option<Signer>,
    options: CalloutOptions,
    turns: Semaphore,
    remembered: Remembered,
    throttle: Throttle,
    fresh: Fresh,
    register: Register,
    sellers: SellerNames,
    rates: Arc<Rates>,
}

impl Callout {
    pub(super) fn new(
        store: &SharedStore,
        clock: &Arc<dyn Clock>,
        options: &AuthOptions,
        sellers: SellerNames,
        rates: Arc<Rates>,
    ) -> Result<Self, CalloutError> {
        let own = options.callout.clone();
        Ok(Self {
            caller: Caller::new(&CallerOptions { ca_file: own.ca_file.clone(), ..CallerOptions::default() })?,
            signer: own.signer()?,
            turns: Semaphore::new(own.parallel),
            options: own,
            remembered: Remembered::new(&Key::random()?, Duration::from_secs(options.remember_seconds)),
            throttle: Throttle::new(options.failures()),
            fresh: Fresh::new(Arc::clone(store), Arc::clone(clock), options),
            register: Register::new(Arc::clone(store), Arc::clone(clock)),
            sellers,
            rates,
        })
    }

    /// The caller's account. One who was let in a moment ago passes even while the name is throttled.
    async fn known(&self, of: Realm, question: &Question<'_>, client: Option<IpAddr>) -> Result<Known, AuthError> {
        // A digest is another one each time.
        let is_password = question.password_kind == PasswordKind::Text;
        let proof = is_password.then(|| self.remembered.proof(of, question.user, &question.password, client));
        let remembered = || proof.as_ref().and_then(|proof| self.remembered.told(proof, Instant::now()));
        let known = || remembered().map(|told| Known { told, groups: None });
        if let Some(known) = known() {
            return Ok(known);
        }
        let turn = timeout(self.options.timeout(), self.turns.acquire()).await;
        let _turn = turn.map_err(|_| down(&"too many callers wait for it"))?;
        if let Some(known) = known() {
            return Ok(known);
        }
        // After the turn, so that attempts that wait for theirs are counted, too.
        if self.throttle.refuses(of, question.user, client, Instant::now()) {
            return Err(AuthError::Throttled);
        }
        let verdict = self.ask(question).await?;
        if !verdict.allowed {
            self.throttle.failed(of, question.user, client, Instant::now());
            return Err(AuthError::WrongPassword);
        }
        let name = verdict.name.unwrap_or_else(|| question.user.to_owned());
        let told = Told { name, roles: roles(verdict.roles.as_deref()) };
        if told.roles.is_empty() {
            return Err(AuthError::NotCustomer);
        }
        if let Some(proof) = proof {
            self.remembered.remember(proof, told.clone(), Instant::now());
        }
        Ok(Known { told, groups: verdict.groups })
    }

    async fn ask(&self, question: &Question<'_>) -> Result<Verdict, AuthError> {
        let call = self.call(question).map_err(|error| down(&error))?;
        let answer = self.caller.post(call).await.map_err(|error| down(&error))?;
        if answer.status != StatusCode::OK {
            return Err(down(&format!("it answered with status {}", answer.status.as_u16())));
        }
        serde_json::from_slice(&answer.body).map_err(|error| down(&format!("its answer cannot be understood: {error}")))
    }

    fn call(&self, question: &Question<'_>) -> Result<Call, Box<dyn std::error::Error + Send + Sync>> {
        let body = serde_json::to_vec(question)?;
        let headers = match &self.signer {
            Some(signer) => signer.headers(&uuid::Uuid::now_v7().to_string(), seconds_since_1970(), &body)?,
            None => HeaderMap::new(),
        };
        Ok(Call {
            url: self.options.url.clone().unwrap_or_default(),
            headers,
            content_type: "application/json",
            body: Payload::from(body),
            timeout: self.options.timeout(),
            answer_max: ANSWER_BYTES_MAX,
            // The address is the operator's own.
            reach: Reach::Anywhere,
        })
    }
}

#[async_trait]
impl Authenticate for Callout {
    async fn authenticate(
        &self,
        provider: ProviderId,
        protocol: Protocol,
        credentials: Credentials<'_>,
        client: Option<IpAddr>,
    ) -> Result<Identity, AuthError> {
        let seller = self.sellers.of(provider);
        let (question, freshness) = question((protocol, seller), credentials, client)?;
        let Known { told: Told { name, roles }, groups } = self.known((provider, protocol), &question, client).await?;
        let mut account = self.register.account(provider, protocol, &name).await?;
        if let Some(groups) = groups {
            account = self.register.in_groups(account, groups).await?;
        }
        if let Some(freshness) = freshness {
            self.fresh.check(&account, freshness).await?;
        }
        let_in(&self.rates, &account, roles)
    }
}

/// What the service says that the caller may do. Roles that are not known open nothing.
fn roles(said: Option<&[String]>) -> Roles {
    said.map_or(Roles::CUSTOMER, |said| said.iter().filter_map(|role| Role::from_name(role)).collect())
}

/// What the service is told of what a caller shows, and what is to be new about it.
fn question<'q>(
    (protocol, seller): (Protocol, Option<&'q str>),
    credentials: Credentials<'q>,
    remote_address: Option<IpAddr>,
) -> Result<(Question<'q>, Option<Freshness<'q>>), AuthError> {
    let (user, password_kind, password, freshness) = match credentials {
        Credentials::Password { name, password, freshness } => (name, PasswordKind::Text, Cow::Borrowed(password), freshness),
        Credentials::Digest { name, digest, freshness } if freshness.nonce.is_some() && freshness.created.is_some() => {
            (name, PasswordKind::Digest, Cow::Owned(STANDARD.encode(digest)), Some(freshness))
        }
        Credentials::Digest { .. } => return Err(AuthError::Incomplete),
        Credentials::Vouched(_) => return Err(AuthError::NotVouched),
    };
    if user.len() > SHOWN_BYTES_MAX || password.len() > SHOWN_BYTES_MAX {
        return Err(AuthError::WrongPassword);
    }
    let nonce = freshness.and_then(|freshness| freshness.nonce).map(|nonce| STANDARD.encode(nonce));
    let created = freshness.and_then(|freshness| freshness.created).map(|(text, _)| text);
    let protocol = protocol.name();
    Ok((Question { protocol, seller, user, password_kind, password, nonce, created, remote_address }, freshness))
}

fn down(why: &dyn std::fmt::Display) -> AuthError {
    tracing::error!(error = %why, "the authentication service gave no answer");
    AuthError::ServiceDown
}

fn seconds_since_1970() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
