//! Commits. Each of a few tasks takes what waits and stores it in one transaction, so that many callers
//! share its round trips and its flush.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use super::PostgresOptions;
use super::database::Database;
use super::hand::{Hand, Lines, unknown};
use crate::{Batch, Claim, CommitError, Job, StoreError};

/// So many callers may wait without being made to wait for a place to wait in.
const WAITING_MAX: usize = 1_024;
/// At most so many of them share a transaction.
const GROUP_MAX: usize = 64;

/// What can be asked of a writer.
pub(super) enum Work {
    Batch(Batch),
    Claim(Claim),
}

/// The jobs that were claimed; none where none were asked for.
pub(super) type Answer = Result<Vec<Job>, CommitError>;

pub(super) struct Request {
    pub(super) work: Work,
    /// Until then there must be an answer.
    pub(super) deadline: Instant,
    pub(super) caller: oneshot::Sender<Answer>,
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
        let lines = Arc::new(Lines::new(database, options.writers));
        let tasks = (0..options.writers.max(1)).map(|_| {
            let hand = Hand::new(Arc::clone(database), Arc::clone(&lines), options.request_timeout);
            tokio::spawn(serve(hand, Arc::clone(&queue)))
        });
        Self { requests: Mutex::new(Some(requests)), tasks: Mutex::new(tasks.collect()), patience: options.request_timeout }
    }

    /// Returns when the work is durable, or was not done.
    pub(super) async fn run(&self, work: Work) -> Answer {
        let requests = self.requests.lock().clone().ok_or(StoreError::Closed)?;
        let (caller, answer) = oneshot::channel();
        // The hands are given a little less, so that their answers are heard.
        let (began, patience) = (Instant::now(), self.patience);
        let deadline = began + patience * 9 / 10;
        let done = async move {
            requests.send(Request { work, deadline, caller }).await.map_err(|_| StoreError::Closed)?;
            drop(requests);
            answer.await.map_err(|_| StoreError::Failed("an internal fault ended the write".to_owned()))?
        };
        timeout_at(began + patience, done).await.unwrap_or_else(|_| Err(unknown().into()))
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
