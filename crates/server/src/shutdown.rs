//! One handle that says the process is to stop, shared by everything that has to know.

use std::io;
use std::sync::Arc;

use tokio::sync::watch;

/// A cloneable handle on "stop now". All clones see the same state; once triggered it stays triggered.
#[derive(Clone, Debug)]
pub struct Shutdown {
    stop: Arc<watch::Sender<bool>>,
}

impl Default for Shutdown {
    fn default() -> Self {
        Self::new()
    }
}

impl Shutdown {
    /// A handle that only [`Shutdown::trigger`] triggers.
    pub fn new() -> Self {
        Self { stop: Arc::new(watch::Sender::new(false)) }
    }

    /// Triggers this handle on SIGTERM or SIGINT (Ctrl-C where there are no signals).
    ///
    /// The signal handlers are in place when this returns. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// The operating system refused to install a signal handler.
    pub fn on_signals(&self) -> io::Result<()> {
        let signal = stop_signal()?;
        let shutdown = self.clone();
        tokio::spawn(async move {
            let name = signal.await;
            tracing::info!(signal = name, "stopping");
            shutdown.trigger();
        });
        Ok(())
    }

    /// Asks everyone who holds a clone to stop. Repeating it changes nothing.
    pub fn trigger(&self) {
        self.stop.send_replace(true);
    }

    /// Whether the stop was asked for.
    pub fn triggered(&self) -> bool {
        *self.stop.borrow()
    }

    /// Returns as soon as the stop was asked for; at once when it already was.
    pub async fn wait(&self) {
        // The sender lives in `self`, so the channel cannot close while this waits.
        let _ = self.stop.subscribe().wait_for(|stop| *stop).await;
    }
}

#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = &'static str>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = &'static str>> {
    Ok(async {
        match tokio::signal::ctrl_c().await {
            Ok(()) => "Ctrl-C",
            // Without a handler there is nothing to wait for; the process then stops the hard way.
            Err(_) => std::future::pending().await,
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn every_clone_sees_the_trigger() {
        let shutdown = Shutdown::new();
        let waiting = tokio::spawn({
            let shutdown = shutdown.clone();
            async move { shutdown.wait().await }
        });
        assert!(!shutdown.triggered());
        shutdown.trigger();
        waiting.await.unwrap();
        assert!(shutdown.clone().triggered());
        shutdown.wait().await;
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn sigterm_triggers() {
        let shutdown = Shutdown::new();
        shutdown.on_signals().unwrap();
        let killed =
            tokio::process::Command::new("kill").args(["-TERM", &std::process::id().to_string()]).status().await.unwrap();
        assert!(killed.success());
        shutdown.wait().await;
    }
}
