//! What may be reached is decided when it is connected to.

use std::sync::Arc;

use ordergate_outgoing::{AllowList, Call, CallError, Reach};

use crate::peer::Peer;
use crate::{call, caller};

const FINE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

#[tokio::test]
async fn an_address_of_our_own_is_refused_by_number_and_by_name() {
    let peer = Peer::saying(FINE).await;
    let port = peer.address.port();
    // "localhost" passes every look at the URL; only the address that it leads to gives it away.
    for host in ["127.0.0.1", "127.0.0.9", "localhost", "LOCALHOST", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]"] {
        let url = format!("http://{host}:{port}/");
        let error = caller().post(Call { reach: Reach::Public, ..call(&url) }).await.unwrap_err();
        assert!(matches!(error, CallError::Refused { .. }), "{url}: {error:?}");
        assert!(error.is_lasting());
    }
    assert_eq!(peer.accepted(), 0);
}

#[tokio::test]
async fn the_operators_list_lets_through_what_it_names() {
    let peer = Peer::saying(FINE).await;
    let port = peer.address.port();
    let try_with = async |list: &str, host: &str| {
        let reach = Reach::Allowed(Arc::new(AllowList::new([list]).unwrap()));
        caller().post(Call { reach, ..call(format!("http://{host}:{port}/")) }).await
    };
    for (list, host) in [("localhost", "localhost"), ("127.0.0.0/8", "localhost"), ("127.0.0.1", "127.0.0.1")] {
        try_with(list, host).await.unwrap();
    }
    for (list, host) in [("localhost", "127.0.0.1"), ("127.0.0.2", "127.0.0.1"), ("10.0.0.0/8", "localhost")] {
        assert!(matches!(try_with(list, host).await, Err(CallError::Refused { .. })), "{list} {host}");
    }
    assert_eq!(peer.accepted(), 3);
}

#[tokio::test]
async fn who_is_not_there_is_named() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = caller().post(call(format!("http://{free}/path?query"))).await.unwrap_err();
    assert!(matches!(error, CallError::Connect { .. }) && !error.is_lasting(), "{error:?}");
    assert!(error.to_string().starts_with(&format!("cannot connect to http://{free}: 127.0.0.1: ")), "{error}");
    let error = caller().post(call("http://nowhere.invalid/")).await.unwrap_err();
    assert!(matches!(error, CallError::Resolve { .. }), "{error:?}");
}
