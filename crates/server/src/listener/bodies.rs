//! The bodies of a request and of its answer, as the connection's watch sees them.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::activity::{Activity, Working};
use super::site::AnswerBody;
use crate::request_body::BodyTimedOut;

/// A request's body that fails with [`BodyTimedOut`] when it is not complete at its deadline.
pub(super) struct TimedBody<B: HttpBody> {
    inner: B,
    deadline: Instant,
    /// For long bodies: after each part there is so much time for the next.
    each: Option<Duration>,
    /// Most bodies arrive with their head; only one that is waited for costs a timer.
    alarm: Option<Pin<Box<Sleep>>>,
    ended: bool,
    activity: Arc<Activity>,
}

impl<B: HttpBody> TimedBody<B> {
    pub(super) fn new(inner: B, deadline: Instant, each: Option<Duration>, activity: Arc<Activity>) -> Self {
        Self { inner, deadline, each, alarm: None, ended: false, activity }
    }

    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.deadline;
        self.alarm.get_or_insert_with(|| Box::pin(sleep_until(deadline))).as_mut().poll(cx)
    }
}

impl<B> HttpBody for TimedBody<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match Pin::new(&mut self.inner).poll_frame(cx) {
            Poll::Ready(frame) => {
                self.ended |= frame.is_none();
                if let Some(each) = self.each {
                    self.deadline = Instant::now() + each;
                    self.alarm = None;
                }
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending => self.poll_deadline(cx).map(|()| Some(Err(Box::new(BodyTimedOut) as BoxError))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl<B: HttpBody> Drop for TimedBody<B> {
    fn drop(&mut self) {
        if !self.ended && !self.inner.is_end_stream() {
            self.activity.request_body_left_unread();
        }
    }
}

/// An answer's body that says whether the next part is awaited from this side or has to be taken by the client.
pub(super) struct ResponseBody {
    inner: AnswerBody,
    activity: Arc<Activity>,
    awaited: Option<Working>,
}

impl ResponseBody {
    pub(super) fn new(inner: AnswerBody, activity: Arc<Activity>) -> Self {
        Self { inner, activity, awaited: None }
    }
}

impl HttpBody for ResponseBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let poll = Pin::new(&mut self.inner).poll_frame(cx);
        if poll.is_ready() {
            self.awaited = None;
            self.activity.answer_progress();
        } else if self.awaited.is_none() {
            self.awaited = Some(self.activity.work());
        }
        poll
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
