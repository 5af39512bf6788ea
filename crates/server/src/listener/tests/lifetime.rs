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

/// What counts is that the client takes something, not how much of what waits for it in the system's buffers: some
/// megabytes, which a slow client does not take within the time of an idle one.
#[tokio::test]
async fn a_slow_but_steady_client_gets_its_answer() {
    const IDLE: Seconds = Seconds::from_millis(500);
    let server = start(HttpOptions { idle_timeout_seconds: IDLE, ..options() }).await;
    let mut client = server.connect().await;
    client.get("/big").await;
    let (began, mut part, mut taken) = (Instant::now(), vec![0; 16 * 1024], 0);
    while began.elapsed() < IDLE.duration() * 6 {
        taken += within("more of the answer", client.0.read(&mut part)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // The rest comes too, to the last byte; only then it is idle.
    while let Ok(read @ 1..) = within("the rest", client.0.read(&mut part)).await {
        taken += read;
    }
    assert!(taken > 64 << 20, "cut after {taken} bytes");
}
