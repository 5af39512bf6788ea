//! The embedded store: one SQLite file, written by one thread and read by all.
//!
//! * Batches go to a writer thread that commits everything waiting together (`writer`).
//! * Reads run where they are called, on a connection of their own (`readers`). They see every
//!   batch that was acknowledged before.
//! * A lock file keeps two servers from using one file. Tools that work beside a server open the
//!   file with [`SqliteStore::open_shared`].

mod backup;
mod catalogue;
mod claim;
mod columns;
mod connection;
mod error;
mod examine;
#[cfg(test)]
mod fault_tests;
mod group;
mod group_size;
mod load;
mod migrate;
mod new_file;
mod options;
mod pin;
mod place;
#[cfg(test)]
mod plan_tests;
mod read;
mod readers;
mod receipts;
mod restore;
mod search;
mod store;
mod transfer;
mod write;
mod writer;
mod yardstick;

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use ordergate_engine::OrderId;
use ordergate_engine::order::Order;
use ordergate_engine::time::Clock;
use rusqlite::Connection;
use tokio::task::spawn_blocking;

pub use backup::{Backup, Pages};
pub(crate) use examine::expected_structure;
pub use options::{SqliteOptions, Synchronous};
pub use restore::Restore;
pub(crate) use transfer::SqliteTransfer;
pub use yardstick::raw_insert_rate;

use crate::account_memory::AccountMemory;
use crate::migrations::MIGRATIONS;
use crate::{CommitError, StoreError};
use pin::Pin;
use readers::Readers;
use writer::Writer;

/// A store in one SQLite file.
pub struct SqliteStore {
    path: PathBuf,
    readers: Arc<Readers>,
    ids: OrderIds,
    writer: Writer,
    accounts: AccountMemory,
}

impl SqliteStore {
    /// Opens a file for the one process that serves it; makes the file, and brings its schema up to
    /// date, as needed. [`StoreError::InUse`] while another process serves it. Blocks for as long
    /// as migrations take.
    pub fn open(options: SqliteOptions, clock: &dyn Clock) -> Result<Self, StoreError> {
        Self::open_with(options, clock, |connection, pin, lock| Writer::start(connection, pin, Some(lock)))
    }

    /// [`Self::open`] without a thread: what is committed is written on the calling thread, before anything else happens there.
    /// For tests that have all that happens happen in one order.
    #[cfg(feature = "inline")]
    pub fn open_inline(options: SqliteOptions, clock: &dyn Clock) -> Result<Self, StoreError> {
        Self::open_with(options, clock, |connection, pin, lock| Ok(Writer::inline(connection, pin, lock)))
    }

    fn open_with(
        options: SqliteOptions,
        clock: &dyn Clock,
        writer: impl FnOnce(Connection, Pin, File) -> Result<Writer, StoreError>,
    ) -> Result<Self, StoreError> {
        let path = place::prepare(&options.path)?;
        let lock = place::lock(&path)?;
        let mut connection = connection::writer(&path, &options)?;
        migrate::migrate(&path, &mut connection, MIGRATIONS, clock.now())?;
        let ids = OrderIds::from(connection::first_free_order_id(&connection)?);
        let writer = writer(connection, Pin::new(&path, &options)?, lock)?;
        Ok(Self { readers: Arc::new(Readers::new(path.clone(), options)), path, ids, writer, accounts: AccountMemory::default() })
    }

    /// Opens a file beside the process that serves it, for all but making orders: order ids are
    /// the server's to give. Migrates the schema only while no server runs.
    pub fn open_shared(options: SqliteOptions, clock: &dyn Clock) -> Result<Self, StoreError> {
        let path = place::prepare(&options.path)?;
        let mut connection = connection::writer(&path, &options)?;
        if !migrate::lacking(&path, &connection, MIGRATIONS)?.is_empty() {
            let _lock = place::lock(&path)?;
            migrate::migrate(&path, &mut connection, MIGRATIONS, clock.now())?;
        }
        let writer = Writer::start(connection, Pin::none(), None)?;
        Ok(Self {
            readers: Arc::new(Readers::new(path.clone(), options)),
            path,
            ids: OrderIds::none(),
            writer,
            accounts: AccountMemory::default(),
        })
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// So many consecutive order ids that were never given out before; gives the first.
    pub fn reserve_order_ids(&self, count: u32) -> Result<OrderId, StoreError> {
        self.ids.reserve(i64::from(count))
    }

    /// Stores many orders as they stand, in large commits, each with a history of its submission
    /// and of how it came to its present status. `progress` hears how many are stored after each
    /// commit. Gives their number. When it fails, what `progress` heard of stays stored.
    ///
    /// The ids are the caller's: take them from [`Self::reserve_order_ids`], or load into an empty
    /// store. Later ids are greater than all loaded ones.
    pub async fn load_orders(
        &self,
        orders: impl Iterator<Item = Order> + Send + 'static,
        progress: impl Fn(u64) + Send + 'static,
    ) -> Result<u64, CommitError> {
        let ids = self.ids.clone();
        let requests = self.writer.weak()?;
        let before_each = move |chunk: &[Order]| chunk.iter().map(|o| o.id).max().map_or(Ok(()), |id| ids.pass(id));
        let loading = spawn_blocking(move || load::load(&requests, orders, before_each, progress));
        loading.await.map_err(|_| StoreError::Failed("the source of the orders failed".to_owned()))?
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Gives out order ids. Counting in memory is safe because only the holder of the lock file does
/// it, and starts after the greatest stored id: an id that was given out but never stored may come
/// again after a restart, one that was stored never does.
#[derive(Clone)]
struct OrderIds(Option<Arc<AtomicI64>>);

impl OrderIds {
    fn from(next: i64) -> Self {
        Self(Some(Arc::new(AtomicI64::new(next))))
    }

    /// For those who do not hold the lock.
    const fn none() -> Self {
        Self(None)
    }

    fn reserve(&self, count: i64) -> Result<OrderId, StoreError> {
        let reserved = self.counter()?.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| next.checked_add(count));
        reserved.map(OrderId).map_err(|_| StoreError::Failed("order ids are used up".to_owned()))
    }

    /// This id is taken: later ones are greater.
    fn pass(&self, taken: OrderId) -> Result<(), StoreError> {
        self.counter()?.fetch_max(taken.0.saturating_add(1), Ordering::Relaxed);
        Ok(())
    }

    fn counter(&self) -> Result<&AtomicI64, StoreError> {
        let refused = || StoreError::Failed("only the process that serves the store gives order ids".to_owned());
        self.0.as_deref().ok_or_else(refused)
    }
}
