//! Clients that mean harm: requests that two readers would take apart differently, floods of headers and of connections, and bytes
//! that trickle. None gets more than one answer, and none keeps others from theirs.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::kept_alive;
use crate::harness::{Answer, Config, Server, Wire, eventually, get, search, submit};

fn server(toml: &str) -> Server {
    Server::serve(&Config::new(toml))
}

/// A good client beside all this.
#[track_caller]
fn assert_serves(server: &Server) {
    assert_eq!(server.send(&search("")).status, 200);
    assert_eq!(server.send(&get("/health/live")).status, 200);
}

/// What follows each malformed request, and must never be answered.
const SMUGGLED: &str = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";

/// Statuses of all answers on a connection that is closed then.
fn statuses(server: &Server, sent: &[u8]) -> Vec<u16> {
    let answered = String::from_utf8_lossy(&Wire::connect(server.address).write(sent).rest()).into_owned();
    assert!(!answered.to_ascii_lowercase().contains("<html"), "{answered}");
    answered.split("HTTP/1.1 ").skip(1).map(|answer| answer[..3].parse().unwrap()).collect()
}

/// A head of `/oseo` with these lines, and a body.
fn oseo(lines: &str, body: &str) -> Vec<u8> {
    format!("POST /oseo HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\n{lines}\r\n\r\n{body}{SMUGGLED}").into_bytes()
}

/// RFC 9112, 6.3: what has two lengths is read by its chunks, and nothing is read after it.
#[test]
fn a_request_with_two_lengths_is_the_last_one() {
    let server = server("");
    for lines in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 4",
        "Content-Length: 4\r\ntransfer-encoding: CHUNKED",
        "Content-Length: 4\r\nContent-Length: 9\r\nTransfer-Encoding: chunked",
    ] {
        // An empty body is no XML: one fault, and the end.
        let answered = statuses(&server, &oseo(lines, "0\r\n\r\n"));
        assert!(answered == [500] || answered == [400], "{lines}: {answered:?}");
    }
    assert_serves(&server);
}

#[test]
fn lengths_that_are_none_are_refused() {
    let server = server("");
    for lines in [
        "Content-Length: 4\r\nContent-Length: 5",
        "Content-Length: 4, 5",
        "Content-Length: -1",
        "Content-Length: +4",
        "Content-Length: 0x4",
        "Content-Length: 4 4",
        "Content-Length: 99999999999999999999",
        "Content-Length:",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding\t: chunked",
        "Content-Length : 4",
    ] {
        assert_eq!(statuses(&server, &oseo(lines, "1234")), [400], "{lines}");
    }
    let old = "POST /oseo HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(statuses(&server, format!("{old}{SMUGGLED}").as_bytes()), [400]);
    assert_serves(&server);
}

#[test]
fn heads_that_are_none_are_refused() {
    let server = server("");
    for head in [
        // Lines that go on in the next one.
        "GET /metrics HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n",
        "GET /metrics HTTP/1.1\r\n Host: x\r\n\r\n",
        "POST /oseo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n chunked\r\n\r\n",
        // Characters that some take for the end of a line.
        "GET /metrics HTTP/1.1\r\nHost: x\r\nX: a\rY: b\r\n\r\n",
        "GET /metrics HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
        "GET /metrics HTTP/1.1\rHost: x\r\n\r\n",
        "GET /metrics HTTP/1.1\r\nHost: x\r\nno header\r\n\r\n",
        "GET /metrics HTTP/1.1\r\nHost: x\r\n: empty\r\n\r\n",
        "GET /metrics HTTP/1.1\r\nHost: x\r\nX Y: z\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET  /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /metrics HTTP/1.2\r\nHost: x\r\n\r\n",
        "GET /metrics\r\n\r\n",
        "hello\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}",
    ] {
        assert_eq!(statuses(&server, format!("{head}{SMUGGLED}").as_bytes()), [400], "{head:?}");
    }
    assert_serves(&server);
}

/// Lines may end with a line feed alone, as RFC 9112 (2.2) permits: they are the same lines, and no others.
#[test]
fn a_line_feed_alone_ends_a_line_and_nothing_else() {
    let server = server("");
    let sent = "GET /health/live HTTP/1.1\nHost: x\nConnection: close\n\n";
    assert_eq!(statuses(&server, format!("{sent}{SMUGGLED}").as_bytes()), [200]);
    let body = oseo("Content-Length: 4\nTransfer-Encoding: chunked", "0\r\n\r\n");
    assert_eq!(statuses(&server, &body).len(), 1);
    assert_serves(&server);
}

#[test]
fn chunks_that_are_none_are_refused() {
    let server = server("[server]\nbody_bytes_max = 2048\n");
    let chunked = |body: &str| statuses(&server, &oseo("Transfer-Encoding: chunked", body));
    for body in [
        "zz\r\nabc\r\n0\r\n\r\n",
        "-1\r\nabc\r\n0\r\n\r\n",
        "0x3\r\nabc\r\n0\r\n\r\n",
        "\r\nabc\r\n0\r\n\r\n",
        "3\r\nabcd\r\n0\r\n\r\n",
        "3\nabc\r\n0\r\n\r\n",
        "fffffffffffffffff\r\nabc\r\n0\r\n\r\n",
    ] {
        assert_eq!(chunked(body), [400], "{body:?}");
    }
    assert_eq!(chunked(&format!("fffffff\r\n{}", "x".repeat(3_000))), [413]);
    // Extensions of chunks, and what follows the last, are not for ever.
    let extended = format!("3;{}\r\nabc\r\n0\r\n\r\n", "x".repeat(100_000));
    assert_eq!(chunked(&extended), [400]);
    let trailed = format!("0\r\n{}\r\n", "X: y\r\n".repeat(20_000));
    assert!(chunked(&trailed).len() <= 1);
    assert_serves(&server);
}

#[test]
fn headers_are_not_without_number() {
    let server = server("");
    let many = |count: usize| {
        let lines = (0..count).map(|n| format!("X-{n}: y\r\n")).collect::<Vec<_>>().concat();
        statuses(&server, format!("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n").as_bytes())
    };
    assert_eq!(many(90), [200]);
    assert_eq!(many(200), [431]);
    assert_eq!(many(5_000), [431]);
    let long = |line: &str| {
        statuses(&server, format!("GET /health/live HTTP/1.1\r\nHost: x\r\n{line}: {}", "y".repeat(70_000)).as_bytes())
    };
    assert_eq!(long("X"), [431]);
    let path = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "y".repeat(70_000));
    let answered = statuses(&server, path.as_bytes());
    assert!(answered == [431] || answered == [414], "{answered:?}");
    assert_serves(&server);
}

/// What a client is told that sends a byte at a time, for as long as the server lets it.
fn trickle(to: SocketAddr, head: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let _ = stream.write_all(head);
    let (began, mut told, mut part) = (Instant::now(), Vec::new(), [0; 4096]);
    while began.elapsed() < Duration::from_mins(1) {
        match stream.read(&mut part) {
            Ok(0) => return told,
            Ok(read) => told.extend_from_slice(&part[..read]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                let _ = stream.write_all(b"x");
            }
            Err(_) => return told,
        }
    }
    panic!("still connected: {:?}", String::from_utf8_lossy(&told))
}

/// Half of the places are taken by clients of whom something comes all the time, but never all of it.
#[test]
fn bytes_that_trickle_do_not_hold_a_place() {
    let limits = "header_timeout_seconds = 2\nbody_timeout_seconds = 2\nidle_timeout_seconds = 60\n";
    let server = server(&format!("[server]\nconnections_max = 80\n{limits}"));
    let address = server.address;
    let body = b"POST /oseo HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 100000\r\n\r\n<";
    std::thread::scope(|scope| {
        let slow = |head: &'static [u8]| (0..20).map(|_| scope.spawn(move || trickle(address, head))).collect::<Vec<_>>();
        let (heads, bodies) = (slow(b"GET /health/live HTTP/1.1\r\nX: "), slow(body));
        eventually("all of them are connected", || {
            let page = server.send(&get("/metrics"));
            let open = page.text().lines().find_map(|line| line.strip_prefix("ordergate_connections_open ")).map(str::to_owned);
            (open? == "41").then_some(())
        });
        assert_serves(&server);
        for head in heads {
            assert_eq!(String::from_utf8_lossy(&head.join().unwrap()), "");
        }
        for body in bodies {
            let told = String::from_utf8_lossy(&body.join().unwrap()).into_owned();
            assert!(told.starts_with("HTTP/1.1 408 ") && told.contains("<soap:Fault>"), "{told}");
        }
    });
    assert_serves(&server);
}

/// More silent clients than there are places: who comes after them waits until their time is up, and is served.
#[test]
fn a_flood_of_connections_passes() {
    let server = server("[server]\nconnections_max = 20\nheader_timeout_seconds = 1\n");
    let silent: Vec<Wire> = (0..50).map(|_| Wire::connect(server.address)).collect();
    assert_eq!(server.send(&submit("patient", "STANDARD", &["item"])).status, 200);
    drop(silent);
    assert_serves(&server);
}

/// What a page of metrics says was refused.
fn refused(page: &Answer) -> u32 {
    let count = page.text().lines().find_map(|line| line.strip_prefix("ordergate_connections_refused_total "));
    count.map_or(0, |count| count.parse().unwrap())
}

/// A connection that is served. One that was used just before may still count.
fn enter(server: &Server) -> Wire {
    eventually("there is room", || {
        let mut wire = Wire::connect(server.address);
        wire.write(&kept_alive(&get("/health/live"))).try_answer().filter(|answer| answer.status == 200).map(|_| wire)
    })
}

/// One address does not take the places of others; a proxy, behind which they all are, may.
#[test]
fn an_address_has_so_many_connections() {
    let limited = "[server]\nconnections_per_address_max = 3\n";
    let server = server(limited);
    let mut open: Vec<Wire> = (0..3).map(|_| enter(&server)).collect();
    let before = refused(&open[0].write(&kept_alive(&get("/metrics"))).answer());
    for _ in 0..5 {
        assert!(Wire::connect(server.address).write(&kept_alive(&get("/health/live"))).rest().is_empty());
    }
    assert_eq!(refused(&open[0].write(&kept_alive(&get("/metrics"))).answer()), before + 5);
    open.pop();
    open.push(enter(&server));
    drop(open);
    drop(enter(&server));

    let behind = self::server(&format!("{limited}proxy = {{ networks = [\"127.0.0.1\"] }}\n"));
    let mut open: Vec<Wire> = (0..10).map(|_| Wire::connect(behind.address)).collect();
    for wire in &mut open {
        assert_eq!(wire.write(&kept_alive(&get("/health/live"))).answer().status, 200);
    }
    assert_eq!(refused(&behind.send(&get("/metrics"))), 0);
}
