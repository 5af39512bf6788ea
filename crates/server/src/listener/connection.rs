//! One connection from its first byte to its last.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::{HeaderValue, Request, Response, Version, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until, timeout};
use tokio_rustls::TlsAcceptor;

use super::activity::{Activity, Cut, Limits, Protocol};
use super::bodies::{ResponseBody, TimedBody};
use super::panics;
use super::site::{Arrived, Site, answer_of};
use super::watched_io::WatchedIo;
use crate::http_options::HttpOptions;
use crate::shutdown::Shutdown;

/// While HTTP/2 requests are open: how often to ask whether the client is still there.
const HTTP2_PING_INTERVAL: Duration = Duration::from_secs(20);

/// What all connections of a listener share.
pub(super) struct Server<S> {
    site: Arc<S>,
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
    /// Before anything was said: the client and we have no TLS in common, or it is not TLS that it speaks.
    Unencrypted(io::Error),
    /// By what came over it: not HTTP, a reset, a broken write.
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

impl<S: Site> Server<S> {
    pub(super) fn new(site: S, options: &HttpOptions) -> Self {
        Self {
            site: Arc::new(site),
            protocol: protocol(options),
            limits: Limits {
                header: options.header_timeout_seconds.duration(),
                body: options.body_timeout_seconds.duration(),
                idle: options.idle_timeout_seconds.duration(),
            },
        }
    }

    /// Agrees upon TLS first, which must take no longer than a request's head.
    pub(super) async fn serve_encrypted(
        &self,
        tls: &TlsAcceptor,
        stream: TcpStream,
        client: SocketAddr,
        closing: Shutdown,
    ) -> Ended {
        let agreed = tokio::select! {
            biased;
            agreed = timeout(self.limits.header, tls.accept(stream)) => agreed,
            () = closing.wait() => return Ended::Closed,
        };
        match agreed {
            Ok(Ok(stream)) => self.serve(stream, client, closing).await,
            Ok(Err(error)) => Ended::Unencrypted(error),
            Err(_) => Ended::Cut(Cut::Header),
        }
    }

    /// Serves one connection. After `closing`, requests under way finish and the connection closes.
    pub(super) async fn serve<T>(&self, stream: T, client: SocketAddr, closing: Shutdown) -> Ended
    where
        T: AsyncRead + AsyncWrite + Unpin + 'static,
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
        request: Request<Incoming>,
        client: SocketAddr,
        activity: &Arc<Activity>,
    ) -> impl Future<Output = Result<Response<ResponseBody>, Infallible>> + Send + use<S> {
        let protocol = if request.version() == Version::HTTP_2 { Protocol::Http2 } else { Protocol::Http1 };
        let working = activity.request_started(protocol);
        let arrived = Arrived { client, at: Instant::now() };
        let each = self.site.has_long_bodies(request.uri().path()).then_some(self.limits.body);
        let request = request.map(|body| TimedBody::new(body, arrived.at + self.limits.body, each, Arc::clone(activity)));
        let activity = Arc::clone(activity);
        let site = Arc::clone(&self.site);
        async move {
            let mut response = match panics::catch(pin!(site.answer(request, arrived))).await {
                Ok(response) => response,
                Err(panicked) => answer_of(panicked),
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
        // The question waits behind what the client has still to take of an answer.
        .keep_alive_timeout(options.idle_timeout_seconds.duration())
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
