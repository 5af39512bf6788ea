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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::convert::Infallible;
    use std::future::poll_fn;

    use super::*;

    /// One part, and nothing more for ever.
    struct Stuck(Option<Bytes>);

    impl HttpBody for Stuck {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            self.0.take().map_or(Poll::Pending, |part| Poll::Ready(Some(Ok(Frame::data(part)))))
        }
    }

    /// Whether a body is given up whose second part does not come, when its time was over before the first one.
    async fn is_given_up(each: Option<Duration>) -> bool {
        let now = Instant::now();
        let mut body = TimedBody::new(Stuck(Some(Bytes::from_static(b"part"))), now, each, Activity::new(now));
        assert!(poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await.unwrap().is_ok());
        poll_fn(|cx| match Pin::new(&mut body).poll_frame(cx) {
            Poll::Ready(Some(Err(error))) => Poll::Ready(error.is::<BodyTimedOut>()),
            // An alarm that is due rings when the runtime has had its turn.
            Poll::Pending if each.is_none() => Poll::Pending,
            _ => Poll::Ready(false),
        })
        .await
    }

    #[tokio::test]
    async fn each_part_of_a_long_body_has_its_own_time() {
        assert!(is_given_up(None).await);
        assert!(!is_given_up(Some(Duration::from_mins(1))).await);
    }
}
