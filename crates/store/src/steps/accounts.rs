//! What is written of accounts.

use ordergate_engine::AccountId;

use super::Steps;
use crate::codes::Code as _;
use crate::value::values;
use crate::{ConflictOn, NewAccount, Write, sql};

impl<'w> Steps<'w> {
    /// Carries out the writes that are listed here, and no others.
    pub(super) fn account(&mut self, write: &'w Write) {
        match write {
            Write::InsertAccount(account) => self.insert_account(account),
            Write::SetPassword { provider, protocol, name, password_hash, digest_secret, at } => self.one(
                sql::SET_PASSWORD,
                values![provider.0, protocol.code(), name, password_hash, digest_secret.as_ref(), at.0],
                ConflictOn::Account,
            ),
            Write::SetMail { provider, protocol, name, mail, language } => self.one(
                sql::SET_MAIL,
                values![provider.0, protocol.code(), name, mail.as_ref(), language.as_ref()],
                ConflictOn::Account,
            ),
            Write::SetGroups { account, groups } => self.set_groups(*account, groups),
            Write::SetDisabled { provider, protocol, name, disabled, at } => self.one(
                sql::SET_DISABLED,
                values![provider.0, protocol.code(), name, disabled.code(), at.0],
                ConflictOn::Account,
            ),
            _ => {}
        }
    }

    fn insert_account(&mut self, account: &'w NewAccount) {
        let NewAccount { provider, protocol, name, password_hash, digest_secret, created_at } = account;
        let values = values![provider.0, protocol.code(), name, password_hash, digest_secret.as_ref(), created_at.0];
        self.one(sql::INSERT_ACCOUNT, values, ConflictOn::Account);
    }

    fn set_groups(&mut self, account: AccountId, groups: &'w [String]) {
        self.any(sql::LEAVE_GROUPS, values![account.0]);
        for group in groups {
            self.one(sql::JOIN_GROUP, values![account.0, group], ConflictOn::Account);
        }
    }
}
