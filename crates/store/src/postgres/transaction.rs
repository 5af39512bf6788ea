//! One transaction: its statements travel in one flight, what depends on something read in a second, the commit in a last one.

use std::collections::HashMap;

use tokio::time::{Instant, timeout_at};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Error, Row};

use super::error::{is_for_a_while, is_lost, is_worth_another_try};
use super::pipeline::in_one_flight;
use super::place::Connected;
use super::reader::{Parameter, late};
use crate::chain::{Chain, Head};
use crate::columns::Columns as _;
use crate::sql::{self, Statement};
use crate::steps::{Expect, Patch, Step};
use crate::value::{Value, values};
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
    Read(Vec<Row>),
}

/// What is written in the second flight.
#[derive(Default)]
struct Second<'s> {
    /// The pages that this transaction changes, by statement and key.
    pages: HashMap<(usize, i64), (&'s Patch<'s>, Vec<u8>)>,
    /// The ends of the histories that it adds to, by order, and what adds to them.
    heads: HashMap<i64, Head>,
    histories: Vec<Step<'s>>,
}

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
    let mut second = Second::default();
    for (reply, step) in replies.into_iter().skip_while(|reply| matches!(reply, Ok(Reply::Began))).zip(steps) {
        match (reply?, step) {
            (Reply::Changed(rows), Step::Run { expect, .. }) => {
                expect.check(rows)?;
                changed.push(rows);
            }
            (Reply::Read(rows), Step::Patch(patch)) => {
                second.change_page(patch, &rows)?;
                changed.push(1);
            }
            (Reply::Read(rows), Step::Chain(chain)) => {
                second.join(chain, &rows)?;
                changed.push(1);
            }
            _ => return Err(StoreError::Failed("answers came in another order than questions".to_owned()).into()),
        }
    }
    second.write(connected).await?;
    Ok(changed)
}

async fn send(connected: &Connected, step: Option<&Step<'_>>, begin: &str) -> Result<Reply, Error> {
    match step {
        None => connected.client.batch_execute(begin).await.map(|()| Reply::Began),
        Some(Step::Run { statement, values, .. }) => execute(connected, *statement, values).await.map(Reply::Changed),
        Some(Step::Patch(patch)) => connected.client.query(connected.statement(patch.read), &[&patch.key]).await.map(Reply::Read),
        Some(Step::Chain(chain)) => {
            connected.client.query(connected.statement(sql::HISTORY_HEAD), &[&chain.order.0]).await.map(Reply::Read)
        }
    }
}

async fn execute(connected: &Connected, statement: Statement, values: &[Value<'_>]) -> Result<u64, Error> {
    let parameters: Vec<Parameter<'_>> = values.iter().map(|value| value as Parameter<'_>).collect();
    connected.client.execute(connected.statement(statement), &parameters).await
}

impl<'s> Second<'s> {
    /// Two patches of one page are made one after the other, on what the first made of it.
    fn change_page(&mut self, patch: &'s Patch<'s>, rows: &[Row]) -> Result<(), Failure> {
        let (Some(key), Some(row)) = (patch.key, rows.first()) else { return Err(conflict()) };
        let page = match self.pages.get(&(patch.write.index, key)) {
            Some((_, changed)) => changed.as_slice(),
            None => row.bytes(0)?,
        };
        let updated = patch.apply(page)?.ok_or_else(conflict)?;
        self.pages.insert((patch.write.index, key), (patch, updated));
        Ok(())
    }

    /// So are two additions to one history.
    fn join(&mut self, chain: &'s Chain<'s>, rows: &[Row]) -> Result<(), Failure> {
        let Some(row) = rows.first() else { return Err(conflict()) };
        let head = match self.heads.remove(&chain.order.0) {
            Some(head) => head,
            None => Head::read(row)?,
        };
        let (steps, head) = chain.steps(head);
        self.histories.extend(steps);
        self.heads.insert(chain.order.0, head);
        Ok(())
    }

    async fn write(&self, connected: &Connected) -> Result<(), Failure> {
        let pages = self.pages.values().map(|(patch, page)| Step::of_order(patch.write, values![patch.key, page]));
        let pages: Vec<Step<'_>> = pages.collect();
        for reply in in_one_flight(pages.iter().chain(&self.histories).map(|step| send(connected, Some(step), ""))).await {
            if let Reply::Changed(rows) = reply? {
                Expect::OneOr(ConflictOn::Order).check(rows)?;
            }
        }
        Ok(())
    }
}

const fn conflict() -> Failure {
    Failure::Refused(CommitError::Conflict(ConflictOn::Order))
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
