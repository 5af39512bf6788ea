//! What may be set about an SQLite store.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Where the store lies and how it is read and written.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// The database file. `-wal`, `-shm` and `.lock` files lie beside it.
    pub path: PathBuf,
    /// How many read connections are kept; more are opened for as long as all of them are busy.
    pub readers: usize,
    pub synchronous: Synchronous,
    /// Page cache of the writer and of each reader, in KiB.
    pub cache_kib: u32,
    /// How much of the file is mapped into memory; 0 reads it with system calls only.
    pub mmap_bytes: u64,
    /// How long to wait for another process that holds the write lock.
    pub busy_timeout: Duration,
}

/// What an acknowledged batch survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Synchronous {
    /// Power loss.
    #[default]
    Full,
    /// A crash of the program, but not of the machine: the last batches before it may be lost.
    Normal,
}

impl SqliteOptions {
    /// The defaults for a store in this file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), ..Self::default() }
    }
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            path: PathBuf::from("ordergate.sqlite"),
            readers: 8,
            synchronous: Synchronous::Full,
            cache_kib: 8 * 1024,
            mmap_bytes: 16 * 1024 * 1024 * 1024,
            busy_timeout: Duration::from_secs(5),
        }
    }
}

impl Synchronous {
    pub(super) const fn pragma(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Normal => "normal",
        }
    }
}
