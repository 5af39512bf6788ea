//! Whether a node still runs. What happens on one that was killed reaches nobody any more, and nothing reaches it.

use std::sync::Arc;

use tokio::sync::watch;

#[derive(Debug, Clone)]
pub(crate) struct Life(Arc<watch::Sender<bool>>);

impl Life {
    pub(crate) fn begin() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    pub(crate) fn end(&self) {
        self.0.send_replace(true);
    }

    pub(crate) fn is_over(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when it ends.
    pub(crate) async fn over(&self) {
        let _ = self.0.subscribe().wait_for(|over| *over).await;
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
