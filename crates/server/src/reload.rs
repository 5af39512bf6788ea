//! Reading files again while the server runs.

use std::io;
use std::path::PathBuf;

use ordergate_oseo::Collections;

use crate::config::load_collections;
use crate::tls::Tls;

/// What is read again.
#[derive(Debug, Default)]
pub struct Reloadable {
    /// The folder of collections, and those in force.
    pub collections: Option<(PathBuf, Collections)>,
    /// The certificate.
    pub tls: Option<Tls>,
}

/// Reads files again on each SIGHUP. What cannot be used is reported, and what was in force stays so. Where there is nothing to
/// read the signal changes nothing: nobody's server ends because it was told to read its files again.
///
/// The signal handler is in place when this returns. Must be called inside a tokio runtime.
///
/// # Errors
/// The operating system refused to install a signal handler.
#[cfg(unix)]
pub fn on_hangup(reloadable: Reloadable) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut hangup = signal(SignalKind::hangup())?;
    let reloadable = std::sync::Arc::new(reloadable);
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            let reloadable = std::sync::Arc::clone(&reloadable);
            // Files are read off the threads that serve.
            if let Err(error) = tokio::task::spawn_blocking(move || reloadable.reload()).await {
                tracing::error!(%error, "nothing was reloaded");
            }
        }
    });
    Ok(())
}

/// There is no such signal here.
#[cfg(not(unix))]
pub fn on_hangup(_: Reloadable) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
impl Reloadable {
    fn reload(&self) {
        if self.collections.is_none() && self.tls.is_none() {
            tracing::info!("nothing is configured that could be reloaded");
        }
        if let Some((folder, collections)) = &self.collections {
            match load_collections(folder) {
                Ok(catalogue) => {
                    tracing::info!(collections = catalogue.iter().count(), "collections reloaded");
                    collections.replace(catalogue);
                }
                Err(error) => tracing::error!(%error, "collections not reloaded; those before stay in force"),
            }
        }
        if let Some(tls) = &self.tls {
            match tls.reload() {
                Ok(()) => tracing::info!("certificate reloaded"),
                Err(error) => tracing::error!(%error, "certificate not reloaded; the one before stays in force"),
            }
        }
    }
}
