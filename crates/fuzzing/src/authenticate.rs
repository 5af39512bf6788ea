//! An authentication that knows a few accounts, and remembers what it was asked.

use std::net::IpAddr;

use async_trait::async_trait;
use ordergate_door::{AuthError, Authenticate, Credentials, Identity};
use ordergate_engine::{AccountId, Protocol, ProviderId};
use ordergate_store::Roles;
use parking_lot::Mutex;

/// Name, password, account.
const ACCOUNTS: [(&str, &str, i64); 4] =
    [("demo", "demo-secret", 1), ("other", "other-secret", 2), ("K4711", "geheim", 1), ("K0815", "geheim2", 2)];

/// The account of a buyer of this name.
pub(crate) fn buyer(name: &str) -> Option<AccountId> {
    ACCOUNTS.iter().find(|account| account.0 == name && name.starts_with('K')).map(|account| AccountId(account.2))
}

/// What was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shown {
    Password { name: String, password: String, nonce: Option<Vec<u8>> },
    Digest { name: String, digest: Vec<u8>, nonce: Option<Vec<u8>> },
}

#[derive(Debug, Default)]
pub(crate) struct FewAccounts {
    asked: Mutex<Option<Shown>>,
    let_in: Mutex<Option<AccountId>>,
}

impl FewAccounts {
    /// What it was asked last.
    pub(crate) fn asked(&self) -> Option<Shown> {
        self.asked.lock().clone()
    }

    /// Who was let in.
    pub(crate) fn let_in(&self) -> Option<AccountId> {
        *self.let_in.lock()
    }
}

#[async_trait]
impl Authenticate for FewAccounts {
    async fn authenticate(
        &self,
        provider: ProviderId,
        _protocol: Protocol,
        credentials: Credentials<'_>,
        _client: Option<IpAddr>,
    ) -> Result<Identity, AuthError> {
        let bytes = |nonce: Option<&[u8]>| nonce.map(<[u8]>::to_vec);
        let (name, password, shown) = match credentials {
            Credentials::Password { name, password, freshness } => {
                let nonce = bytes(freshness.and_then(|freshness| freshness.nonce));
                (name, Some(password), Shown::Password { name: name.to_owned(), password: password.to_owned(), nonce })
            }
            Credentials::Vouched { .. } => return Err(AuthError::NotVouched),
            Credentials::Digest { name, digest, freshness } => {
                (name, None, Shown::Digest { name: name.to_owned(), digest: digest.to_vec(), nonce: bytes(freshness.nonce) })
            }
        };
        *self.asked.lock() = Some(shown);
        let known = ACCOUNTS.iter().find(|account| account.0 == name).ok_or(AuthError::UnknownAccount)?;
        let password = password.ok_or(AuthError::NoDigestSecret)?;
        if password != known.1 {
            return Err(AuthError::WrongPassword);
        }
        *self.let_in.lock() = Some(AccountId(known.2));
        Ok(Identity {
            account: AccountId(known.2),
            provider,
            name: name.to_owned(),
            roles: Roles::CUSTOMER,
            in_groups: false,
            language: None,
        })
    }
}
