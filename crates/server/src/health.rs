//! `/health/live` and `/health/ready`: what an orchestrator or a load balancer asks.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};
use parking_lot::RwLock;

use crate::shutdown::Shutdown;

/// Whether this process wants to be given work. Cloneable; all clones share one state.
///
/// Starts as not ready ("starting"). A triggered [`Shutdown`] makes it not ready for good, whatever was set,
/// and does so before the listener closes anything.
#[derive(Clone, Debug)]
pub struct Readiness {
    obstacle: Arc<RwLock<Option<String>>>,
    shutdown: Shutdown,
}

impl Readiness {
    /// Not ready yet: the reason given is "starting".
    pub fn new(shutdown: Shutdown) -> Self {
        Self { obstacle: Arc::new(RwLock::new(Some("starting".to_owned()))), shutdown }
    }

    /// Ready from now on.
    pub fn set_ready(&self) {
        *self.obstacle.write() = None;
    }

    /// Not ready from now on. The reason is shown to whoever asks: one line, nothing confidential.
    pub fn set_not_ready(&self, reason: impl Into<String>) {
        *self.obstacle.write() = Some(one_line(&reason.into()));
    }

    /// `Err` with a one-line reason when the process is not ready.
    pub fn check(&self) -> Result<(), String> {
        if self.shutdown.triggered() {
            return Err("shutting down".to_owned());
        }
        self.obstacle.read().clone().map_or(Ok(()), Err)
    }
}

fn one_line(reason: &str) -> String {
    reason.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The two routes, to be merged into the application's router.
pub fn routes(readiness: Readiness) -> Router {
    Router::new().route("/health/live", get(live)).route("/health/ready", get(ready)).with_state(readiness)
}

/// 200 `ok` as long as the process can answer at all.
pub async fn live() -> Response {
    plain(StatusCode::OK, "ok".to_owned())
}

/// 200 `ready`, or 503 and the reason.
pub async fn ready(State(readiness): State<Readiness>) -> Response {
    match readiness.check() {
        Ok(()) => plain(StatusCode::OK, "ready".to_owned()),
        Err(reason) => plain(StatusCode::SERVICE_UNAVAILABLE, reason),
    }
}

fn plain(status: StatusCode, mut line: String) -> Response {
    line.push('\n');
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, line).into_response()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use axum::body::Body;
    use http::Request;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    async fn ask(routes: &Router, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = routes.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn readiness_follows_the_handle_and_shutdown_wins() {
        let shutdown = Shutdown::new();
        let readiness = Readiness::new(shutdown.clone());
        let routes = routes(readiness.clone());
        let unavailable = StatusCode::SERVICE_UNAVAILABLE;

        assert_eq!(ask(&routes, "/health/ready").await, (unavailable, "starting\n".into()));
        readiness.set_ready();
        assert_eq!(ask(&routes, "/health/ready").await, (StatusCode::OK, "ready\n".into()));
        readiness.set_not_ready("store:\nread-only");
        assert_eq!(ask(&routes, "/health/ready").await, (unavailable, "store: read-only\n".into()));
        readiness.set_ready();
        shutdown.trigger();
        assert_eq!(ask(&routes, "/health/ready").await, (unavailable, "shutting down\n".into()));
        assert_eq!(ask(&routes, "/health/live").await, (StatusCode::OK, "ok\n".into()));
    }
}
