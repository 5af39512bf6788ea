//! The steps of a batch, carried out one after the other.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, params, params_from_iter};

use super::connection::execute;
use super::read::first;
use crate::chain::{Chain, Head};
use crate::columns::Columns as _;
use crate::steps::{Expect, Patch, Step, Steps};
use crate::value::Value;
use crate::{CommitError, ConflictOn, Write, sql};

type Done = Result<(), CommitError>;

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

pub(super) fn batch(c: &Connection, writes: &[Write]) -> Done {
    carry_out(c, &Steps::of(writes)?)
}

pub(super) fn carry_out(c: &Connection, steps: &Steps<'_>) -> Done {
    steps.0.iter().try_for_each(|step| match step {
        Step::Run { statement, values, expect } => {
            let changed = execute(c, statement.question, params_from_iter(values))?;
            expect.check(changed as u64)
        }
        Step::Patch(patch) => apply(c, patch),
        Step::Chain(chain) => join(c, chain),
    })
}

fn join(c: &Connection, chain: &Chain<'_>) -> Done {
    let head = first(c, sql::HISTORY_HEAD, params![chain.order.0], |row| Head::read(row))?;
    let (steps, _) = chain.steps(head.ok_or(CommitError::Conflict(ConflictOn::Order))?);
    carry_out(c, &Steps(steps))
}

fn apply(c: &Connection, patch: &Patch<'_>) -> Done {
    let page = first(c, patch.read, params![patch.key], |row| Ok(row.bytes(0)?.to_vec()))?;
    let conflict = CommitError::Conflict(ConflictOn::Order);
    let updated = patch.apply(&page.ok_or(conflict.clone())?)?.ok_or(conflict)?;
    let changed = execute(c, patch.write.question, params![patch.key, updated])?;
    Expect::OneOr(ConflictOn::Order).check(changed as u64)
}
