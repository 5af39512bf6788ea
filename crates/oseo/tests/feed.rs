//! The feed on a store: what a full order gets, what two feeds at once do, and how long many items take.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::sync::Arc;
use std::time::Instant;

use ordergate_engine::order::{Item, Order, OrderKind, Priority, State, Status};
use ordergate_engine::time::Clock;
use ordergate_engine::{AccountId, Actor, Document, OrderId, Protocol, ProviderId, Timestamp};
use ordergate_oseo::feed::{Feed, FeedReport};
use ordergate_store::sqlite::{SqliteOptions, SqliteStore};
use ordergate_store::{Batch, Claim, ITEMS_PER_ORDER, Items, JobKey, JobPart, Parts, SharedStore, Standing, Write};
use tempfile::TempDir;

#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(43_200)
    }
}

const ITEM: &str = "<os:itemId>s</os:itemId><os:subscriptionId><os:collectionId>c</os:collectionId></os:subscriptionId>";

struct Place {
    store: SharedStore,
    _folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(SqliteOptions::new(folder.path().join("s")), &Noon).unwrap();
        Self { store: Arc::new(store), _folder: folder }
    }

    /// An active subscription whose order has so many products already.
    async fn subscribe(&self, products: usize) -> OrderId {
        self.subscribe_with(products, ITEM, "{}").await
    }

    async fn subscribe_with(&self, products: usize, document: &str, criteria: &str) -> OrderId {
        let document = Document(document.as_bytes().to_vec());
        let id = self.store.next_order_id().await.unwrap();
        let state = |status| State { status, since: Noon.now(), info: None };
        let standing =
            Item { item_id: "s".into(), state: state(Status::Suspended), result: None, listed: false, standing: true, document };
        let product = |n: usize| Item {
            item_id: format!("s.{}", n + 1),
            state: state(Status::Completed),
            standing: false,
            document: Document::default(),
            ..standing.clone()
        };
        let order = Order {
            id,
            provider: ProviderId::DEFAULT,
            owner: AccountId(1),
            protocol: Protocol::Oseo,
            kind: OrderKind::Subscription,
            reference: None,
            priority: Priority::Standard,
            submitted_at: Noon.now(),
            state: state(Status::Suspended),
            revision: 1,
            document: Document::default(),
            items: std::iter::once(standing.clone()).chain((0..products).map(product)).collect(),
        };
        let standing = Standing {
            order: id,
            position: 0,
            provider: order.provider,
            kind: order.kind,
            topic: "c".into(),
            criteria: Document(criteria.as_bytes().to_vec()),
            expires_at: Standing::NEVER,
        };
        let activate = Write::ActivateStanding { order: id, position: 0 };
        let writes = vec![Write::InsertOrder(Box::new(order)), Write::InsertStanding(standing), activate];
        self.store.commit(Batch { writes }).await.unwrap();
        id
    }

    async fn status(&self, id: OrderId) -> Status {
        self.store.order(id, Items::Without).await.unwrap().unwrap().state.status
    }

    async fn items(&self, id: OrderId) -> Vec<Item> {
        self.store.order(id, Items::With).await.unwrap().unwrap().items
    }

    fn feed(&self) -> Feed {
        Feed {
            store: Arc::clone(&self.store),
            clock: Arc::new(Noon),
            provider: ProviderId::DEFAULT,
            queues: true,
            offers: Arc::new(|_| false),
            who: Actor::system(),
            is_usable: |_| true,
        }
    }

    async fn announce(&self, products: std::ops::Range<usize>) -> FeedReport {
        let lines: Vec<String> = products.map(|n| format!("{{\"collection\":\"c\",\"identifier\":\"urn:p:{n}\"}}")).collect();
        self.feed().announce(lines.iter().map(String::as_str), 1).await.unwrap()
    }
}

/// More lines than are read at once are all fed, each once; of very many wrong ones the first are told.
#[tokio::test]
async fn a_feed_of_very_many_lines() {
    let place = Place::new();
    let order = place.subscribe(0).await;
    let report = place.announce(0..2_500).await;
    assert!(report.announced.iter().map(|line| (line.line, line.new)).eq((1..=2_500).map(|line| (line, 1))));
    assert_eq!(place.items(order).await.len(), 2_501);
    let report = place.feed().announce(std::iter::repeat_n("x", 1_500), 1).await.unwrap();
    assert_eq!((report.errors.len(), report.further_errors, report.wrong()), (1_000, 500, 1_500));
    assert_eq!((report.errors[0].line, report.errors[999].line), (1, 1_000));
}

#[tokio::test]
async fn an_order_without_room_is_told_of() {
    let place = Place::new();
    let (full, roomy) = (place.subscribe(ITEMS_PER_ORDER - 2).await, place.subscribe(0).await);
    let report = place.announce(0..3).await;
    let counts: Vec<_> = report.announced.iter().map(|line| (line.matched, line.new, line.full)).collect();
    assert_eq!(counts, [(2, 2, 0), (2, 1, 1), (2, 1, 1)]);
    assert_eq!((place.items(full).await.len(), place.items(roomy).await.len()), (ITEMS_PER_ORDER, 4));
    // It is told again, and nothing is lost: whoever makes room finds it not fed.
    let again = place.announce(0..3).await;
    assert!(again.announced.iter().map(|line| (line.new, line.full)).eq([(0, 0), (0, 1), (0, 1)]));
}

/// What comes with its result is delivered before it is ready, where its customer wants that, and not produced.
#[tokio::test]
async fn a_product_that_is_to_be_delivered() {
    let place = Place::new();
    let delivery = |protocol| {
        format!(
            "<os:deliveryOptions><os:onlineDataDelivery><os:protocol>{protocol}</os:protocol></os:onlineDataDelivery></os:deliveryOptions>"
        )
    };
    let item = |protocol| ITEM.replace("</os:itemId>", &format!("</os:itemId>{}", delivery(protocol)));
    let by_us = place.subscribe_with(0, &item("sftp"), "{}").await;
    let by_others = place.subscribe_with(0, &item("ftp"), "{}").await;
    let feed = Feed { offers: Arc::new(|protocol| protocol == "sftp"), ..place.feed() };
    let line = r#"{"collection":"c","identifier":"urn:p:1","result":"file:///srv/out/1"}"#;
    feed.announce(std::iter::once(line), 1).await.unwrap();
    let (ours, theirs) = (place.items(by_us).await.remove(1), place.items(by_others).await.remove(1));
    assert_eq!((ours.state.status, ours.result.as_deref()), (Status::InProduction, Some("file:///srv/out/1")));
    assert_eq!(theirs.state.status, Status::Completed);
    // As its items say.
    assert_eq!((place.status(by_us).await, place.status(by_others).await), (Status::InProduction, Status::Suspended));
    let now = Noon.now();
    let claim = |parts| Claim { queue: Protocol::Oseo, parts, now, lease_until: now, lease: "l".to_owned(), limit: 9 };
    let jobs = place.store.claim(&claim(Parts::Deliveries)).await.unwrap();
    assert_eq!(jobs.iter().map(|job| job.key).collect::<Vec<_>>(), [JobKey { order: by_us, part: JobPart::Delivery(1) }]);
    assert_eq!(place.store.claim(&claim(Parts::All)).await.unwrap(), []);
}

/// A damaged order does not keep the others from being fed.
#[tokio::test]
async fn what_cannot_be_read_is_passed_over() {
    let place = Place::new();
    place.subscribe_with(0, "<os:itemId>", "{}").await;
    place.subscribe_with(0, ITEM, "?").await;
    let sound = place.subscribe(0).await;
    let report = place.announce(0..2).await;
    assert!(report.announced.iter().all(|line| (line.matched, line.new, line.unreadable) == (2, 1, 2)), "{report:?}");
    assert_eq!(place.items(sound).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_at_once_feed_each_product_once() {
    let place = Arc::new(Place::new());
    let ids = [place.subscribe(0).await, place.subscribe(20).await];
    let feeds: Vec<_> = (0..8)
        .map(|n| {
            let place = Arc::clone(&place);
            tokio::spawn(async move { place.announce(n * 10..n * 10 + 60).await })
        })
        .collect();
    let mut new = 0;
    for feed in feeds {
        new += feed.await.unwrap().announced.iter().map(|line| line.new).sum::<usize>();
    }
    assert_eq!(new, 2 * 130);
    assert_eq!((place.items(ids[0]).await.len(), place.items(ids[1]).await.len()), (131, 151));
}

/// `cargo test --release -p ordergate-oseo --test feed -- --ignored --nocapture`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn figures() {
    let place = Place::new();
    let side = std::env::var("FEED_SIDE").ok().and_then(|side| side.parse().ok()).unwrap_or(1000);
    for _ in 0..side {
        place.subscribe(0).await;
    }
    for what in ["fed", "announced again"] {
        let began = Instant::now();
        let report = place.announce(0..side).await;
        let (new, took) = (report.announced.iter().map(|line| line.new).sum::<usize>(), began.elapsed());
        println!("{side} products over {side} subscriptions {what}: {new} items in {took:.1?}");
    }
}
