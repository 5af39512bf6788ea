//! https, to nginx.

use std::fs;
use std::net::TcpListener;

use super::cutting::cut_once;
use super::web::WebServer;
use super::{Depot, PASSWORD, believing, wanted};
use crate::harness::{await_status, eventually, look, ordered};

#[test]
fn results_are_pushed() {
    let Some(mut web) = WebServer::new() else { return };
    web.run();
    let depot = Depot::new("https", web.at, &believing(&web.cert()));
    depot.delivers_all("https", &web.inbox());
    let (_, said) = depot.failed(&depot.order("https", "one", "wrong"));
    assert!(said.contains("answered 401") && !said.contains("attempts"), "{said}");
    // Whose folder it is may make it: nginx calls that its own trouble.
    let id = ordered(&depot.server, &wanted("https", &depot.customer(), PASSWORD, "no/where"));
    eventually("the failure is told", || look(&depot.server, &id).items[0].2.contains("answered 500").then_some(()));
    fs::create_dir_all(web.folder().join("files/no/where")).unwrap();
    super::open_to_all(&web.folder().join("files/no"));
    super::open_to_all(&web.folder().join("files/no/where"));
    await_status(&depot.server, &id, "Completed");
}

#[test]
fn a_transfer_that_is_cut_is_begun_again() {
    let Some(mut web) = WebServer::new() else { return };
    web.run();
    let depot = Depot::new("https", cut_once(web.at, 1_000_000), &believing(&web.cert()));
    let id = depot.order("https", "large", PASSWORD);
    eventually("the failure is told", || look(&depot.server, &id).items[0].2.contains("attempt 1 of 30 failed").then_some(()));
    await_status(&depot.server, &id, "Completed");
    assert!(fs::read(web.inbox().join("large.txt")).unwrap() == depot.made("large.txt"));
    assert_eq!((super::names(&web.inbox()).len(), depot.productions()), (1, 1));
}

#[test]
fn a_server_that_hangs_is_tried_again() {
    let Some(mut web) = WebServer::new() else { return };
    // Takes connections, and says nothing.
    let silent = TcpListener::bind(web.at).unwrap();
    let depot = Depot::new("https", web.at, &format!("timeout_seconds = 1\n{}", believing(&web.cert())));
    let id = depot.order("https", "one", PASSWORD);
    eventually("the failure is told", || {
        let info = look(&depot.server, &id).items[0].2.clone();
        (info.starts_with("delivery: attempt ") && info.contains("within 1 seconds")).then_some(())
    });
    drop(silent);
    web.run();
    await_status(&depot.server, &id, "Completed");
    assert_eq!(fs::read_to_string(web.inbox().join("one.txt")).unwrap(), "product one\n");
}

#[test]
fn whom_nobody_vouches_for_is_not_believed() {
    let Some(mut web) = WebServer::new() else { return };
    web.run();
    let depot = Depot::new("https", web.at, "");
    let id = depot.order("https", "one", PASSWORD);
    eventually("the failure is told", || look(&depot.server, &id).items[0].2.contains("no encrypted connection").then_some(()));
    assert!(!fs::read_to_string(web.folder().join("log")).unwrap().contains("PUT"));
}
