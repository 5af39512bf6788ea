//! What moves is told: with a store, announcers and couriers of the test's own, and a clock that it sets.
#![allow(clippy::unwrap_used)]

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use ordergate_door::{Announce, Draft, Moved};
use ordergate_engine::order::{
    Command, HistoryEntry, Item, Order, OrderKind, Priority, State, apply, decide, entries_of, submission_entry,
};
use ordergate_engine::time::Clock;
use ordergate_engine::{AccountId, Actor, Document, OrderId, Protocol, ProviderId, Timestamp};
use ordergate_outbox::{Announcing, Courier, Couriers, Deliverer, DelivererHandle, OutboxOptions, Undelivered};
use ordergate_store::sqlite::{SqliteOptions, SqliteStore};
use ordergate_store::{Batch, Channel, CommitError, ConflictOn, Notification, NotificationState, SharedStore, Store, Write};
use ordergate_testkit::store::sqlite::{Place, empty_store};
use ordergate_testkit::store::{Fault, Flaky};
use parking_lot::Mutex;
use tokio::sync::Notify;

#[derive(Debug, Default)]
struct ManualClock(Mutex<i64>);

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(*self.0.lock())
    }
}

/// Tells two destinations of each move: what the order is then.
#[derive(Debug)]
struct TwoListeners;

impl Announce for TwoListeners {
    fn concerns(&self, _: &[&HistoryEntry]) -> bool {
        true
    }

    fn announce(&self, moved: &Moved<'_>) -> Vec<Draft> {
        let draft = |to: &str| Draft {
            channel: Channel::Callback,
            destination: to.to_owned(),
            event: moved.order.state.status.name().to_owned(),
            content: format!("{} moves", moved.moves.len()).into_bytes(),
        };
        vec![draft("good"), draft("bad")]
    }
}

/// Remembers what was delivered; refuses what goes to those who are down.
#[derive(Debug, Default)]
struct Post {
    delivered: Mutex<Vec<(String, String)>>,
    attempts: Mutex<usize>,
    down: Mutex<HashSet<String>>,
    hangs: Mutex<bool>,
}

#[async_trait]
impl Courier for Post {
    async fn deliver(&self, notification: &Notification) -> Result<String, Undelivered> {
        *self.attempts.lock() += 1;
        if *self.hangs.lock() {
            std::future::pending::<()>().await;
        }
        let (to, event) = (notification.destination.clone(), notification.event.clone());
        if self.down.lock().contains(&to) {
            return Err(Undelivered::for_now("down"));
        }
        self.delivered.lock().push((to, event));
        Ok("taken".to_owned())
    }
}

/// A store that announces, and what it takes to deliver.
struct Office {
    clock: Arc<ManualClock>,
    store: Arc<Announcing>,
    post: Arc<Post>,
    options: OutboxOptions,
    _place: Place,
}

impl Office {
    async fn new() -> Self {
        Self::with_faults(|_| Fault::None).await
    }

    /// With a store that fails as `fault` says.
    async fn with_faults(fault: impl Fn(Option<&Batch>) -> Fault + Send + Sync + 'static) -> Self {
        let (inner, place) = empty_store(&ManualClock::default()).await;
        Self::over(inner, place, fault)
    }

    /// Over a store that does not keep a paused clock waiting for a thread.
    fn on_paused_clock(fault: impl Fn(Option<&Batch>) -> Fault + Send + Sync + 'static) -> Self {
        let place = tempfile::tempdir().unwrap();
        let options = SqliteOptions::new(place.path().join("orders.sqlite"));
        let inner = SqliteStore::open_inline(options, &ManualClock::default()).unwrap();
        Self::over(Arc::new(inner), place, fault)
    }

    fn over(inner: SharedStore, place: Place, fault: impl Fn(Option<&Batch>) -> Fault + Send + Sync + 'static) -> Self {
        let clock = Arc::new(ManualClock::default());
        let inner: SharedStore = Arc::new(Flaky::new(inner, fault));
        let options = OutboxOptions { poll_ms: 10, retry_base_seconds: 10, ..OutboxOptions::default() };
        let store = Announcing::new(inner, vec![Arc::new(TwoListeners)], &options, Arc::clone(&clock) as _);
        Self { clock, store: Arc::new(store), post: Arc::default(), options, _place: place }
    }

    fn pass(&self, seconds: i64) {
        *self.clock.0.lock() += seconds;
    }

    fn deliver(&self) -> DelivererHandle {
        let couriers = Couriers { callback: Some(Arc::clone(&self.post) as _), ..Couriers::default() };
        let (store, clock): (SharedStore, Arc<dyn Clock>) = (Arc::clone(&self.store) as _, Arc::clone(&self.clock) as _);
        Deliverer::new(store, couriers, self.options.clone(), clock, Arc::new(Notify::new()), Arc::new(|_, _| {})).start()
    }

    /// A new order of one item, submitted.
    async fn submit(&self) -> Order {
        let state = State::submitted(self.clock.now());
        let item = Item {
            item_id: "a".to_owned(),
            state: state.clone(),
            result: None,
            listed: false,
            standing: false,
            document: Document::default(),
        };
        let order = Order {
            id: self.store.next_order_id().await.unwrap(),
            provider: ProviderId::DEFAULT,
            owner: AccountId(1),
            protocol: Protocol::Oseo,
            kind: OrderKind::Product,
            reference: None,
            priority: Priority::Standard,
            submitted_at: self.clock.now(),
            state,
            revision: 1,
            document: Document::default(),
            items: vec![item],
        };
        let mut batch = Batch::new();
        batch.push(Write::InsertOrder(Box::new(order.clone())));
        batch.push(Write::AppendHistory(submission_entry(&order, Actor::worker())));
        self.store.commit(batch).await.unwrap();
        order
    }

    /// Moves an order as it was read, all in one commit.
    async fn step(&self, order: &mut Order, commands: &[Command]) -> Result<(), CommitError> {
        let (mut batch, at) = (Batch::new(), self.clock.now());
        for command in commands {
            let changes = decide(order, command).unwrap();
            let history = entries_of(order.id, &changes, at, &Actor::worker(), "test");
            batch.order_changes(order, &changes, history, at);
            apply(order, &changes, at);
        }
        self.store.commit(batch).await
    }

    fn delivered(&self, to: &str) -> Vec<String> {
        self.post.delivered.lock().iter().filter(|(destination, _)| destination == to).map(|(_, event)| event.clone()).collect()
    }

    async fn stored(&self, id: OrderId) -> Vec<Notification> {
        self.store.notifications_of(id).await.unwrap()
    }
}

async fn eventually(what: &str, mut look: impl AsyncFnMut() -> bool) {
    for _ in 0..3000 {
        if look().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not seen within half a minute: {what}");
}

#[tokio::test]
async fn what_is_told_is_what_the_commit_makes_of_the_order() {
    let office = Office::new().await;
    let mut order = office.submit().await;
    let stale = order.clone();
    office.step(&mut order, &[Command::Accept, Command::Queue { most: usize::MAX }]).await.unwrap();
    // Of two moves in one commit, what the order is after both.
    let stored = office.stored(order.id).await;
    let told: Vec<(&str, &str)> = stored.iter().map(|n| (n.event.as_str(), n.destination.as_str())).collect();
    let both = |event| [(event, "good"), (event, "bad")];
    assert_eq!(told, [both("Submitted"), both("Suspended")].concat());
    assert!(stored.windows(2).all(|two| two[0].key < two[1].key), "{stored:?}");
    assert_eq!(stored[3].content, b"4 moves");
    // Decided on what the order was before: nothing is stored, and nothing is told.
    let conflict = office.step(&mut stale.clone(), &[Command::Accept]).await;
    assert!(matches!(conflict, Err(CommitError::Conflict(ConflictOn::Order))), "{conflict:?}");
    assert_eq!(office.stored(order.id).await.len(), 4);
}

/// In order for each destination; who is down holds up only what goes there.
#[tokio::test]
async fn a_destination_that_is_down_holds_up_itself_alone() {
    let office = Office::new().await;
    office.post.down.lock().insert("bad".to_owned());
    let deliverer = office.deliver();
    let mut order = office.submit().await;
    office.step(&mut order, &[Command::Accept]).await.unwrap();
    eventually("the other has heard all", async || office.delivered("good") == ["Submitted", "Accepted"]).await;
    eventually("an attempt is recorded", async || office.stored(order.id).await[1].attempts == 1).await;
    assert_eq!(office.delivered("bad"), [""; 0]);
    office.post.down.lock().clear();
    office.step(&mut order, &[Command::Queue { most: usize::MAX }]).await.unwrap();
    eventually("the new move overtakes for the other", async || office.delivered("good").len() == 3).await;
    assert_eq!(office.delivered("bad"), [""; 0], "its time has not come");
    office.pass(10);
    eventually("it hears all in order", async || office.delivered("bad") == ["Submitted", "Accepted", "Suspended"]).await;
    deliverer.stop().await;
    let states: Vec<NotificationState> = office.stored(order.id).await.iter().map(|n| n.state).collect();
    assert_eq!(states, [NotificationState::Delivered; 6]);
}

/// What a deliverer has in hand that hangs is taken up by another when its lease has ended, and not before.
#[tokio::test]
async fn another_deliverer_takes_over() {
    let office = Office::new().await;
    *office.post.hangs.lock() = true;
    let hanging = office.deliver();
    office.submit().await;
    eventually("it is in hand", async || *office.post.attempts.lock() == 1).await;
    *office.post.hangs.lock() = false;
    let other = office.deliver();
    office.pass(30);
    let waited = office.submit().await;
    eventually("other orders are told of", async || {
        office.stored(waited.id).await.iter().all(|n| n.state == NotificationState::Delivered)
    })
    .await;
    assert_eq!(office.delivered("good").len(), 1, "the first is still leased");
    office.pass(60);
    eventually("the first is told as well", async || office.delivered("good").len() == 2).await;
    other.stop().await;
    hanging.stop().await;
}

/// Who stops in order leaves nothing leased: the next one goes on at once.
#[tokio::test]
async fn a_stop_puts_back_what_is_in_hand() {
    let office = Office::new().await;
    *office.post.hangs.lock() = true;
    let first = office.deliver();
    office.submit().await;
    eventually("it is in hand", async || *office.post.attempts.lock() == 1).await;
    first.stop().await;
    *office.post.hangs.lock() = false;
    let next = office.deliver();
    eventually("both destinations are told", async || office.post.delivered.lock().len() == 2).await;
    next.stop().await;
}

/// A store that is away for a moment costs a moment: nobody waits for the lease to end (the clock stands still here), and what was
/// delivered is not delivered again.
#[tokio::test]
async fn a_store_that_is_away_for_a_moment_is_asked_again() {
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    let office = Office::with_faults(move |batch| {
        let notes = |w: &Write| matches!(w, Write::RecordAttempt(_) | Write::EndNotifying { .. });
        if !batch.is_some_and(|batch| batch.writes.iter().any(notes)) {
            return Fault::None;
        }
        *count.lock() += 1;
        if *count.lock() % 3 == 0 { Fault::None } else { Fault::Before }
    })
    .await;
    let deliverer = office.deliver();
    let order = office.submit().await;
    let all = async || office.stored(order.id).await.iter().all(|n| n.state == NotificationState::Delivered);
    eventually("both are noted", all).await;
    let next = office.submit().await;
    eventually("the next order is told as well", async || {
        office.stored(next.id).await.iter().all(|n| n.state == NotificationState::Delivered)
    })
    .await;
    assert_eq!(*office.post.attempts.lock(), 4);
    deliverer.stop().await;
}

/// Whose store answers so late that another deliverer has gone on meanwhile begins no further attempt: it would tell what was told
/// before, after what came later.
#[tokio::test(start_paused = true)]
async fn who_is_answered_after_the_lease_leaves_the_rest_to_others() {
    let is_first = AtomicBool::new(true);
    let office = Office::on_paused_clock(move |batch| {
        let records = batch.is_some_and(|batch| batch.writes.iter().any(|w| matches!(w, Write::RecordAttempt(_))));
        if records && is_first.swap(false, Ordering::SeqCst) { Fault::Slow(Duration::from_mins(2)) } else { Fault::None }
    });
    let late = office.deliver();
    let mut order = office.submit().await;
    eventually("one is told", async || office.delivered("good").len() == 1).await;
    office.pass(100);
    office.step(&mut order, &[Command::Accept]).await.unwrap();
    let other = office.deliver();
    eventually("the other one goes on", async || office.delivered("bad") == ["Submitted", "Accepted"]).await;
    tokio::time::sleep(Duration::from_mins(3)).await;
    assert_eq!(office.delivered("bad"), ["Submitted", "Accepted"]);
    assert_eq!(office.delivered("good"), ["Submitted", "Accepted"]);
    late.stop().await;
    other.stop().await;
}

/// After the time for it, it is given up, and what comes after is tried.
#[tokio::test]
async fn what_cannot_be_delivered_is_given_up() {
    let office = Office::new().await;
    office.post.down.lock().insert("bad".to_owned());
    let deliverer = office.deliver();
    let order = office.submit().await;
    let given_up = async || office.stored(order.id).await[1].state == NotificationState::GivenUp;
    for _ in 0..40 {
        let before = office.stored(order.id).await[1].attempts;
        office.pass(6 * 3600);
        eventually("the next attempt", async || given_up().await || office.stored(order.id).await[1].attempts > before).await;
        if given_up().await {
            break;
        }
    }
    let last = &office.stored(order.id).await[1];
    assert_eq!((last.state, last.report.as_deref()), (NotificationState::GivenUp, Some("down")));
    assert!((10..15).contains(&last.attempts), "{}", last.attempts);
    deliverer.stop().await;
}
