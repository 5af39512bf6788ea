//! Where the transactions of this test binary are: in a PostgreSQL database.

use std::sync::Arc;

use ordergate_engine::time::Clock;
use ordergate_store::SharedStore;
use ordergate_store::postgres::{PostgresOptions, PostgresStore};
use ordergate_testkit::postgres::{Database, cluster, skip_all};

/// Removed when dropped.
pub(crate) type Place = Database;

pub(crate) async fn empty_store(clock: &dyn Clock) -> (SharedStore, Place) {
    let database = cluster().unwrap_or_else(|| skip_all()).fresh_database();
    let store = PostgresStore::open(PostgresOptions::new(&database.url), clock).await.unwrap();
    (Arc::new(store), database)
}
