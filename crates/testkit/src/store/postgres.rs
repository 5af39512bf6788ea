//! An empty PostgreSQL database.

use std::sync::Arc;

use ordergate_engine::time::Clock;
use ordergate_store::SharedStore;
use ordergate_store::postgres::{PostgresOptions, PostgresStore};

use crate::postgres::{Database, cluster, skip_all};

/// Removed when dropped.
pub type Place = Database;

pub async fn empty_store(clock: &dyn Clock) -> (SharedStore, Place) {
    let database = cluster().unwrap_or_else(|| skip_all()).fresh_database();
    let store = PostgresStore::open(PostgresOptions::new(&database.url), clock).await.unwrap();
    (Arc::new(store), database)
}
