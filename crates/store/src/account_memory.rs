//! Accounts that were read a moment ago. Every request asks for its caller's account, and a client that
//! polls asks for the same one over and over.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ordergate_engine::{Protocol, ProviderId};
use parking_lot::RwLock;

use crate::{Account, Batch, StoreError, Write};

/// How long a change made by another process (`ordergate account`) may go unnoticed. Changes made
/// through this store are noticed at once.
const FRESH: Duration = Duration::from_millis(250);
/// Beyond so many names the memory starts anew.
const ENTRIES_MAX: usize = 10_000;

/// The accounts of a name, one for each provider and protocol, and when each was read.
type Namesakes = Vec<(Arc<Account>, Instant)>;

#[derive(Debug, Default)]
pub(crate) struct AccountMemory {
    entries: RwLock<HashMap<String, Namesakes>>,
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
    ) -> Result<Option<Arc<Account>>, StoreError> {
        let now = Instant::now();
        if let Some(account) = self.remembered((provider, protocol), name, now) {
            return Ok(Some(account));
        }
        let before = self.changes.load(Ordering::Acquire);
        let account = read.await?.map(Arc::new);
        if let Some(account) = &account {
            self.remember(Arc::clone(account), before, now);
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

    fn remembered(&self, of: (ProviderId, Protocol), name: &str, now: Instant) -> Option<Arc<Account>> {
        let entries = self.entries.read();
        let (account, read_at) = entries.get(name)?.iter().find(|(account, _)| is_of(account, of))?;
        (now.duration_since(*read_at) < FRESH).then(|| Arc::clone(account))
    }

    fn remember(&self, account: Arc<Account>, before: u64, now: Instant) {
        let mut entries = self.entries.write();
        if self.changes.load(Ordering::Acquire) != before {
            return;
        }
        if entries.len() >= ENTRIES_MAX {
            entries.clear();
        }
        let namesakes = entries.entry(account.name.clone()).or_default();
        namesakes.retain(|(known, _)| !is_of(known, (account.provider, account.protocol)));
        namesakes.push((account, now));
    }
}

fn is_of(account: &Account, of: (ProviderId, Protocol)) -> bool {
    (account.provider, account.protocol) == of
}

/// Whether a batch changes an account.
pub(crate) fn changes_accounts(batch: &Batch) -> bool {
    let is_change = |write: &Write| {
        matches!(
            write,
            Write::InsertAccount(_)
                | Write::SetPassword { .. }
                | Write::SetMail { .. }
                | Write::SetLanguage { .. }
                | Write::SetPriceGroup { .. }
                | Write::SetDisabled { .. }
                | Write::SetGroups { .. }
                | Write::SetRoles { .. }
        )
    };
    batch.writes.iter().any(is_change)
}
