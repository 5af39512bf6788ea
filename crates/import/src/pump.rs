//! Files are read and their rows checked on a thread of their own, a little ahead of whoever takes them.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;

use crate::problem::Problem;
use crate::table::{Columns, Format, Row, Table, Unreadable};

/// Rows that are handed over, and stored, at once: no commit is held up by more.
pub(crate) const CHUNK: usize = 500;
/// Fewer are, if they are long: this many bytes as they stand in the file.
const CHUNK_BYTES: usize = 32 * 1024;
/// So many chunks wait.
const AHEAD: usize = 2;

/// A file to be read.
pub struct Source {
    /// As problems name it.
    pub name: Option<String>,
    pub reader: Box<dyn Read + Send>,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A row that was read and understood, or what is wrong with it.
pub(crate) type Checked<T> = Result<T, Problem>;

/// What comes of the files.
pub(crate) enum Event<T> {
    /// All of one file.
    Rows(Option<String>, Vec<Checked<T>>),
    /// Nothing more can be read, and not all was.
    Failed(Unreadable),
    /// All was read.
    End,
}

/// How many bytes were read so far.
#[derive(Debug, Clone, Default)]
pub struct BytesRead(Arc<AtomicU64>);

impl BytesRead {
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

struct Counting<R> {
    inner: R,
    read: BytesRead,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read.0.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Begins to read. Stops when the receiver is dropped.
pub(crate) fn rows<T: Send + 'static>(
    sources: Vec<Source>,
    format: Format,
    columns: Columns,
    read: BytesRead,
    check: impl Fn(&Row) -> Checked<T> + Send + 'static,
) -> mpsc::Receiver<Event<T>> {
    let (send, receive) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        for source in sources {
            match read_file(source, format, columns, &read, &check, &send) {
                Ok(true) => {}
                Ok(false) => return,
                Err(failure) => {
                    let _ = send.blocking_send(Event::Failed(failure));
                    return;
                }
            }
        }
        let _ = send.blocking_send(Event::End);
    });
    receive
}

/// Whether somebody still listens.
fn read_file<T>(
    source: Source,
    format: Format,
    columns: Columns,
    read: &BytesRead,
    check: &impl Fn(&Row) -> Checked<T>,
    send: &mpsc::Sender<Event<T>>,
) -> Result<bool, Unreadable> {
    let Source { name, reader } = source;
    let whole = |failure: Unreadable| match failure {
        Unreadable::Whole(problem) => Unreadable::Whole(Problem { file: name.clone(), ..problem }),
        io @ Unreadable::Io(_) => io,
    };
    let mut table = Table::open(Counting { inner: reader, read: read.clone() }, format, columns).map_err(whole)?;
    let (mut chunk, mut begins_at) = (Vec::new(), table.bytes());
    while let Some(row) = table.next()? {
        chunk.push(row.and_then(|row| check(&row)));
        if chunk.len() < CHUNK && table.bytes() - begins_at < CHUNK_BYTES {
            continue;
        }
        if send.blocking_send(Event::Rows(name.clone(), std::mem::take(&mut chunk))).is_err() {
            return Ok(false);
        }
        begins_at = table.bytes();
    }
    Ok(chunk.is_empty() || send.blocking_send(Event::Rows(name, chunk)).is_ok())
}
