//! From a configuration to an open store.

use std::path::Path;
use std::sync::Arc;

use ordergate_engine::order::Order;
use ordergate_fulfilment::SystemClock;
use ordergate_oseo::collections::Catalogue;
use ordergate_server::auth::Key;
use ordergate_server::config::{self, Config};
use ordergate_server::outbox;
use ordergate_server::store_options::{StoreChoice, StoreOptions};
use ordergate_store::postgres::PostgresStore;
use ordergate_store::sqlite::SqliteStore;
use ordergate_store::{CommitError, SharedStore, Store};

use crate::failure::Failure;

/// An open store, of whichever kind is configured.
pub(crate) enum AnyStore {
    Sqlite(SqliteStore),
    Postgres(PostgresStore),
}

impl AnyStore {
    /// Opens the store to serve it. SQLite has one server at a time; PostgreSQL may have many.
    pub(crate) async fn open(options: &StoreOptions) -> Result<Self, Failure> {
        Ok(match options.choice() {
            StoreChoice::Sqlite(options) => Self::Sqlite(SqliteStore::open(options, &SystemClock)?),
            StoreChoice::Postgres(options) => Self::Postgres(PostgresStore::open(options, &SystemClock).await?),
        })
    }

    /// Opens the store beside a server that may be running.
    pub(crate) async fn open_shared(options: &StoreOptions) -> Result<Self, Failure> {
        Ok(match options.choice() {
            StoreChoice::Sqlite(options) => Self::Sqlite(SqliteStore::open_shared(options, &SystemClock)?),
            StoreChoice::Postgres(options) => Self::Postgres(PostgresStore::open(options, &SystemClock).await?),
        })
    }

    pub(crate) fn as_store(&self) -> &dyn Store {
        match self {
            Self::Sqlite(store) => store,
            Self::Postgres(store) => store,
        }
    }

    pub(crate) fn into_shared(self) -> SharedStore {
        match self {
            Self::Sqlite(store) => Arc::new(store),
            Self::Postgres(store) => Arc::new(store),
        }
    }

    /// Stores many orders as they stand; `progress` hears how many are stored now and then.
    pub(crate) async fn load_orders(
        &self,
        orders: impl Iterator<Item = Order> + Send + 'static,
        progress: impl Fn(u64) + Send + 'static,
    ) -> Result<u64, CommitError> {
        match self {
            Self::Sqlite(store) => store.load_orders(orders, progress).await,
            Self::Postgres(store) => store.load_orders(orders, progress).await,
        }
    }
}

/// The store, beside a server that may be running, for commands that move orders: whoever is to be told is told.
pub(crate) async fn announcing(config: &Config) -> Result<SharedStore, Failure> {
    let store = AnyStore::open_shared(&config.store).await?.into_shared();
    Ok(Arc::new(outbox::announcing(store, config, &(Arc::new(SystemClock) as _))))
}

/// Closes the store when `work` has ended, however it did.
pub(crate) async fn closing<T>(store: &dyn Store, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let done = work.await;
    let closed = store.close().await;
    let done = done?;
    closed?;
    Ok(done)
}

/// Reads the configuration: file, then environment.
pub(crate) fn configuration(path: Option<&Path>) -> Result<Config, Failure> {
    Ok(config::load(path, config::process_environment())?)
}

/// The collections of OSEO: those of the configured folder, or none.
pub(crate) fn collections(config: &Config) -> Result<Catalogue, Failure> {
    Ok(config.oseo.collections_dir.as_deref().map(config::load_collections).transpose()?.unwrap_or_default())
}

/// The server's key; made, if this is the first start.
pub(crate) fn key(options: &StoreOptions) -> Result<Key, Failure> {
    Ok(Key::load_or_create(&options.key_path())?)
}

/// The runtime that everything asynchronous runs on.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use ordergate_store::StoreError;

    use super::*;

    #[test]
    fn a_store_is_closed_however_the_work_ends() {
        for (refused, says) in [(false, "Ok(())"), (true, "Err(Failed(\"no\"))")] {
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite:{}", folder.path().join("orders.sqlite").display());
            let options = StoreOptions { url, ..StoreOptions::default() };
            runtime().unwrap().block_on(async {
                let store = AnyStore::open_shared(&options).await.unwrap().into_shared();
                let work = async { if refused { Err(Failure::Failed("no".to_owned())) } else { Ok(()) } };
                assert_eq!(format!("{:?}", closing(store.as_ref(), work).await), says);
                assert!(matches!(store.sellers().await, Err(StoreError::Closed)), "it is still open");
            });
        }
    }
}
