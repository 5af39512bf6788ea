//! Measures the store; says nothing about right or wrong.
//!
//! `cargo test --release -p ordergate-store --test figures -- --ignored --nocapture`;
//! `ORDERGATE_FIGURES_ORDERS` sets how many orders are loaded first, `ORDERGATE_FIGURES_FOLDER` where.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use ordergate_engine::order::{Item, Order, OrderKind, Priority, State, Status, submission_entry};
use ordergate_engine::time::Clock;
use ordergate_engine::{AccountId, Actor, Document, OrderId, Protocol, ProviderId, Timestamp};
use ordergate_store::sqlite::{SqliteOptions, SqliteStore};
use ordergate_store::{Batch, Claim, Items, Job, JobKey, JobPart, OrderQuery, Parts, Store, Write};

#[derive(Debug)]
struct Start;

impl Clock for Start {
    fn now(&self) -> Timestamp {
        Timestamp(0)
    }
}

const OWNERS: i64 = 1_000;
const ITEMS: usize = 5;

/// An order of about 250 bytes and five items of about 150.
fn order(id: i64) -> Order {
    let at = Timestamp::from_seconds(1_700_000_000 + id * 30);
    let status = Status::ALL[usize::try_from(id).unwrap() % Status::ALL.len()];
    let state = State { status, since: at.plus_seconds(id % 977), info: None };
    let item = |n: usize| Item {
        item_id: format!("item-{n}"),
        state: state.clone(),
        result: None,
        listed: false,
        standing: false,
        document: Document(vec![b'i'; 150]),
    };
    Order {
        id: OrderId(id),
        provider: ProviderId::DEFAULT,
        owner: AccountId(id * 7_919 % OWNERS),
        protocol: Protocol::Oseo,
        kind: OrderKind::Product,
        reference: Some(format!("reference {id}")),
        priority: Priority::Standard,
        submitted_at: at,
        items: (0..ITEMS).map(item).collect(),
        state,
        revision: 0,
        document: Document(vec![b'o'; 250]),
    }
}

fn report(what: &str, count: u32, took: Duration) {
    let micros = took.as_secs_f64() * 1e6 / f64::from(count);
    eprintln!("{what:<44} {micros:>9.1} µs {:>10.0} /s", f64::from(count) / took.as_secs_f64());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn figures() {
    let loaded: i64 = std::env::var("ORDERGATE_FIGURES_ORDERS").map_or(100_000, |n| n.parse().unwrap());
    let folder = std::env::var("ORDERGATE_FIGURES_FOLDER").map_or_else(|_| tempfile::tempdir(), tempfile::tempdir_in).unwrap();
    let file = folder.path().join("orders.sqlite");
    let store = Arc::new(SqliteStore::open(SqliteOptions::new(&file), &Start).unwrap());
    load(&store, loaded).await;
    eprintln!("file {:.0} MB", std::fs::metadata(&file).unwrap().len() as f64 / 1e6);
    for _ in 0..3 {
        read(&store, loaded).await;
    }
    write(&store).await;
    work(&store, loaded).await;
    let closing = Instant::now();
    store.close().await.unwrap();
    report("close", 1, closing.elapsed());
}

async fn load(store: &SqliteStore, count: i64) {
    let first = store.reserve_order_ids(u32::try_from(count).unwrap()).unwrap().0;
    let start = Instant::now();
    let stored = store.load_orders((first..first + count).map(order), |_| ()).await.unwrap();
    report("load an order", u32::try_from(stored).unwrap(), start.elapsed());
    eprintln!("all in {:.1} s", start.elapsed().as_secs_f64());
}

/// The same random-looking ids each time.
fn some_ids(count: u32, up_to: i64) -> impl Iterator<Item = OrderId> {
    (0..i64::from(count)).map(move |n| OrderId(1 + n.wrapping_mul(2_654_435_761) % up_to))
}

async fn read(store: &Arc<SqliteStore>, loaded: i64) {
    const COUNT: u32 = 50_000;
    for (what, items, up_to) in [
        ("order with 5 items, among 1,000", Items::With, 1_000.min(loaded)),
        ("order with 5 items, among all", Items::With, loaded),
        ("order without items, among all", Items::Without, loaded),
    ] {
        let start = Instant::now();
        for id in some_ids(COUNT, up_to) {
            assert!(store.order(id, items).await.unwrap().is_some());
        }
        report(what, COUNT, start.elapsed());
    }
    let window = OrderQuery {
        provider: ProviderId::DEFAULT,
        owner: AccountId(0),
        others: vec![],
        statuses: vec![],
        updated_from: Timestamp::MIN,
        updated_until: Timestamp::MAX,
        reference: Some("reference 1000".to_owned()),
        limit: 1_000,
        items: Items::With,
    };
    search(store, "search by reference, 1 hit, all statuses", &window, COUNT / 10).await;
    let of_owner = OrderQuery { reference: None, statuses: vec![Status::Completed], limit: 3, ..window.clone() };
    search(store, "search by status, 3 given of many", &of_owner, COUNT / 10).await;
    let few = OrderQuery {
        statuses: vec![],
        limit: 1_000,
        updated_until: Timestamp::from_seconds(1_700_000_000 + 31 * 3_000),
        ..of_owner
    };
    search(store, "search by time, 3 hits, all statuses", &few, COUNT / 10).await;
    let many = OrderQuery { updated_until: Timestamp::MAX, limit: 100, ..few };
    search(store, "search, 100 given", &many, 500).await;
}

async fn search(store: &SqliteStore, what: &str, query: &OrderQuery, count: u32) {
    let start = Instant::now();
    let mut found = 0;
    for _ in 0..count {
        found = store.search(query).await.unwrap().orders.len();
    }
    report(&format!("{what} ({found})"), count, start.elapsed());
}

async fn write(store: &Arc<SqliteStore>) {
    for (tasks, count) in [(1_i64, 2_000_i64), (64, 40_000)] {
        let start = Instant::now();
        let running: Vec<_> = (0..tasks)
            .map(|_| {
                let store = Arc::clone(store);
                tokio::spawn(async move {
                    for _ in 0..count / tasks {
                        let id = store.next_order_id().await.unwrap();
                        store.commit(submission(id.0)).await.unwrap();
                    }
                })
            })
            .collect();
        for task in running {
            task.await.unwrap();
        }
        report(&format!("submit an order, {tasks} tasks"), u32::try_from(count).unwrap(), start.elapsed());
    }
}

/// What a Submit stores: the order, its first history entry, a job and the remembered message.
fn submission(id: i64) -> Batch {
    let order = Order { state: State::submitted(Timestamp(id)), ..order(id) };
    let key = JobKey { order: order.id, part: JobPart::Order };
    let job = Job { key, queue: Protocol::Oseo, priority: Priority::Standard, due_at: Timestamp(id), attempts: 0 };
    let message_id = format!("urn:uuid:{id:032}");
    let (owner, at) = (order.owner, order.submitted_at);
    let entry = submission_entry(&order, Actor::account("demo"));
    let message = Write::RememberMessage { owner, message_id, order: order.id, at };
    Batch { writes: vec![Write::InsertOrder(Box::new(order)), Write::AppendHistory(entry), Write::InsertJob(job), message] }
}

async fn work(store: &SqliteStore, loaded: i64) {
    let now = Timestamp::MAX;
    let claim =
        |limit| Claim { queue: Protocol::Oseo, parts: Parts::All, now, lease_until: now, lease: "worker".to_owned(), limit };
    let (mut jobs, start) = (0, Instant::now());
    for _ in 0..500 {
        jobs += u32::try_from(store.claim(&claim(16)).await.unwrap().len()).unwrap();
    }
    report("claim a job, 16 at once", jobs, start.elapsed());
    let start = Instant::now();
    for _ in 0..20_000 {
        store.next_due(Protocol::Oseo).await.unwrap();
    }
    report("next_due", 20_000, start.elapsed());
    let start = Instant::now();
    for id in some_ids(20_000, loaded) {
        store.history(id).await.unwrap();
    }
    report("history", 20_000, start.elapsed());
}
