//! A group of work in one transaction.
//!
//! One piece of work that is refused must leave the others of its group, which takes a savepoint for each. Few are refused, and
//! two statements for each Submit are a good part of what it costs. So a group is written without savepoints first. If
//! anything in it is refused, all of it is undone and done again with them; and so are the next ones at once, if it was more than one
//! piece.

use std::time::Instant;

use rusqlite::Connection;

use super::claim::claim;
use super::connection::execute;
use super::group_size::GroupSize;
use super::{load, write};
use crate::{Batch, Claim, CommitError, Job, StoreError};
use ordergate_engine::order::Order;

/// Where two of a group are refused, more will be: so many groups after it are written with savepoints at once. One that is refused
/// among hundreds says nothing of the next groups.
const CAREFUL_AFTER_REFUSALS: u32 = 16;

/// Changes nothing that anybody looks at, and yet writes a page.
const TOUCH: &str = "pragma user_version = 0";

/// What can be asked of the writer.
pub(super) enum Work {
    Batch(Batch),
    Claim(Claim),
    Load(Vec<Order>),
    /// Lets tests bring about what cannot be brought about from outside.
    #[cfg(test)]
    Test(Box<dyn Fn(&Connection) -> Answer + Send>),
}

/// The jobs that were claimed; none where none were asked for.
pub(super) type Answer = Result<Vec<Job>, CommitError>;

impl Work {
    /// Whether it needs room, so that its success shows that there is some.
    pub(super) const fn stores(&self) -> bool {
        match self {
            Self::Batch(batch) => !batch.writes.is_empty(),
            Self::Load(_) => true,
            Self::Claim(_) => false,
            #[cfg(test)]
            Self::Test(_) => false,
        }
    }
}

/// How groups are written at present.
#[derive(Default)]
pub(super) struct Groups {
    /// Groups that are still to be written with savepoints.
    careful: u32,
    size: GroupSize,
}

impl Groups {
    /// How many the next group may have.
    pub(super) const fn most(&self) -> usize {
        self.size.most()
    }

    /// One answer for each piece of work, all of it durable; or an error, and none of it stored.
    pub(super) fn commit(&mut self, connection: &Connection, group: &[Work]) -> Result<Vec<Answer>, StoreError> {
        if self.careful > 0 {
            self.careful -= 1;
        } else if let Some(answers) = self.commit_whole(connection, group)? {
            return Ok(answers);
        }
        let began = Instant::now();
        execute(connection, "begin immediate", ())?;
        let answers: Vec<Answer> = group.iter().map(|work| in_savepoint(connection, work)).collect::<Result<_, _>>()?;
        self.flush(connection, group.len(), began)?;
        if answers.iter().filter(|answer| answer.is_err()).nth(1).is_some() {
            self.careful = CAREFUL_AFTER_REFUSALS;
        }
        Ok(answers)
    }

    /// The group without savepoints. `None` if something in it was refused that others must not suffer from; then nothing is stored.
    fn commit_whole(&mut self, connection: &Connection, group: &[Work]) -> Result<Option<Vec<Answer>>, StoreError> {
        let began = Instant::now();
        execute(connection, "begin immediate", ())?;
        let mut answers = Vec::with_capacity(group.len());
        for work in group {
            let answer = carry_out(connection, work);
            if let Err(refusal) = &answer {
                still_open(connection, refusal)?;
                execute(connection, "rollback", ())?;
                if group.len() == 1 {
                    return Ok(Some(vec![answer]));
                }
                return Ok(None);
            }
            answers.push(answer);
        }
        self.flush(connection, group.len(), began)?;
        Ok(Some(answers))
    }

    fn flush(&mut self, connection: &Connection, members: usize, began: Instant) -> Result<(), StoreError> {
        let written = Instant::now();
        commit(connection)?;
        self.size.learn(members, written - began, written.elapsed());
        Ok(())
    }
}

/// Does one piece of work, or undoes it alone. An error is one that ends the whole group.
fn in_savepoint(connection: &Connection, work: &Work) -> Result<Answer, StoreError> {
    execute(connection, "savepoint batch", ())?;
    let answer = carry_out(connection, work);
    if let Err(refusal) = &answer {
        still_open(connection, refusal)?;
        execute(connection, "rollback to batch", ())?;
    }
    execute(connection, "release batch", ())?;
    Ok(answer)
}

/// On a full disk or a read error SQLite may have given up the whole transaction by itself.
fn still_open(connection: &Connection, refusal: &CommitError) -> Result<(), StoreError> {
    if connection.is_autocommit() { Err(StoreError::Unavailable(refusal.to_string())) } else { Ok(()) }
}

fn carry_out(connection: &Connection, work: &Work) -> Answer {
    match work {
        Work::Batch(batch) => write::batch(connection, &batch.writes).map(|()| Vec::new()),
        Work::Claim(wish) => claim(connection, wish).map_err(CommitError::Store),
        Work::Load(orders) => orders.iter().try_for_each(|o| load::insert(connection, o)).map(|()| Vec::new()),
        #[cfg(test)]
        Work::Test(test) => test(connection),
    }
}

fn commit(connection: &Connection) -> Result<(), StoreError> {
    execute(connection, "commit", ()).map(drop).map_err(|error| {
        roll_back(connection);
        write_over(connection);
        error.into()
    })
}

pub(super) fn roll_back(connection: &Connection) {
    if connection.is_autocommit() {
        return;
    }
    if let Err(error) = execute(connection, "rollback", ()) {
        tracing::error!(%error, "a group of batches could not be rolled back");
    }
}

/// What was given up while it was flushed may lie in the log complete. This process does not look at it any more, but one that
/// starts after a crash would take it for stored, although it was refused. The next commit is written over it, so there is one at once.
/// On a disk that does not work again it stays as it is.
fn write_over(connection: &Connection) {
    if let Err(error) = connection.execute_batch(TOUCH) {
        tracing::debug!(%error, "what was given up may be found stored after a crash");
    }
}
