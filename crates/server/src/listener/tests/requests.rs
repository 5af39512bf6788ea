//! What handlers and well-behaved clients see.

use http_body_util::{BodyExt, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};

use super::*;

#[tokio::test]
async fn a_panic_is_answered_500_in_plain_text_and_nothing_else_happens() {
    let server = start(options()).await;
    let mut client = server.connect().await;
    client.get("/panic").await;
    let answer = client.until("internal error\n").await;
    assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
    assert!(answer.contains("content-type: text/plain"), "{answer}");
    // The very same connection goes on.
    client.get("/").await;
    client.until("hello").await;
}

#[tokio::test]
async fn a_client_that_closed_its_sending_side_gets_its_answer() {
    let server = start(options()).await;
    let mut client = server.connect().await;
    client.get("/gate").await;
    client.0.shutdown().await.unwrap();
    server.at_gate().await;
    server.open_gate(1);
    assert!(client.rest().await.ends_with("through"));
}

#[tokio::test]
async fn handlers_see_the_clients_address() {
    let server = start(options()).await;
    let mut client = server.connect().await;
    let own = client.0.local_addr().unwrap().to_string();
    client.get("/client").await;
    client.until(&own).await;
}

#[tokio::test]
async fn a_body_in_pieces_and_pipelined_requests_work() {
    let server = start(options()).await;
    let mut client = server.connect().await;
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n").await;
    client.send("3\r\ndef\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let answer = client.until("abcdef").await;
    assert!(!answer.contains("connection: close"), "{answer}");
    client.until("hello").await;
}

#[tokio::test]
async fn http2_is_served_and_its_idle_connections_closed() {
    let server = start(HttpOptions { idle_timeout_seconds: SHORT, ..options() }).await;
    let stream = TcpStream::connect(server.address).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    for path in ["/gate", "/"] {
        let request = http::Request::get(format!("http://x{path}")).body(Empty::<bytes::Bytes>::new()).unwrap();
        let answering = sender.send_request(request);
        if path == "/gate" {
            tokio::time::sleep(SHORT.duration() * 3).await;
            server.open_gate(1);
        }
        let response = within("HTTP/2 answer", answering).await.unwrap();
        assert_eq!(response.version(), http::Version::HTTP_2);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(body == "through" || body == "hello");
    }
    let _ = within("end of the HTTP/2 connection", connection).await.unwrap();
    server.until(r#"ordergate_connections_cut_total{reason="idle"} 1"#).await;
}
