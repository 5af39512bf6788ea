//! Commits. Each of a few tasks takes what waits and stores it in one transaction, so that many callers
//! share its round trips and its flush.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::PostgresOptions;
use super::claim;
use super::database::Database;
use super::link::Link;
use super::transaction::{Failure, run};
use crate::steps::{Step, Steps};
use crate::{Batch, Claim, CommitError, Job, StoreError};

/// So many callers may wait without being made to wait for a place to wait in.
const WAITING_MAX: usize = 1_024;
/// At most so many of them share a transaction.
const GROUP_MAX: usize = 64;
/// A transaction that others were in the way of, or whose connection was lost before the commit, is tried so often.
const ATTEMPTS: u32 = 5;

/// What can be asked of a writer.
pub(super) enum Work {
    Batch(Batch),
    Claim(Claim),
}

/// The jobs that were claimed; none where none were asked for.
pub(super) type Answer = Result<Vec<Job>, CommitError>;

struct Request {
    work: Work,
    caller: oneshot::Sender<Answer>,
}

type Queue = Arc<tokio::sync::Mutex<mpsc::Receiver<Request>>>;

/// The way to the tasks that write.
pub(super) struct Writer {
    /// `None` once closed. The tasks end when all senders are gone.
    requests: Mutex<Option<mpsc::Sender<Request>>>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    patience: Duration,
}

impl Writer {
    pub(super) fn start(database: &Arc<Database>, options: &PostgresOptions) -> Self {
        let (requests, received) = mpsc::channel(WAITING_MAX);
        let queue: Queue = Arc::new(tokio::sync::Mutex::new(received));
        let tasks = (0..options.writers.max(1)).map(|_| {
            let hand = Hand { link: Link::new(Arc::clone(database)), patience: options.request_timeout };
            tokio::spawn(serve(hand, Arc::clone(&queue)))
        });
        Self { requests: Mutex::new(Some(requests)), tasks: Mutex::new(tasks.collect()), patience: options.request_timeout }
    }

    /// Returns when the work is durable, or was not done.
    pub(super) async fn run(&self, work: Work) -> Answer {
        let requests = self.requests.lock().clone().ok_or(StoreError::Closed)?;
        let (caller, answer) = oneshot::channel();
        let done = async move {
            requests.send(Request { work, caller }).await.map_err(|_| StoreError::Closed)?;
            drop(requests);
            answer.await.map_err(|_| StoreError::Unavailable("an internal fault ended the write".to_owned()))?
        };
        // The hand answers in time; this is for a queue that does not move.
        timeout(self.patience * 2, done).await.unwrap_or_else(|_| Err(unknown().into()))
    }

    /// Finishes what was handed in and ends the tasks.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        let requests = self.requests.lock().take().ok_or(StoreError::Closed)?;
        drop(requests);
        let tasks: Vec<_> = self.tasks.lock().drain(..).collect();
        for task in tasks {
            let _ = task.await;
        }
        Ok(())
    }
}

async fn serve(hand: Hand, queue: Queue) {
    let mut group = Vec::with_capacity(GROUP_MAX);
    loop {
        if queue.lock().await.recv_many(&mut group, GROUP_MAX).await == 0 {
            return;
        }
        hand.serve_group(group.drain(..)).await;
    }
}

/// A batch that waits, with its caller.
type Waiting = (Batch, oneshot::Sender<Answer>);

/// One connection that writes.
struct Hand {
    link: Link,
    patience: Duration,
}

impl Hand {
    async fn serve_group(&self, group: impl Iterator<Item = Request>) {
        let (mut batches, mut claims): (Vec<Waiting>, Vec<_>) = (Vec::new(), Vec::new());
        for Request { work, caller } in group {
            match work {
                Work::Batch(batch) => batches.push((batch, caller)),
                Work::Claim(wish) => claims.push((wish, caller)),
            }
        }
        self.store(batches).await;
        for (wish, caller) in claims {
            drop(caller.send(self.claim(&wish).await));
        }
    }

    /// All in one transaction; if that is refused, each in one of its own, to see which ones it was.
    async fn store(&self, waiting: Vec<Waiting>) {
        let together: Vec<&Batch> = waiting.iter().map(|(batch, _)| batch).collect();
        match self.store_together(&together).await {
            Err(NotStored::Refused(_)) if waiting.len() > 1 => {
                for (batch, caller) in waiting {
                    drop(caller.send(answer(self.store_together(&[&batch]).await)));
                }
            }
            stored => {
                let stored = answer(stored);
                for (_, caller) in waiting {
                    drop(caller.send(stored.clone()));
                }
            }
        }
    }

    async fn store_together(&self, batches: &[&Batch]) -> Result<(), NotStored> {
        let steps = batches.iter().map(|batch| Steps::of(&batch.writes)).collect::<Result<Vec<_>, _>>();
        let steps = steps.map_err(NotStored::Refused)?;
        let steps: Vec<&Step<'_>> = steps.iter().flat_map(|steps| &steps.0).collect();
        self.insist(&steps).await.map(drop)
    }

    async fn claim(&self, wish: &Claim) -> Answer {
        let claiming = async {
            let due = claim::due(&*self.link.get().await?, wish).await?;
            let leases: Vec<Step<'_>> = due.iter().map(|job| claim::lease(wish, job)).collect();
            let ours = self.insist(&leases.iter().collect::<Vec<_>>()).await?;
            Ok(claim::claimed(wish, due, &ours))
        };
        timeout(self.patience, claiming).await.unwrap_or_else(|_| Err(unknown().into()))
    }

    /// Runs a transaction until it is stored or refused.
    async fn insist(&self, steps: &[&Step<'_>]) -> Result<Vec<u64>, NotStored> {
        let mut attempt = 1;
        loop {
            let connected = self.link.get().await.map_err(NotStored::Failed)?;
            let failure = match timeout(self.patience, run(&connected, steps)).await {
                Ok(Ok(changed)) => return Ok(changed),
                Ok(Err(failure)) => failure,
                Err(_) => Failure::Unknown(unknown()),
            };
            let error = match failure {
                Failure::Refused(error) => return Err(NotStored::Refused(error)),
                Failure::Unknown(error) => {
                    self.link.discard(&connected);
                    tracing::error!(%error, "whether something was stored is not known");
                    return Err(NotStored::Failed(unknown()));
                }
                Failure::Lost(error) => {
                    self.link.discard(&connected);
                    error
                }
                Failure::Again(error) => {
                    sleep(Duration::from_millis(u64::from(attempt * attempt * 5))).await;
                    error
                }
            };
            if attempt == ATTEMPTS {
                return Err(NotStored::Failed(error));
            }
            attempt += 1;
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
fn unknown() -> StoreError {
    StoreError::Unavailable("the database did not say whether it was stored".to_owned())
}
