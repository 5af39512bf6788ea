//! The figures of one run.

use std::time::{Duration, Instant};

use super::client::Tally;

/// Bytes kept of the first body that was refused.
const FAILURE_BYTES_MAX: usize = 2048;

/// What a run measured: all answers that arrived after the warm-up.
#[derive(Debug, Clone)]
pub struct Report {
    /// Answers that arrived after the warm-up, refused ones included.
    pub requests: u64,
    /// Answers that the check refused in the whole run, warm-up included. A run with failures measured something else
    /// than was asked for.
    pub failures: u64,
    /// From the end of the warm-up to the last answer.
    pub elapsed: Duration,
    pub requests_per_second: f64,
    pub p50: Duration,
    pub p99: Duration,
    pub max: Duration,
    /// Mean length of the bodies, in bytes, without headers and chunk framing.
    pub body_bytes_mean: f64,
    pub first_failure: Option<Failure>,
    /// CPU time (user and system) of the plan's watched process during `elapsed`, in steps of 10 ms.
    pub watched_cpu: Option<Duration>,
}

impl Report {
    /// `None` when no answer arrived after the warm-up.
    pub(super) fn new(tally: Tally, measured_from: Instant, watched_cpu: Option<Duration>) -> Option<Self> {
        let elapsed = tally.last_answer?.duration_since(measured_from);
        let requests = tally.latencies.count();
        Some(Self {
            requests,
            failures: tally.failures,
            elapsed,
            // An answer in the very nanosecond in which the measured time begins must not divide by zero.
            requests_per_second: float(requests) / elapsed.as_secs_f64().max(1e-9),
            p50: tally.latencies.percentile(50),
            p99: tally.latencies.percentile(99),
            max: tally.latencies.max(),
            body_bytes_mean: float(tally.body_bytes) / float(requests),
            first_failure: tally.first_failure.map(|(_, failure)| failure),
            watched_cpu,
        })
    }

    /// CPU time of the watched process per request.
    pub fn cpu_per_request(&self) -> Option<Duration> {
        self.watched_cpu.map(|cpu| cpu.div_f64(float(self.requests.max(1))))
    }
}

/// Counts of a run are far below 2^53.
#[allow(clippy::cast_precision_loss)]
fn float(count: u64) -> f64 {
    count as f64
}

/// An answer that the check refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub client: usize,
    pub status: u16,
    /// The first 2048 bytes of the body.
    pub body: Vec<u8>,
}

impl Failure {
    pub(super) fn new(client: usize, status: u16, body: &[u8]) -> Self {
        Self { client, status, body: body[..body.len().min(FAILURE_BYTES_MAX)].to_vec() }
    }
}
