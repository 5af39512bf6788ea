//! Results that are sent as one archive, which is built while it is sent: no copy on the disk, a few pieces in memory.

mod plan;
mod write;

use std::io::{self, Write};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use hyper::body::{Body, Frame};
use ordergate_oseo::Packaging;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::plan::Entry;
use super::body::WhenSent;

pub(crate) use self::plan::PlanError;

const PIECE_BYTES: usize = 128 * 1024;
/// So many pieces wait for a client that is slower than the disk.
const PIECES_WAITING: usize = 4;

/// What an archive of this kind is called, after the name of what is in it.
pub(super) const fn extension(packaging: Packaging) -> &'static str {
    match packaging {
        Packaging::Zip => ".zip",
        Packaging::Tar => ".tar",
        Packaging::Tgz => ".tar.gz",
    }
}

/// Whether a file of this name is such an archive already.
pub(super) fn is_one(packaging: Packaging, name: &str) -> bool {
    let endings: &[&str] = match packaging {
        Packaging::Zip => &[".zip"],
        Packaging::Tar => &[".tar"],
        Packaging::Tgz => &[".tar.gz", ".tgz"],
    };
    let name = name.to_ascii_lowercase();
    endings.iter().any(|ending| name.ends_with(ending))
}

pub(super) const fn media_type(packaging: Packaging) -> &'static str {
    match packaging {
        Packaging::Zip => "application/zip",
        Packaging::Tar => "application/x-tar",
        Packaging::Tgz => "application/gzip",
    }
}

/// An archive that can be written: all that is to be in it was there.
#[derive(Debug)]
pub(super) struct Archive {
    packaging: Packaging,
    entries: Vec<Entry>,
}

/// Each archive under way has a thread, which waits for its client: more than so many are put off.
#[derive(Debug, Clone)]
pub(super) struct Places(Arc<Semaphore>);

/// The right to one thread.
pub(super) struct ArchivePlace(#[allow(dead_code)] OwnedSemaphorePermit);

impl Places {
    pub(super) fn new(count: usize) -> Self {
        Self(Arc::new(Semaphore::new(count)))
    }

    pub(super) fn take(&self) -> Option<ArchivePlace> {
        Arc::clone(&self.0).try_acquire_owned().ok().map(ArchivePlace)
    }
}

impl Archive {
    /// Of a file or folder that really lies at `path`, under the name `name`. Blocks.
    pub(super) fn plan(root: &Path, path: &Path, name: &str, packaging: Packaging) -> Result<Self, PlanError> {
        let root = root.canonicalize().map_err(|error| PlanError::Io(String::new(), error))?;
        Ok(Self { packaging, entries: plan::plan(&root, path, name)? })
    }

    /// Begins to write it, as far as the client takes it; `when_sent` is called when its last byte was handed over.
    pub(super) fn send(self, place: ArchivePlace, when_sent: WhenSent) -> io::Result<ArchiveBody> {
        let (sender, pieces) = channel(PIECES_WAITING);
        std::thread::Builder::new().name("archive".to_owned()).spawn(move || {
            let _place = place;
            let mut pipe = Pipe { sender, gathered: BytesMut::with_capacity(PIECE_BYTES) };
            let written = write::write(self.packaging, &self.entries, &mut pipe);
            pipe.end(written);
        })?;
        Ok(ArchiveBody { pieces, when_sent: Some(when_sent), is_over: false })
    }
}

enum Piece {
    Bytes(Bytes),
    Broken(io::Error),
    End,
}

/// From the thread that writes to the connection that sends.
struct Pipe {
    sender: Sender<Piece>,
    gathered: BytesMut,
}

impl Pipe {
    fn send(&self, piece: Piece) -> io::Result<()> {
        self.sender.blocking_send(piece).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    /// What was gathered goes before an error too, so that an archive that breaks off is cut within what it breaks off in.
    fn end(mut self, written: io::Result<()>) {
        let last = match written.and_then(|()| self.flush()) {
            Ok(()) => Piece::End,
            Err(error) => {
                let _ = self.flush();
                Piece::Broken(error)
            }
        };
        // The client may have gone away, which its connection tells of.
        let _ = self.send(last);
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = PIECE_BYTES - self.gathered.len();
        let taken = bytes.len().min(room);
        self.gathered.extend_from_slice(&bytes[..taken]);
        if self.gathered.len() == PIECE_BYTES {
            self.flush()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        let full = std::mem::replace(&mut self.gathered, BytesMut::with_capacity(PIECE_BYTES));
        self.send(Piece::Bytes(full.freeze()))
    }
}

/// An archive on its way, of a length that nobody knows before. Its end is only said when the archive is whole: one that
/// cannot be finished breaks the connection.
pub(super) struct ArchiveBody {
    pieces: Receiver<Piece>,
    when_sent: Option<WhenSent>,
    is_over: bool,
}

impl ArchiveBody {
    /// For the answer to a HEAD: its length is not known either.
    pub(super) fn unsent() -> Self {
        Self { pieces: channel(1).1, when_sent: None, is_over: true }
    }
}

impl Body for ArchiveBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let error = match ready!(self.pieces.poll_recv(cx)) {
            Some(Piece::Bytes(bytes)) => return Poll::Ready(Some(Ok(Frame::data(bytes)))),
            Some(Piece::End) => {
                self.is_over = true;
                if let Some(note) = self.when_sent.take() {
                    note();
                }
                return Poll::Ready(None);
            }
            Some(Piece::Broken(error)) => error,
            None => io::Error::other("the thread that wrote it has ended"),
        };
        self.is_over = true;
        tracing::error!(%error, "an archive broke off");
        Poll::Ready(Some(Err(error)))
    }
}
