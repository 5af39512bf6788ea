//! Takes documents from the folder into which the seller's system drops them.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ordergate_door::Wake;
use ordergate_store::StoreError;
use ordergate_veloconnect::ErpOptions;
use ordergate_veloconnect::receipts::batch::Report;
use ordergate_veloconnect::receipts::intake::Intake;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{sleep, timeout};

use super::drawers::{Content, Drawers, End, LastLook};

/// How long [`InboxHandle::stop`] waits for the file that is being taken; then the next start goes on with it.
const STOP_GRACE: Duration = Duration::from_secs(5);
/// How long to wait after a round that failed.
const PAUSE_AFTER_TROUBLE: Duration = Duration::from_secs(5);

/// The folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the folder veloconnect.erp.inbox ({path}) cannot be used: {source}")]
pub struct InboxError {
    path: PathBuf,
    source: io::Error,
}

/// The folder, and where its documents go.
pub(crate) struct Inbox {
    drawers: Drawers,
    intake: Intake,
    wake: Wake,
    poll: Duration,
    file_bytes_max: u64,
}

/// A running look-out. Dropping it stops it too, without waiting.
#[derive(Debug)]
pub(crate) struct InboxHandle {
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
}

impl InboxHandle {
    pub(crate) async fn stop(mut self) {
        let _ = self.stop.send(true);
        if timeout(STOP_GRACE, &mut self.running).await.is_err() {
            tracing::warn!("a file of documents is left in the middle; the next start goes on with it");
            self.running.abort();
        }
    }
}

/// Why a round ended early. No file is lost by it.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the server ends")]
    Ending,
}

impl Inbox {
    pub(crate) fn new(folder: &Path, options: &ErpOptions, intake: Intake, wake: Wake) -> Result<Self, InboxError> {
        let drawers = Drawers::open(folder).map_err(|source| InboxError { path: folder.to_owned(), source })?;
        let (poll, file_bytes_max) = (Duration::from_millis(options.inbox_poll_ms), options.inbox_file_bytes_max);
        Ok(Self { drawers, intake, wake, poll, file_bytes_max })
    }

    pub(crate) fn start(self) -> InboxHandle {
        let (stop, stopped) = watch::channel(false);
        InboxHandle { stop, running: tokio::spawn(self.look_out(stopped)) }
    }

    async fn look_out(self, mut stopped: watch::Receiver<bool>) {
        let mut last = LastLook::default();
        while !*stopped.borrow() {
            let (round, seen) = self.round(last, &stopped).await;
            last = seen;
            let pause = match round {
                Ok(()) => self.poll,
                Err(Trouble::Ending) => break,
                Err(Trouble::Store(error)) => {
                    error.log("documents wait in the inbox");
                    self.poll.max(PAUSE_AFTER_TROUBLE)
                }
                Err(Trouble::Io(error)) => {
                    tracing::error!(%error, "the folder of documents cannot be worked on; will try again");
                    self.poll.max(PAUSE_AFTER_TROUBLE)
                }
            };
            tokio::select! {
                _ = stopped.wait_for(|stop| *stop) => break,
                () = sleep(pause) => {}
            }
        }
    }

    async fn round(&self, mut last: LastLook, stopped: &watch::Receiver<bool>) -> (Result<(), Trouble>, LastLook) {
        let drawers = self.drawers.clone();
        let looked = spawn_blocking(move || {
            let taken = drawers.take(&mut last);
            (taken, last)
        });
        let Ok((taken, last)) = looked.await else { return (Err(Trouble::Ending), LastLook::default()) };
        let paths = match taken {
            Ok(paths) => paths,
            Err(error) => return (Err(error.into()), last),
        };
        for path in paths {
            if *stopped.borrow() {
                return (Err(Trouble::Ending), last);
            }
            if let Err(trouble) = self.take_in(path).await {
                return (Err(trouble), last);
            }
        }
        (Ok(()), last)
    }

    /// One file. What stops in the middle is done again from the start, which changes nothing of what was done.
    async fn take_in(&self, path: PathBuf) -> Result<(), Trouble> {
        let bytes_max = self.file_bytes_max;
        let read = {
            let path = path.clone();
            spawn_blocking(move || Drawers::read(&path, bytes_max)).await.map_err(|_| Trouble::Ending)??
        };
        let (end, report) = match read {
            None => return Ok(()),
            Some(Content::Unreadable(why)) => (End::Failed, json!({ "error": why })),
            Some(Content::Text(text)) => {
                let report = self.intake.take_all(&text).await?;
                (self.wake)();
                (end_of(&report), json!(report))
            }
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if end == End::Failed {
            tracing::warn!(file = name, "a file of documents was refused, all of it or a part; its report says why");
        } else {
            tracing::info!(file = name, "a file of documents was taken in");
        }
        let drawers = self.drawers.clone();
        let report = format!("{report:#}\n").into_bytes();
        spawn_blocking(move || drawers.settle(&path, end, &report)).await.map_err(|_| Trouble::Ending)??;
        Ok(())
    }
}

const fn end_of(report: &Report) -> End {
    if report.refused == 0 { End::Done } else { End::Failed }
}
