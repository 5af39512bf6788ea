//! Several servers on one database: customers do not see which one they talk to, and hardly that one dies.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::customers::{Trouble, at_work, await_all_over};
use crate::harness::{Answer, Config, Server, Soap, demo_articles, get, get_status};
use crate::oseo::customer::{Customer, Way, search};
use crate::oseo::fault::Fault;
use crate::oseo::identity::{digest, seconds_ago};
use crate::place::Place;

/// As many nodes on one database, with one key.
fn nodes<const COUNT: usize>(toml: &str) -> [Server; COUNT] {
    let mut place: Option<Place> = None;
    let mut config = Config::new(toml);
    std::array::from_fn(|_| {
        let mut node = Server::stopped(&config, |folder| place.clone().unwrap_or_else(|| Place::new(folder)));
        // The accounts are in the database that they share.
        config.accounts.clear();
        place.get_or_insert_with(|| node.place.clone());
        node.start();
        node
    })
}

/// Rounds in which a node is killed and started again.
const ROUNDS: usize = 9;

#[test]
fn nodes_die_and_nothing_is_lost_or_done_twice() {
    let toml = format!(
        "[oseo]\nsearch_limit = 100000\n[veloconnect]\n{}\
         [fulfilment.oseo]\nprocessor = \"demo\"\ndemo_delay_ms = 20\nlease_seconds = 5\nconcurrency = 4\npoll_ms = 100\n",
        demo_articles()
    );
    let mut nodes = nodes::<3>(&toml);
    let addresses = [0, 1, 2].map(|n| nodes[n].address);
    let notes = at_work(&addresses, Trouble::NodesDie, |progress| {
        for round in 0..ROUNDS {
            let node = &mut nodes[round % 3];
            progress.await_answers(60);
            node.kill();
            progress.await_failures(1);
            progress.await_answers(30);
            node.start();
        }
        progress.await_answers(60);
    });
    assert!(notes.orders.len() > ROUNDS, "{} orders", notes.orders.len());
    assert!(!notes.cancelled.is_empty());
    await_all_over(&nodes[0]);
    for node in &nodes {
        notes.check(node);
    }
    check_history(&nodes[0].place.psql(MOVES), notes.orders.len());
    nodes[0].assert_sound();
}

/// Each move of an item away from a status, and the status before.
pub const MOVES: &str = "select order_id, subject, from_status, to_status, coalesce(before, 1) from \
    (select *, lag(to_status) over (partition by order_id, subject order by seq) as before from history) as moves \
    where subject >= 0 order by order_id, subject, seq";

/// What the database says of each item (the answer to [`MOVES`]), from its first move away from Submitted (1): it was begun again only
/// after it was given up, and completed or cancelled once.
#[track_caller]
pub fn check_history(rows: &str, orders: usize) {
    const CANCELLED: &str = "3";
    const COMPLETED: &str = "4";
    const IN_PRODUCTION: &str = "5";
    const SUSPENDED: &str = "6";
    let mut over = 0;
    for row in rows.lines() {
        let [_, _, from, to, before] = row.split('|').collect::<Vec<_>>()[..] else { panic!("{row}") };
        assert_eq!(from, before, "a gap in the history: {row}");
        assert!(from != IN_PRODUCTION || [COMPLETED, SUSPENDED, CANCELLED].contains(&to), "{row}");
        assert!(![COMPLETED, CANCELLED].contains(&from), "{row}");
        over += usize::from([COMPLETED, CANCELLED].contains(&to));
    }
    assert_eq!(over, orders * 2, "each item once");
}

fn ask(node: &Server, header: &str) -> Answer {
    node.send(&Soap::V11.request_with(header, &search("", "brief")))
}

#[track_caller]
fn refused(answer: &Answer) -> String {
    let fault = Fault::read(Way::V11, answer);
    assert_eq!(fault.code, "AuthenticationFailed", "{fault}");
    fault.diagnosis
}

#[test]
fn a_nonce_is_good_for_one_node_only() {
    let [one, other] = nodes("");
    let header = digest(&Customer::demo(), "once", &seconds_ago(1));
    assert_eq!(ask(&one, &header).status, 200);
    for node in [&other, &one] {
        assert_eq!(refused(&ask(node, &header)), "the nonce was used before");
    }
    // The other node can read what the first one's key has sealed.
    assert_eq!(ask(&other, &digest(&Customer::demo(), "another", &seconds_ago(1))).status, 200);
}

/// Nothing of a link is stored: the key that all nodes have is enough. With another key it is no link.
#[test]
fn a_link_is_good_at_every_node() {
    let folder = tempfile::tempdir().unwrap();
    let section = crate::download::section(&folder);
    let [one, other] = nodes(&section);
    std::fs::write(folder.path().join("out/a.zip"), "product").unwrap();
    let id = crate::download::completed(&one, &format!("file://{}/out/a.zip", folder.path().display()));
    let link = crate::download::only_link(&one, &id);
    let file = other.send(&get(&link));
    assert_eq!((file.status, file.text()), (200, "product"));
    crate::download::await_status(&one, &id, "Downloaded");
    let key_file = folder.path().join("another.key").display().to_string();
    let place = one.place.with("key_file", key_file);
    let mut stranger = Server::stopped(&Config { toml: section, accounts: Vec::new() }, |_| place);
    stranger.start();
    assert_eq!(stranger.send(&get(&link)).status, 404);
}

/// How long a change of an account may go unnoticed.
const UNNOTICED: Duration = Duration::from_millis(300);

/// Carries out an `account` command, and asks all nodes the while until each refuses.
fn refused_after(nodes: &[Server], customer: &Customer, command: &[&str], password: &str) {
    let done = OnceLock::new();
    std::thread::scope(|scope| {
        for node in nodes {
            let done = &done;
            let header = customer.security();
            assert_eq!(ask(node, &header).status, 200);
            scope.spawn(move || {
                loop {
                    let began = Instant::now();
                    let answer = ask(node, &header);
                    if answer.status != 200 {
                        assert_eq!(refused(&answer), "user name or password not accepted");
                        return;
                    }
                    let unnoticed = done.get().map_or(Duration::ZERO, |at| began.saturating_duration_since(*at));
                    assert!(unnoticed < UNNOTICED, "let in {unnoticed:?} after the change");
                }
            });
        }
        let changed = nodes[0].account(&[command, &["--protocol", "oseo", &customer.0]].concat(), password);
        done.set(Instant::now()).unwrap();
        assert!(changed.status.success(), "{changed:?}");
    });
}

#[test]
fn all_nodes_take_notice_of_changed_accounts() {
    let nodes = nodes::<3>("");
    refused_after(&nodes, &Customer::demo(), &["set-password"], "changed-secret");
    refused_after(&nodes, &Customer::other(), &["disable"], "");
    let message = get_status("<os:filteringCriteria/><os:presentation>brief</os:presentation>");
    let header = crate::harness::security("demo", "changed-secret");
    for node in &nodes {
        assert_eq!(node.send(&Soap::V11.request_with(&header, &message)).status, 200);
    }
}

/// Two nodes at once on an empty database: one lays out the schema, and both serve.
#[test]
fn nodes_start_at_once_on_an_empty_database() {
    let config = Config::default();
    let mut one = Server::stopped(&config, Place::new);
    let place = one.place.clone();
    let mut other = Server::stopped(&config, |_| place.clone());
    let mut third = Server::stopped(&config, |_| place.clone());
    let mut all = [&mut one, &mut other, &mut third];
    for node in &mut all {
        node.spawn();
    }
    for node in &mut all {
        node.await_ready();
    }
    let applied = place.psql("select version, count(*) from schema_migrations group by version order by version");
    assert!(!applied.is_empty() && applied.lines().all(|line| line.ends_with("|1")), "{applied}");
    let migrated = all.iter().map(|node| node.log().matches("schema migrated").count()).sum::<usize>();
    assert_eq!(migrated, applied.lines().count(), "each step is taken by one node");
}
