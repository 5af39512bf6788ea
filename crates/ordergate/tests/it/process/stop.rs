//! SIGTERM: no new requests, those under way are answered, what was answered is kept, status 0.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::load::busy_customers;
use super::{in_two, kept_alive};
use crate::harness::{Config, Request, Server, Wire, demo_articles, eventually, found, get, search, submit};

/// What an orchestrator waits before it kills.
const PATIENCE: Duration = Duration::from_secs(10);

fn server(more: &str) -> Server {
    Server::serve(&Config::new(&format!("[oseo]\nsearch_limit = 100000\n[veloconnect]\n{}{more}", demo_articles())))
}

/// Nobody connects any more, or is told that the server is not ready.
fn says_no(server: &Server) {
    eventually("the server says that it stops", || match get("/health/ready").try_send(server.address) {
        Ok(answer) => (answer.status == 503 && answer.text() == "shutting down\n").then_some(()),
        Err(_) => Some(()),
    });
}

#[test]
fn what_was_answered_before_the_end_is_kept() {
    let mut server = server("[fulfilment.oseo]\nprocessor = \"demo\"\ndemo_delay_ms = 20\n");
    let mut books = busy_customers(server.address, "stop", |count| {
        eventually("customers are at work", || (count.load(Ordering::SeqCst) >= 100).then_some(()));
        server.signal("TERM");
        says_no(&server);
        assert_eq!(server.wait_within(PATIENCE).code(), Some(0));
    });
    assert!(server.log().contains("stopped"), "{}", server.log());
    server.start();
    books.check(&server);
}

/// Three requests that the server has begun to read when the signal comes.
#[test]
fn requests_under_way_get_their_answers() {
    let mut server = server("");
    let under_way: Vec<(Request, Wire)> = ["one", "two", "three"]
        .map(|reference| {
            let request = submit(reference, "STANDARD", &["item"]).header("Expect", "100-continue");
            let mut wire = Wire::connect(server.address);
            wire.write(&in_two(&request, request.body.len()).0);
            // The server asks for the body: a handler is at work.
            assert_eq!(wire.answer().status, 100);
            (request, wire)
        })
        .into();
    server.signal("TERM");
    says_no(&server);
    for (request, mut wire) in under_way {
        let answer = wire.write(&request.body).answer();
        assert_eq!((answer.status, answer.header("connection")), (200, Some("close")), "{}", answer.text());
        assert!(wire.rest().is_empty());
    }
    assert_eq!(server.wait_within(PATIENCE).code(), Some(0));
    server.start();
    let references: Vec<_> = found(&server.send(&search(""))).into_iter().map(|o| o.reference).collect();
    assert_eq!(references.len(), 3, "{references:?}");
}

/// Load balancers get time to notice.
#[test]
fn while_draining_the_server_says_no_but_serves() {
    let mut server = server("[server]\ndrain_seconds = 3\n");
    server.signal("TERM");
    eventually("the server is not ready", || {
        let ready = server.send(&get("/health/ready"));
        (ready.status == 503).then(|| assert_eq!(ready.text(), "shutting down\n"))
    });
    assert_eq!(server.send(&get("/health/live")).status, 200);
    assert_eq!(server.send(&submit("late", "STANDARD", &["item"])).status, 200);
    assert_eq!(server.wait_within(PATIENCE).code(), Some(0));
    server.start();
    assert_eq!(found(&server.send(&search(""))).len(), 1);
}

/// A head that is never finished, a body that is never finished, an answer that is never fetched, and a
/// connection that waits for its next request: nobody can keep the server from stopping.
#[test]
fn slow_clients_do_not_hold_the_stop_up() {
    let mut server = server("");
    let request = submit("slow", "STANDARD", &["item"]);
    let (mut head, mut body, mut idle) =
        (Wire::connect(server.address), Wire::connect(server.address), Wire::connect(server.address));
    head.write(b"POST /oseo HTTP/1.1\r\nHost: loc");
    body.write(&in_two(&request.clone().header("Expect", "100-continue"), request.body.len()).0);
    assert_eq!(body.answer().status, 100);
    body.write(&request.body[..10]);
    assert_eq!(idle.write(&kept_alive(&get("/health/live"))).answer().status, 200);
    server.signal("TERM");
    assert!(idle.rest().is_empty(), "an idle connection is closed at once");
    assert_eq!(server.wait_within(PATIENCE).code(), Some(0));
    assert!(body.rest().is_empty() && head.rest().is_empty());
    server.start();
    assert!(found(&server.send(&search(""))).is_empty());
}

/// The processor's program ends with the server, and its item is worked off afterwards. Being stopped
/// is no failed attempt.
#[test]
fn a_running_program_is_ended_and_its_item_taken_up_again() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("mill.sh");
    let text = "#!/bin/sh\ncd \"$(dirname \"$0\")\" || exit 9\ncat > /dev/null\n\
                echo \"$$ $ORDERGATE_ATTEMPT\" >> runs\n\
                while [ ! -e go ]; do [ -e mill.sh ] || exit 9; sleep 0.05; done\necho '{\"result\": null}'\n";
    std::fs::write(&script, text).unwrap();
    let runs = || -> Vec<(String, String)> {
        let text = std::fs::read_to_string(folder.path().join("runs")).unwrap_or_default();
        text.lines().filter_map(|l| l.split_once(' ')).map(|(pid, attempt)| (pid.to_owned(), attempt.to_owned())).collect()
    };
    let mut server = server(&format!(
        "[fulfilment.oseo]\nprocessor = \"command\"\ncommand = [\"/bin/sh\", {:?}]\n",
        script.display().to_string()
    ));
    let id = server.send(&submit("stopped", "STANDARD", &["item"])).element("orderId").unwrap().to_owned();
    let first = eventually("the program runs", || runs().into_iter().next());
    server.signal("TERM");
    assert_eq!(server.wait_within(PATIENCE).code(), Some(0));
    let alive = std::path::Path::new("/proc").join(&first.0).exists();
    assert!(!alive, "the program outlived the server");
    std::fs::write(folder.path().join("go"), "").unwrap();
    server.start();
    eventually("the item is completed", || {
        let order = found(&server.send(&crate::harness::retrieve(&id))).remove(0);
        (order.status == "Completed").then_some(())
    });
    let attempts: Vec<String> = runs().into_iter().map(|(_, attempt)| attempt).collect();
    assert_eq!(attempts, ["1", "1"]);
}
