//! Three nodes, one database, and everything that goes wrong at a place where servers run, in any order: nodes are killed or stand still
//! for longer than their leases, the database is killed, connections to it are cut or slow. What customers and a service of the
//! operator were told is held against what is there afterwards.

use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, RandomState};
use std::net::SocketAddr;
use std::thread::sleep;
use std::time::{Duration, Instant};

use ordergate_testkit::postgres::{OwnCluster, skip_all};
use serde_json::Value;

use crate::customers::{Notes, Progress, Trouble, at_work, await_all_over};
use crate::harness::{Config, Receiver, Reply, Server, demo_articles};
use crate::link::Link;
use crate::nodes::{MOVES, check_history};
use crate::place::Place;

/// How much goes wrong, unless [`ROUNDS_WANTED`] says otherwise.
const ROUNDS: u64 = 10;
/// Environment variable: so many rounds, which are reported on the way (`-- --nocapture`).
const ROUNDS_WANTED: &str = "TORTURE_ROUNDS";
/// Environment variable: the seed that a run has printed, so that the same goes wrong in the same order.
const SEED: &str = "TORTURE_SEED";

const LEASE_SECONDS: u64 = 5;

#[derive(Debug, Clone, Copy)]
enum Nuisance {
    Kill,
    /// For a moment; for longer than a lease.
    StandStill(Duration),
    RestartDatabase,
    Cut,
    Slow,
}

const NUISANCES: [Nuisance; 7] = [
    Nuisance::Kill,
    Nuisance::StandStill(Duration::from_millis(300)),
    Nuisance::StandStill(Duration::from_secs(LEASE_SECONDS + 2)),
    Nuisance::RestartDatabase,
    Nuisance::Cut,
    Nuisance::Slow,
    Nuisance::Kill,
];

struct Site {
    own: OwnCluster,
    nodes: [Server; 3],
    links: [Link; 3],
    receiver: Receiver,
    place: Place,
}

impl Site {
    fn new(folder: &std::path::Path) -> Self {
        let own = OwnCluster::start().unwrap_or_else(|| skip_all());
        let receiver = Receiver::new(|_| Reply::ok(""));
        let secret = folder.join("secret");
        std::fs::write(&secret, "whsec_c2lnbmluZyBzZWNyZXQgb2YgdGhlIHRlc3Rz").unwrap();
        let toml = format!(
            "request_seconds = 5\n[oseo]\nsearch_limit = 100000\n[veloconnect]\n{}\
             [fulfilment.oseo]\nprocessor = \"demo\"\ndemo_delay_ms = 20\nlease_seconds = {LEASE_SECONDS}\nconcurrency = 4\npoll_ms = 100\n\
             [outbox]\npoll_ms = 100\ntimeout_seconds = 1\nretry_base_seconds = 1\nretry_max_seconds = 1\n\
             [[outbox.webhook]]\nname = \"hook\"\nurl = {:?}\nsecret_file = {:?}\n",
            demo_articles(),
            receiver.url("/hook"),
            secret.display().to_string()
        );
        let database = SocketAddr::from(([127, 0, 0, 1], own.port()));
        let links = [0; 3].map(|_| Link::to(database));
        let place = Place::of(own.fresh_database(), folder);
        let mut config = Config::new(&toml);
        let nodes = [0, 1, 2].map(|n| {
            let url = place.url().replace(&database.to_string(), &links[n].address.to_string());
            assert_ne!(url, place.url(), "the address of the database is not in its URL");
            let mut node = Server::stopped(&config, |_| place.with("url", url));
            // The accounts are in the database that they share.
            config.accounts.clear();
            node.start();
            node
        });
        Self { own, nodes, links, receiver, place }
    }

    /// One thing goes wrong, and is over when this returns.
    fn plague(&mut self, nuisance: Nuisance, which: usize, progress: &Progress) {
        let (node, link) = (&mut self.nodes[which], &self.links[which]);
        match nuisance {
            Nuisance::Kill => {
                node.kill();
                progress.await_failures(1);
                progress.await_answers(15);
                node.start();
            }
            Nuisance::StandStill(time) => {
                node.signal("STOP");
                sleep(time);
                node.signal("CONT");
            }
            Nuisance::RestartDatabase => {
                self.own.stop_immediate();
                progress.await_failures(1);
                self.own.restart();
            }
            Nuisance::Cut => link.cut(),
            Nuisance::Slow => {
                link.slow(true);
                progress.await_answers(15);
                link.slow(false);
            }
        }
        progress.await_answers(15);
    }

    /// Of each order, the service was told its end.
    fn check_announced(&self, notes: &Notes) {
        let began = Instant::now();
        loop {
            let told: BTreeSet<String> = self.receiver.received().iter().filter_map(|request| over(&request.body)).collect();
            let missing: Vec<&String> = notes.orders.values().filter(|id| !told.contains(*id)).collect();
            if missing.is_empty() {
                return;
            }
            // What a killed node had in hand waits for the end of its lease.
            assert!(began.elapsed() < Duration::from_secs(90), "the end of these was not announced: {missing:?}");
            sleep(Duration::from_millis(100));
        }
    }
}

/// The id of the order whose end an event tells of.
fn over(event: &str) -> Option<String> {
    let event: Value = serde_json::from_str(event).expect("JSON");
    let is_end = ["order.completed", "order.cancelled"].contains(&event["type"].as_str()?);
    is_end.then(|| event["data"]["order"]["id"].as_str().map(str::to_owned)).flatten()
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(sides).unwrap()).unwrap()
    }
}

fn wanted(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|number| number.parse().expect("a number"))
}

#[test]
fn whatever_goes_wrong_nothing_is_lost_and_nothing_is_done_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut site = Site::new(folder.path());
    let rounds = wanted(ROUNDS_WANTED).unwrap_or(ROUNDS);
    let seed = wanted(SEED).unwrap_or_else(|| RandomState::new().hash_one(rounds));
    eprintln!("{SEED}={seed}");
    let addresses = [0, 1, 2].map(|n| site.nodes[n].address);
    let mut dice = Dice(seed);
    let notes = at_work(&addresses, Trouble::Any, |progress| {
        progress.await_answers(30);
        for round in 1..=rounds {
            let (nuisance, which) = (NUISANCES[dice.throw(NUISANCES.len())], dice.throw(3));
            eprintln!("round {round}: {nuisance:?}, node {which}");
            site.plague(nuisance, which, progress);
        }
    });
    eprintln!("{} orders, {} cancelled, {} requests repeated", notes.orders.len(), notes.cancelled.len(), notes.repeated);
    await_all_over(&site.nodes[0]);
    for node in &site.nodes {
        notes.check(node);
    }
    check_history(&site.own.psql(site.place.name(), MOVES).unwrap(), notes.orders.len());
    site.check_announced(&notes);
    site.nodes[0].assert_sound();
}
