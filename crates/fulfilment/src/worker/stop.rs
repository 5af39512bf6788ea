//! The wish that a worker stops, seen by all its tasks.

use tokio::sync::watch;

#[derive(Debug)]
pub(super) struct StopSender(watch::Sender<bool>);

#[derive(Debug, Clone)]
pub(super) struct Stop(watch::Receiver<bool>);

pub(super) fn channel() -> (StopSender, Stop) {
    let (sender, receiver) = watch::channel(false);
    (StopSender(sender), Stop(receiver))
}

impl StopSender {
    pub(super) fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Returns as soon as the worker is to stop; at once when it already is. A dropped sender means stop.
    pub(super) async fn wait(&mut self) {
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    pub(super) fn is_due(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }
}
