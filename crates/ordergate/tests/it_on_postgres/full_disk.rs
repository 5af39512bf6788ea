//! A database that has no room: nothing can be stored, everything can be read, and nobody has to restart anything.

use ordergate_testkit::postgres::{OwnCluster, skip_all};

use crate::customers::{Trouble, at_work, await_all_over, says_try_later};
use crate::harness::{Config, Server, demo_articles, eventually, found, get, search, submit, veloconnect};
use crate::place::Place;

const BEGINS: &str = "writing to the store fails";
const ENDS: &str = "writing to the store works again";

fn config() -> Config {
    Config::new(&format!("[veloconnect]\n{}", demo_articles()))
}

/// The trouble is said once, at its beginning and at its end, and with its cause; no request is an error of its own.
#[track_caller]
fn assert_said_once(server: &Server) {
    let log = server.log();
    assert_eq!(log.matches(BEGINS).count(), 1, "{log}");
    assert!(log.lines().any(|line| line.contains(BEGINS) && line.contains("53100")), "{log}");
    assert!(!log.contains(" ERROR "), "{log}");
}

/// Successes are believed when there was no failure for a while.
fn await_end(server: &Server) {
    eventually("the log says that there is room again", || {
        server.send(&submit("later", "STANDARD", &["item"]));
        server.log().contains(ENDS).then_some(())
    });
    assert_eq!(server.log().matches(ENDS).count(), 1, "{}", server.log());
}

fn references(server: &Server) -> Vec<String> {
    found(&server.send(&search(""))).into_iter().map(|order| order.reference).collect()
}

fn transactions(server: &Server) -> usize {
    let listed = server.send(&veloconnect("GetStatus", ""));
    assert_eq!(listed.element("ResponseCode"), Some("200"), "{}", listed.text());
    listed.elements("TransactionId").len()
}

/// PostgreSQL says "disk full" at this moment of every change of the tables, until the triggers are dropped.
fn refuse_changes(place: &Place, kind: &str, moment: &str) {
    let on =
        |table: &str| format!("create {kind} insert or update on {table} {moment} for each row execute function full_disk();");
    place.psql(&format!(
        "create function full_disk() returns trigger language plpgsql as $$ begin \
           raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$; {} {}",
        on("orders"),
        on("transactions"),
    ));
}

fn without_room(kind: &str, moment: &str) {
    let server = Server::serve(&config());
    let basket = "&Quantity.130-KE8=2&quantityUnitCode.130-KE8=EA";
    assert_eq!(server.send(&submit("before", "STANDARD", &["item"])).status, 200);
    let created = server.send(&veloconnect("CreateOrder", basket));
    let transaction = format!("&TransactionID={}", created.element("TransactionID").unwrap());

    refuse_changes(&server.place, kind, moment);
    for _ in 0..5 {
        for request in [
            submit("refused", "STANDARD", &["item"]),
            veloconnect("CreateOrder", basket),
            veloconnect("FinishOrder", &transaction),
        ] {
            let answer = server.send(&request);
            assert!(says_try_later(&answer), "{}", answer.text());
        }
        assert_eq!((references(&server), transactions(&server)), (vec!["before".to_owned()], 1));
        assert_eq!(server.send(&get("/health/ready")).status, 200, "it can still be read");
    }
    assert_said_once(&server);

    server.place.psql("drop function full_disk() cascade");
    assert_eq!(server.send(&submit("after", "STANDARD", &["item"])).status, 200);
    assert_eq!(server.send(&veloconnect("FinishOrder", &transaction)).element("ResponseCode"), Some("200"));
    assert_eq!((references(&server), transactions(&server)), (vec!["before".to_owned(), "after".to_owned()], 1));
    await_end(&server);
    assert_said_once(&server);
}

#[test]
fn a_disk_that_is_full_when_a_row_is_written() {
    without_room("trigger full_disk before", "");
}

#[test]
fn a_disk_that_is_full_at_the_commit() {
    without_room("constraint trigger full_disk after", "deferrable initially deferred");
}

/// The tables cannot be laid out yet: that is waited for, too.
#[test]
fn a_disk_that_is_full_at_the_first_start() {
    let mut server = Server::stopped(&Config::default(), Place::new);
    server.place.psql(
        "create function full_disk() returns event_trigger language plpgsql as $$ begin \
           if current_query() like '%create table orders%' then \
             raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; \
           end if; end $$; \
         create event trigger full_disk on ddl_command_start execute function full_disk()",
    );
    server.spawn();
    eventually("the log says what is missing", || {
        let log = server.log();
        log.lines().any(|line| line.contains("waiting for it") && line.contains("53100")).then_some(())
    });
    let ready = eventually("the server listens", || get("/health/ready").try_send(server.address).ok());
    assert_eq!(ready.status, 503, "{}", server.log());
    server.place.psql("drop event trigger full_disk");
    server.await_ready();
}

const SMALL_DISK_KIB: u32 = 24 * 1024;

/// A real one, which fills up while customers are at work.
#[test]
fn a_disk_fills_up_under_load() {
    let own = match OwnCluster::with_small_disk(SMALL_DISK_KIB) {
        Some(Ok(own)) => own,
        // The tests above do without; only the system's own words are not heard there.
        Some(Err(reason)) => return eprintln!("skipped, as there can be no small disk: {reason}"),
        None => skip_all(),
    };
    let ballast = own.socket_dir().join("small/ballast").display().to_string();
    let write_ballast = |rows: u32| {
        own.psql("postgres", &format!("copy (select repeat('x', 1000) from generate_series(1, {rows})) to '{ballast}'"))
    };
    let toml = format!(
        "[oseo]\nsearch_limit = 100000\n[veloconnect]\n{}\
         [fulfilment.oseo]\nprocessor = \"demo\"\ndemo_delay_ms = 20\nlease_seconds = 5\npoll_ms = 100\n",
        demo_articles()
    );
    let database = own.fresh_database();
    own.psql("postgres", &format!("alter database {} set tablespace small", database.name)).unwrap();
    let mut server = Server::stopped(&Config::new(&toml), |folder| Place::of(database, folder));
    server.start();
    let notes = at_work(&[server.address], Trouble::DatabaseAway, |progress| {
        progress.await_answers(60);
        assert!(write_ballast(1_000_000).unwrap_err().contains("No space left on device"));
        progress.await_failures(30);
        assert!(!found(&server.send(&search(""))).is_empty());
        assert!(transactions(&server) > 0);
        assert_said_once(&server);
        write_ballast(0).unwrap();
        progress.await_answers(60);
    });
    assert!(notes.repeated > 0, "{notes:?}");
    await_all_over(&server);
    notes.check(&server);
    await_end(&server);
    assert_said_once(&server);
}
