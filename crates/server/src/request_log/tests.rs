#![allow(clippy::unwrap_used)]

use std::fmt::{self, Write};
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Builder;
use http_body_util::Full;
use parking_lot::Mutex;
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use super::*;

/// Collects every event whole: all its fields, whatever their names.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<String>>>);

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl<S: tracing::Subscriber> Layer<S> for Captured {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields(event.metadata().target().to_owned());
        event.record(&mut fields);
        self.0.lock().push(fields.0);
    }
}

impl Captured {
    fn start() -> (Self, tracing::subscriber::DefaultGuard) {
        let captured = Self::default();
        let subscriber = tracing_subscriber::registry().with(captured.clone());
        (captured, tracing::subscriber::set_default(subscriber))
    }

    fn only_line(&self) -> String {
        let lines: Vec<_> = self.0.lock().clone();
        assert_eq!(lines.len(), 1, "{lines:?}");
        lines.into_iter().next().unwrap()
    }
}

const DONE: Outcome = Outcome { protocol: "veloconnect", operation: "GetItemDetails", result: "ok" };

/// What a handler says, by path.
async fn route(request: Request<Full<Bytes>>) -> Routed {
    let (status, outcome) = match request.uri().path() {
        "/veloconnect" => (StatusCode::OK, Some(DONE)),
        "/id" => (StatusCode::OK, None),
        "/panic" => panic!("secret"),
        "/never" => std::future::pending().await,
        _ => (StatusCode::NOT_FOUND, None),
    };
    Routed { response: answer_of(status), outcome }
}

async fn send(metrics: &Metrics, request: Builder, body: &'static str) -> HttpAnswer {
    send_for("10.0.0.7", metrics, request, body).await
}

async fn send_for(client: &str, metrics: &Metrics, request: Builder, body: &'static str) -> HttpAnswer {
    let arrived = Arrived { client: "10.0.0.7:5000".parse().unwrap(), at: Instant::now() };
    let request = request.body(Full::new(Bytes::from_static(body.as_bytes()))).unwrap();
    Observer::new(&request, arrived, client.parse().unwrap(), metrics).observe(pin!(route(request))).await
}

#[tokio::test]
async fn whom_a_proxy_serves_is_the_client() {
    for (client, written) in [("10.0.0.7", " client=10.0.0.7:5000"), ("2001:db8::7", " client=2001:db8::7")] {
        let (captured, _guard) = Captured::start();
        send_for(client, &Metrics::new(), Request::get("/id"), "").await;
        let line = captured.only_line();
        assert!(line.ends_with(written), "{line}");
    }
}

#[tokio::test]
async fn a_line_has_what_operators_need_and_nothing_confidential() {
    let (captured, _guard) = Captured::start();
    let metrics = Metrics::new();
    let request = Request::post("http://u:cred@h/veloconnect?Password=geheim&x=1")
        .method("GET")
        .header("authorization", "Basic geheim")
        .header("x-request-id", "abc-1");
    send(&metrics, request, "geheim").await;

    let line = captured.only_line();
    for part in [
        "ordergate::request ",
        "method=\"GET\"",
        "path=\"/veloconnect\"",
        "status=200",
        "protocol=\"veloconnect\"",
        "operation=\"GetItemDetails\"",
        "result=\"ok\"",
        "request_bytes=6",
        "duration_us=",
        "request_id=\"abc-1\"",
        "client=10.0.0.7:5000",
    ] {
        assert!(line.contains(part), "{part} not in {line}");
    }
    for secret in ["geheim", "Password", "cred", "Basic", "?"] {
        assert!(!line.contains(secret), "{secret} in {line}");
    }
    let count = r#"ordergate_requests_total{protocol="veloconnect",operation="GetItemDetails",result="ok"} 1"#;
    assert!(metrics.render().contains(count));
}

#[tokio::test]
async fn a_sane_request_id_is_kept_and_any_other_replaced() {
    let metrics = Metrics::new();
    let longest = "x".repeat(64);
    let too_long = "x".repeat(65);
    for (sent, kept) in [
        (Some("abc-1"), true),
        (Some(longest.as_str()), true),
        (Some(too_long.as_str()), false),
        (Some("a b"), false),
        (Some(""), false),
        (None, false),
    ] {
        let mut request = Request::get("/id");
        if let Some(sent) = sent {
            request = request.header("x-request-id", sent);
        }
        let response = send(&metrics, request, "").await;
        let echoed = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(Some(echoed.as_str()) == sent, kept, "{sent:?}");
        assert!(kept || Uuid::parse_str(&echoed).is_ok(), "{echoed}");
    }
}

#[tokio::test]
async fn a_panic_is_answered_and_logged() {
    let (captured, _guard) = Captured::start();
    let metrics = Metrics::new();
    let response = send(&metrics, Request::get("/panic"), "").await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(response.headers().contains_key("x-request-id"));
    let line = captured.only_line();
    assert!(line.contains("status=500") && line.contains("result=\"panicked\""), "{line}");
    assert!(!line.contains("secret"), "{line}");
}

#[tokio::test]
async fn a_request_whose_client_went_away_is_logged() {
    let (captured, _guard) = Captured::start();
    let metrics = Metrics::new();
    let mut answering = Box::pin(send(&metrics, Request::get("/never"), ""));
    std::future::poll_fn(|cx| {
        assert!(answering.as_mut().poll(cx).is_pending());
        std::task::Poll::Ready(())
    })
    .await;
    drop(answering);
    let line = captured.only_line();
    assert!(line.contains("result=\"abandoned\"") && !line.contains("status="), "{line}");
}

#[tokio::test]
async fn requests_are_measured_when_nothing_is_logged() {
    let metrics = Metrics::new();
    let quiet =
        tracing_subscriber::registry().with(Captured::default().with_filter(tracing_subscriber::filter::LevelFilter::WARN));
    let _guard = tracing::subscriber::set_default(quiet);
    let response = send(&metrics, Request::get("/nowhere"), "").await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    let count = r#"ordergate_requests_total{protocol="http",operation="other",result="client_error"} 1"#;
    assert!(metrics.render().contains(count), "{}", metrics.render());
}

#[test]
fn long_paths_are_shortened_between_characters() {
    let path = format!("/{}", "ä".repeat(200));
    assert_eq!(shortened(&path).len(), PATH_BYTES_MAX - 1);
    assert_eq!(shortened("/short"), "/short");
}
