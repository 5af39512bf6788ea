//! Section `[store]` of the configuration.

use std::path::{Path, PathBuf};

use ordergate_store::sqlite::{SqliteOptions, Synchronous};
use serde::Deserialize;

use crate::http_options::OptionError;

/// Section `[store]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct StoreOptions {
    /// Where orders are kept: `sqlite:` and the path of a file.
    pub url: String,
    /// What an acknowledged order survives: `full` power loss, `normal` a crash of the program only.
    pub synchronous: Synchronous,
    /// Connections for reading.
    pub readers: usize,
    /// Page cache of each connection.
    pub cache_kib: u32,
    /// How much of the file is mapped into memory; 0 reads it with system calls only.
    pub mmap_bytes: u64,
}

impl Default for StoreOptions {
    fn default() -> Self {
        let SqliteOptions { readers, synchronous, cache_kib, mmap_bytes, .. } = SqliteOptions::default();
        Self { url: "sqlite:ordergate.sqlite".to_owned(), synchronous, readers, cache_kib, mmap_bytes }
    }
}

impl StoreOptions {
    /// Names the setting that cannot be, and says why.
    pub fn validate(&self) -> Result<(), OptionError> {
        if self.path().is_none() {
            return Err(OptionError::new("url", "must be \"sqlite:\" and the path of a file"));
        }
        if !(1..=1024).contains(&self.readers) {
            return Err(OptionError::new("readers", "must be between 1 and 1024"));
        }
        if !(64..=16 * 1024 * 1024).contains(&self.cache_kib) {
            return Err(OptionError::new("cache_kib", "must be between 64 and 16777216"));
        }
        Ok(())
    }

    /// Keeps orders in this file instead.
    pub fn set_path(&mut self, path: &Path) {
        self.url = format!("sqlite:{}", path.display());
    }

    /// The options of the embedded store.
    pub fn sqlite(&self) -> SqliteOptions {
        SqliteOptions {
            path: self.path().unwrap_or_default(),
            readers: self.readers,
            synchronous: self.synchronous,
            cache_kib: self.cache_kib,
            mmap_bytes: self.mmap_bytes,
            ..SqliteOptions::default()
        }
    }

    fn path(&self) -> Option<PathBuf> {
        self.url.strip_prefix("sqlite:").filter(|p| !p.is_empty()).map(PathBuf::from)
    }
}
