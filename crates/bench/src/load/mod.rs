//! A closed-loop load driver: every client keeps one connection and one outstanding request.
//!
//! The driver usually shares its cores with the server it measures, so it is sparing: it copies rendered bytes into a
//! socket, finds the end of the answer and adds one to a bucket. A request that fits the socket costs one send and one
//! receive, and no allocation.

mod client;
mod histogram;
mod report;
mod requests;
mod response;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep_until, timeout};

use client::{Client, Run, Tally};

pub use report::{Failure, Report};
pub use requests::{Cycle, Fixed, Requests, get, post, post_into};
pub use response::ResponseError;

/// How long a client waits for a connection, and for each answer, unless the plan says otherwise.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Says of a status and a body whether they are the answer that was expected.
pub type Check = fn(status: u16, body: &[u8]) -> bool;

/// What to drive, how hard and for how long.
#[derive(Debug, Clone)]
pub struct Plan {
    pub addr: SocketAddr,
    /// Connections, each with one outstanding request.
    pub clients: usize,
    /// Time during which requests are sent and checked but not measured.
    pub warmup: Duration,
    /// Measured time. Requests outstanding at its end are waited for and counted.
    pub duration: Duration,
    /// Ends the run after this many requests of all clients together, those of the warm-up included.
    pub requests_max: Option<u64>,
    pub request_timeout: Duration,
    /// The process whose CPU time is taken over the measured time: the server's, when it is not this one.
    pub watched_pid: Option<u32>,
}

impl Plan {
    /// A plan with [`REQUEST_TIMEOUT`], without a bound on requests and without a watched process.
    pub fn new(addr: SocketAddr, clients: usize, warmup: Duration, duration: Duration) -> Self {
        Self { addr, clients, warmup, duration, requests_max: None, request_timeout: REQUEST_TIMEOUT, watched_pid: None }
    }
}

/// Why a run gave no figures.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("the plan has no clients")]
    NoClients,
    #[error("the plan's times are too long")]
    TooLong,
    #[error("client {client}: {cause}")]
    Client { client: usize, cause: ClientError },
    #[error("a client stopped unexpectedly: {0}")]
    Stopped(tokio::task::JoinError),
    #[error("cannot read the CPU time of process {pid}: {cause}")]
    CpuTime { pid: u32, cause: io::Error },
    #[error("no request was answered after the warm-up")]
    NothingMeasured,
}

/// What went wrong on one client's connection.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error("cannot connect: {0}")]
    Connect(io::Error),
    #[error("cannot send: {0}")]
    Write(io::Error),
    #[error("cannot receive: {0}")]
    Read(io::Error),
    #[error("connection closed after {received_bytes} bytes of the response")]
    Closed { received_bytes: usize },
    #[error("the server does not keep the connection after its answer with status {status}")]
    NotKeptAlive { status: u16 },
    #[error(transparent)]
    Response(#[from] ResponseError),
    #[error("no answer within {} s", .0.as_secs_f64())]
    TimedOut(Duration),
    #[error("the source of requests gave none")]
    NoRequest,
}

/// Runs `plan`: connects all clients, then lets each send the next of `requests` as soon as its last was answered.
///
/// Every answer, those of the warm-up included, is put to `check`; one it refuses is counted and the run goes on. A
/// connection that breaks, stalls or answers something else than HTTP/1.1 ends the run with an error.
pub async fn drive(plan: &Plan, requests: Arc<dyn Requests>, check: Check) -> Result<Report, LoadError> {
    if plan.clients == 0 {
        return Err(LoadError::NoClients);
    }
    let streams = connect(plan).await?;
    let run = Arc::new(Run::new(plan, requests, check)?);
    let mut working = JoinSet::new();
    for (number, stream) in streams.into_iter().enumerate() {
        let client = Client::new(Arc::clone(&run), number, stream);
        working.spawn(async move { client.work().await.map_err(|cause| LoadError::Client { client: number, cause }) });
    }
    let (tally, cpu) = watch(plan, &run, working).await?;
    Report::new(tally, run.measured_from, cpu).ok_or(LoadError::NothingMeasured)
}

/// All connections stand before the clock starts, so that no client's requests include another's handshake.
async fn connect(plan: &Plan) -> Result<Vec<TcpStream>, LoadError> {
    let mut streams = Vec::with_capacity(plan.clients);
    for client in 0..plan.clients {
        let stream = connect_one(plan).await.map_err(|cause| LoadError::Client { client, cause })?;
        streams.push(stream);
    }
    Ok(streams)
}

async fn connect_one(plan: &Plan) -> Result<TcpStream, ClientError> {
    let connected = timeout(plan.request_timeout, TcpStream::connect(plan.addr)).await;
    let stream = connected.map_err(|_| ClientError::TimedOut(plan.request_timeout))?.map_err(ClientError::Connect)?;
    stream.set_nodelay(true).map_err(ClientError::Connect)?;
    Ok(stream)
}

type Working = JoinSet<Result<Tally, LoadError>>;

/// Waits for all clients; the first error ends the others, because dropping the set aborts them.
async fn watch(plan: &Plan, run: &Run, mut working: Working) -> Result<(Tally, Option<Duration>), LoadError> {
    let mut all = Tally::new();
    let mut looks = interval((plan.request_timeout / 20).clamp(Duration::from_millis(1), Duration::from_millis(250)));
    let warm = Instant::from_std(run.measured_from);
    // Without a warm-up the measured time has begun already.
    let mut cpu_before = if plan.warmup.is_zero() { Some(watched_cpu(plan)?) } else { None };
    loop {
        tokio::select! {
            biased;
            () = sleep_until(warm), if cpu_before.is_none() => cpu_before = Some(watched_cpu(plan)?),
            joined = working.join_next() => match joined {
                None => break,
                Some(joined) => all.merge(joined.map_err(LoadError::Stopped)??),
            },
            _ = looks.tick() => if let Some(client) = run.stalled(plan.request_timeout) {
                return Err(LoadError::Client { client, cause: ClientError::TimedOut(plan.request_timeout) });
            },
        }
    }
    let before = cpu_before.flatten();
    Ok((all, watched_cpu(plan)?.zip(before).map(|(after, before)| after.saturating_sub(before))))
}

fn watched_cpu(plan: &Plan) -> Result<Option<Duration>, LoadError> {
    let read = |pid| crate::cpu::cpu_time(pid).map_err(|cause| LoadError::CpuTime { pid, cause });
    plan.watched_pid.map(read).transpose()
}
