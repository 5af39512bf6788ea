//! What is written of accounts.

use ordergate_engine::{AccountId, Protocol, ProviderId};

use super::Steps;
use crate::codes::Code as _;
use crate::sql::Statement;
use crate::value::{Value, values};
use crate::{ConflictOn, NewAccount, sql};

impl<'w> Steps<'w> {
    pub(super) fn insert_account(&mut self, account: &'w NewAccount) {
        let NewAccount { provider, protocol, name, password_hash, digest_secret, roles, created_at } = account;
        let values =
            values![provider.0, protocol.code(), name, password_hash, digest_secret.as_ref(), created_at.0, roles.bits()];
        self.one(sql::INSERT_ACCOUNT, values, ConflictOn::Account);
    }

    /// Of the account of this name, with what is set.
    pub(super) fn set_of_account(
        &mut self,
        statement: Statement,
        (provider, protocol, name): (ProviderId, Protocol, &'w str),
        new: Vec<Value<'w>>,
    ) {
        let mut values = values![provider.0, protocol.code(), name];
        values.extend(new);
        self.one(statement, values, ConflictOn::Account);
    }

    pub(super) fn set_groups(&mut self, account: AccountId, groups: &'w [String]) {
        self.any(sql::LEAVE_GROUPS, values![account.0]);
        for group in groups {
            self.one(sql::JOIN_GROUP, values![account.0, group], ConflictOn::Account);
        }
    }
}
