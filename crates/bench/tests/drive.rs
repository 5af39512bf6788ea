//! The load driver against real sockets. Nothing here depends on how long anything takes.
#![allow(clippy::unwrap_used)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use ordergate_bench::load::{ClientError, Cycle, Fixed, LoadError, Plan, Report, Requests, drive, get, post};
use ordergate_bench::static_server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Far more time than the bounded number of requests needs.
fn plan(addr: SocketAddr, clients: usize, requests: u64) -> Plan {
    Plan { requests_max: Some(requests), ..Plan::new(addr, clients, Duration::ZERO, Duration::from_mins(1)) }
}

fn one_get() -> Arc<dyn Requests> {
    Arc::new(Fixed(get("/", "localhost", &[])))
}

/// A server that answers whatever it reads with `answer` and closes once it has done so `times` times.
async fn canned(answer: Vec<u8>, times: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                for _ in 0..times {
                    if matches!(stream.read(&mut buffer).await, Err(_) | Ok(0)) {
                        return;
                    }
                    stream.write_all(&answer).await.unwrap();
                }
            });
        }
    });
    addr
}

async fn against(answer: &str, times: usize) -> Result<Report, LoadError> {
    let addr = canned(answer.as_bytes().to_vec(), times).await;
    drive(&plan(addr, 1, 10), one_get(), |status, _| status == 200).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_static_server_answers_every_request() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let shutdown = async move { drop(stopped.await) };
    let server = tokio::spawn(static_server::serve(listener, Bytes::from_static(b"<ok/>"), shutdown));

    // The long body does not fit one read, so an answer before its end would break the connection.
    let long = post("/oseo", "localhost", "text/xml", &[("soapaction", "\"\"")], &vec![b'x'; 300_000]);
    let requests = Arc::new(Cycle(vec![get("/a?b=c", "localhost", &[]), long]));
    let plan = Plan { watched_pid: cfg!(target_os = "linux").then(std::process::id), ..plan(addr, 8, 500) };
    let report = drive(&plan, requests, |status, body| status == 200 && body == b"<ok/>").await.unwrap();
    assert_eq!((report.requests, report.failures, report.first_failure), (500, 0, None));
    assert!((report.body_bytes_mean - 5.0).abs() < 1e-9, "{}", report.body_bytes_mean);
    assert!(report.p50 <= report.p99 && report.p99 <= report.max && report.max <= report.elapsed);
    assert_eq!(report.watched_cpu.is_some(), cfg!(target_os = "linux"));

    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
    assert!(tokio::net::TcpStream::connect(addr).await.is_err(), "still listening after shutdown");
}

#[tokio::test]
async fn the_static_server_sends_the_headers_of_a_soap_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(static_server::serve(listener, Bytes::from_static(b"<ok/>"), std::future::pending()));
    let mut stream = tokio::net::TcpStream::connect(addr).await.unwrap();
    stream.write_all(&get("/", "localhost", &[("connection", "close")])).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\n<ok/>"), "{answer}");
    assert!(answer.contains("\r\ncontent-type: text/xml; charset=utf-8\r\n"), "{answer}");
}

#[tokio::test]
async fn refused_answers_are_counted_and_the_first_is_kept_in_part() {
    let body = "fault ".repeat(1000);
    let addr = canned(format!("HTTP/1.1 500 No\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into(), 100).await;
    let report = drive(&plan(addr, 2, 50), one_get(), |status, _| status == 200).await.unwrap();
    assert_eq!((report.requests, report.failures), (50, 50));
    let failure = report.first_failure.unwrap();
    assert_eq!((failure.status, failure.body.as_slice()), (500, &body.as_bytes()[..2048]));
}

#[tokio::test]
async fn a_connection_that_dies_names_the_client_and_the_cause() {
    let cause = |result: Result<Report, LoadError>| match result.unwrap_err() {
        LoadError::Client { client: 0, cause } => cause,
        other => panic!("{other}"),
    };
    let whole = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    let cut = &whole[..whole.len() - 1];
    assert!(matches!(cause(against(cut, 1).await), ClientError::Closed { received_bytes: 39 }));
    assert!(matches!(cause(against("hello\r\n\r\n", 1).await), ClientError::Response(_)));
    let closing = whole.replace("content", "connection: close\r\ncontent");
    assert!(matches!(cause(against(&closing, 9).await), ClientError::NotKeptAlive { status: 200 }));
    // The third request meets a closed connection: sending it or waiting for its answer fails.
    let broken = cause(against(whole, 2).await);
    assert!(matches!(broken, ClientError::Closed { received_bytes: 0 } | ClientError::Read(_) | ClientError::Write(_)));

    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let refused = cause(drive(&plan(free, 1, 1), one_get(), |_, _| true).await);
    assert!(matches!(refused, ClientError::Connect(_)), "{refused}");
}

#[tokio::test]
async fn a_request_without_an_answer_times_out() {
    let addr = canned(Vec::new(), usize::MAX).await;
    let plan = Plan { request_timeout: Duration::from_millis(20), ..plan(addr, 3, 3) };
    // The outer bound only turns a driver that hangs into a test that fails.
    let driven = tokio::time::timeout(Duration::from_mins(1), drive(&plan, one_get(), |_, _| true)).await;
    let error = driven.expect("the driver hangs").unwrap_err();
    assert!(matches!(error, LoadError::Client { cause: ClientError::TimedOut(_), .. }), "{error}");
}

#[tokio::test]
async fn every_client_numbers_its_own_requests() {
    struct Numbers(AtomicU64);
    impl Requests for Numbers {
        fn next(&self, client: usize, n: u64, out: &mut Vec<u8>) {
            assert_eq!(self.0.fetch_add(1, Ordering::Relaxed), n, "client {client}");
            out.extend_from_slice(&get("/", "localhost", &[]));
        }
    }
    let addr = canned(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(), 100).await;
    let report = drive(&plan(addr, 1, 20), Arc::new(Numbers(AtomicU64::new(0))), |status, _| status == 204).await.unwrap();
    assert_eq!((report.requests, report.failures), (20, 0));
}

#[tokio::test]
async fn a_plan_that_measures_nothing_is_an_error() {
    let addr = canned(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(), 100).await;
    let none = drive(&plan(addr, 0, 1), one_get(), |_, _| true).await;
    assert!(matches!(none, Err(LoadError::NoClients)));
    let warmup_only = Plan { warmup: Duration::from_mins(1), ..plan(addr, 1, 5) };
    assert!(matches!(drive(&warmup_only, one_get(), |_, _| true).await, Err(LoadError::NothingMeasured)));
    let endless = Plan { warmup: Duration::MAX, ..plan(addr, 1, 5) };
    assert!(matches!(drive(&endless, one_get(), |_, _| true).await, Err(LoadError::TooLong)));
    let empty = drive(&plan(addr, 1, 1), Arc::new(Cycle(Vec::new())), |_, _| true).await;
    assert!(matches!(empty, Err(LoadError::Client { client: 0, cause: ClientError::NoRequest })));
}
