//! The one thread that writes. It takes everything that waits, writes it in one transaction, and
//! answers when that is on disk: many callers share the cost of one flush.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::group::{Answer, Groups, Work, roll_back};
use super::group_size;
use super::pin::Pin;
use crate::spell::{Spell, WRITING};
use crate::{CommitError, StoreError};

/// So many callers may wait without being made to wait for a place to wait in.
const WAITING_MAX: usize = 1_024;

/// Work, and who waits for it.
pub(super) struct Request {
    work: Work,
    caller: oneshot::Sender<Answered>,
}

/// The answer, and the work that was done: whoever made it frees it, too, while the next group is being written.
pub(super) type Answered = (Answer, Work);

impl Request {
    pub(super) fn new(work: Work) -> (Self, oneshot::Receiver<Answered>) {
        let (caller, answer) = oneshot::channel();
        (Self { work, caller }, answer)
    }
}

/// The way to the writer thread.
pub(super) struct Writer {
    /// `None` once closed. The thread ends when all senders are gone.
    requests: Mutex<Option<mpsc::Sender<Request>>>,
    thread: Mutex<Option<JoinHandle<Result<(), StoreError>>>>,
    /// What writes where there is no thread.
    #[cfg(feature = "inline")]
    inline: Mutex<Option<Box<Desk>>>,
}

/// What it takes to write. The store's lock is held until the connection is closed.
struct Desk {
    connection: Connection,
    groups: Groups,
    pin: Pin,
    trouble: Spell,
    lock: Option<File>,
}

impl Writer {
    /// Without a thread: work is done on the calling one, each piece in a transaction of its own.
    #[cfg(feature = "inline")]
    pub(super) fn inline(connection: Connection, pin: Pin, lock: File) -> Self {
        let desk = Box::new(Desk::new(connection, pin, Some(lock)));
        Self { requests: Mutex::new(None), thread: Mutex::new(None), inline: Mutex::new(Some(desk)) }
    }

    #[cfg(feature = "inline")]
    fn run_inline(&self, work: Work) -> Result<oneshot::Receiver<Answered>, Work> {
        let mut desk = self.inline.lock();
        let Some(desk) = &mut *desk else { return Err(work) };
        let (request, answer) = Request::new(work);
        desk.serve(&mut vec![request]);
        Ok(answer)
    }

    /// Starts the thread. It holds the store's lock until it has closed the connection.
    pub(super) fn start(connection: Connection, pin: Pin, lock: Option<File>) -> Result<Self, StoreError> {
        let (requests, received) = mpsc::channel(WAITING_MAX);
        let desk = Desk::new(connection, pin, lock);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || serve(desk, received))
            .map_err(|e| StoreError::Open(format!("no thread to write with: {e}")))?;
        Ok(Self {
            requests: Mutex::new(Some(requests)),
            thread: Mutex::new(Some(thread)),
            #[cfg(feature = "inline")]
            inline: Mutex::new(None),
        })
    }

    /// Returns when the work is durable, or was not done. Once handed over, it is done even if the
    /// caller no longer waits.
    pub(super) async fn run(&self, work: Work) -> Answer {
        #[cfg(feature = "inline")]
        let work = match self.run_inline(work) {
            Ok(answer) => return answer.await.map_err(|_| stopped())?.0,
            Err(work) => work,
        };
        let requests = self.requests.lock().clone().ok_or(StoreError::Closed)?;
        let (request, answer) = Request::new(work);
        requests.send(request).await.map_err(|_| stopped())?;
        drop(requests);
        answer.await.map_err(|_| stopped())?.0
    }

    /// A way to hand in work that does not keep the writer from being closed.
    pub(super) fn weak(&self) -> Result<mpsc::WeakSender<Request>, StoreError> {
        self.requests.lock().as_ref().map(mpsc::Sender::downgrade).ok_or(StoreError::Closed)
    }

    /// Finishes what was handed in and ends the thread.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        #[cfg(feature = "inline")]
        if let Some(desk) = self.inline.lock().take() {
            return desk.close();
        }
        let requests = self.requests.lock().take().ok_or(StoreError::Closed)?;
        drop(requests);
        let thread = self.thread.lock().take().ok_or(StoreError::Closed)?;
        let ended = tokio::task::spawn_blocking(move || thread.join()).await;
        ended.map_err(|_| stopped())?.map_err(|_| stopped())?
    }
}

impl Drop for Writer {
    /// Whoever drops the store may open it again at once.
    fn drop(&mut self) {
        *self.requests.get_mut() = None;
        if let Some(thread) = self.thread.get_mut().take()
            && !matches!(thread.join(), Ok(Ok(())))
        {
            tracing::warn!("the store was not closed cleanly; nothing acknowledged is lost");
        }
    }
}

pub(super) fn stopped() -> StoreError {
    StoreError::Failed("its writer has stopped".to_owned())
}

/// The thread: groups of requests until nobody can make any more.
fn serve(mut desk: Desk, mut requests: mpsc::Receiver<Request>) -> Result<(), StoreError> {
    let mut group = Vec::with_capacity(group_size::MOST);
    while requests.blocking_recv_many(&mut group, desk.groups.most()) > 0 {
        desk.serve(&mut group);
    }
    desk.close()
}

impl Desk {
    fn new(connection: Connection, pin: Pin, lock: Option<File>) -> Self {
        Self { connection, groups: Groups::default(), pin, trouble: Spell::fitful(WRITING), lock }
    }

    fn serve(&mut self, group: &mut Vec<Request>) {
        self.pin.let_go();
        self.answer(group);
        self.pin.hold();
    }

    fn answer(&mut self, group: &mut Vec<Request>) {
        let (work, callers): (Vec<_>, Vec<_>) = group.drain(..).map(|r| (r.work, r.caller)).unzip();
        // A fault in one batch must not take the writer away from all others.
        let outcome = catch_unwind(AssertUnwindSafe(|| self.groups.commit(&self.connection, &work)))
            .unwrap_or_else(|_| Err(StoreError::Failed("an internal fault ended the write".to_owned())));
        match outcome {
            Ok(answers) => {
                for ((caller, answer), work) in callers.into_iter().zip(answers).zip(work) {
                    match &answer {
                        Err(CommitError::Store(error)) => self.trouble.note(Some(error)),
                        Ok(_) if work.stores() => self.trouble.note(None),
                        _ => {}
                    }
                    drop(caller.send((answer, work)));
                }
            }
            Err(error) => {
                self.trouble.note(Some(&error));
                roll_back(&self.connection);
                for (caller, work) in callers.into_iter().zip(work) {
                    drop(caller.send((Err(error.clone().into()), work)));
                }
            }
        }
    }

    fn close(self) -> Result<(), StoreError> {
        drop(self.pin);
        let closed = close(self.connection, self.lock.is_some());
        drop(self.lock);
        closed
    }
}

/// Copies the log into the database file, so that a closed store is one file. Who works beside the
/// process that serves the store leaves that to it, and waits for nobody.
fn close(connection: Connection, serves: bool) -> Result<(), StoreError> {
    if serves {
        let busy: bool = connection.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))?;
        if busy {
            tracing::debug!("another process reads the store; its log stays beside it");
        }
    }
    connection.close().map_err(|(_, error)| error.into())
}
