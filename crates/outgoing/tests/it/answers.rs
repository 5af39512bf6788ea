//! What the other side may say, and what becomes of it.

use std::time::Duration;

use http::HeaderMap;
use ordergate_outgoing::{Call, CallError, Stage};

use crate::peer::Peer;
use crate::{call, caller};

#[tokio::test]
async fn a_call_says_what_it_should_and_brings_the_answer() {
    let mut peer = Peer::saying("HTTP/1.1 201 Created\r\nX-Told: yes\r\nContent-Length: 2\r\n\r\nok").await;
    let mut headers = HeaderMap::new();
    headers.insert("x-asked", "why".parse().unwrap());
    let answer = caller().post(Call { headers, ..call(peer.url("/a?b=c#d")) }).await.unwrap();
    assert_eq!((answer.status.as_u16(), &answer.headers["x-told"], &answer.body[..]), (201, &"yes".parse().unwrap(), &b"ok"[..]));
    let port = peer.address.port();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        peer.request().await,
        format!(
            "POST /a?b=c HTTP/1.1\r\nx-asked: why\r\nhost: 127.0.0.1:{port}\r\nuser-agent: ordergate/{version}\r\n\
             content-type: application/json\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{{}}"
        )
    );
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let elsewhere = Peer::saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    for status in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
        let there = elsewhere.url("/");
        let peer = Peer::saying(format!("HTTP/1.1 {status}\r\nLocation: {there}\r\nContent-Length: 0\r\n\r\n")).await;
        let answer = caller().post(call(peer.url("/"))).await.unwrap();
        assert!(status.starts_with(answer.status.as_str()));
    }
    assert_eq!(elsewhere.accepted(), 0);
}

#[tokio::test]
async fn rubbish_is_a_protocol_error() {
    let many_headers = format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(100));
    let large_header = format!("HTTP/1.1 200 OK\r\na: {}\r\n\r\n", "b".repeat(100_000));
    for rubbish in [
        "",
        "\0\u{1}\u{2}",
        "SSH-2.0-OpenSSH_9.7\r\n",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        &many_headers,
        &large_header,
    ] {
        let peer = Peer::saying(rubbish).await;
        let error = caller().post(call(peer.url("/hidden?hidden=1"))).await.unwrap_err();
        assert!(matches!(error, CallError::Protocol { .. }), "{rubbish:.60}: {error:?}");
        assert!(!error.is_lasting() && !error.to_string().contains("hidden"), "{error}");
    }
}

#[tokio::test]
async fn only_so_much_of_an_answer_is_read() {
    let endless = Peer::repeating("HTTP/1.1 200 OK\r\n\r\n", vec![b'x'; 500]).await;
    let chunked = Peer::repeating("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"5\r\nhello\r\n".to_vec()).await;
    let announced = Peer::hanging_after("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n").await;
    for peer in [endless, chunked, announced] {
        let error = caller().post(call(peer.url("/"))).await.unwrap_err();
        assert!(matches!(error, CallError::TooLarge { max: 1000, .. }), "{error:?}");
    }
    let body = "x".repeat(1000);
    let just = Peer::saying(format!("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{body}")).await;
    assert_eq!(caller().post(call(just.url("/"))).await.unwrap().body, body);
}

#[tokio::test]
async fn who_does_not_answer_is_not_waited_for() {
    let silent = Peer::hanging_after("").await;
    let half = Peer::hanging_after("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf").await;
    let chatty = Peer::repeating("", b"HTTP/1.1 103 Early Hints\r\n\r\n".to_vec()).await;
    for peer in [silent, half, chatty] {
        let short = Call { timeout: Duration::from_millis(300), ..call(peer.url("/")) };
        let error = caller().post(short).await.unwrap_err();
        assert!(matches!(error, CallError::TimeLimit { stage: Stage::Exchange, .. }), "{error:?}");
    }
}

#[tokio::test]
async fn headers_of_the_connection_are_not_for_callers() {
    let peer = Peer::saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    for name in ["host", "content-length", "transfer-encoding", "connection"] {
        let mut headers = HeaderMap::new();
        headers.insert(name, "1".parse().unwrap());
        let error = caller().post(Call { headers, ..call(peer.url("/")) }).await.unwrap_err();
        assert!(error.to_string().contains(name) && error.is_lasting(), "{error}");
    }
    let mut headers = HeaderMap::new();
    headers.insert("x-long", "x".repeat(20_000).parse().unwrap());
    assert!(matches!(caller().post(Call { headers, ..call(peer.url("/")) }).await, Err(CallError::Request { .. })));
    assert_eq!(peer.accepted(), 0);
}
