//! From a configuration to an open store.

use std::path::{Path, PathBuf};

use ordergate_fulfilment::SystemClock;
use ordergate_server::auth::Key;
use ordergate_server::config::{self, Config};
use ordergate_store::sqlite::SqliteStore;

use crate::failure::Failure;

/// Reads the configuration: file, then environment.
pub(crate) fn configuration(path: Option<&Path>) -> Result<Config, Failure> {
    Ok(config::load(path, config::process_environment())?)
}

/// Opens the store for the one process that serves it, and its key.
pub(crate) fn store(config: &Config) -> Result<(SqliteStore, Key), Failure> {
    let store = SqliteStore::open(config.store.sqlite(), &SystemClock)?;
    let key = Key::load_or_create(&key_path(&store))?;
    Ok((store, key))
}

/// Opens the store beside a server that may be running.
pub(crate) fn store_shared(config: &Config) -> Result<(SqliteStore, Key), Failure> {
    let store = SqliteStore::open_shared(config.store.sqlite(), &SystemClock)?;
    let key = Key::load_or_create(&key_path(&store))?;
    Ok((store, key))
}

/// The key lies beside the database.
fn key_path(store: &SqliteStore) -> PathBuf {
    let mut name = store.path().as_os_str().to_owned();
    name.push(".key");
    name.into()
}

/// The runtime that everything asynchronous runs on.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
