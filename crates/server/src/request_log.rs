//! One line and one measurement per request.
//!
//! Written is what an operator needs to find a request again and nothing a client keeps to itself: no header, no
//! body, no query string (veloconnect's URL binding carries `Password=` there), and of a download's path not its token, which is
//! all that its file takes.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use tokio::time::Instant;
use uuid::{NoContext, Timestamp, Uuid};

use crate::download;
use crate::listener::{Arrived, HttpAnswer, answer_of, panics};
use crate::metrics::Metrics;
use crate::request_body::RequestBody;

/// The target of the request lines, for filtering.
pub const TARGET: &str = "ordergate::request";

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const REQUEST_ID_BYTES_MAX: usize = 64;
const PATH_BYTES_MAX: usize = 200;

/// What a request turned out to be. All three are names from a fixed set, since they become labels of a
/// measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Outcome {
    /// `oseo`, `veloconnect`, ...
    pub protocol: &'static str,
    /// The protocol's own name of the operation.
    pub operation: &'static str,
    /// `ok` or the kind of refusal.
    pub result: &'static str,
}

/// What a request's destination gives back.
pub(crate) struct Routed {
    pub(crate) response: HttpAnswer,
    /// `None` where the status says it all: health, metrics, no such route.
    pub(crate) outcome: Option<Outcome>,
}

/// Identifies a request in the log and in `x-request-id` of its response: the client's own id, if it sent one of
/// 1 to 64 visible ASCII characters; otherwise a new UUID (version 7).
fn request_id(headers: &HeaderMap) -> HeaderValue {
    match headers.get(&X_REQUEST_ID) {
        Some(sent) if is_sane(sent) => sent.clone(),
        _ => new_request_id(),
    }
}

/// Without a counter that all threads would have to share: the random part tells ids of one millisecond apart.
fn new_request_id() -> HeaderValue {
    let mut text = Uuid::encode_buffer();
    let text = Uuid::new_v7(Timestamp::now(NoContext)).hyphenated().encode_lower(&mut text);
    // A UUID's text is always a valid header value.
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("-"))
}

fn is_sane(id: &HeaderValue) -> bool {
    (1..=REQUEST_ID_BYTES_MAX).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic)
}

/// Puts the request log around what a request leads to: id, measurement, log line, and an answer (500) to a panic.
pub(crate) struct Observer<'m> {
    id: HeaderValue,
    entry: Entry<'m>,
}

impl<'m> Observer<'m> {
    /// The client is whom a proxy named, or the other end of the connection.
    pub(crate) fn new<B: RequestBody>(request: &Request<B>, arrived: Arrived, client: IpAddr, metrics: &'m Metrics) -> Self {
        let id = request_id(request.headers());
        let entry = Entry::new(request, &id, arrived, client, metrics);
        Self { id, entry }
    }

    /// Lets the request's work run, and gives its answer with the id. The line is written when the observer is dropped.
    pub(crate) async fn observe<F: Future<Output = Routed>>(&mut self, work: Pin<&mut F>) -> HttpAnswer {
        let Routed { mut response, outcome } = match panics::catch(work).await {
            Ok(routed) => routed,
            Err(panicked) => Routed { response: answer_of(panicked), outcome: Some(PANICKED) },
        };
        response.headers_mut().insert(X_REQUEST_ID, self.id.clone());
        self.entry.answer = Some((response.status(), outcome));
        response
    }
}

/// What is known about a request; writes its line when dropped, so that one whose client went away has one too.
struct Entry<'m> {
    metrics: &'m Metrics,
    started: Instant,
    /// Only taken when a line will be written.
    line: Option<Line>,
    answer: Option<(StatusCode, Option<Outcome>)>,
}

struct Line {
    method: Method,
    uri: Uri,
    connected: SocketAddr,
    client: IpAddr,
    request_bytes: Option<u64>,
    id: HeaderValue,
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

impl<'m> Entry<'m> {
    fn new<B: RequestBody>(
        request: &Request<B>,
        id: &HeaderValue,
        arrived: Arrived,
        client: IpAddr,
        metrics: &'m Metrics,
    ) -> Self {
        let line = tracing::enabled!(target: TARGET, tracing::Level::INFO).then(|| Line {
            method: request.method().clone(),
            uri: request.uri().clone(),
            connected: arrived.client,
            client,
            request_bytes: request.body().size_hint().exact(),
            id: id.clone(),
        });
        Self { metrics, started: arrived.at, line, answer: None }
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        let took = self.started.elapsed();
        let (status, known) = self.answer.unzip();
        let known = known.flatten();
        let measured = known.unwrap_or_else(|| status.map_or(plain_http("abandoned"), by_status));
        self.metrics.record(measured, took);
        if let Some(line) = &self.line {
            let outcome = known.or(status.is_none().then_some(measured));
            line.write(status, outcome, took);
        }
    }
}

impl Line {
    fn write(&self, status: Option<StatusCode>, outcome: Option<Outcome>, took: Duration) {
        tracing::info!(
            target: TARGET,
            method = self.method.as_str(),
            path = &*without_token(shortened(self.uri.path())),
            status = status.map(|status| status.as_u16()),
            protocol = outcome.map(|outcome| outcome.protocol),
            operation = outcome.map(|outcome| outcome.operation),
            result = outcome.map(|outcome| outcome.result),
            request_bytes = self.request_bytes,
            duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            request_id = self.id.to_str().unwrap_or("-"),
            client = %self.client(),
            "request"
        );
    }

    /// Of a proxy's client no port is known.
    fn client(&self) -> String {
        if self.client == self.connected.ip() { self.connected.to_string() } else { self.client.to_string() }
    }
}

/// What stands below the path of downloads is a credential, also where none are served, or a proxy left a path of its own in front.
fn without_token(path: &str) -> Cow<'_, str> {
    match path.find(download::PATH) {
        Some(at) => format!("{}...", &path[..at + download::PATH.len()]).into(),
        None => path.into(),
    }
}

/// A path is as long as its sender likes.
fn shortened(path: &str) -> &str {
    &path[..path.floor_char_boundary(PATH_BYTES_MAX)]
}
