#![allow(clippy::unwrap_used)]
use super::*;

/// Feeds `bytes` in pieces of `step` and gives the status and body, or `None` when the response is not complete.
fn read(bytes: &[u8], step: usize) -> Result<Option<(Answer, Vec<u8>)>, ResponseError> {
    let mut reader = ResponseReader::new();
    // What an earlier response left must not show.
    reader.room().extend_from_slice(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nzz\r\n0\r\n\r\n");
    reader.advance()?;
    reader.begin();
    let mut answer = None;
    for piece in bytes.chunks(step) {
        assert_eq!(answer, None, "complete before its last byte");
        reader.room().extend_from_slice(piece);
        answer = reader.advance()?;
    }
    Ok(answer.map(|answer| (answer, reader.body().to_vec())))
}

/// The status and body of a complete response, the same however it is cut.
fn whole(text: &str) -> (u16, String) {
    let all = read(text.as_bytes(), usize::MAX).unwrap().unwrap();
    for step in 1..text.len() {
        assert_eq!(read(text.as_bytes(), step).unwrap().as_ref(), Some(&all), "in pieces of {step}");
    }
    (all.0.status, String::from_utf8(all.1).unwrap())
}

fn error(text: &str) -> ResponseError {
    read(text.as_bytes(), usize::MAX).unwrap_err()
}

#[test]
fn a_length_ends_the_body() {
    assert_eq!(whole("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"), (200, "hello".into()));
    assert_eq!(whole("HTTP/1.1 500 No\r\ncontent-length:0\r\n\r\n"), (500, String::new()));
    assert_eq!(whole("HTTP/1.1 204 No Content\r\n\r\n"), (204, String::new()));
}

#[test]
fn chunks_are_joined() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n";
    let joined = (200, "hello, wonderful world".to_owned());
    assert_eq!(whole(&format!("{head}5\r\nhello\r\n11;ext=1\r\n, wonderful world\r\n0\r\n\r\n")), joined);
    assert_eq!(whole(&format!("{head}16\r\nhello, wonderful world\r\n0\r\nchecksum: 1\r\nx: y\r\n\r\n")), joined);
    assert_eq!(whole(&format!("{head}0\r\n\r\n")), (200, String::new()));
    let both = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
    assert_eq!(whole(both), (200, "a".into()));
}

#[test]
fn interim_responses_are_passed_over() {
    let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok";
    assert_eq!(whole(text), (201, "ok".into()));
}

#[test]
fn a_body_larger_than_one_read_arrives_whole() {
    let body = "0123456789".repeat(20_000);
    let sized = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let chunked = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    for text in [sized, chunked] {
        assert_eq!(read(text.as_bytes(), 1000).unwrap().unwrap().1, body.as_bytes());
    }
}

#[test]
fn an_incomplete_response_is_never_an_answer() {
    for text in [
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx: y\r\n\r\n",
    ] {
        for end in 1..text.len() {
            assert_eq!(read(&text.as_bytes()[..end], usize::MAX).unwrap(), None, "cut at {end}");
        }
    }
}

#[test]
fn garbage_is_named() {
    assert!(matches!(error("220 mail.example ESMTP\r\n\r\n"), ResponseError::Head(_)));
    let with = |headers: &str, body: &str| format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n{body}");
    let cases = [
        (with("server: x", "hello"), ResponseError::NoLength),
        (with("content-length: +5", "hello"), ResponseError::ContentLength),
        (with("content-length: ", ""), ResponseError::ContentLength),
        (with("content-length: 5\r\ncontent-length: 6", "hello"), ResponseError::ContentLength),
        (with("content-length: 99999999999", ""), ResponseError::TooLong),
        (with("content-length: 5", "hello, world"), ResponseError::Surplus(7)),
        (with("transfer-encoding: gzip, chunked", ""), ResponseError::TransferEncoding),
        (with("transfer-encoding: chunked", "zz\r\nhello"), ResponseError::Chunk),
        (with("transfer-encoding: chunked", "ffffffffffffffff\r\n"), ResponseError::TooLong),
        (with("transfer-encoding: chunked", "5\r\nhello, world\r\n"), ResponseError::Chunk),
        (with("transfer-encoding: chunked", "0\r\n\r\nmore"), ResponseError::Surplus(4)),
        (with(&format!("x: {}", "y".repeat(HEAD_BYTES_MAX)), "").replace("\r\n\r\n", ""), ResponseError::HeadTooLong),
    ];
    for (text, expected) in cases {
        assert_eq!(error(&text), expected, "{}", &text[..text.len().min(120)]);
    }
}

#[test]
fn a_connection_that_ends_is_noticed() {
    let closes = |text: &str| read(text.as_bytes(), usize::MAX).unwrap().unwrap().0.closes;
    assert!(!closes("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    assert!(closes("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nConnection: upgrade, Close\r\n\r\n"));
    assert!(closes("HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n"));
    assert!(!closes("HTTP/1.0 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n"));
}
