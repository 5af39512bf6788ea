//! An empty SQLite file.

use std::sync::Arc;

use ordergate_engine::time::Clock;
use ordergate_store::SharedStore;
use ordergate_store::sqlite::{SqliteOptions, SqliteStore};

/// Removed when dropped.
pub type Place = tempfile::TempDir;

// PostgreSQL has to be waited for, and the tests are the same.
#[allow(clippy::unused_async)]
pub async fn empty_store(clock: &dyn Clock) -> (SharedStore, Place) {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions::new(folder.path().join("orders.sqlite"));
    (Arc::new(SqliteStore::open(options, clock).unwrap()), folder)
}
