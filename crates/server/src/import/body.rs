//! A request's body, read by a thread while it comes in.

use std::io::{self, Read};

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::request_body::{BodyError, RequestBody, next_part};

/// Parts of the body that wait to be read: with hyper's buffers some hundred kilobytes.
const AHEAD: usize = 4;

enum Part {
    Bytes(Bytes),
    /// All came.
    End,
}

/// Reads what a [`Feeder`] is given. That nothing more comes is an end only if the feeder says so.
pub(super) struct Reader {
    parts: mpsc::Receiver<Part>,
    present: Bytes,
    ended: bool,
}

pub(super) struct Feeder {
    parts: mpsc::Sender<Part>,
    bytes_max: u64,
}

/// The two ends. A declared length above the limit is refused before anything is read.
pub(super) fn pipe<B: RequestBody>(bytes_max: u64, body: &B) -> Result<(Reader, Feeder), BodyError> {
    if body.size_hint().lower() > bytes_max {
        return Err(too_large(bytes_max));
    }
    let (send, receive) = mpsc::channel(AHEAD);
    Ok((Reader { parts: receive, present: Bytes::new(), ended: false }, Feeder { parts: send, bytes_max }))
}

fn too_large(bytes_max: u64) -> BodyError {
    BodyError::TooLarge { bytes_max: usize::try_from(bytes_max).unwrap_or(usize::MAX) }
}

impl Feeder {
    /// Hands the body over, part by part, as fast as it is read. Ends early if nobody reads it any more.
    pub(super) async fn feed<B: RequestBody>(self, body: &mut B) -> Result<(), BodyError> {
        let mut taken = 0;
        while let Some(part) = next_part(body, 0, usize::MAX).await? {
            taken += part.len() as u64;
            if taken > self.bytes_max {
                return Err(too_large(self.bytes_max));
            }
            if self.parts.send(Part::Bytes(part)).await.is_err() {
                return Ok(());
            }
        }
        let _ = self.parts.send(Part::End).await;
        Ok(())
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.present.is_empty() && !self.ended {
            match self.parts.blocking_recv() {
                Some(Part::Bytes(bytes)) => self.present = bytes,
                Some(Part::End) => self.ended = true,
                None => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the request ended before its body did")),
            }
        }
        let length = self.present.len().min(buffer.len());
        buffer[..length].copy_from_slice(&self.present.split_to(length));
        Ok(length)
    }
}
