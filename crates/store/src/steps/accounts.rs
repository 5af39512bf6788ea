//! What is written of accounts.

use ordergate_engine::{AccountId, Protocol, ProviderId};

use super::Steps;
use crate::codes::Code as _;
use crate::sql::Statement;
use crate::value::{Value, values};
use crate::{ConflictOn, NewAccount, Write, sql};

impl<'w> Steps<'w> {
    pub(super) fn insert_account(&mut self, account: &'w NewAccount) {
        let NewAccount { provider, protocol, name, password_hash, digest_secret, roles, created_at } = account;
        let values =
            values![provider.0, protocol.code(), name, password_hash, digest_secret.as_ref(), created_at.0, roles.bits()];
        self.one(sql::INSERT_ACCOUNT, values, ConflictOn::Account);
    }

    /// What is set of an account by its name; other writes are none.
    pub(super) fn set_of_account(&mut self, write: &'w Write) {
        match write {
            Write::SetPassword { provider, protocol, name, password_hash, digest_secret, at } => {
                let new = values![password_hash, digest_secret.as_ref(), at.0];
                self.set(sql::SET_PASSWORD, (*provider, *protocol, name), new);
            }
            Write::SetMail { provider, protocol, name, mail, language } => {
                let new = values![mail.as_ref(), language.as_ref()];
                self.set(sql::SET_MAIL, (*provider, *protocol, name), new);
            }
            Write::SetLanguage { provider, protocol, name, language } => {
                self.set(sql::SET_LANGUAGE, (*provider, *protocol, name), values![language.as_ref()]);
            }
            Write::SetRoles { provider, protocol, name, roles } => {
                self.set(sql::SET_ROLES, (*provider, *protocol, name), values![roles.bits()]);
            }
            Write::SetPriceGroup { provider, protocol, name, group } => {
                self.set(sql::SET_PRICE_GROUP, (*provider, *protocol, name), values![group.as_ref()]);
            }
            Write::SetDisabled { provider, protocol, name, disabled, at } => {
                self.set(sql::SET_DISABLED, (*provider, *protocol, name), values![disabled.code(), at.0]);
            }
            _ => {}
        }
    }

    /// Of the account of this name, with what is set.
    fn set(&mut self, statement: Statement, (provider, protocol, name): (ProviderId, Protocol, &'w str), new: Vec<Value<'w>>) {
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
