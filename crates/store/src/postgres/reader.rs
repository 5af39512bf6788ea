//! Questions: they share a few connections, on which they follow each other without waiting for answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::timeout;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row};

use super::PostgresOptions;
use super::database::Database;
use super::error::{is_lost, is_worth_another_try};
use super::link::Link;
use super::pipeline::in_one_flight;
use super::place::{Connected, NotConnected};
use crate::StoreError;
use crate::sql::Statement;

/// A question harms nobody when it is asked again: on another connection, or when others were in the way.
const ATTEMPTS: u32 = 3;

/// A parameter.
pub(super) type Parameter<'p> = &'p (dyn ToSql + Sync);

/// A statement and its parameters.
pub(super) type Question<'q> = (Statement, &'q [Parameter<'q>]);

pub(super) struct Reader {
    links: Vec<Link>,
    next: AtomicUsize,
    closed: AtomicBool,
    patience: Duration,
}

impl Reader {
    pub(super) fn new(database: &Arc<Database>, options: &PostgresOptions) -> Self {
        let links = (0..options.readers.max(1)).map(|_| Link::new(Arc::clone(database))).collect();
        Self { links, next: AtomicUsize::new(0), closed: AtomicBool::new(false), patience: options.request_timeout }
    }

    /// Tries the first connection.
    pub(super) async fn connect(&self) -> Result<(), NotConnected> {
        match self.links.first() {
            Some(link) => link.connect().await.map(drop),
            None => Ok(()),
        }
    }

    /// Later questions fail; those under way are answered.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    /// All rows.
    pub(super) async fn ask(&self, statement: Statement, parameters: &[Parameter<'_>]) -> Result<Vec<Row>, StoreError> {
        self.ask_all(&[(statement, parameters)]).await.map(|mut answers| answers.pop().unwrap_or_default())
    }

    /// The first row.
    pub(super) async fn first(&self, statement: Statement, parameters: &[Parameter<'_>]) -> Result<Option<Row>, StoreError> {
        self.ask(statement, parameters).await.map(|rows| rows.into_iter().next())
    }

    /// Several questions in one flight, one after the other on one connection. Each sees what was committed
    /// before it began, not before the first began.
    pub(super) async fn ask_all(&self, questions: &[Question<'_>]) -> Result<Vec<Vec<Row>>, StoreError> {
        if self.closed.load(Ordering::Acquire) {
            return Err(StoreError::Closed);
        }
        let asking = timeout(self.patience, self.insist(questions));
        asking.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the database does not answer in time".to_owned())))
    }

    async fn insist(&self, questions: &[Question<'_>]) -> Result<Vec<Vec<Row>>, StoreError> {
        let mut attempt = 1;
        loop {
            let link = &self.links[self.next.fetch_add(1, Ordering::Relaxed) % self.links.len()];
            let connected = link.get().await?;
            match put(&connected, questions).await {
                Ok(answers) => return Ok(answers),
                Err(error) if attempt < ATTEMPTS && is_lost(&error) => link.discard(&connected),
                Err(error) if attempt < ATTEMPTS && is_worth_another_try(&error) => {}
                Err(error) => return Err(error.into()),
            }
            attempt += 1;
        }
    }
}

async fn put(connected: &Connected, questions: &[Question<'_>]) -> Result<Vec<Vec<Row>>, Error> {
    if let [(statement, parameters)] = questions {
        return Ok(vec![connected.client.query(connected.statement(*statement), parameters).await?]);
    }
    let asking =
        questions.iter().map(|(statement, parameters)| connected.client.query(connected.statement(*statement), parameters));
    in_one_flight(asking).await.into_iter().collect()
}
