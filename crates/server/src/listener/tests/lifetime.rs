//! How connections and the server end.

use super::*;

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let server = start(HttpOptions { idle_timeout_seconds: SHORT, ..options() }).await;
    let mut client = server.connect().await;
    client.get("/").await;
    client.until("hello").await;
    assert_eq!(client.rest().await, "");
    server.until(r#"ordergate_connections_cut_total{reason="idle"} 1"#).await;
}

#[tokio::test]
async fn a_connection_in_use_is_not_idle() {
    let server = start(HttpOptions { idle_timeout_seconds: SHORT, header_timeout_seconds: SHORT, ..options() }).await;
    let mut client = server.connect().await;
    for _ in 0..2 {
        client.get("/gate").await;
        // Three times what an idle connection is given.
        tokio::time::sleep(SHORT.duration() * 3).await;
        server.open_gate(1);
        client.until("through").await;
    }
}

#[tokio::test]
async fn stopping_finishes_what_is_under_way_and_takes_nothing_new() {
    let server = start(options()).await;
    let mut idle = server.connect().await;
    idle.get("/").await;
    idle.until("hello").await;
    let mut busy = server.connect().await;
    busy.get("/gate").await;
    server.at_gate().await;

    server.shutdown.trigger();
    assert_eq!(idle.rest().await, "");
    let refused = TcpStream::connect(server.address).await.unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);

    server.open_gate(1);
    assert!(busy.rest().await.ends_with("through"));
    server.stopped().await;
}

#[tokio::test]
async fn stopping_does_not_wait_for_ever() {
    let server = start(HttpOptions { shutdown_timeout_seconds: SHORT, ..options() }).await;
    let mut stuck = server.connect().await;
    stuck.get("/gate").await;
    server.at_gate().await;
    server.shutdown.trigger();
    server.stopped().await;
    assert_eq!(stuck.rest().await, "");
}

#[tokio::test]
async fn draining_goes_on_serving_after_the_signal() {
    let server = start(HttpOptions { drain_seconds: NEVER, ..options() }).await;
    server.shutdown.trigger();
    let mut client = server.connect().await;
    client.get("/").await;
    client.until("hello").await;
}

#[tokio::test]
async fn an_occupied_address_is_named() {
    let server = start(options()).await;
    let taken = HttpOptions { listen: server.address.to_string(), ..options() };
    let error = Listener::bind(&taken).await.unwrap_err();
    let expected = format!("cannot listen on {}: ", server.address);
    assert!(error.to_string().starts_with(&expected), "{error}");
}
