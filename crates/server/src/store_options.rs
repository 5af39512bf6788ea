//! Section `[store]` of the configuration.

use std::fmt;
use std::path::{Path, PathBuf};

use ordergate_store::postgres::PostgresOptions;
use ordergate_store::sqlite::{SqliteOptions, Synchronous};
use serde::Deserialize;

use crate::http_options::OptionError;

/// Section `[store]`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct StoreOptions {
    /// Where orders are kept: `sqlite:` and the path of a file, or the address of a PostgreSQL database.
    pub url: String,
    /// The file of the server's secret key. By default it lies beside an SQLite file, and otherwise in the working
    /// folder; all nodes on one database need the same.
    pub key_file: Option<PathBuf>,
    /// Connections for reading; unset: as many as suit the kind of store.
    pub readers: Option<usize>,
    /// What an acknowledged order survives: `full` power loss, `normal` a crash of the program only. SQLite only:
    /// PostgreSQL has a setting of its own.
    pub synchronous: Synchronous,
    /// Page cache of each connection. SQLite only.
    pub cache_kib: u32,
    /// How much of the file is mapped into memory; 0 reads it with system calls only. SQLite only.
    pub mmap_bytes: u64,
    /// Connections that commit. PostgreSQL only.
    pub writers: usize,
    /// How long the database may take to answer. PostgreSQL only.
    pub request_seconds: u64,
    /// The file that has the database's password, where the address has none. PostgreSQL only.
    pub password_file: Option<PathBuf>,
    /// The certificate authorities that the database's certificate must come from. PostgreSQL only.
    pub ca_file: Option<PathBuf>,
}

/// The store that is configured.
#[derive(Debug, Clone)]
pub enum StoreChoice {
    Sqlite(SqliteOptions),
    Postgres(PostgresOptions),
}

impl fmt::Debug for StoreOptions {
    /// The address may carry a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreOptions").field("readers", &self.readers).finish_non_exhaustive()
    }
}

impl Default for StoreOptions {
    fn default() -> Self {
        let SqliteOptions { synchronous, cache_kib, mmap_bytes, .. } = SqliteOptions::default();
        let PostgresOptions { writers, request_timeout, .. } = PostgresOptions::new("");
        Self {
            url: "sqlite:ordergate.sqlite".to_owned(),
            key_file: None,
            readers: None,
            synchronous,
            cache_kib,
            mmap_bytes,
            writers,
            request_seconds: request_timeout.as_secs(),
            password_file: None,
            ca_file: None,
        }
    }
}

impl StoreOptions {
    /// Names the setting that cannot be, and says why.
    pub fn validate(&self) -> Result<(), OptionError> {
        if !self.is_postgres() && self.path().is_none() {
            return Err(OptionError::new("url", "must be \"sqlite:\" and the path of a file, or begin with \"postgres://\""));
        }
        if !self.readers.is_none_or(|readers| (1..=1024).contains(&readers)) {
            return Err(OptionError::new("readers", "must be between 1 and 1024"));
        }
        if !(64..=16 * 1024 * 1024).contains(&self.cache_kib) {
            return Err(OptionError::new("cache_kib", "must be between 64 and 16777216"));
        }
        if !(1..=256).contains(&self.writers) {
            return Err(OptionError::new("writers", "must be between 1 and 256"));
        }
        if !(1..=600).contains(&self.request_seconds) {
            return Err(OptionError::new("request_seconds", "must be between 1 and 600"));
        }
        match self.choice() {
            StoreChoice::Postgres(options) => {
                options.check().map_err(|e| OptionError::new("url", e.to_string()))?;
                options.check_password().map_err(|problem| OptionError::new("password_file", problem))
            }
            StoreChoice::Sqlite(_) => Ok(()),
        }
    }

    /// Keeps orders in this file instead.
    pub fn set_path(&mut self, path: &Path) {
        self.url = format!("sqlite:{}", path.display());
    }

    pub fn choice(&self) -> StoreChoice {
        if self.is_postgres() { StoreChoice::Postgres(self.postgres()) } else { StoreChoice::Sqlite(self.sqlite()) }
    }

    /// Where the server's key lies.
    pub fn key_path(&self) -> PathBuf {
        if let Some(path) = &self.key_file {
            return path.clone();
        }
        let mut name = self.path().unwrap_or_else(|| PathBuf::from("ordergate")).into_os_string();
        name.push(".key");
        name.into()
    }

    pub fn is_postgres(&self) -> bool {
        ["postgres://", "postgresql://"].iter().any(|scheme| self.url.starts_with(scheme))
    }

    fn sqlite(&self) -> SqliteOptions {
        let usual = SqliteOptions::default();
        SqliteOptions {
            path: self.path().unwrap_or_default(),
            readers: self.readers.unwrap_or(usual.readers),
            synchronous: self.synchronous,
            cache_kib: self.cache_kib,
            mmap_bytes: self.mmap_bytes,
            ..usual
        }
    }

    fn postgres(&self) -> PostgresOptions {
        let usual = PostgresOptions::new(&self.url);
        PostgresOptions {
            readers: self.readers.unwrap_or(usual.readers),
            writers: self.writers,
            password_file: self.password_file.clone(),
            ca_file: self.ca_file.clone(),
            request_timeout: std::time::Duration::from_secs(self.request_seconds),
            ..usual
        }
    }

    fn path(&self) -> Option<PathBuf> {
        self.url.strip_prefix("sqlite:").filter(|p| !p.is_empty()).map(PathBuf::from)
    }
}
