//! A task that stores: what waits together goes into one transaction.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard, oneshot};
use tokio::time::{Instant, sleep, timeout_at};

use super::claim;
use super::database::Database;
use super::link::Link;
use super::place::Connected;
use super::reader::late;
use super::transaction::{Failure, run};
use super::writer::{Answer, Request, Work};
use crate::steps::{Step, Steps};
use crate::{Batch, Claim, CommitError, Job, StoreError};

/// A transaction that others were in the way of, or whose connection was lost before the commit, is tried so often.
const ATTEMPTS: u32 = 5;

/// The connections that commit, one for each hand. A transaction has one for itself.
pub(super) struct Lines(Vec<Mutex<Link>>);

/// A connection, until this is dropped.
struct Line<'l> {
    link: MutexGuard<'l, Link>,
    connected: Arc<Connected>,
}

impl Lines {
    pub(super) fn new(database: &Arc<Database>, count: usize) -> Self {
        Self((0..count.max(1)).map(|_| Mutex::new(Link::new(Arc::clone(database)))).collect())
    }

    /// One that is there and free; or else one that is made; or else, as the database may have fewer to give than are
    /// wanted, the next that becomes free.
    async fn take(&self) -> Result<Line<'_>, StoreError> {
        if let Some(line) = self.free().find_map(Line::of) {
            return Ok(line);
        }
        let mut failure = None;
        if let Some(link) = self.free().next() {
            match link.get().await {
                Ok(connected) => return Ok(Line { link, connected }),
                Err(error) => failure = Some(error),
            }
        }
        for link in &self.0 {
            if let Some(line) = Line::of(link.lock().await) {
                return Ok(line);
            }
        }
        Err(failure.unwrap_or_else(|| StoreError::Unavailable("there is no connection to store with".to_owned())))
    }

    fn free(&self) -> impl Iterator<Item = MutexGuard<'_, Link>> {
        self.0.iter().filter_map(|link| link.try_lock().ok())
    }
}

impl<'l> Line<'l> {
    fn of(link: MutexGuard<'l, Link>) -> Option<Self> {
        let connected = link.alive()?;
        Some(Self { link, connected })
    }

    fn discard(&self) {
        self.link.discard(&self.connected);
    }
}

/// A batch that waits, until when, and its caller.
type Waiting = (Batch, Instant, oneshot::Sender<Answer>);

pub(super) struct Hand {
    database: Arc<Database>,
    lines: Arc<Lines>,
    /// What is left of its time when work is begun, at least.
    enough: Duration,
}

impl Hand {
    pub(super) fn new(database: Arc<Database>, lines: Arc<Lines>, patience: Duration) -> Self {
        Self { database, lines, enough: patience / 4 }
    }

    /// Answers each request before its deadline. Work that has waited for most of its time is not begun: it would end
    /// what it shares a transaction with.
    pub(super) async fn serve_group(&self, group: impl Iterator<Item = Request>) {
        let latest = Instant::now() + self.enough;
        let (mut batches, mut claims): (Vec<Waiting>, Vec<_>) = (Vec::new(), Vec::new());
        for Request { work, deadline, caller } in group.filter(|request| !request.caller.is_closed()) {
            match work {
                _ if deadline < latest => self.refuse(caller),
                Work::Batch(batch) => batches.push((batch, deadline, caller)),
                Work::Claim(wish) => claims.push((wish, deadline, caller)),
            }
        }
        self.store(batches).await;
        for (wish, deadline, caller) in claims {
            drop(caller.send(self.claim(&wish, deadline).await));
        }
    }

    fn refuse(&self, caller: oneshot::Sender<Answer>) {
        let error = late();
        self.database.unwritten.note(Some(&error));
        drop(caller.send(Err(error.into())));
    }

    /// All in one transaction; if that is refused, each in one of its own, to see which ones it was.
    async fn store(&self, waiting: Vec<Waiting>) {
        let Some(deadline) = waiting.iter().map(|(_, deadline, _)| *deadline).min() else { return };
        let together: Vec<&Batch> = waiting.iter().map(|(batch, ..)| batch).collect();
        match self.store_together(&together, deadline).await {
            Err(NotStored::Refused(_)) if waiting.len() > 1 => {
                for (batch, deadline, caller) in waiting {
                    drop(caller.send(answer(self.store_together(&[&batch], deadline).await)));
                }
            }
            stored => {
                let stored = answer(stored);
                for (.., caller) in waiting {
                    drop(caller.send(stored.clone()));
                }
            }
        }
    }

    async fn store_together(&self, batches: &[&Batch], deadline: Instant) -> Result<(), NotStored> {
        let steps = batches.iter().map(|batch| Steps::of(&batch.writes)).collect::<Result<Vec<_>, _>>();
        let steps = steps.map_err(NotStored::Refused)?;
        let steps: Vec<&Step<'_>> = steps.iter().flat_map(|steps| &steps.0).collect();
        self.insist(&steps, deadline).await.map(drop)
    }

    async fn claim(&self, wish: &Claim, deadline: Instant) -> Answer {
        let due = self.look(wish, deadline).await?;
        let leases: Vec<Step<'_>> = due.iter().map(|job| claim::lease(wish, job)).collect();
        let ours = self.insist(&leases.iter().collect::<Vec<_>>(), deadline).await?;
        Ok(claim::claimed(wish, due, &ours))
    }

    async fn look(&self, wish: &Claim, deadline: Instant) -> Result<Vec<Job>, StoreError> {
        let line = timeout_at(deadline, self.lines.take()).await.unwrap_or_else(|_| Err(late()))?;
        let due = timeout_at(deadline, claim::due(&line.connected, wish)).await.unwrap_or_else(|_| {
            line.discard();
            Err(late())
        });
        self.database.unread.note(due.as_ref().err());
        due
    }

    /// Runs a transaction until it is stored or refused, or the deadline passes.
    async fn insist(&self, steps: &[&Step<'_>], deadline: Instant) -> Result<Vec<u64>, NotStored> {
        let mut attempt = 1;
        loop {
            let line = timeout_at(deadline, self.lines.take()).await.unwrap_or_else(|_| Err(late()));
            let line = line.map_err(NotStored::Failed)?;
            let failure = match run(&line.connected, steps, deadline).await {
                Ok(changed) => {
                    self.note_stored(steps);
                    return Ok(changed);
                }
                Err(failure) => failure,
            };
            if matches!(failure, Failure::Lost(_) | Failure::Late(_) | Failure::Unknown(_)) {
                line.discard();
            }
            drop(line);
            self.note(&failure);
            match failure {
                Failure::Refused(error) => return Err(NotStored::Refused(error)),
                Failure::NotNow(error) | Failure::Late(error) => return Err(NotStored::Failed(error)),
                Failure::Unknown(_) => return Err(NotStored::Failed(unknown())),
                Failure::Lost(error) | Failure::Again(error) if attempt == ATTEMPTS => return Err(NotStored::Failed(error)),
                Failure::Lost(_) => {}
                Failure::Again(_) => sleep(Duration::from_millis(u64::from(attempt * attempt * 5))).await,
            }
            attempt += 1;
        }
    }

    /// That nothing could be stored says nothing of whether there is room.
    fn note_stored(&self, steps: &[&Step<'_>]) {
        if !steps.is_empty() {
            self.database.unwritten.note(None);
        }
    }

    fn note(&self, failure: &Failure) {
        match failure {
            Failure::NotNow(error) | Failure::Late(error) => self.database.unwritten.note(Some(error)),
            Failure::Unknown(error) => tracing::error!(%error, "whether something was stored is not known"),
            Failure::Refused(_) | Failure::Again(_) | Failure::Lost(_) => {}
        }
    }
}

/// Why a transaction was not stored.
enum NotStored {
    /// Because of something in it.
    Refused(CommitError),
    /// Whatever was in it.
    Failed(StoreError),
}

impl From<NotStored> for CommitError {
    fn from(not_stored: NotStored) -> Self {
        match not_stored {
            NotStored::Refused(error) => error,
            NotStored::Failed(error) => Self::Store(error),
        }
    }
}

fn answer(stored: Result<(), NotStored>) -> Answer {
    stored.map(|()| Vec::new()).map_err(CommitError::from)
}

/// Whoever hears this may ask again: what has an identity of its own (a MessageID, a revision) is stored once.
pub(super) fn unknown() -> StoreError {
    StoreError::Unavailable("the database did not say whether it was stored".to_owned())
}
