//! What may be set about a PostgreSQL store.

use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::config::Host;

use super::place::{Place, password};
use crate::StoreError;

/// Where the store lies and how it is reached.
#[derive(Clone)]
pub struct PostgresOptions {
    /// `postgres://user:password@host:port/database`, with libpq's parameters (`sslmode`, `application_name`, ...).
    pub url: String,
    /// A file that has the password, which is read for each new connection: it may be replaced while the server runs.
    pub password_file: Option<PathBuf>,
    /// The certificate authorities that the server's certificate must come from (PEM). When given, the connection
    /// is encrypted and the server's name is checked; otherwise `sslmode` decides, and nothing is checked.
    pub ca_file: Option<PathBuf>,
    /// Connections that short questions share, on which they follow each other without waiting for answers: few
    /// connections answer more than many. As many again are there for searches and lists.
    pub readers: usize,
    /// Connections that commit.
    pub writers: usize,
    /// How long a connection may take to come about.
    pub connect_timeout: Duration,
    /// How long a question or a commit may take, waiting included.
    pub request_timeout: Duration,
}

impl PostgresOptions {
    /// The defaults for a store at this address.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            password_file: None,
            ca_file: None,
            readers: 2,
            writers: 2,
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(10),
        }
    }
}

impl PostgresOptions {
    /// Whether address and certificates can be read, without connecting.
    pub fn check(&self) -> Result<(), StoreError> {
        Place::new(self).map(drop)
    }

    /// Whether the file of the password has one, and why not.
    pub fn check_password(&self) -> Result<(), String> {
        self.password_file.as_deref().map_or(Ok(()), |file| password(file).map(drop))
    }
}

/// How PostgreSQL's own tools are told where the database is. There is no password in it.
#[derive(Debug)]
pub struct ClientArguments {
    /// Host, port and user.
    pub server: String,
    pub database: String,
}

impl PostgresOptions {
    pub fn client_arguments(&self) -> Result<ClientArguments, StoreError> {
        let place = Place::new(self)?;
        let config = place.config();
        let host = config.get_hosts().first().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(folder) => folder.display().to_string(),
        });
        let port = config.get_ports().first().map(ToString::to_string);
        let user = config.get_user().map(str::to_owned);
        let parts = [("host", host), ("port", port), ("username", user)];
        let server: Vec<String> =
            parts.into_iter().filter_map(|(name, value)| Some(format!("--{name}={}", quoted(&value?)))).collect();
        Ok(ClientArguments { server: server.join(" "), database: quoted(config.get_dbname().unwrap_or_default()) })
    }
}

/// As a shell takes it for one word.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/:".contains(c);
    if word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

impl std::fmt::Debug for PostgresOptions {
    /// The address may carry a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresOptions").field("readers", &self.readers).field("writers", &self.writers).finish_non_exhaustive()
    }
}
