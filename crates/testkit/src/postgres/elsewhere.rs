//! Systems where these tests do not run: there is no server, so there are no values of these types.

use std::convert::Infallible;
use std::ops::Deref;
use std::path::Path;

/// See the module.
#[derive(Debug, Clone)]
pub struct Cluster(Infallible);

/// See the module.
#[derive(Debug)]
pub struct Database {
    /// As the server knows it.
    pub name: String,
    /// Of the role `ordergate`.
    pub url: String,
    _never: Infallible,
}

/// See the module.
#[derive(Debug)]
pub struct OwnCluster(Cluster);

/// See the module.
#[derive(Debug)]
pub struct Session(Infallible);

impl Session {
    /// What psql prints.
    pub fn run(&mut self, _sql: &str) -> Result<String, String> {
        match self.0 {}
    }
}

/// Always `None`.
pub fn cluster() -> Option<&'static Cluster> {
    eprintln!("PostgreSQL tests skipped: they need a Unix system");
    None
}

impl Cluster {
    /// The TCP port.
    pub fn port(&self) -> u16 {
        match self.0 {}
    }

    /// Where the Unix socket is.
    pub fn socket_dir(&self) -> &Path {
        match self.0 {}
    }

    /// The server's data.
    pub fn data_dir(&self) -> &Path {
        match self.0 {}
    }

    /// The superuser's URL of a database.
    pub fn superuser_url(&self, _database: &str) -> String {
        match self.0 {}
    }

    /// What psql prints.
    pub fn psql(&self, _database: &str, _sql: &str) -> Result<String, String> {
        match self.0 {}
    }

    /// A connection that stays open.
    pub fn session(&self, _url: &str) -> Result<Session, String> {
        match self.0 {}
    }

    /// A new database.
    pub fn fresh_database(&self) -> Database {
        match self.0 {}
    }
}

impl OwnCluster {
    /// Always `None`.
    pub fn start() -> Option<Self> {
        cluster().cloned().map(Self)
    }

    /// Always `None`.
    pub fn with_tls() -> Option<Self> {
        Self::start()
    }

    /// Always `None`.
    pub fn with_small_disk(_kib: u32) -> Option<Result<Self, String>> {
        Self::start().map(Ok)
    }

    /// The certificate of the authority.
    pub fn ca_file(&self) -> Option<&Path> {
        match self.0.0 {}
    }

    /// Stops the server.
    pub fn stop_immediate(&self) {
        match self.0.0 {}
    }

    /// Starts the server again.
    pub fn restart(&self) {
        match self.0.0 {}
    }
}

impl Deref for OwnCluster {
    type Target = Cluster;

    fn deref(&self) -> &Cluster {
        &self.0
    }
}
