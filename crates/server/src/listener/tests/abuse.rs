//! Clients that take more than their share.

use super::*;

#[tokio::test]
async fn a_half_sent_head_is_cut() {
    let server = start(HttpOptions { header_timeout_seconds: SHORT, ..options() }).await;
    let mut client = server.connect().await;
    client.send("GET / HTTP/1.1\r\nHost:").await;
    assert_eq!(client.rest().await, "");
    server.until(r#"ordergate_connections_cut_total{reason="header"} 1"#).await;

    // The same on a connection that has already been used, which otherwise may idle for a minute.
    let mut client = server.connect().await;
    client.get("/").await;
    client.until("hello").await;
    client.send("G").await;
    assert_eq!(client.rest().await, "");
    server.until(r#"ordergate_connections_cut_total{reason="header"} 2"#).await;
}

#[tokio::test]
async fn a_connection_that_never_says_anything_is_cut() {
    let server = start(HttpOptions { header_timeout_seconds: SHORT, ..options() }).await;
    assert_eq!(server.connect().await.rest().await, "");
}

#[tokio::test]
async fn a_slow_body_is_answered_408() {
    let server = start(HttpOptions { body_timeout_seconds: SHORT, ..options() }).await;
    let mut client = server.connect().await;
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc").await;
    let answer = client.until("did not arrive in time\n").await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("connection: close\r\n"), "{answer}");
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn a_client_that_takes_nothing_of_its_answer_is_cut() {
    let server = start(HttpOptions { idle_timeout_seconds: SHORT, ..options() }).await;
    let mut client = server.connect().await;
    client.get("/big").await;
    server.until(r#"ordergate_connections_cut_total{reason="idle"} 1"#).await;
    assert!(client.rest().await.len() < 64 << 20);
}

#[tokio::test]
async fn a_refused_body_does_not_cost_the_client_its_answer() {
    let server = start(options()).await;
    let mut client = server.connect().await;
    let length = 4 << 20;
    client.send(&format!("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n")).await;
    client.0.write_all(&vec![b'x'; length]).await.unwrap();
    let answer = client.until("larger than 1024 bytes\n").await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    drop(client);
    server.until("ordergate_connections_open 0").await;
}

#[tokio::test]
async fn an_oversized_head_is_answered_431() {
    let server = start(options()).await;
    let mut client = server.connect().await;
    let filler = "x".repeat(options().header_bytes_max as usize);
    client.send(&format!("GET / HTTP/1.1\r\nX: {filler}")).await;
    let answer = client.until("\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[tokio::test]
async fn the_connection_limit_holds_and_recovers() {
    let server = start(HttpOptions { connections_max: 2, ..options() }).await;
    let mut clients = Vec::new();
    for _ in 0..5 {
        let mut client = server.connect().await;
        client.send("GET /gate HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        clients.push(client);
    }
    server.until("ordergate_connections_full_total 1").await;
    server.until("ordergate_connections_open 2").await;

    server.open_gate(5);
    for mut client in clients {
        assert!(client.rest().await.ends_with("through"));
    }
    server.until("ordergate_connections_open 0").await;
}
