//! One connection, made anew when it is lost.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::RwLock;
use tokio::sync::Mutex;

use super::database::Database;
use super::place::{Connected, NotConnected};
use crate::StoreError;

/// After a failure the next attempt waits so long; who asks meanwhile hears of the failure at once.
const PAUSE: Duration = Duration::from_millis(250);

pub(super) struct Link {
    database: Arc<Database>,
    connected: RwLock<Option<Arc<Connected>>>,
    /// Held while connecting: one attempt for all who wait.
    last_failure: Mutex<Option<(Instant, StoreError)>>,
}

impl Link {
    pub(super) fn new(database: Arc<Database>) -> Self {
        Self { database, connected: RwLock::new(None), last_failure: Mutex::new(None) }
    }

    /// The connection, as far as is known alive.
    pub(super) async fn get(&self) -> Result<Arc<Connected>, StoreError> {
        match self.alive() {
            Some(connected) => Ok(connected),
            None => self.connect().await.map_err(|failure| failure.error),
        }
    }

    /// Connects, unless it is connected.
    pub(super) async fn connect(&self) -> Result<Arc<Connected>, NotConnected> {
        let mut last_failure = self.last_failure.lock().await;
        if let Some(connected) = self.alive() {
            return Ok(connected);
        }
        if let Some((_, error)) = last_failure.as_ref().filter(|(at, _)| at.elapsed() < PAUSE) {
            return Err(NotConnected { error: error.clone(), permanent: false });
        }
        let connected = self.database.connect().await;
        match &connected {
            Ok(connected) => {
                *last_failure = None;
                *self.connected.write() = Some(Arc::clone(connected));
            }
            Err(failure) => *last_failure = Some((Instant::now(), failure.error.clone())),
        }
        connected
    }

    /// This connection is not used any more; those who use it now may finish.
    pub(super) fn discard(&self, unwanted: &Arc<Connected>) {
        let mut connected = self.connected.write();
        if connected.as_ref().is_some_and(|present| Arc::ptr_eq(present, unwanted)) {
            *connected = None;
        }
    }

    /// The connection, if there is one, or if one is being made and comes about.
    pub(super) async fn alive_soon(&self) -> Option<Arc<Connected>> {
        if self.alive().is_none() && self.last_failure.try_lock().is_err() {
            return self.get().await.ok();
        }
        self.alive()
    }

    /// The connection, if there is one.
    pub(super) fn alive(&self) -> Option<Arc<Connected>> {
        self.connected.read().as_ref().filter(|connected| !connected.client.is_closed()).cloned()
    }
}
