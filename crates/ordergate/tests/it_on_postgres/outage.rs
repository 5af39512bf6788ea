//! A database that is away, goes away, and comes back.

use std::time::{Duration, Instant};

use ordergate_testkit::postgres::{OwnCluster, skip_all};

use crate::customers::{Trouble, at_work, await_all_over, says_try_later};
use crate::harness::{
    Config, Request, Server, assert_valid, demo_articles, eventually, found, get, retrieve, search, submit, veloconnect,
    veloconnect_as,
};
use crate::place::Place;

const AWAY: &str = "the database cannot be reached";

/// So long a request may take at most, if it has to be.
const PATIENT: &str = "request_seconds = 60\n";

fn own_cluster() -> OwnCluster {
    OwnCluster::start().unwrap_or_else(|| skip_all())
}

/// What the log calls an error.
fn errors(server: &Server) -> Vec<String> {
    server.log().lines().filter(|line| line.contains("ERROR")).map(str::to_owned).collect()
}

/// A password that is found in no other text.
fn set_password(cluster: &OwnCluster, password: &str) {
    cluster.psql("postgres", &format!("alter role ordergate password '{password}'")).unwrap();
}

#[test]
fn a_server_waits_for_its_database() {
    let own = own_cluster();
    let password = "hunter2-geheim";
    set_password(&own, password);
    let toml = format!("{PATIENT}[log]\nlevel = \"trace\"\n");
    let mut server = Server::stopped(&Config { toml, accounts: Vec::new() }, |folder| {
        let place = Place::of(own.fresh_database(), folder);
        let url = place.url().replace(":secret@", &format!(":{password}@"));
        place.with("url", url)
    });
    own.stop_immediate();
    server.spawn();
    eventually("the server listens", || get("/health/live").try_send(server.address).ok());
    let ready = eventually("the server knows", || {
        let ready = server.send(&get("/health/ready"));
        ready.text().contains("store").then_some(ready)
    });
    assert_eq!((ready.status, ready.text()), (503, "the store is not available\n"));
    for _ in 0..20 {
        let began = Instant::now();
        let (oseo, trade) = (server.send(&submit("early", "STANDARD", &["item"])), server.send(&veloconnect("GetStatus", "")));
        assert!(began.elapsed() < Duration::from_secs(20), "nobody waits for what is known to be away");
        assert!(says_try_later(&oseo) && says_try_later(&trade), "{}{}", oseo.text(), trade.text());
        assert_valid("veloconnect", trade.text());
    }
    for words in [AWAY, "the store does not work"] {
        assert_eq!(server.log().matches(words).count(), 1, "{}", server.log());
    }
    // Forty requests were refused, and each has its line; the outage has one.
    assert_eq!(errors(&server).len(), 1, "{:?}", errors(&server));
    for refused in ["operation=\"Submit\" result=\"NoApplicableCode\"", "operation=\"GetStatus\" result=\"500\""] {
        assert_eq!(server.log().matches(refused).count(), 20, "{}", server.log());
    }

    own.restart();
    server.await_ready();
    for (protocol, name, secret) in [("oseo", "demo", "demo-secret"), ("veloconnect", "K4711", "geheim")] {
        let added = server.account(&["add", "--protocol", protocol, name], secret);
        assert!(added.status.success(), "{added:?}");
    }
    assert_eq!(server.send(&submit("in time", "STANDARD", &["item"])).status, 200);
    assert_eq!(found(&server.send(&search(""))).len(), 1, "the early ones were refused");
    assert_eq!(server.send(&veloconnect("GetStatus", "")).element("ResponseCode"), Some("200"));
    let log = server.log();
    assert_eq!(log.matches("the database can be reached again").count(), 1, "{log}");
    let metrics = server.send(&get("/metrics"));
    for text in [log.as_str(), metrics.text()] {
        assert!(!text.contains(password), "{text}");
    }
}

/// Sellers have numbers in the database. Until they can be asked for, all that there is is refused in its protocol's words.
#[test]
fn a_server_with_sellers_waits_for_its_database() {
    let own = own_cluster();
    let toml = format!("{PATIENT}[[veloconnect.seller]]\nname = \"nord\"\nsellers_id = \"2\"\n");
    let mut server = Server::stopped(&Config { toml, accounts: Vec::new() }, |folder| Place::of(own.fresh_database(), folder));
    own.stop_immediate();
    server.spawn();
    eventually("the server knows", || {
        let ready = get("/health/ready").try_send(server.address).ok()?;
        (ready.text() == "the store is not available\n").then_some(())
    });
    let at_nord = |operation: &str, more: &str| {
        let request = veloconnect_as("K4711", "nordgeheim", operation, more);
        Request { target: request.target.replace("/veloconnect?", "/veloconnect/nord?"), ..request }
    };
    assert!(says_try_later(&server.send(&submit("early", "STANDARD", &["item"]))));
    for answer in [
        server.send(&at_nord("GetStatus", "")),
        server.send(&at_nord("GetItemDetails", "&SellersItemIdentification=1")),
        server.send(&veloconnect("GetProfile", "&SellersID=2&version=1.2")),
        server.send(&veloconnect("GetStatus", "")),
    ] {
        assert!(answer.status == 200 && says_try_later(&answer), "{}", answer.text());
        assert_valid("veloconnect", answer.text());
    }
    assert_eq!(server.send(&get("/veloconnect/west")).status, 404);

    own.restart();
    server.await_ready();
    for (seller, secret) in [(None, "geheim"), (Some("nord"), "nordgeheim")] {
        let seller = seller.map(|name| ["--seller", name]).into_iter().flatten();
        let arguments = ["add", "--protocol", "veloconnect", "K4711"].into_iter().chain(seller);
        let added = server.account(&arguments.collect::<Vec<_>>(), secret);
        assert!(added.status.success(), "{added:?}");
    }
    for answer in [server.send(&veloconnect("GetStatus", "")), server.send(&at_nord("GetStatus", ""))] {
        assert_eq!(answer.element("ResponseCode"), Some("200"), "{}", answer.text());
    }
    assert_eq!(errors(&server).len(), 1, "{:?}", errors(&server));
}

const OUTAGES: usize = 2;

#[test]
fn the_database_goes_away_and_comes_back_under_load() {
    let own = own_cluster();
    let toml = format!(
        "{PATIENT}[oseo]\nsearch_limit = 100000\n[veloconnect]\n{}\
         [fulfilment.oseo]\nprocessor = \"demo\"\ndemo_delay_ms = 20\nlease_seconds = 5\npoll_ms = 100\n",
        demo_articles()
    );
    let mut server = Server::stopped(&Config::new(&toml), |folder| Place::of(own.fresh_database(), folder));
    server.start();
    let notes = at_work(&[server.address], Trouble::DatabaseAway, |progress| {
        for _ in 0..OUTAGES {
            progress.await_answers(60);
            own.stop_immediate();
            progress.await_failures(30);
            own.restart();
            progress.await_answers(60);
        }
    });
    assert!(notes.orders.len() > 10, "{notes:?}");
    server.await_ready();
    await_all_over(&server);
    notes.check(&server);
    let mentioned = server.log().matches(AWAY).count();
    // A connection that was under way may still succeed just after another has failed.
    assert!((OUTAGES..=2 * OUTAGES).contains(&mentioned), "{mentioned} times");
    // The server is not ready, and each of its two writers may have lost a commit: not one for each of those refused.
    let errors = errors(&server);
    assert!(errors.len() <= 3 * OUTAGES, "{errors:#?}");
}

/// What is no outage, but damage or a mistake, is an error each time that it is met.
#[test]
fn damage_is_an_error_each_time() {
    let server = Server::serve(&Config::new("[fulfilment.oseo]\nenabled = false\n"));
    let id = server.send(&submit("damaged", "STANDARD", &["item"])).element("orderId").unwrap().to_owned();
    server.place.psql("update orders set items = '\\xff'");
    for _ in 0..2 {
        assert!(says_try_later(&server.send(&retrieve(&id))));
    }
    server.place.psql("alter table orders add constraint mistake check (id = 0) not valid");
    for _ in 0..2 {
        assert!(says_try_later(&server.send(&submit("impossible", "STANDARD", &["item"]))));
    }
    let errors = errors(&server);
    assert_eq!(errors.len(), 4, "{errors:#?}");
    for words in ["unreadable", "check constraint \"mistake\""] {
        assert_eq!(errors.iter().filter(|line| line.contains(words)).count(), 2, "{errors:#?}");
    }
}

/// The connection breaks within the commit, so that nobody knows whether it was carried out. Nobody is told that it
/// was, and it is not done again unasked.
#[test]
fn a_commit_without_an_answer_is_not_acknowledged() {
    let server = Server::serve(&Config::new(""));
    server.place.psql(
        "create sequence commits; grant usage on commits to ordergate; \
         create function break_off() returns trigger language plpgsql as $$ begin \
           if nextval('commits') = 1 then perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(60); end if; \
           return null; end $$; \
         create constraint trigger break_off after insert on orders deferrable initially deferred \
           for each row execute function break_off()",
    );
    let answer = server.send(&submit("broken off", "STANDARD", &["item"]));
    assert!(says_try_later(&answer), "{}", answer.text());
    assert!(found(&server.send(&search(""))).is_empty());
    assert_eq!(server.send(&submit("whole", "STANDARD", &["item"])).status, 200);
    let references: Vec<String> = found(&server.send(&search(""))).into_iter().map(|order| order.reference).collect();
    assert_eq!(references, ["whole"]);
}
