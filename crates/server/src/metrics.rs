//! What operators measure, in Prometheus' text format.
//!
//! Every [`Metrics`] owns its recorder, and this crate records through handles taken from it, never through the
//! process-wide one: two servers in one process (tests) do not mix. [`Metrics::install`] makes a recorder the
//! process-wide one as well, so that the `metrics` macros of other crates end up on the same page; the first
//! to be installed stays that, later ones work all the same.

use std::convert::Infallible;
use std::fmt;
use std::ptr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::response::{IntoResponse, Response};
use http::header;
use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use ordergate_outbox::Watch;
use ordergate_store::{Channel, NotificationState};
use parking_lot::RwLock;

use crate::rates::Limited;
use crate::request_log::Outcome;

const REQUESTS: &str = "ordergate_requests_total";
const DURATION: &str = "ordergate_request_duration_seconds";
const OPEN: &str = "ordergate_connections_open";
const FULL: &str = "ordergate_connections_full_total";
const REFUSED: &str = "ordergate_connections_refused_total";
const LIMITED: &str = "ordergate_requests_limited_total";
const CUT: &str = "ordergate_connections_cut_total";
const HANDSHAKES_FAILED: &str = "ordergate_tls_handshakes_failed_total";
const ACCEPT_ERRORS: &str = "ordergate_accept_errors_total";
const OUTBOX_WAITING: &str = "ordergate_outbox_waiting";
const OUTBOX_ATTEMPTS: &str = "ordergate_outbox_attempts_total";
const MEMORY: &str = "process_resident_memory_bytes";
const START: &str = "process_start_time_seconds";

/// Upper bounds in seconds, 100 µs to 10 s: an answer from memory is near the lower end, a password hash or a
/// slow disk in the middle, and what is beyond the upper end is a failure whatever its exact length.
const BUCKETS: [f64; 16] =
    [0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Histograms keep each value until they are drained; nobody may be asking for the page.
const UPKEEP: Duration = Duration::from_secs(5);

const METADATA: Metadata<'static> = Metadata::new("ordergate", Level::INFO, None);

/// The measurements of one server. Cloneable; clones share everything.
#[derive(Clone)]
pub struct Metrics {
    inner: Arc<Inner>,
}

struct Inner {
    recorder: Arc<PrometheusRecorder>,
    handle: PrometheusHandle,
    /// Few, and those asked for most come first.
    requests: RwLock<Vec<(Outcome, RequestSeries)>>,
    memory: Gauge,
}

struct RequestSeries {
    count: Counter,
    duration: Histogram,
}

impl RequestSeries {
    fn record(&self, took: Duration) {
        self.count.increment(1);
        self.duration.record(took.as_secs_f64());
    }
}

/// Compares where the words are kept and not the words, which is enough to find a series again: a word that the
/// program holds twice, or one registered by two threads at once, only leads to the same series by two entries.
fn is_same(a: &Outcome, b: &Outcome) -> bool {
    ptr::eq(a.operation, b.operation) && ptr::eq(a.result, b.result) && ptr::eq(a.protocol, b.protocol)
}

impl fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Measurements of their own, apart from the rest of the process.
    pub fn new() -> Self {
        let recorder = Arc::new(recorder());
        describe(&recorder);
        let start = recorder.register_gauge(&Key::from_static_name(START), &METADATA);
        start.set(seconds_since_epoch());
        let inner = Inner {
            handle: recorder.handle(),
            requests: RwLock::default(),
            memory: recorder.register_gauge(&Key::from_static_name(MEMORY), &METADATA),
            recorder,
        };
        Self { inner: Arc::new(inner) }
    }

    /// As [`Metrics::new`], and takes what other crates record through the `metrics` macros, unless an earlier
    /// one in this process already does.
    pub fn install() -> Self {
        let metrics = Self::new();
        let recorder = Arc::clone(&metrics.inner.recorder);
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::debug!("another recorder already takes this process's measurements");
        }
        metrics
    }

    /// Counts one request and how long it took until its answer began.
    pub fn record(&self, outcome: Outcome, took: Duration) {
        let known = self.inner.requests.read();
        if let Some((_, series)) = known.iter().find(|(of, _)| is_same(of, &outcome)) {
            series.record(took);
            return;
        }
        drop(known);
        let series = register(&self.inner.recorder, outcome);
        series.record(took);
        self.inner.requests.write().push((outcome, series));
    }

    /// Handles for the listener.
    pub(crate) fn connections(&self) -> ConnectionMetrics {
        let recorder = &self.inner.recorder;
        let counter = |name| recorder.register_counter(&Key::from_static_name(name), &METADATA);
        let cut = |reason| {
            let key = Key::from_parts(CUT, vec![Label::from_static_parts("reason", reason)]);
            recorder.register_counter(&key, &METADATA)
        };
        ConnectionMetrics {
            open: recorder.register_gauge(&Key::from_static_name(OPEN), &METADATA),
            full: counter(FULL),
            refused: counter(REFUSED),
            accept_errors: counter(ACCEPT_ERRORS),
            cut_header: cut("header"),
            cut_idle: cut("idle"),
            handshakes_failed: counter(HANDSHAKES_FAILED),
        }
    }

    /// Counts requests that are one too many.
    pub(crate) fn limited(&self) -> Limited {
        let by = |what| {
            let key = Key::from_parts(LIMITED, vec![Label::from_static_parts("by", what)]);
            self.inner.recorder.register_counter(&key, &METADATA)
        };
        Limited { address: by("address"), account: by("account") }
    }

    /// Counts attempts to deliver notifications.
    pub(crate) fn outbox_watch(&self) -> Watch {
        let recorder = Arc::clone(&self.inner.recorder);
        Arc::new(move |channel, state| {
            let result = match state {
                NotificationState::Delivered => "delivered",
                NotificationState::Waiting => "failed",
                NotificationState::GivenUp => "given-up",
            };
            let channel = match channel {
                Channel::Callback => "callback",
                Channel::Webhook => "webhook",
                Channel::Mail => "mail",
                Channel::Program => "program",
                Channel::Folder => "folder",
            };
            let labels = vec![Label::from_static_parts("channel", channel), Label::from_static_parts("result", result)];
            recorder.register_counter(&Key::from_parts(OUTBOX_ATTEMPTS, labels), &METADATA).increment(1);
        })
    }

    /// How many notifications wait to be delivered, by whichever node.
    pub(crate) fn set_outbox_waiting(&self, waiting: usize) {
        let gauge = self.inner.recorder.register_gauge(&Key::from_static_name(OUTBOX_WAITING), &METADATA);
        #[allow(clippy::cast_precision_loss)] // beyond 2^53 nobody counts
        gauge.set(waiting as f64);
    }

    /// The page, as text.
    pub fn render(&self) -> String {
        if let Some(bytes) = resident_bytes() {
            self.inner.memory.set(bytes);
        }
        self.inner.handle.render()
    }

    /// The page, as the answer to `GET /metrics`.
    pub fn page(&self) -> Response {
        let headers = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
        (headers, self.render()).into_response()
    }

    /// Folds recorded durations into their buckets every few seconds, for ever. A listener with these metrics
    /// does this by itself.
    pub async fn upkeep(&self) -> Infallible {
        loop {
            tokio::time::sleep(UPKEEP).await;
            self.inner.handle.run_upkeep();
        }
    }
}

fn recorder() -> PrometheusRecorder {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)
        .expect("only an empty list of buckets is refused")
        .build_recorder()
}

fn describe(recorder: &PrometheusRecorder) {
    let counters = [
        (REQUESTS, "Requests by protocol, operation and result."),
        (FULL, "How often the connection limit stopped accepting."),
        (REFUSED, "Connections closed at once, because their address has too many."),
        (LIMITED, "Requests that were one too many, by what they were counted by."),
        (CUT, "Connections cut by the server, by reason."),
        (ACCEPT_ERRORS, "Errors while accepting connections."),
        (HANDSHAKES_FAILED, "Connections on which no TLS was agreed upon."),
        (OUTBOX_ATTEMPTS, "Attempts to deliver notifications, by channel and result."),
    ];
    for (name, text) in counters {
        recorder.describe_counter(name.into(), None, text.into());
    }
    let gauges = [
        (OPEN, "Connections open now."),
        (OUTBOX_WAITING, "Notifications that wait to be delivered, on all nodes, counted every 15 seconds."),
        (MEMORY, "Resident memory of the process."),
        (START, "When the process started, in seconds since 1970."),
    ];
    for (name, text) in gauges {
        recorder.describe_gauge(name.into(), None, text.into());
    }
    let text = "Time from a request's head to the start of its answer.";
    recorder.describe_histogram(DURATION.into(), None, text.into());
}

fn register(recorder: &PrometheusRecorder, outcome: Outcome) -> RequestSeries {
    let mut labels =
        vec![Label::from_static_parts("protocol", outcome.protocol), Label::from_static_parts("operation", outcome.operation)];
    let duration = Key::from_parts(DURATION, labels.clone());
    labels.push(Label::from_static_parts("result", outcome.result));
    let count = Key::from_parts(REQUESTS, labels);
    RequestSeries {
        count: recorder.register_counter(&count, &METADATA),
        duration: recorder.register_histogram(&duration, &METADATA),
    }
}

fn seconds_since_epoch() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

/// Linux says it in kB; elsewhere there is no such line and no such gauge value.
fn resident_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024.0)
}

/// What the listener reports.
#[derive(Clone)]
pub(crate) struct ConnectionMetrics {
    open: Gauge,
    pub(crate) full: Counter,
    pub(crate) refused: Counter,
    pub(crate) accept_errors: Counter,
    pub(crate) cut_header: Counter,
    pub(crate) cut_idle: Counter,
    pub(crate) handshakes_failed: Counter,
}

impl ConnectionMetrics {
    pub(crate) fn disabled() -> Self {
        Self {
            open: Gauge::noop(),
            full: Counter::noop(),
            refused: Counter::noop(),
            accept_errors: Counter::noop(),
            cut_header: Counter::noop(),
            cut_idle: Counter::noop(),
            handshakes_failed: Counter::noop(),
        }
    }

    /// Counts a connection as open until the returned value is dropped.
    pub(crate) fn opened(&self) -> OpenConnection {
        self.open.increment(1.0);
        OpenConnection(self.open.clone())
    }
}

pub(crate) struct OpenConnection(Gauge);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DONE: Outcome = Outcome { protocol: "oseo", operation: "Submit", result: "ok" };

    #[test]
    fn the_page_holds_counts_and_buckets() {
        let metrics = Metrics::new();
        metrics.record(DONE, Duration::from_micros(300));
        metrics.record(DONE, Duration::from_millis(30));
        metrics.record(Outcome { result: "refused", ..DONE }, Duration::from_millis(1));
        let page = metrics.render();
        for line in [
            r#"ordergate_requests_total{protocol="oseo",operation="Submit",result="ok"} 2"#,
            r#"ordergate_requests_total{protocol="oseo",operation="Submit",result="refused"} 1"#,
            r#"ordergate_request_duration_seconds_bucket{protocol="oseo",operation="Submit",le="0.0005"} 1"#,
            r#"ordergate_request_duration_seconds_bucket{protocol="oseo",operation="Submit",le="+Inf"} 3"#,
            "# TYPE process_start_time_seconds gauge",
        ] {
            assert!(page.contains(line), "{line}\nnot in\n{page}");
        }
    }

    #[test]
    fn installing_twice_is_fine_and_keeps_both_apart() {
        let (first, second) = (Metrics::install(), Metrics::install());
        first.record(DONE, Duration::ZERO);
        assert!(first.render().contains("ordergate_requests_total{"));
        assert!(!second.render().contains("ordergate_requests_total{"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn memory_is_this_process() {
        assert!(resident_bytes().is_some_and(|bytes| bytes > 100_000.0));
    }
}
