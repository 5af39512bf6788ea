//! The wish that a worker stops, seen by all its tasks.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Tells those who wait one after the other, in the order in which they came. (A `watch` tells them in an order that is left to
/// chance, and runs of a simulation would differ.)
#[derive(Debug, Default)]
struct Told {
    is_due: AtomicBool,
    waiting: Notify,
}

/// Dropping it means stop, too.
#[derive(Debug)]
pub(super) struct StopSender(Arc<Told>);

#[derive(Debug, Clone)]
pub(super) struct Stop(Arc<Told>);

pub(super) fn channel() -> (StopSender, Stop) {
    let told = Arc::<Told>::default();
    (StopSender(Arc::clone(&told)), Stop(told))
}

impl StopSender {
    pub(super) fn stop(&self) {
        self.0.is_due.store(true, Ordering::SeqCst);
        self.0.waiting.notify_waiters();
    }
}

impl Drop for StopSender {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Stop {
    /// Returns as soon as the worker is to stop; at once when it already is.
    pub(super) async fn wait(&self) {
        let mut told = pin!(self.0.waiting.notified());
        // Before the look: a wish in between is not missed.
        told.as_mut().enable();
        if !self.is_due() {
            told.await;
        }
    }

    pub(super) fn is_due(&self) -> bool {
        self.0.is_due.load(Ordering::SeqCst)
    }
}
