//! The accounts of customers whom someone else knows: made when they are first seen, without a password.

use std::collections::BTreeSet;
use std::sync::Arc;

use ordergate_door::{AuthError, Identity};
use ordergate_engine::time::Clock;
use ordergate_engine::{Protocol, ProviderId};
use ordergate_store::{
    Account, Batch, CommitError, ConflictOn, NewAccount, Roles, SharedStore, StoreError, Write, is_account_name,
};

use crate::rates::Rates;

/// The most groups of one account.
const GROUPS_MAX: usize = 100;

/// What no password fits, should the built-in accounts be asked one day.
const NO_PASSWORD: &str = "";

#[derive(Debug)]
pub(super) struct Register {
    store: SharedStore,
    clock: Arc<dyn Clock>,
}

impl Register {
    pub(super) const fn new(store: SharedStore, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// The account of someone who was found to be this user; unless the operator has disabled it.
    pub(super) async fn account(&self, provider: ProviderId, protocol: Protocol, name: &str) -> Result<Arc<Account>, AuthError> {
        let account = match self.store.account(provider, protocol, name).await? {
            Some(account) => account,
            None => self.first_seen(provider, protocol, name).await?,
        };
        if account.disabled { Err(AuthError::Disabled) } else { Ok(account) }
    }

    /// Puts the account into these groups and no others, if it is not. What cannot be the name of a group is left out.
    pub(super) async fn in_groups(&self, account: Arc<Account>, groups: Vec<String>) -> Result<Arc<Account>, AuthError> {
        let groups: BTreeSet<String> = groups.into_iter().filter(|group| is_account_name(group)).take(GROUPS_MAX).collect();
        let stored = if account.in_groups { self.store.groups(account.id).await? } else { Vec::new() };
        if groups.iter().eq(&stored) {
            return Ok(account);
        }
        let write = Write::SetGroups { account: account.id, groups: groups.into_iter().collect() };
        match self.store.commit(Batch { writes: vec![write] }).await {
            Ok(()) => self.account(account.provider, account.protocol, &account.name).await,
            Err(CommitError::Conflict(other)) => Err(StoreError::Failed(other.to_string()).into()),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }

    async fn first_seen(&self, provider: ProviderId, protocol: Protocol, name: &str) -> Result<Arc<Account>, AuthError> {
        if !is_account_name(name) {
            return Err(AuthError::UnusableName);
        }
        let account = NewAccount {
            provider,
            protocol,
            name: name.to_owned(),
            password_hash: NO_PASSWORD.to_owned(),
            digest_secret: None,
            roles: Roles::CUSTOMER,
            created_at: self.clock.now(),
        };
        match self.store.commit(Batch { writes: vec![Write::InsertAccount(account)] }).await {
            // Seen for the first time by another request, too.
            Ok(()) | Err(CommitError::Conflict(ConflictOn::Account)) => {}
            Err(CommitError::Conflict(other)) => return Err(StoreError::Failed(other.to_string()).into()),
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
        let account = self.store.account(provider, protocol, name).await?;
        account.ok_or_else(|| StoreError::Failed("an account that was just made is not there".to_owned()).into())
    }
}

/// Whoever was found to be this account, unless it asks too often.
pub(super) fn let_in(rates: &Rates, account: &Account, roles: Roles) -> Result<Identity, AuthError> {
    let Account { id, provider, in_groups, .. } = *account;
    rates.account(id)?;
    Ok(Identity { account: id, provider, name: account.name.clone(), roles, in_groups, language: account.language.clone() })
}
