//! Reading the folder of collections again while the server runs.

use std::io;
use std::path::PathBuf;

use ordergate_oseo::Collections;

use crate::config::load_collections;

/// Reads the folder again on each SIGHUP. What cannot be used is reported, and what was in force stays so. Without a folder
/// the signal changes nothing: nobody's server ends because it was told to read its files again.
///
/// The signal handler is in place when this returns. Must be called inside a tokio runtime.
///
/// # Errors
/// The operating system refused to install a signal handler.
#[cfg(unix)]
pub fn on_hangup(folder: Option<PathBuf>, collections: Collections) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut hangup = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            let Some(folder) = folder.clone() else {
                tracing::info!("nothing is configured that could be reloaded");
                continue;
            };
            match tokio::task::spawn_blocking(move || load_collections(&folder)).await {
                Ok(Ok(catalogue)) => {
                    tracing::info!(collections = catalogue.iter().count(), "collections reloaded");
                    collections.replace(catalogue);
                }
                Ok(Err(error)) => tracing::error!(%error, "collections not reloaded; those before stay in force"),
                Err(error) => tracing::error!(%error, "collections not reloaded; those before stay in force"),
            }
        }
    });
    Ok(())
}

/// There is no such signal here.
#[cfg(not(unix))]
pub fn on_hangup(_: Option<PathBuf>, _: Collections) -> io::Result<()> {
    Ok(())
}
