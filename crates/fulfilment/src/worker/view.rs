//! What of the queue is paused, as it was a moment ago.

use std::sync::Arc;
use std::time::Duration;

use ordergate_store::{Pause, StoreError};
use parking_lot::Mutex;
use tokio::time::Instant;

use super::ledger::Ledger;

#[derive(Debug, Default)]
pub(super) struct View(Mutex<Option<(Instant, Arc<Vec<Pause>>)>>);

impl View {
    /// What was seen is known to be wrong.
    pub(super) fn forget(&self) {
        *self.0.lock() = None;
    }

    /// The pauses, as they were at most so long ago; those that are over but not yet deleted, too.
    pub(super) async fn pauses(&self, ledger: &Ledger, age: Duration) -> Result<Arc<Vec<Pause>>, StoreError> {
        let now = Instant::now();
        if let Some((read_at, pauses)) = &*self.0.lock()
            && now.duration_since(*read_at) < age
        {
            return Ok(Arc::clone(pauses));
        }
        let pauses = Arc::new(ledger.pauses().await?);
        *self.0.lock() = Some((now, Arc::clone(&pauses)));
        Ok(pauses)
    }
}
