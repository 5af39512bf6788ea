//! Bodies that are sent piece by piece.

use std::io;

use bytes::Bytes;
use futures_util::stream;
use ordergate_outgoing::{Call, CallError, Payload};

use crate::peer::Peer;
use crate::{call, caller};

const FINE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

fn pieces(texts: &[&'static str], then: Option<&'static str>) -> Vec<io::Result<Bytes>> {
    let end = then.map(|why| Err(io::Error::other(why)));
    texts.iter().map(|text| Ok(Bytes::from_static(text.as_bytes()))).chain(end).collect()
}

#[tokio::test]
async fn a_stream_arrives_with_its_length_or_in_chunks() {
    let mut peer = Peer::saying(FINE).await;
    for (length, expected) in
        [(Some(8), "content-length: 8\r\n\r\none, two"), (None, "\r\n\r\n5\r\none, \r\n3\r\ntwo\r\n0\r\n\r\n")]
    {
        let body = Payload::stream(stream::iter(pieces(&["one, ", "two"], None)), length);
        caller().put(Call { body, ..call(peer.url("/file")) }).await.unwrap();
        let request = peer.request().await;
        assert!(request.starts_with("PUT /file HTTP/1.1\r\n") && request.ends_with(expected), "{request}");
    }
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_our_fault() {
    for (then, length) in [(Some("the disk is gone"), Some(8)), (Some("the disk is gone"), None), (None, Some(8))] {
        let peer = Peer::saying(FINE).await;
        let body = Payload::stream(stream::iter(pieces(&["one"], then)), length);
        let error = caller().put(Call { body, ..call(peer.url("/")) }).await.unwrap_err();
        assert!(matches!(error, CallError::Body { .. }), "{error:?}");
    }
}
