//! One line and one measurement per request.
//!
//! Written is what an operator needs to find a request again and nothing a client keeps to itself: no header, no
//! body, and no query string (veloconnect's URL binding carries `Password=` there).

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::HttpBody as _;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use uuid::Uuid;

use crate::listener::{ClientAddr, panics};
use crate::metrics::Metrics;

/// The target of the request lines, for filtering.
pub const TARGET: &str = "ordergate::request";

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const REQUEST_ID_BYTES_MAX: usize = 64;
const PATH_BYTES_MAX: usize = 200;

/// What a request turned out to be: an extension a handler puts on its response. All three are names from a
/// fixed set, since they become labels of a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Outcome {
    /// `oseo`, `veloconnect`, ...
    pub protocol: &'static str,
    /// The protocol's own name of the operation.
    pub operation: &'static str,
    /// `ok` or the kind of refusal.
    pub result: &'static str,
}

/// Identifies a request in the log, in `x-request-id` of its response and, as an extension, to its handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The client's own, if it sent one of 1 to 64 visible ASCII characters; otherwise a new UUID (version 7).
    fn of(headers: &HeaderMap) -> Self {
        match headers.get(&X_REQUEST_ID) {
            Some(sent) if is_sane(sent) => Self(sent.clone()),
            _ => Self::new(),
        }
    }

    fn new() -> Self {
        let mut text = Uuid::encode_buffer();
        let text = Uuid::now_v7().hyphenated().encode_lower(&mut text);
        // A UUID's text is always a valid header value.
        Self(HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("-")))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or("-")
    }
}

fn is_sane(id: &HeaderValue) -> bool {
    (1..=REQUEST_ID_BYTES_MAX).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic)
}

/// Puts the request log around all routes of `app`: id, measurement, log line, and an answer (500) to a panic.
/// Routes added afterwards are not covered.
pub fn observe(app: Router, metrics: Metrics) -> Router {
    app.layer(middleware::from_fn_with_state(metrics, log_request))
}

async fn log_request(State(metrics): State<Metrics>, mut request: Request, next: Next) -> Response {
    let entry = Entry::new(&request, metrics);
    request.extensions_mut().insert(entry.id.clone());
    let mut response = match panics::catch(next.run(request)).await {
        Ok(response) => response,
        Err(panicked) => (axum::Extension(PANICKED), panicked).into_response(),
    };
    let id = entry.id.0.clone();
    response.headers_mut().insert(X_REQUEST_ID, id);
    let outcome = response.extensions().get::<Outcome>().copied();
    entry.answered(response.status(), outcome);
    response
}

/// What is known about a request; writes its line when dropped, so that one whose client went away has one too.
struct Entry {
    metrics: Metrics,
    started: Instant,
    id: RequestId,
    /// Only taken when a line will be written.
    line: Option<Line>,
    answer: Option<(StatusCode, Option<Outcome>)>,
}

struct Line {
    method: Method,
    uri: Uri,
    client: Option<SocketAddr>,
    request_bytes: Option<u64>,
}

const PANICKED: Outcome = plain_http("panicked");

const fn plain_http(result: &'static str) -> Outcome {
    Outcome { protocol: "http", operation: "other", result }
}

/// For answers whose handler says nothing: health, metrics, no such route.
fn by_status(status: StatusCode) -> Outcome {
    plain_http(match status.as_u16() {
        100..=399 => "ok",
        400..=499 => "client_error",
        _ => "server_error",
    })
}

impl Entry {
    fn new(request: &Request, metrics: Metrics) -> Self {
        let line = tracing::enabled!(target: TARGET, tracing::Level::INFO).then(|| Line {
            method: request.method().clone(),
            uri: request.uri().clone(),
            client: request.extensions().get().map(|ClientAddr(addr)| *addr),
            request_bytes: request.body().size_hint().exact(),
        });
        Self { metrics, started: Instant::now(), id: RequestId::of(request.headers()), line, answer: None }
    }

    fn answered(mut self, status: StatusCode, outcome: Option<Outcome>) {
        self.answer = Some((status, outcome));
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let took = self.started.elapsed();
        let (status, known) = self.answer.unzip();
        let known = known.flatten();
        let measured = known.unwrap_or_else(|| status.map_or(plain_http("abandoned"), by_status));
        self.metrics.record(measured, took);
        if let Some(line) = &self.line {
            let outcome = known.or(status.is_none().then_some(measured));
            line.write(&self.id, status, outcome, took);
        }
    }
}

impl Line {
    fn write(&self, id: &RequestId, status: Option<StatusCode>, outcome: Option<Outcome>, took: Duration) {
        tracing::info!(
            target: TARGET,
            method = self.method.as_str(),
            path = shortened(self.uri.path()),
            status = status.map(|status| status.as_u16()),
            protocol = outcome.map(|outcome| outcome.protocol),
            operation = outcome.map(|outcome| outcome.operation),
            result = outcome.map(|outcome| outcome.result),
            request_bytes = self.request_bytes,
            duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            request_id = id.as_str(),
            client = self.client.map(tracing::field::display),
            "request"
        );
    }
}

/// A path is as long as its sender likes.
fn shortened(path: &str) -> &str {
    &path[..path.floor_char_boundary(PATH_BYTES_MAX)]
}
