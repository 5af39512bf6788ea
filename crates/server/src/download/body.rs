//! The body of a download, which notices when its last byte is on the way.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::BoxError;
use bytes::{Buf as _, Bytes};
use hyper::body::{Body, Frame, SizeHint};

/// What is done when all was handed over.
pub(super) type WhenSent = Box<dyn FnOnce() + Send>;

/// A file's part of a known length. Dropped before its end, because the client went away or the file could not be read, it
/// does nothing.
pub(super) struct FileBody<B> {
    inner: B,
    left: u64,
    when_sent: Option<WhenSent>,
}

impl<B> FileBody<B> {
    /// An empty one is sent at once.
    pub(super) fn new(inner: B, length: u64, when_sent: Option<WhenSent>) -> Self {
        let mut body = Self { inner, left: length, when_sent };
        body.take_note();
        body
    }

    fn take_note(&mut self) {
        if self.left == 0
            && let Some(note) = self.when_sent.take()
        {
            note();
        }
    }
}

impl<B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin> Body for FileBody<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        // The length was promised: only a broken connection tells the client that there is less.
        let too_short = || Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(cx)).map_or_else(too_short, |frame| frame.map_err(Into::into));
        let frame = frame.inspect_err(|error: &BoxError| tracing::error!(%error, left = self.left, "a download broke off"))?;
        let mut data = frame.into_data().unwrap_or_default();
        // A file that has grown meanwhile is sent as long as it was.
        data.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
        self.left -= data.remaining() as u64;
        self.take_note();
        Poll::Ready(Some(Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use http_body_util::{BodyExt as _, Full};

    use super::*;

    fn body(text: &'static str, length: u64) -> (FileBody<Full<Bytes>>, Arc<AtomicU32>) {
        let sent = Arc::new(AtomicU32::new(0));
        let note = Arc::clone(&sent);
        let when_sent: WhenSent = Box::new(move || {
            note.fetch_add(1, Ordering::Relaxed);
        });
        (FileBody::new(Full::from(text), length, Some(when_sent)), sent)
    }

    #[tokio::test]
    async fn what_was_promised_is_sent_and_noted_once() {
        for (text, length, whole) in [("12345", 5, "12345"), ("12345 and more", 5, "12345"), ("", 0, "")] {
            let (body, sent) = body(text, length);
            assert_eq!(body.collect().await.unwrap().to_bytes(), whole);
            assert_eq!(sent.load(Ordering::Relaxed), 1, "{text}");
        }
    }

    #[tokio::test]
    async fn what_is_not_sent_whole_is_not_noted() {
        let (never_read, sent) = body("12345", 5);
        drop(never_read);
        assert_eq!(sent.load(Ordering::Relaxed), 0);
        let (too_short, sent) = body("1234", 5);
        assert!(too_short.collect().await.is_err());
        assert_eq!(sent.load(Ordering::Relaxed), 0);
    }
}
