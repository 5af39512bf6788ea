//! The built-in accounts.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use ordergate_door::{AuthError, Authenticate, Credentials, Freshness, Identity};
use ordergate_engine::time::Clock;
use ordergate_engine::{Protocol, ProviderId};
use ordergate_store::{Account, SharedStore};

use super::fresh::Fresh;
use super::password::Hasher;
use super::register::let_in;
use super::throttle::{Realm, Throttle};
use super::verified::Verified;
use super::{AuthOptions, Key, KeyError, digest};
use crate::rates::Rates;

/// Authenticates against the accounts in the store.
#[derive(Debug)]
pub struct Accounts {
    store: SharedStore,
    fresh: Fresh,
    key: Key,
    verified: Verified,
    throttle: Throttle,
    hasher: Hasher,
    rates: Arc<Rates>,
}

impl Accounts {
    /// `key` opens the digest secrets of accounts that have one.
    pub fn new(
        store: SharedStore,
        clock: Arc<dyn Clock>,
        options: &AuthOptions,
        key: Key,
        rates: Arc<Rates>,
    ) -> Result<Self, KeyError> {
        Ok(Self {
            verified: Verified::new(&Key::random()?, Duration::from_secs(options.remember_seconds)),
            throttle: Throttle::new(options.failures()),
            hasher: Hasher::new(options.hashing_parallel),
            fresh: Fresh::new(Arc::clone(&store), clock, options),
            store,
            key,
            rates,
        })
    }

    /// Checks a password. One that was found right a moment ago passes even while the name is
    /// throttled: nobody can lock a working client out by guessing.
    async fn check_password(
        &self,
        of: Realm,
        name: &str,
        account: Option<&Account>,
        password: &str,
        client: Option<IpAddr>,
    ) -> Result<(), AuthError> {
        let proof = account.map(|a| self.verified.proof(a, password));
        let known = |now| proof.as_ref().is_some_and(|p| self.verified.knows(p, now));
        if known(Instant::now()) {
            return Ok(());
        }
        if self.throttle.refuses(of, name, client, Instant::now()) {
            return Err(AuthError::Throttled);
        }
        let turn = self.hasher.turn().await.ok_or(AuthError::ServiceDown)?;
        if known(Instant::now()) {
            return Ok(());
        }
        // Once more, so that attempts that waited for their turn together are counted, too.
        if self.throttle.refuses(of, name, client, Instant::now()) {
            return Err(AuthError::Throttled);
        }
        let fits = self.hasher.matches(password, account.map(|a| a.password_hash.clone())).await;
        drop(turn);
        if let (true, Some(proof)) = (fits, proof) {
            self.verified.remember(proof, Instant::now());
            return Ok(());
        }
        self.throttle.failed(of, name, client, Instant::now());
        Err(if account.is_none() { AuthError::UnknownAccount } else { AuthError::WrongPassword })
    }

    fn check_digest(&self, account: Option<&Account>, sent: &[u8], freshness: Freshness<'_>) -> Result<(), AuthError> {
        let (Some(nonce), Some((created, _))) = (freshness.nonce, freshness.created) else {
            return Err(AuthError::Incomplete);
        };
        let account = account.ok_or(AuthError::UnknownAccount)?;
        let sealed = account.digest_secret.as_deref().ok_or(AuthError::NoDigestSecret)?;
        let secret = digest::open_secret(&self.key, account.protocol, &account.name, sealed).ok_or(AuthError::NoDigestSecret)?;
        if digest::matches(sent, nonce, created, &secret) { Ok(()) } else { Err(AuthError::WrongPassword) }
    }
}

#[async_trait]
impl Authenticate for Accounts {
    async fn authenticate(
        &self,
        provider: ProviderId,
        protocol: Protocol,
        credentials: Credentials<'_>,
        client: Option<IpAddr>,
    ) -> Result<Identity, AuthError> {
        let (Credentials::Password { name, .. } | Credentials::Digest { name, .. }) = credentials else {
            return Err(AuthError::NotVouched);
        };
        let of = (provider, protocol);
        let account = self.store.account(provider, protocol, name).await?;
        let freshness = match credentials {
            Credentials::Password { password, freshness, .. } => {
                self.check_password(of, name, account.as_deref(), password, client).await?;
                freshness
            }
            Credentials::Digest { digest, freshness, .. } => {
                if self.throttle.refuses(of, name, client, Instant::now()) {
                    return Err(AuthError::Throttled);
                }
                self.check_digest(account.as_deref(), digest, freshness)
                    .inspect_err(|_| self.throttle.failed(of, name, client, Instant::now()))?;
                Some(freshness)
            }
            Credentials::Vouched(_) => return Err(AuthError::NotVouched),
        };
        let account = account.ok_or(AuthError::UnknownAccount)?;
        if account.disabled {
            return Err(AuthError::Disabled);
        }
        if let Some(freshness) = freshness {
            self.fresh.check(&account, freshness).await?;
        }
        let_in(&self.rates, &account, account.roles)
    }
}
