//! What operators have paused: whose items wait, and why.

use ordergate_engine::{AccountId, Protocol, Timestamp};

use crate::StoreError;
use crate::codes::Code as _;
use crate::columns::Columns;
use crate::value::{Value, values};

/// Whose items wait.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PauseOf {
    /// Those of a customer's orders. The name is the account's.
    Account { id: AccountId, name: String },
    /// Those of a collection.
    Collection(String),
}

/// Items of one queue that no worker takes up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    pub queue: Protocol,
    pub of: PauseOf,
    /// Shown to customers.
    pub reason: String,
    pub paused_at: Timestamp,
    /// The operator who paused it.
    pub paused_by: String,
    /// Since when the pause is over. It stays until all that waited because of it is due again.
    pub resumed_at: Option<Timestamp>,
}

/// The kinds of [`PauseOf`], as they are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PauseSubject {
    Account,
    Collection,
}

impl PauseOf {
    const fn subject(&self) -> PauseSubject {
        match self {
            Self::Account { .. } => PauseSubject::Account,
            Self::Collection(_) => PauseSubject::Collection,
        }
    }

    /// The name of the account or the collection.
    pub fn name(&self) -> &str {
        match self {
            Self::Account { name, .. } | Self::Collection(name) => name,
        }
    }
}

/// The primary key of a pause: queue, subject, name.
pub(crate) fn key(queue: Protocol, of: &PauseOf) -> Vec<Value<'_>> {
    values![queue.code(), of.subject().code(), of.name()]
}

/// The key, and a time.
pub(crate) fn key_at(queue: Protocol, of: &PauseOf, at: Timestamp) -> Vec<Value<'_>> {
    let mut key = key(queue, of);
    key.push(at.0.into());
    key
}

/// All columns of a pause that begins.
pub(crate) fn inserted(pause: &Pause) -> Vec<Value<'_>> {
    let account = match &pause.of {
        PauseOf::Account { id, .. } => Some(id.0),
        PauseOf::Collection(_) => None,
    };
    let mut values = key(pause.queue, &pause.of);
    values.extend(values![account, &pause.reason, pause.paused_at.0, &pause.paused_by]);
    values
}

/// A row of [`crate::sql::PAUSES`].
pub(crate) fn pause(row: &impl Columns, queue: Protocol) -> Result<Pause, StoreError> {
    let name = row.text(1)?;
    let of = match (PauseSubject::from_code(row.int(0)?)?, row.int_or_null(2)?) {
        (PauseSubject::Account, Some(id)) => PauseOf::Account { id: AccountId(id), name },
        (PauseSubject::Account, None) => return Err(StoreError::Corrupt(format!("the pause of account {name} names no number"))),
        (PauseSubject::Collection, _) => PauseOf::Collection(name),
    };
    Ok(Pause {
        queue,
        of,
        reason: row.text(3)?,
        paused_at: Timestamp(row.int(4)?),
        paused_by: row.text(5)?,
        resumed_at: row.int_or_null(6)?.map(Timestamp),
    })
}
