//! A store on disk, for what needs all that a store can do.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use ordergate_engine::Timestamp;
use ordergate_engine::time::Clock;
use ordergate_store::SharedStore;
use ordergate_store::sqlite::{SqliteOptions, SqliteStore};
use tempfile::TempDir;

use crate::NOON;

/// Where the system keeps files in memory: what is stored here need not outlast anything.
const IN_MEMORY: &str = "/dev/shm";

/// Removed when dropped.
pub(crate) struct Place {
    pub(crate) store: SharedStore,
    pub(crate) clock: Arc<dyn Clock>,
    _folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = folder();
        let clock = Arc::new(Ticking(AtomicI64::new(NOON.0)));
        let opened = SqliteStore::open(SqliteOptions::new(folder.path().join("orders.sqlite")), &*clock);
        let store = opened.unwrap_or_else(|error| panic!("no store: {error}"));
        Self { store: Arc::new(store), clock, _folder: folder }
    }
}

/// An empty folder.
pub(crate) fn folder() -> TempDir {
    let folder = if Path::new(IN_MEMORY).is_dir() { tempfile::tempdir_in(IN_MEMORY) } else { tempfile::tempdir() };
    folder.unwrap_or_else(|error| panic!("no folder: {error}"))
}

/// Runs what waits for other threads.
pub(crate) fn wait_for<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap_or_else(|error| panic!("no runtime: {error}")).block_on(future)
}

/// A microsecond later each time: what is numbered by time gets another number.
#[derive(Debug)]
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.fetch_add(1, Ordering::Relaxed))
    }
}
