//! WSSE `Nonce` and `Created`: what was sent once is not taken again.

use std::sync::Arc;

use ordergate_door::{AuthError, Freshness};
use ordergate_engine::Timestamp;
use ordergate_engine::time::Clock;
use ordergate_store::{Account, Batch, CommitError, ConflictOn, SharedStore, Write};

use super::AuthOptions;

#[derive(Debug)]
pub(super) struct Fresh {
    store: SharedStore,
    clock: Arc<dyn Clock>,
    age_seconds_max: i64,
    ahead_seconds_max: i64,
}

impl Fresh {
    pub(super) fn new(store: SharedStore, clock: Arc<dyn Clock>, options: &AuthOptions) -> Self {
        let (age_seconds_max, ahead_seconds_max) = (options.created_age_seconds_max, options.created_ahead_seconds_max);
        Self { store, clock, age_seconds_max, ahead_seconds_max }
    }

    /// `Created` must be recent, and its nonce new. The nonce is stored before the caller is let in,
    /// so that no restart opens a window for a replay.
    pub(super) async fn check(&self, account: &Account, freshness: Freshness<'_>) -> Result<(), AuthError> {
        let now = self.clock.now();
        let oldest = now.plus_seconds(-self.age_seconds_max);
        let newest = now.plus_seconds(self.ahead_seconds_max);
        if freshness.created.is_some_and(|(_, created)| created < oldest || created > newest) {
            return Err(AuthError::Stale);
        }
        let Some(nonce) = freshness.nonce else { return Ok(()) };
        let created = freshness.created.map_or(now, |(_, created)| created);
        self.use_nonce(account, nonce, now, created.plus_seconds(self.age_seconds_max + 1)).await
    }

    async fn use_nonce(&self, account: &Account, nonce: &[u8], at: Timestamp, expires_at: Timestamp) -> Result<(), AuthError> {
        // A nonce that no client would send is not worth storing whole.
        let nonce = nonce.iter().copied().take(256).collect();
        let mut batch = Batch::new();
        batch.push(Write::UseNonce { owner: account.id, nonce, at, expires_at });
        match self.store.commit(batch).await {
            Ok(()) => Ok(()),
            Err(CommitError::Conflict(ConflictOn::Nonce)) => Err(AuthError::Replayed),
            Err(CommitError::Conflict(other)) => Err(ordergate_store::StoreError::Failed(other.to_string()).into()),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}
