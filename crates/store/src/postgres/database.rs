//! The database as the connections share it: its schema is brought up to date once, and each of its troubles is logged
//! once.

use std::sync::Arc;
use std::time::Duration;

use ordergate_engine::Timestamp;
use ordergate_engine::time::Clock;
use tokio::sync::OnceCell;
use tokio::time::timeout;

use super::place::{Connected, NotConnected, Place};
use super::{PostgresOptions, migrate};
use crate::StoreError;
use crate::migrations::Migration;
use crate::spell::{READING, Spell, WRITING, Words};

const REACHING: Words = Words(
    "the database cannot be reached; waiting for it",
    "the database still cannot be reached",
    "the database can be reached again",
);

pub(super) struct Database {
    place: Place,
    known: &'static [Migration],
    started: Timestamp,
    connect_timeout: Duration,
    up_to_date: OnceCell<()>,
    /// No connection can be made.
    unreached: Spell,
    /// Questions are not answered, though there is a connection.
    pub(super) unread: Spell,
    /// Changes are not stored, though there is a connection.
    pub(super) unwritten: Spell,
}

impl Database {
    pub(super) fn new(options: &PostgresOptions, known: &'static [Migration], clock: &dyn Clock) -> Result<Self, StoreError> {
        Ok(Self {
            place: Place::new(options)?,
            known,
            started: clock.now(),
            connect_timeout: options.connect_timeout,
            up_to_date: OnceCell::new(),
            unreached: Spell::plain(REACHING),
            unread: Spell::fitful(READING),
            unwritten: Spell::fitful(WRITING),
        })
    }

    /// A new connection to an up-to-date database.
    pub(super) async fn connect(&self) -> Result<Arc<Connected>, NotConnected> {
        let connected = self.try_connect().await;
        match &connected {
            Ok(_) => self.unreached.note(None),
            // What waiting would not mend is not waited for at the start; later it is an outage like any other.
            Err(failure) if failure.permanent && self.up_to_date.get().is_none() => {
                tracing::debug!(error = %failure.error, "the database cannot be used");
            }
            Err(failure) => self.unreached.note(Some(&failure.error)),
        }
        connected
    }

    async fn try_connect(&self) -> Result<Arc<Connected>, NotConnected> {
        // A migration takes as long as it takes.
        self.up_to_date.get_or_try_init(|| self.migrate()).await?;
        timeout(self.connect_timeout, self.place.connect()).await.unwrap_or_else(|_| Err(too_slow()))
    }

    async fn migrate(&self) -> Result<(), NotConnected> {
        let connecting = timeout(self.connect_timeout, self.place.connect_bare());
        let mut client = connecting.await.unwrap_or_else(|_| Err(too_slow()))?;
        migrate::migrate(&mut client, self.known, self.started).await
    }
}

fn too_slow() -> NotConnected {
    NotConnected { error: StoreError::Unavailable("the database does not answer".to_owned()), permanent: false }
}
