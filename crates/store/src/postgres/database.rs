//! The database as the connections share it: its schema is brought up to date once, and its outages are
//! logged once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ordergate_engine::Timestamp;
use ordergate_engine::time::Clock;
use parking_lot::Mutex;
use tokio::sync::OnceCell;
use tokio::time::timeout;

use super::place::{Connected, NotConnected, Place};
use super::{PostgresOptions, migrate};
use crate::StoreError;
use crate::migrations::Migration;

/// While an outage lasts it is mentioned again after so long.
const REMIND: Duration = Duration::from_secs(30);

pub(super) struct Database {
    place: Place,
    known: &'static [Migration],
    started: Timestamp,
    connect_timeout: Duration,
    up_to_date: OnceCell<()>,
    outage: Mutex<Option<Outage>>,
}

struct Outage {
    since: Instant,
    mentioned: Instant,
}

impl Database {
    pub(super) fn new(options: &PostgresOptions, known: &'static [Migration], clock: &dyn Clock) -> Result<Self, StoreError> {
        Ok(Self {
            place: Place::new(options)?,
            known,
            started: clock.now(),
            connect_timeout: options.connect_timeout,
            up_to_date: OnceCell::new(),
            outage: Mutex::new(None),
        })
    }

    /// A new connection to an up-to-date database.
    pub(super) async fn connect(&self) -> Result<Arc<Connected>, NotConnected> {
        let connected = self.try_connect().await;
        match &connected {
            Ok(_) => self.back(),
            // What waiting would not mend is not waited for at the start; later it is an outage like any other.
            Err(failure) if failure.permanent && self.up_to_date.get().is_none() => {
                tracing::debug!(error = %failure.error, "the database cannot be used");
            }
            Err(failure) => self.away(&failure.error),
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

    fn away(&self, error: &StoreError) {
        let now = Instant::now();
        let mut outage = self.outage.lock();
        match outage.as_mut() {
            None => {
                *outage = Some(Outage { since: now, mentioned: now });
                tracing::warn!(%error, "the database cannot be reached; waiting for it");
            }
            Some(outage) if now - outage.mentioned >= REMIND => {
                outage.mentioned = now;
                tracing::warn!(%error, seconds = (now - outage.since).as_secs(), "the database still cannot be reached");
            }
            Some(_) => {}
        }
    }

    fn back(&self) {
        if let Some(outage) = self.outage.lock().take() {
            tracing::info!(seconds = outage.since.elapsed().as_secs(), "the database can be reached again");
        }
    }
}

fn too_slow() -> NotConnected {
    NotConnected { error: StoreError::Unavailable("the database does not answer".to_owned()), permanent: false }
}
