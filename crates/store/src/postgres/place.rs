//! Where the database is and how to connect to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Config, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::PostgresOptions;
use super::error::said;
use super::own_sql::OWN;
use super::pipeline::in_one_flight;
use super::tls;
use crate::StoreError;
use crate::sql::{self, Statement as Text};

/// A server that says nothing for so long is asked whether it is still there.
const KEEPALIVE: Duration = Duration::from_secs(15);

/// Each statement is made for an index. Left to itself, the database judges a table by its size of the moment and keeps what it
/// found: a plan that was made when a store was empty goes on reading whole tables when it is not any more. And what it
/// guesses of a search without knowing its values lets it plan each one anew, which takes longer than the search.
const PLANS: &str = "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; \
    set plan_cache_mode = force_generic_plan; set jit = off";

/// The address, read and checked.
pub(super) struct Place {
    config: Config,
    password_file: Option<PathBuf>,
    tls: MakeRustlsConnect,
    /// A little less than callers wait: what the database ends by itself leaves the connection usable.
    statement_timeout: Duration,
}

/// A connection, with all statements prepared.
pub(super) struct Connected {
    pub(super) client: Client,
    statements: Vec<Statement>,
    /// How long the database lets a statement take, unless it is told otherwise.
    pub(super) statement_timeout: Duration,
}

/// Why there is no connection.
pub(super) struct NotConnected {
    pub(super) error: StoreError,
    /// Whether waiting will not help.
    pub(super) permanent: bool,
}

impl Place {
    /// [`StoreError::Open`] for an address that cannot be read, or certificates that cannot be.
    pub(super) fn new(options: &PostgresOptions) -> Result<Self, StoreError> {
        let mut config: Config =
            options.url.parse().map_err(|e| StoreError::Open(format!("the address is not one: {}", said(&e))))?;
        if config.get_hosts().is_empty() {
            return Err(StoreError::Open("the address names no host".to_owned()));
        }
        if config.get_dbname().is_none() {
            return Err(StoreError::Open("the address names no database".to_owned()));
        }
        if options.password_file.is_some() && config.get_password().is_some() {
            return Err(StoreError::Open("there is a password in the address, and one in a file".to_owned()));
        }
        if options.ca_file.is_some() {
            config.ssl_mode(SslMode::Require);
        }
        if config.get_application_name().is_none() {
            config.application_name("ordergate");
        }
        config.connect_timeout(options.connect_timeout).keepalives_idle(KEEPALIVE).tcp_user_timeout(2 * KEEPALIVE);
        let tls = MakeRustlsConnect::new(tls::client(options.ca_file.as_deref())?);
        let password_file = options.password_file.clone();
        Ok(Self { config, password_file, tls, statement_timeout: options.request_timeout * 4 / 5 })
    }

    pub(super) const fn config(&self) -> &Config {
        &self.config
    }

    /// A connection without prepared statements.
    pub(super) async fn connect_bare(&self) -> Result<Client, NotConnected> {
        let mut config = self.config.clone();
        if let Some(file) = &self.password_file {
            let password =
                password(file).map_err(|cause| NotConnected { error: StoreError::Unavailable(cause), permanent: true })?;
            config.password(password);
        }
        let (client, connection) = config.connect(self.tls.clone()).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error = said(&error), "a connection to the database ended");
            }
        });
        Ok(client)
    }

    /// A connection ready for use, in a database whose schema is up to date.
    pub(super) async fn connect(&self) -> Result<Arc<Connected>, NotConnected> {
        let client = self.connect_bare().await?;
        let timeout = self.statement_timeout.as_millis();
        let limits = format!("set statement_timeout = {timeout}; set idle_in_transaction_session_timeout = {timeout}; {PLANS}");
        client.batch_execute(&limits).await?;
        let preparing = sql::ALL.iter().chain(OWN).map(|statement| client.prepare(statement.dollar));
        let statements = in_one_flight(preparing).await.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(Arc::new(Connected { client, statements, statement_timeout: self.statement_timeout }))
    }
}

/// The line of the file.
pub(super) fn password(file: &Path) -> Result<String, String> {
    let refused = |why: String| format!("the password file {} {why}", file.display());
    let text = std::fs::read_to_string(file).map_err(|error| refused(format!("cannot be read: {error}")))?;
    let line = text.trim_end_matches(['\r', '\n']);
    if line.is_empty() || line.contains('\n') { Err(refused("must be one line".to_owned())) } else { Ok(line.to_owned()) }
}

impl Connected {
    pub(super) fn statement(&self, text: Text) -> &Statement {
        &self.statements[text.index]
    }
}

impl NotConnected {
    /// For who cannot begin without a connection. Only waiting can mend [`StoreError::Unavailable`].
    pub(super) fn at_start(self) -> StoreError {
        match self.error {
            StoreError::Unavailable(cause) if self.permanent => StoreError::Open(cause),
            other => other,
        }
    }
}

impl From<tokio_postgres::Error> for NotConnected {
    fn from(error: tokio_postgres::Error) -> Self {
        Self { permanent: super::error::is_permanent(&error), error: StoreError::Unavailable(said(&error)) }
    }
}
