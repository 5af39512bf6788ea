//! Whether a node still runs. What happens on one that was killed reaches nobody any more, and nothing reaches it.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

#[derive(Debug, Clone, Default)]
pub(crate) struct Life(Arc<(AtomicBool, Notify)>);

impl Life {
    pub(crate) fn begin() -> Self {
        Self::default()
    }

    pub(crate) fn end(&self) {
        self.0.0.store(true, Ordering::Relaxed);
        self.0.1.notify_waiters();
    }

    pub(crate) fn is_over(&self) -> bool {
        self.0.0.load(Ordering::Relaxed)
    }

    /// Returns when it ends.
    pub(crate) async fn over(&self) {
        let mut told = pin!(self.0.1.notified());
        told.as_mut().enable();
        if !self.is_over() {
            told.await;
        }
    }

    /// The output, if the node lives to see it. For ever pending if not: a process that was killed goes on with nothing.
    pub(crate) async fn within<T>(&self, doing: impl Future<Output = T>) -> T {
        tokio::select! {
            biased;
            () = self.over() => std::future::pending().await,
            output = doing => output,
        }
    }
}
