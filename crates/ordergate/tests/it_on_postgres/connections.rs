//! A database that has no connection left for us, because others hold them all or because the role may have no more.

use ordergate_testkit::postgres::{OwnCluster, Session, skip_all};

use crate::customers::{Trouble, at_work, says_try_later};
use crate::harness::{Config, Server, demo_articles, eventually, found, get, retrieve, search, submit, veloconnect};
use crate::place::Place;

const AWAY: &str = "the database cannot be reached";
const BACK: &str = "the database can be reached again";
/// SQLSTATE `too_many_connections`.
const NONE_LEFT: &str = "53300";
const OURS: &str = "application_name = 'ordergate'";

fn own_cluster() -> OwnCluster {
    OwnCluster::start().unwrap_or_else(|| skip_all())
}

fn config() -> Config {
    config_with("")
}

/// With this of the store.
fn config_with(store: &str) -> Config {
    Config::new(&format!(
        "{store}[oseo]\nsearch_limit = 100000\n[veloconnect]\n{}\
         [fulfilment.oseo]\nenabled = false\n[fulfilment.veloconnect]\nenabled = false\n",
        demo_articles()
    ))
}

fn may_have(cluster: &OwnCluster, connections: i32) {
    cluster.psql("postgres", &format!("alter role ordergate connection limit {connections}")).unwrap();
}

fn connections(cluster: &OwnCluster) -> usize {
    cluster.psql("postgres", &format!("select count(*) from pg_stat_activity where {OURS}")).unwrap().parse().unwrap()
}

/// Ends the server's connections and takes their places, until it has none. A superuser always gets in.
fn take_all(cluster: &OwnCluster, url: &str, held: &mut Vec<Session>) {
    eventually("the server has no connection", || {
        let end = format!("select pg_terminate_backend(pid) from pg_stat_activity where {OURS}");
        cluster.psql("postgres", &end).unwrap();
        loop {
            match cluster.session(url) {
                Ok(session) => held.push(session),
                Err(said) if said.contains("remaining connection slots") || said.contains("too many clients") => break,
                Err(said) => panic!("{said}"),
            }
        }
        (connections(cluster) == 0).then_some(())
    });
}

#[track_caller]
fn await_not_ready(server: &Server) {
    // One that has just begun to listen is starting until it has looked.
    eventually("the server knows", || {
        let ready = server.send(&get("/health/ready"));
        (ready.status == 503 && ready.text() == "the store is not available\n").then_some(())
    });
}

/// A server that was refused said so once, with the reason.
#[track_caller]
fn assert_said_once(server: &Server) {
    let log = server.log();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains(AWAY)).collect();
    assert!(lines.len() == 1 && lines[0].contains(NONE_LEFT), "{log}");
}

#[test]
fn a_server_waits_for_a_connection() {
    let own = own_cluster();
    let mut server = Server::stopped(&config(), |folder| Place::of(own.fresh_database(), folder));
    may_have(&own, 0);
    server.spawn();
    eventually("the server listens", || get("/health/live").try_send(server.address).ok());
    await_not_ready(&server);
    for request in [submit("early", "STANDARD", &["item"]), search(""), veloconnect("GetStatus", "")] {
        let answer = server.send(&request);
        assert!(says_try_later(&answer), "{}", answer.text());
    }
    assert_said_once(&server);
    may_have(&own, -1);
    server.await_ready();
    assert_eq!(server.send(&submit("in time", "STANDARD", &["item"])).status, 200);
    assert_eq!(found(&server.send(&search(""))).len(), 1, "the early one was refused");
    assert_eq!(server.log().matches(BACK).count(), 1, "{}", server.log());
    assert_said_once(&server);
}

#[test]
fn others_take_all_connections() {
    let own = own_cluster();
    own.psql("postgres", "alter system set max_connections = 12").unwrap();
    own.restart();
    let database = own.fresh_database();
    let url = database.url.clone();
    let mut server = Server::stopped(&config(), |folder| Place::of(database, folder));
    server.start();
    let mut held = Vec::new();
    let notes = at_work(&[server.address], Trouble::DatabaseAway, |progress| {
        progress.await_answers(60);
        take_all(&own, &url, &mut held);
        progress.await_failures(30);
        await_not_ready(&server);
        assert!(says_try_later(&server.send(&search(""))));
        held.clear();
        progress.await_answers(60);
    });
    server.await_ready();
    notes.check(&server);
    let log = server.log();
    assert!(log.lines().any(|line| line.contains(AWAY) && line.contains(NONE_LEFT)), "{log}");
}

/// With one connection to write, or a few, where it wants many, a server does all that it is asked.
#[test]
fn a_server_makes_do_with_fewer_connections() {
    let own = own_cluster();
    let mut server = Server::stopped(&config_with("writers = 16\n"), |folder| Place::of(own.fresh_database(), folder));
    server.start();
    // Connections to write are made when all that there are are busy.
    let id = server.send(&submit("alone", "STANDARD", &["item"])).element("orderId").unwrap().to_owned();
    assert_eq!((server.send(&retrieve(&id)).status, server.send(&search("")).status), (200, 200));
    may_have(&own, 1);
    let fewer = connections(&own);
    assert!(fewer < 16, "it has all that it wants");
    // Nobody is told to try again.
    let mut notes = at_work(&[server.address], Trouble::NodesDie, |progress| progress.await_answers(200));
    assert_eq!((notes.repeated, connections(&own)), (0, fewer), "{notes:?}");
    notes.orders.insert("alone".to_owned(), id);
    notes.check(&server);
    assert_said_once(&server);
    may_have(&own, -1);
    eventually("there are more connections", || {
        std::thread::scope(|scope| {
            for n in 0..8 {
                let server = &server;
                scope.spawn(move || server.send(&submit(&format!("late-{n}"), "STANDARD", &["item"])));
                scope.spawn(|| server.send(&search("")));
            }
        });
        (connections(&own) > fewer).then_some(())
    });
    assert_eq!(server.log().matches(BACK).count(), 1, "{}", server.log());
}
