//! Questions: they share a few connections, on which they follow each other without waiting for answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row};

use super::PostgresOptions;
use super::database::Database;
use super::error::{is_lost, is_worth_another_try};
use super::link::Link;
use super::pipeline::in_one_flight;
use super::place::{Connected, NotConnected};
use crate::StoreError;
use crate::spell::Spell;
use crate::sql::Statement;

/// A question harms nobody when it is asked again: on another connection, or when others were in the way.
const ATTEMPTS: u32 = 3;

/// A parameter.
pub(super) type Parameter<'p> = &'p (dyn ToSql + Sync);

/// A statement and its parameters.
pub(super) type Question<'q> = (Statement, &'q [Parameter<'q>]);

pub(super) struct Reader {
    database: Arc<Database>,
    links: Vec<Link>,
    next: AtomicUsize,
    closed: AtomicBool,
    patience: Duration,
}

impl Reader {
    pub(super) fn new(database: &Arc<Database>, options: &PostgresOptions) -> Self {
        let links = (0..options.readers.max(1)).map(|_| Link::new(Arc::clone(database))).collect();
        Self {
            database: Arc::clone(database),
            links,
            next: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
            patience: options.request_timeout,
        }
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
        self.insist(questions, &self.database.unread).await
    }

    /// The first row of a statement that also changes something, and does no harm when it does so twice.
    pub(super) async fn change(&self, statement: Statement, parameters: &[Parameter<'_>]) -> Result<Option<Row>, StoreError> {
        let answers = self.insist(&[(statement, parameters)], &self.database.unwritten).await?;
        Ok(answers.into_iter().flatten().next())
    }

    async fn insist(&self, questions: &[Question<'_>], trouble: &Spell) -> Result<Vec<Vec<Row>>, StoreError> {
        if self.closed.load(Ordering::Acquire) {
            return Err(StoreError::Closed);
        }
        let deadline = Instant::now() + self.patience;
        let mut attempt = 1;
        loop {
            let (link, connected) = timeout_at(deadline, self.choose()).await.unwrap_or_else(|_| Err(late()))?;
            match timeout_at(deadline, put(&connected, questions)).await {
                Ok(Ok(answers)) => {
                    trouble.note(None);
                    return Ok(answers);
                }
                Ok(Err(error)) if attempt < ATTEMPTS && is_lost(&error) => link.discard(&connected),
                Ok(Err(error)) if attempt < ATTEMPTS && is_worth_another_try(&error) => {}
                Ok(Err(error)) => return Err(noted(trouble, error.into())),
                Err(_) => return Err(noted(trouble, late())),
            }
            attempt += 1;
        }
    }

    /// The next connection in turn; if it cannot be made, another one that is there: the database may have fewer to give
    /// than are wanted.
    async fn choose(&self) -> Result<(&Link, Arc<Connected>), StoreError> {
        let link = &self.links[self.next.fetch_add(1, Ordering::Relaxed) % self.links.len()];
        let error = match link.get().await {
            Ok(connected) => return Ok((link, connected)),
            Err(error) => error,
        };
        for other in &self.links {
            if let Some(connected) = other.alive_soon().await {
                return Ok((other, connected));
            }
        }
        Err(error)
    }
}

fn noted(trouble: &Spell, error: StoreError) -> StoreError {
    trouble.note(Some(&error));
    error
}

/// The answer did not come, or not in time for anybody.
pub(super) fn late() -> StoreError {
    StoreError::Unavailable("the database does not answer in time".to_owned())
}

async fn put(connected: &Connected, questions: &[Question<'_>]) -> Result<Vec<Vec<Row>>, Error> {
    if let [(statement, parameters)] = questions {
        return Ok(vec![connected.client.query(connected.statement(*statement), parameters).await?]);
    }
    let asking =
        questions.iter().map(|(statement, parameters)| connected.client.query(connected.statement(*statement), parameters));
    in_one_flight(asking).await.into_iter().collect()
}
