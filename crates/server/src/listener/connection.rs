//! One connection from its first byte to its last.

use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Request, Version, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Sleep, sleep_until};
use tower::ServiceExt;

use super::activity::{Activity, Cut, Limits, Protocol};
use super::bodies::{RequestBody, ResponseBody};
use super::watched_io::WatchedIo;
use super::{ClientAddr, panics};
use crate::http_options::HttpOptions;
use crate::shutdown::Shutdown;

/// While HTTP/2 requests are open: how often to ask whether the client is still there, and how long to wait.
const HTTP2_PING_INTERVAL: Duration = Duration::from_secs(20);
const HTTP2_PING_TIMEOUT: Duration = Duration::from_secs(10);

/// What all connections of a listener share.
pub(super) struct Server {
    app: Router,
    protocol: auto::Builder<TokioExecutor>,
    limits: Limits,
}

/// How a connection ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// By the client, or after its last answer.
    Closed,
    /// By its watch.
    Cut(Cut),
    /// By what came over it: not HTTP, a reset, a broken write.
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

impl Server {
    pub(super) fn new(app: Router, options: &HttpOptions) -> Self {
        Self {
            app,
            protocol: protocol(options),
            limits: Limits {
                header: options.header_timeout_seconds.duration(),
                body: options.body_timeout_seconds.duration(),
                idle: options.idle_timeout_seconds.duration(),
            },
        }
    }

    /// Serves one connection. After `closing`, requests under way finish and the connection closes.
    pub(super) async fn serve<S>(&self, stream: S, client: ClientAddr, closing: Shutdown) -> Ended
    where
        S: AsyncRead + AsyncWrite + Unpin + 'static,
    {
        let opened = Instant::now();
        let activity = Activity::new(opened);
        let io = TokioIo::new(WatchedIo::new(stream, Arc::clone(&activity)));
        let service = service_fn(|request| self.answer(request, client, &activity));
        let mut connection = pin!(self.protocol.serve_connection(io, service));
        let mut watch = pin!(Watch::new(&activity, &self.limits, opened));
        let mut stop = pin!(closing.wait());
        let mut stopping = false;
        std::future::poll_fn(|cx| {
            if !stopping && stop.as_mut().poll(cx).is_ready() {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            if let Poll::Ready(result) = connection.as_mut().poll(cx) {
                return Poll::Ready(result.map_or_else(Ended::Failed, |()| Ended::Closed));
            }
            // After the connection: only now is it known what the bytes just read were.
            watch.as_mut().poll(cx).map(Ended::Cut)
        })
        .await
    }

    fn answer(
        &self,
        mut request: Request<Incoming>,
        client: ClientAddr,
        activity: &Arc<Activity>,
    ) -> impl Future<Output = Result<Response<ResponseBody>, Infallible>> + Send + use<> {
        let protocol = if request.version() == Version::HTTP_2 { Protocol::Http2 } else { Protocol::Http1 };
        let working = activity.request_started(protocol);
        let deadline = Instant::now() + self.limits.body;
        let activity = Arc::clone(activity);
        let app = self.app.clone();
        async move {
            request.extensions_mut().insert(client);
            let request = request.map(|body| RequestBody::new(body, deadline, Arc::clone(&activity)));
            let mut response = match panics::catch(app.oneshot(request)).await {
                Ok(Ok(response)) => response,
                Err(panicked) => panicked.into_response(),
            };
            if activity.request_body_unread() {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
            }
            drop(working);
            Ok(response.map(|body| ResponseBody::new(body, activity)))
        }
    }
}

fn protocol(options: &HttpOptions) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        // The watch does this, and can tell an idle connection from a slow one.
        .header_read_timeout(None)
        // The buffer holds the head whole, so this is its limit.
        .max_buf_size(options.header_bytes_max as usize)
        // A client may close its sending side and still wait for the answer.
        .half_close(true);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(HTTP2_PING_INTERVAL)
        .keep_alive_timeout(HTTP2_PING_TIMEOUT)
        .max_concurrent_streams(options.http2_streams_max)
        .max_header_list_size(options.header_bytes_max);
    builder
}

/// Completes when the connection is overdue.
struct Watch<'a> {
    activity: &'a Activity,
    limits: &'a Limits,
    alarm: Pin<Box<Sleep>>,
}

impl<'a> Watch<'a> {
    fn new(activity: &'a Activity, limits: &'a Limits, now: Instant) -> Self {
        Self { activity, limits, alarm: Box::pin(sleep_until(now + limits.header)) }
    }
}

impl Future for Watch<'_> {
    type Output = Cut;

    /// The alarm is only ever moved forward in time when it goes off, not with every request: a busy connection
    /// pays for its timer once per timeout.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Cut> {
        loop {
            let due = self.activity.due(self.limits);
            if let Some((at, _)) = due
                && at < self.alarm.deadline()
            {
                self.alarm.as_mut().reset(at);
            }
            ready!(self.alarm.as_mut().poll(cx));
            let now = Instant::now();
            let next = match due {
                Some((at, why)) if at <= now => return Poll::Ready(why),
                Some((at, _)) => at,
                // Looking again bounds how long work that ended unnoticed (HTTP/2 runs it elsewhere) stays so.
                None => now + self.limits.idle,
            };
            self.alarm.as_mut().reset(next);
        }
    }
}
