//! One transaction: its statements travel in one flight, patches in a second, the commit in a last one.

use std::collections::HashMap;

use tokio::time::{Instant, timeout_at};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Error, Row};

use super::error::{is_for_a_while, is_lost, is_worth_another_try};
use super::pipeline::in_one_flight;
use super::place::Connected;
use super::reader::{Parameter, late};
use crate::columns::Columns as _;
use crate::sql::Statement;
use crate::steps::{Expect, Patch, Step};
use crate::value::Value;
use crate::{CommitError, ConflictOn, StoreError};

/// Nothing was stored, but for [`Failure::Unknown`].
#[derive(Debug)]
pub(super) enum Failure {
    /// It would come to the same another time.
    Refused(CommitError),
    /// Others were in the way.
    Again(StoreError),
    /// The database stores nothing now, whatever it is.
    NotNow(StoreError),
    /// The connection is lost.
    Lost(StoreError),
    /// It took too long.
    Late(StoreError),
    /// There was no answer to the commit: it may have been stored.
    Unknown(StoreError),
}

/// What a step came to.
enum Reply {
    Began,
    Changed(u64),
    Page(Vec<Row>),
}

/// The pages that this transaction changes, by statement and key.
type Pages<'s> = HashMap<(usize, i64), (&'s Patch<'s>, Vec<u8>)>;

/// Carries out the steps, whole or not at all. Gives how many rows each step changed. When the deadline passes before it
/// is done, the connection must not be used any more.
pub(super) async fn run(connected: &Connected, steps: &[&Step<'_>], deadline: Instant) -> Result<Vec<u64>, Failure> {
    // What is not to be committed is rolled back at the latest when the connection ends.
    match timeout_at(deadline, write_or_roll_back(connected, steps, deadline))
        .await
        .unwrap_or_else(|_| Err(Failure::Late(late())))
    {
        Ok(changed) => commit(connected, deadline).await.map(|()| changed),
        Err(failure) => Err(failure),
    }
}

async fn commit(connected: &Connected, deadline: Instant) -> Result<(), Failure> {
    match timeout_at(deadline, connected.client.batch_execute("commit")).await {
        Ok(Ok(())) => Ok(()),
        // A server that goes down says so whether or not the commit was already on disk.
        Ok(Err(error)) if is_lost(&error) || error.code() == Some(&SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN) => {
            Err(Failure::Unknown(error.into()))
        }
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(Failure::Unknown(late())),
    }
}

async fn write_or_roll_back(connected: &Connected, steps: &[&Step<'_>], deadline: Instant) -> Result<Vec<u64>, Failure> {
    let written = write(connected, steps, &begin(connected, deadline)).await;
    if written.is_err() {
        connected.client.batch_execute("rollback").await.map_err(|error| Failure::Lost(error.into()))?;
    }
    written
}

/// A database that ends a statement by itself before the deadline leaves the connection usable.
fn begin(connected: &Connected, deadline: Instant) -> String {
    let left = deadline.duration_since(Instant::now());
    if left >= connected.statement_timeout {
        return "begin".to_owned();
    }
    format!("begin; set local statement_timeout = {}", (left * 9 / 10).as_millis().max(1))
}

async fn write(connected: &Connected, steps: &[&Step<'_>], begin: &str) -> Result<Vec<u64>, Failure> {
    let messages = std::iter::once(None).chain(steps.iter().map(|step| Some(*step)));
    let replies = in_one_flight(messages.map(|step| send(connected, step, begin))).await;
    let mut changed = Vec::with_capacity(steps.len());
    let mut pages = Pages::new();
    for (reply, step) in replies.into_iter().skip_while(|reply| matches!(reply, Ok(Reply::Began))).zip(steps) {
        match (reply?, step) {
            (Reply::Changed(rows), Step::Run { expect, .. }) => {
                expect.check(rows)?;
                changed.push(rows);
            }
            (Reply::Page(rows), Step::Patch(patch)) => {
                change_page(&mut pages, patch, &rows)?;
                changed.push(1);
            }
            _ => return Err(StoreError::Failed("answers came in another order than questions".to_owned()).into()),
        }
    }
    write_pages(connected, &pages).await?;
    Ok(changed)
}

async fn send(connected: &Connected, step: Option<&Step<'_>>, begin: &str) -> Result<Reply, Error> {
    match step {
        None => connected.client.batch_execute(begin).await.map(|()| Reply::Began),
        Some(Step::Run { statement, values, .. }) => execute(connected, *statement, values).await.map(Reply::Changed),
        Some(Step::Patch(patch)) => connected.client.query(connected.statement(patch.read), &[&patch.key]).await.map(Reply::Page),
    }
}

async fn execute(connected: &Connected, statement: Statement, values: &[Value<'_>]) -> Result<u64, Error> {
    let parameters: Vec<Parameter<'_>> = values.iter().map(|value| value as Parameter<'_>).collect();
    connected.client.execute(connected.statement(statement), &parameters).await
}

/// Two patches of one page are made one after the other, on what the first made of it.
fn change_page<'s>(pages: &mut Pages<'s>, patch: &'s Patch<'s>, rows: &[Row]) -> Result<(), Failure> {
    let conflict = || Failure::Refused(CommitError::Conflict(ConflictOn::Order));
    let (Some(key), Some(row)) = (patch.key, rows.first()) else { return Err(conflict()) };
    let page = match pages.get(&(patch.write.index, key)) {
        Some((_, changed)) => changed.as_slice(),
        None => row.bytes(0)?,
    };
    let updated = patch.apply(page)?.ok_or_else(conflict)?;
    pages.insert((patch.write.index, key), (patch, updated));
    Ok(())
}

async fn write_pages(connected: &Connected, pages: &Pages<'_>) -> Result<(), Failure> {
    let writing = pages.values().map(|(patch, page)| async move {
        connected.client.execute(connected.statement(patch.write), &[&patch.key, page]).await
    });
    for changed in in_one_flight(writing).await {
        Expect::OneOr(ConflictOn::Order).check(changed?)?;
    }
    Ok(())
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if is_lost(&error) {
            Self::Lost(error.into())
        } else if is_worth_another_try(&error) {
            Self::Again(error.into())
        } else if is_for_a_while(&error) {
            Self::NotNow(error.into())
        } else {
            Self::Refused(error.into())
        }
    }
}

impl From<CommitError> for Failure {
    fn from(error: CommitError) -> Self {
        Self::Refused(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}
