//! On real sockets. No test measures time: the limit under test is short, every other one is a minute, and
//! `within` only turns a hang into a failure.

#![allow(clippy::unwrap_used)]

mod abuse;
mod lifetime;
mod requests;

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinHandle;

use super::*;
use crate::http_options::Seconds;
use crate::request_body::read_body;

const SHORT: Seconds = Seconds::from_millis(150);
const NEVER: Seconds = Seconds::whole(60);

/// Every limit out of reach, for tests to lower one.
fn options() -> HttpOptions {
    HttpOptions {
        listen: "127.0.0.1:0".to_owned(),
        header_timeout_seconds: NEVER,
        body_timeout_seconds: NEVER,
        idle_timeout_seconds: NEVER,
        shutdown_timeout_seconds: NEVER,
        ..HttpOptions::default()
    }
}

struct Running {
    address: SocketAddr,
    shutdown: Shutdown,
    metrics: Metrics,
    gate: Arc<Gate>,
    served: JoinHandle<Result<(), ListenError>>,
}

/// Where the handler of `/gate` waits.
struct Gate {
    /// One permit per handler that has come.
    entered: Semaphore,
    /// One permit per handler that may go on.
    open: Semaphore,
}

async fn start(options: HttpOptions) -> Running {
    let metrics = Metrics::new();
    let shutdown = Shutdown::new();
    let gate = Arc::new(Gate { entered: Semaphore::new(0), open: Semaphore::new(0) });
    let listener = Listener::bind(&options).await.unwrap().with_metrics(&metrics);
    Running {
        address: listener.local_addr().unwrap(),
        metrics,
        served: tokio::spawn(listener.serve(app(Arc::clone(&gate)), shutdown.clone())),
        shutdown,
        gate,
    }
}

fn app(gate: Arc<Gate>) -> Router {
    Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/echo", post(echo))
        .route("/gate", get(wait_at_gate))
        .route("/big", get(|| async { Body::from(vec![b'x'; 64 << 20]) }))
        .route("/panic", get(|| async { assert_eq!("left", "right", "secret") }))
        .route("/client", get(show_client))
        .with_state(gate)
}

async fn echo(mut body: Body) -> Response {
    match read_body(&mut body, 1024).await {
        Ok(bytes) => bytes.into_response(),
        Err(error) => error.into_response(),
    }
}

async fn wait_at_gate(State(gate): State<Arc<Gate>>) -> &'static str {
    gate.entered.add_permits(1);
    gate.open.acquire().await.unwrap().forget();
    "through"
}

async fn show_client(axum::Extension(ClientAddr(client)): axum::Extension<ClientAddr>) -> String {
    client.to_string()
}

async fn within<F: Future>(what: &str, future: F) -> F::Output {
    let limit = Duration::from_secs(20);
    tokio::time::timeout(limit, future).await.unwrap_or_else(|_| panic!("still waiting: {what}"))
}

impl Running {
    async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.address).await.unwrap())
    }

    /// Waits until the metrics page says so.
    async fn until(&self, line: &str) {
        within(line, async {
            while !self.metrics.render().lines().any(|found| found == line) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
    }

    /// Waits until a request has come to the gate.
    async fn at_gate(&self) {
        within("a request comes to the gate", self.gate.entered.acquire()).await.unwrap().forget();
    }

    fn open_gate(&self, requests: usize) {
        self.gate.open.add_permits(requests);
    }

    async fn stopped(self) {
        within("serve returns", self.served).await.unwrap().unwrap();
    }
}

struct Client(TcpStream);

impl Client {
    async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    async fn get(&mut self, path: &str) {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")).await;
    }

    /// Everything up to the end of the connection; a reset counts as its end.
    async fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        let _ = within("end of connection", self.0.read_to_end(&mut bytes)).await;
        String::from_utf8(bytes).unwrap()
    }

    /// Everything up to and including `end`.
    async fn until(&mut self, end: &str) -> String {
        let mut text = String::new();
        while !text.ends_with(end) {
            let byte = within(end, self.0.read_u8()).await;
            text.push(char::from(byte.unwrap_or_else(|_| panic!("only got {text:?}"))));
        }
        text
    }
}
