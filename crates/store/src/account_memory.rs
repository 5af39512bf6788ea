//! Accounts that were read a moment ago. Every request asks for its caller's account, and a client that
//! polls asks for the same one over and over.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ordergate_engine::{Protocol, ProviderId};
use parking_lot::RwLock;

use crate::{Account, Batch, StoreError, Write};

/// How long a change made by another process (`ordergate account`) may go unnoticed. Changes made
/// through this store are noticed at once.
const FRESH: Duration = Duration::from_millis(250);
/// Beyond so many accounts the memory starts anew.
const ENTRIES_MAX: usize = 10_000;

type ByName = HashMap<String, (Account, Instant)>;

#[derive(Debug, Default)]
pub(crate) struct AccountMemory {
    entries: RwLock<HashMap<(ProviderId, Protocol), ByName>>,
    /// Counts the changes, so that what was read before one is not remembered after it.
    changes: AtomicU64,
}

impl AccountMemory {
    /// The account, remembered or read.
    pub(crate) async fn get(
        &self,
        provider: ProviderId,
        protocol: Protocol,
        name: &str,
        read: impl Future<Output = Result<Option<Account>, StoreError>>,
    ) -> Result<Option<Account>, StoreError> {
        let now = Instant::now();
        if let Some(account) = self.remembered((provider, protocol), name, now) {
            return Ok(Some(account));
        }
        let before = self.changes.load(Ordering::Acquire);
        let account = read.await?;
        if let Some(account) = &account {
            self.remember(account, before, now);
        }
        Ok(account)
    }

    /// Forgets everything, if what was just stored changed an account.
    pub(crate) fn stored(&self, changes_accounts: bool) {
        if changes_accounts {
            let mut entries = self.entries.write();
            self.changes.fetch_add(1, Ordering::Release);
            entries.clear();
        }
    }

    fn remembered(&self, of: (ProviderId, Protocol), name: &str, now: Instant) -> Option<Account> {
        let entries = self.entries.read();
        let (account, read_at) = entries.get(&of)?.get(name)?;
        (now.duration_since(*read_at) < FRESH).then(|| account.clone())
    }

    fn remember(&self, account: &Account, before: u64, now: Instant) {
        let mut entries = self.entries.write();
        if self.changes.load(Ordering::Acquire) != before {
            return;
        }
        let by_name = entries.entry((account.provider, account.protocol)).or_default();
        if by_name.len() >= ENTRIES_MAX {
            by_name.clear();
        }
        by_name.insert(account.name.clone(), (account.clone(), now));
    }
}

/// Whether a batch changes an account.
pub(crate) fn changes_accounts(batch: &Batch) -> bool {
    batch.writes.iter().any(|w| matches!(w, Write::InsertAccount(_) | Write::SetPassword { .. } | Write::SetDisabled { .. }))
}
