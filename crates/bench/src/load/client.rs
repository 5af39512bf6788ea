//! One client: a connection that sends the next request as soon as the last was answered.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::histogram::Histogram;
use super::response::{Answer, ResponseReader};
use super::{Check, ClientError, Failure, LoadError, Plan, Requests};

/// Marks a client without an outstanding request.
const IDLE: u64 = u64::MAX;

/// What all clients of one run have in common.
pub(super) struct Run {
    pub(super) requests: Arc<dyn Requests>,
    pub(super) check: Check,
    pub(super) begun: Instant,
    pub(super) measured_from: Instant,
    pub(super) ends: Instant,
    /// Requests still to be sent, when their number is bounded.
    pub(super) remaining: Option<AtomicU64>,
    /// Per client, when its outstanding request was sent, in milliseconds since `begun`, or [`IDLE`]. One watcher reads
    /// these: a timer per request would cost more than the request's own bookkeeping.
    outstanding: Vec<AtomicU64>,
}

impl Run {
    pub(super) fn new(plan: &Plan, requests: Arc<dyn Requests>, check: Check) -> Result<Self, LoadError> {
        let begun = Instant::now();
        let measured_from = begun.checked_add(plan.warmup).ok_or(LoadError::TooLong)?;
        Ok(Self {
            requests,
            check,
            begun,
            measured_from,
            ends: measured_from.checked_add(plan.duration).ok_or(LoadError::TooLong)?,
            remaining: plan.requests_max.map(AtomicU64::new),
            outstanding: (0..plan.clients).map(|_| AtomicU64::new(IDLE)).collect(),
        })
    }

    /// The first client whose request has been outstanding for longer than `timeout`.
    pub(super) fn stalled(&self, timeout: Duration) -> Option<usize> {
        let now = self.millis(Instant::now());
        let late = |sent: u64| sent != IDLE && u128::from(now.saturating_sub(sent)) > timeout.as_millis();
        self.outstanding.iter().position(|sent| late(sent.load(Ordering::Relaxed)))
    }

    fn millis(&self, instant: Instant) -> u64 {
        u64::try_from(instant.duration_since(self.begun).as_millis()).unwrap_or(IDLE - 1)
    }

    fn mark(&self, client: usize, millis: u64) {
        self.outstanding[client].store(millis, Ordering::Relaxed);
    }

    /// Whether one more request may be sent at `now`.
    fn admits(&self, now: Instant) -> bool {
        let left = |remaining: &AtomicU64| {
            remaining.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
        };
        now < self.ends && self.remaining.as_ref().is_none_or(left)
    }
}

/// What one client, or all of them together, have seen.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) latencies: Histogram,
    pub(super) body_bytes: u64,
    pub(super) failures: u64,
    pub(super) first_failure: Option<(Instant, Failure)>,
    pub(super) last_answer: Option<Instant>,
}

impl Tally {
    pub(super) fn new() -> Self {
        Self { latencies: Histogram::new(), body_bytes: 0, failures: 0, first_failure: None, last_answer: None }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.latencies.merge(&other.latencies);
        self.body_bytes += other.body_bytes;
        self.failures += other.failures;
        self.last_answer = self.last_answer.max(other.last_answer);
        let both = self.first_failure.take().into_iter().chain(other.first_failure);
        self.first_failure = both.min_by_key(|(at, _)| *at);
    }
}

pub(super) struct Client {
    run: Arc<Run>,
    number: usize,
    stream: TcpStream,
    request: Vec<u8>,
    response: ResponseReader,
    tally: Tally,
}

impl Client {
    pub(super) fn new(run: Arc<Run>, number: usize, stream: TcpStream) -> Self {
        Self { run, number, stream, request: Vec::new(), response: ResponseReader::new(), tally: Tally::new() }
    }

    /// Sends requests until the run ends, and then waits for the last answer.
    pub(super) async fn work(mut self) -> Result<Tally, ClientError> {
        let (mut now, mut sent_before, mut closed_after) = (Instant::now(), 0, None);
        while self.run.admits(now) {
            if let Some(status) = closed_after {
                return Err(ClientError::NotKeptAlive { status });
            }
            self.render(sent_before)?;
            let sent = Instant::now();
            self.run.mark(self.number, self.run.millis(sent));
            let answer = self.exchange().await?;
            now = Instant::now();
            self.account(answer, sent, now);
            sent_before += 1;
            closed_after = answer.closes.then_some(answer.status);
        }
        self.run.mark(self.number, IDLE);
        Ok(self.tally)
    }

    fn render(&mut self, sent_before: u64) -> Result<(), ClientError> {
        self.request.clear();
        self.run.requests.next(self.number, sent_before, &mut self.request);
        if self.request.is_empty() { Err(ClientError::NoRequest) } else { Ok(()) }
    }

    async fn exchange(&mut self) -> Result<Answer, ClientError> {
        self.stream.write_all(&self.request).await.map_err(ClientError::Write)?;
        self.response.begin();
        loop {
            match self.stream.read_buf(self.response.room()).await {
                Ok(0) => return Err(ClientError::Closed { received_bytes: self.response.received_bytes() }),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(ClientError::Read(error)),
            }
            if let Some(answer) = self.response.advance()? {
                return Ok(answer);
            }
        }
    }

    fn account(&mut self, answer: Answer, sent: Instant, answered: Instant) {
        let body = self.response.body();
        if !(self.run.check)(answer.status, body) {
            self.tally.failures += 1;
            self.tally.first_failure.get_or_insert_with(|| (answered, Failure::new(self.number, answer.status, body)));
        }
        if answered >= self.run.measured_from {
            self.tally.latencies.record(answered.duration_since(sent));
            self.tally.body_bytes += body.len() as u64;
            self.tally.last_answer = Some(answered);
        }
    }
}
