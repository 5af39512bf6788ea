//! Accepting connections and serving a [`Site`] on them.
//!
//! `axum::serve` waits for ever on a client that sends half a request head. This loop gives every phase of a
//! connection its limit: the head, the body, idling, taking the answer, and stopping.

mod accept;
mod activity;
mod addresses;
mod bodies;
mod connection;
pub(crate) mod panics;
mod site;
#[cfg(test)]
mod tests;
mod watched_io;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;

use self::accept::AfterError;
use self::activity::Cut;
use self::addresses::{Addresses, Entered};
use self::connection::{Ended, Server};
pub(crate) use self::site::answer_of;
pub use self::site::{AnswerBody, Arrived, ClientAddr, HttpAnswer, Site};
use crate::http_options::HttpOptions;
use crate::metrics::{ConnectionMetrics, Metrics};
use crate::shutdown::Shutdown;
use crate::tls::Tls;

/// How much of an answer may wait in the system's buffers.
#[cfg(target_os = "linux")]
const UNSENT_BYTES_MAX: u32 = 128 * 1024;

const FULL_WARNING_INTERVAL: Duration = Duration::from_secs(10);

/// Listening failed.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// The address as configured.
        address: String,
        /// What the operating system says.
        source: io::Error,
    },
    /// The listening socket stopped working.
    #[error("cannot accept connections any more: {0}")]
    Accept(#[source] io::Error),
}

/// A bound socket that is ready to be served.
#[derive(Debug)]
pub struct Listener {
    tcp: TcpListener,
    options: HttpOptions,
    metrics: Option<Metrics>,
    tls: Option<Tls>,
}

impl Listener {
    /// Binds `options.listen`. Must be called inside a tokio runtime.
    pub async fn bind(options: &HttpOptions) -> Result<Self, ListenError> {
        match TcpListener::bind(&options.listen).await {
            Ok(tcp) => Ok(Self::new(tcp, options)),
            Err(source) => Err(ListenError::Bind { address: options.listen.clone(), source }),
        }
    }

    /// Takes a socket bound elsewhere (socket activation, tests).
    pub fn new(tcp: TcpListener, options: &HttpOptions) -> Self {
        Self { tcp, options: options.clone(), metrics: None, tls: None }
    }

    /// Reports connections to `metrics`, and keeps its histograms small while this listener runs.
    #[must_use]
    pub fn with_metrics(mut self, metrics: &Metrics) -> Self {
        self.metrics = Some(metrics.clone());
        self
    }

    /// Encrypts connections.
    #[must_use]
    pub fn with_tls(mut self, tls: Option<Tls>) -> Self {
        self.tls = tls;
        self
    }

    /// The address really bound, with the port the system chose for port 0.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// Serves until `shutdown` is triggered and the requests then under way are done, or their time is up.
    pub async fn serve<S: Site>(self, site: S, shutdown: Shutdown) -> Result<(), ListenError> {
        let Self { tcp, options, metrics, tls } = self;
        let mut open = OpenConnections::new(site, &options, metrics.as_ref(), tls);
        let accepted = tokio::select! {
            biased;
            () = drained(&shutdown, options.drain_seconds.duration()) => Ok(()),
            Err(error) = open.accept_from(&tcp) => Err(error),
            never = upkeep(metrics.as_ref()) => match never {},
        };
        // From here on the system refuses new connections.
        drop(tcp);
        open.close(options.shutdown_timeout_seconds.duration()).await;
        accepted
    }
}

/// Serves `site` on a bound socket, without metrics. See [`Listener`].
pub async fn serve<S: Site>(tcp: TcpListener, site: S, options: &HttpOptions, shutdown: Shutdown) -> Result<(), ListenError> {
    Listener::new(tcp, options).serve(site, shutdown).await
}

async fn drained(shutdown: &Shutdown, drain: Duration) {
    shutdown.wait().await;
    if !drain.is_zero() {
        tokio::time::sleep(drain).await;
    }
}

async fn upkeep(metrics: Option<&Metrics>) -> Infallible {
    match metrics {
        Some(metrics) => metrics.upkeep().await,
        None => std::future::pending().await,
    }
}

struct OpenConnections<S> {
    server: Arc<Server<S>>,
    places: Arc<Semaphore>,
    addresses: Addresses,
    closing: Shutdown,
    tasks: JoinSet<()>,
    metrics: ConnectionMetrics,
    warned_full: Option<Instant>,
    tls: Option<Tls>,
}

impl<S: Site> OpenConnections<S> {
    fn new(site: S, options: &HttpOptions, metrics: Option<&Metrics>, tls: Option<Tls>) -> Self {
        Self {
            server: Arc::new(Server::new(site, options)),
            places: Arc::new(Semaphore::new(options.connections_max)),
            addresses: Addresses::new(options),
            closing: Shutdown::new(),
            tasks: JoinSet::new(),
            metrics: metrics.map_or_else(ConnectionMetrics::disabled, Metrics::connections),
            warned_full: None,
            tls,
        }
    }

    /// Runs until the socket fails for good. Dropping it between two connections loses none.
    async fn accept_from(&mut self, tcp: &TcpListener) -> Result<Infallible, ListenError> {
        loop {
            let Some(place) = self.free_place().await else {
                // Nobody closes the semaphore.
                return Err(ListenError::Accept(io::ErrorKind::Other.into()));
            };
            let (stream, client) = self.accept(tcp).await?;
            let Some(entered) = self.addresses.enter(client.ip()) else {
                self.metrics.refused.increment(1);
                tracing::debug!(%client, "connection refused: its address has too many");
                continue;
            };
            self.spawn(stream, client, (place, entered));
        }
    }

    async fn free_place(&mut self) -> Option<OwnedSemaphorePermit> {
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return Some(place);
        }
        self.metrics.full.increment(1);
        self.warn_full();
        Arc::clone(&self.places).acquire_owned().await.ok()
    }

    /// Not for every client of a busy hour.
    fn warn_full(&mut self) {
        let now = Instant::now();
        if self.warned_full.is_none_or(|last| now - last > FULL_WARNING_INTERVAL) {
            self.warned_full = Some(now);
            tracing::warn!("connection limit reached, further clients wait");
        }
    }

    async fn accept(&self, tcp: &TcpListener) -> Result<(TcpStream, SocketAddr), ListenError> {
        let mut failures = 0_u32;
        loop {
            let error = match tcp.accept().await {
                Ok(accepted) => return Ok(accepted),
                Err(error) => error,
            };
            self.metrics.accept_errors.increment(1);
            match accept::after(&error, failures) {
                AfterError::Next => tracing::debug!(%error, "connection lost before it was accepted"),
                AfterError::Pause(pause) => {
                    tracing::error!(%error, "cannot accept connections, trying again");
                    tokio::time::sleep(pause).await;
                }
                AfterError::GiveUp => return Err(ListenError::Accept(error)),
            }
            failures = failures.saturating_add(1);
        }
    }

    /// `held` is what the connection gives back at its end.
    fn spawn(&mut self, stream: TcpStream, client: SocketAddr, held: (OwnedSemaphorePermit, Entered)) {
        self.reap();
        // Answers are written whole; waiting to fill packets only delays them. A failure shows on first use.
        let _ = stream.set_nodelay(true);
        limit_unsent(&stream);
        let server = Arc::clone(&self.server);
        let closing = self.closing.clone();
        let metrics = self.metrics.clone();
        let tls = self.tls.as_ref().map(Tls::acceptor);
        self.tasks.spawn(async move {
            let _held = held;
            let _open = metrics.opened();
            let ended = match tls {
                None => server.serve(stream, client, closing).await,
                // Boxed, so that connections without TLS are no larger.
                Some(tls) => Box::pin(server.serve_encrypted(&tls, stream, client, closing)).await,
            };
            report(&ended, client, &metrics);
        });
    }

    fn reap(&mut self) {
        while let Some(ended) = self.tasks.try_join_next() {
            note_panic(ended);
        }
    }

    async fn close(mut self, at_most: Duration) {
        self.closing.trigger();
        let finished = tokio::time::timeout(at_most, async {
            while let Some(ended) = self.tasks.join_next().await {
                note_panic(ended);
            }
        })
        .await;
        if finished.is_err() {
            tracing::warn!(connections = self.tasks.len(), "requests did not finish in time, their connections are dropped");
            self.tasks.shutdown().await;
        }
    }
}

/// The system would otherwise take megabytes of an answer at once and no more for long: a client that takes it slowly but
/// steadily would look idle. What is sent but not acknowledged does not count, so that nothing gets slower by it.
#[cfg(target_os = "linux")]
fn limit_unsent(stream: &TcpStream) {
    // A failure leaves it as the system has it.
    let _ = socket2::SockRef::from(stream).set_tcp_notsent_lowat(UNSENT_BYTES_MAX);
}

#[cfg(not(target_os = "linux"))]
const fn limit_unsent(_: &TcpStream) {}

fn note_panic(ended: Result<(), JoinError>) {
    if ended.is_err_and(|error| error.is_panic()) {
        tracing::error!("a connection ended in a panic");
    }
}

fn report(ended: &Ended, client: SocketAddr, metrics: &ConnectionMetrics) {
    match ended {
        Ended::Closed => {}
        Ended::Cut(Cut::Header) => {
            metrics.cut_header.increment(1);
            tracing::debug!(%client, "connection cut: no request head in time");
        }
        Ended::Cut(Cut::Idle) => {
            metrics.cut_idle.increment(1);
            tracing::debug!(%client, "connection closed: idle");
        }
        Ended::Unencrypted(error) => {
            metrics.handshakes_failed.increment(1);
            tracing::debug!(%client, %error, "TLS was not agreed upon");
        }
        Ended::Failed(error) => tracing::debug!(%client, %error, "connection failed"),
    }
}
