//! Nothing is worked on twice at a time and nothing is forgotten: lost workers, several workers,
//! stores that fail.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::common::shop::{Shop, doing, job_of, options};
use crate::common::{Scripts, until};
use ordergate_engine::order::Status::{Completed, InProduction, Submitted, Suspended};
use ordergate_engine::order::{Priority, Status, Subject, automaton};
use ordergate_engine::time::Clock;
use ordergate_engine::{Protocol, Timestamp};
use ordergate_fulfilment::{FulfilmentOptions, Outcome, ProcessorKind, processor_of};
use ordergate_store::{Batch, Claim, JobPart, Parts, SharedStore, Write};
use ordergate_testkit::store::{Fault, Flaky};
use proptest::prelude::*;

const DONE: Outcome = Outcome::Done { result: None };

#[tokio::test]
async fn an_item_whose_worker_was_lost_is_taken_up_again_once_its_lease_ends() {
    let shop = Shop::new().await;
    let now = shop.clock.now();
    let mut order = shop.new_order(1, Priority::Standard, now).await;
    order.state.status = InProduction;
    order.items[0].state.status = InProduction;
    let (id, job) = (order.id, job_of(&order, JobPart::Item(0)));
    let writes = vec![Write::InsertOrder(Box::new(order)), Write::InsertJob(job)];
    shop.store.commit(Batch { writes }).await.unwrap();
    let lease_until = now.plus_seconds(1000);
    let claim = Claim { queue: Protocol::Oseo, parts: Parts::All, now, lease_until, lease: "lost".into(), limit: 1 };
    assert_eq!(shop.store.claim(&claim).await.unwrap().len(), 1);

    let runs: Arc<Mutex<Vec<Timestamp>>> = Arc::default();
    let (noted, clock) = (Arc::clone(&runs), Arc::clone(&shop.clock));
    let processor = doing(move |_| {
        noted.lock().unwrap().push(clock.now());
        async { DONE }
    });
    let workers = [shop.worker(&options(), processor.clone()), shop.worker(&options(), processor)];
    // Done by the same workers: they have looked for work and left the held item alone.
    let other = shop.submit(1, Priority::Standard, 0).await;
    shop.until_status(other, Completed).await;
    assert_eq!(shop.status(id).await, InProduction);
    shop.clock.advance(1000);
    shop.until_status(id, Completed).await;
    let runs = runs.lock().unwrap().clone();
    assert!(runs.len() == 2 && runs[0] < lease_until && runs[1] >= lease_until, "{runs:?}");
    let why = ["taken up again after its worker was lost", "production begins, attempt 2 of 3", "product ready"];
    assert_eq!(shop.reasons(id, 0).await, why);
    shop.until_idle().await;
    for worker in workers {
        worker.stop().await;
    }
}

#[tokio::test]
async fn two_workers_share_the_work_and_run_every_item_once() {
    let (shop, scripts) = (Shop::new().await, Scripts::new());
    let script = r#"
        name="$ORDERGATE_ORDER_ID.$ORDERGATE_ITEM_ID"
        mkdir "$1/running.$name" || echo "$name" >> "$1/twice"
        echo "$name" >> "$1/runs"
        rmdir "$1/running.$name"
        echo '{"result":null}'"#;
    let command = scripts.command(script);
    let options = FulfilmentOptions { processor: ProcessorKind::Command, command, ..options() };
    let mut ids = Vec::new();
    for age in 0..8 {
        ids.push(shop.submit(4, Priority::Standard, age).await);
    }
    let worker = || shop.worker(&options, processor_of(&options, Arc::new(|_: &_| Ok(None)), None).unwrap());
    let workers = [worker(), worker()];
    shop.until_idle().await;
    for worker in workers {
        worker.stop().await;
    }
    for id in &ids {
        assert_eq!(shop.status(*id).await, Completed);
    }
    let text = scripts.read("runs");
    let mut runs: Vec<&str> = text.lines().collect();
    assert_eq!(runs.len(), 32);
    runs.sort_unstable();
    runs.dedup();
    assert_eq!((runs.len(), scripts.read("twice")), (32, String::new()));
}

/// One run that is under way, for as long as it exists.
struct Presence(Arc<AtomicUsize>);

impl Presence {
    fn new(counter: &Arc<AtomicUsize>) -> Self {
        counter.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(counter))
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn extends(batch: Option<&Batch>) -> bool {
    batch.is_some_and(|b| b.writes.iter().all(|w| matches!(w, Write::ExtendLease { .. })))
}

#[tokio::test]
async fn a_run_longer_than_its_lease_keeps_it() {
    let shop = Shop::new().await;
    let id = shop.submit(1, Priority::Standard, 0).await;
    let (runs, extended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counted, signs) = (Arc::clone(&runs), Arc::clone(&extended));
    let processor = doing(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        let signs = Arc::clone(&signs);
        async move {
            // Five thirds of the lease.
            until("the lease was extended", || async { signs.load(Ordering::SeqCst) == 5 }).await;
            DONE
        }
    });
    let count = move |batch: Option<&Batch>| {
        extended.fetch_add(usize::from(extends(batch)), Ordering::SeqCst);
        Fault::None
    };
    let store: SharedStore = Arc::new(Flaky::new(Arc::clone(&shop.store), count));
    let options = FulfilmentOptions { lease_seconds: 3, ..options() };
    let workers = [shop.worker_on(Arc::clone(&store), &options, processor.clone()), shop.worker_on(store, &options, processor)];
    shop.until_status(id, Completed).await;
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    for worker in workers {
        worker.stop().await;
    }
}

/// The store says so late that a run may begin that much of its lease has passed: it is extended in time nonetheless.
#[tokio::test]
async fn a_run_that_begins_late_extends_its_lease_in_time() {
    let shop = Shop::new().await;
    let id = shop.submit(1, Priority::Standard, 0).await;
    let (running, extended, overlaps) =
        (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let (present, signs, noted) = (Arc::clone(&running), Arc::clone(&extended), Arc::clone(&overlaps));
    let slow = doing(move |_| {
        noted.fetch_add(present.load(Ordering::SeqCst), Ordering::SeqCst);
        let (presence, signs) = (Presence::new(&present), Arc::clone(&signs));
        async move {
            let _presence = presence;
            until("the lease was extended", || async { signs.load(Ordering::SeqCst) >= 2 }).await;
            DONE
        }
    });
    let is_first = AtomicBool::new(true);
    let fault = move |batch: Option<&Batch>| {
        let begins = |w: &Write| matches!(w, Write::AppendHistory(e) if e.subject == Subject::Item(0) && e.to == InProduction);
        if batch.is_some_and(|b| b.writes.iter().any(begins)) && is_first.swap(false, Ordering::SeqCst) {
            return Fault::Slow(Duration::from_millis(3500));
        }
        extended.fetch_add(usize::from(extends(batch)), Ordering::SeqCst);
        Fault::None
    };
    let store: SharedStore = Arc::new(Flaky::new(Arc::clone(&shop.store), fault));
    let options = FulfilmentOptions { lease_seconds: 5, ..options() };
    let late = shop.worker_on(store, &options, slow);
    shop.until_status(id, InProduction).await;
    let noted = Arc::clone(&overlaps);
    let other = shop.worker(
        &options,
        doing(move |_| {
            noted.fetch_add(running.load(Ordering::SeqCst), Ordering::SeqCst);
            async { DONE }
        }),
    );
    shop.until_status(id, Completed).await;
    assert_eq!(overlaps.load(Ordering::SeqCst), 0);
    other.stop().await;
    late.stop().await;
}

/// The store is lost to one worker: its run must have ended when another may take the item.
#[tokio::test]
async fn a_run_whose_lease_cannot_be_extended_ends_before_the_lease_does() {
    let shop = Shop::new().await;
    let id = shop.submit(1, Priority::Standard, 0).await;
    let (running, lost) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let (present, is_lost) = (Arc::clone(&running), Arc::clone(&lost));
    let endless = doing(move |_| {
        let presence = Presence::new(&present);
        async move {
            let _presence = presence;
            std::future::pending().await
        }
    });
    let fault = move |_: Option<&Batch>| if is_lost.load(Ordering::SeqCst) { Fault::Before } else { Fault::None };
    let store: SharedStore = Arc::new(Flaky::new(Arc::clone(&shop.store), fault));
    let options = FulfilmentOptions { lease_seconds: 5, ..options() };
    let cut_off = shop.worker_on(store, &options, endless);
    until("the item runs", || async { running.load(Ordering::SeqCst) == 1 }).await;
    lost.store(true, Ordering::SeqCst);
    let present = Arc::clone(&running);
    let overlaps = Arc::new(AtomicUsize::new(0));
    let noted = Arc::clone(&overlaps);
    let other = shop.worker(
        &options,
        doing(move |_| {
            noted.fetch_add(present.load(Ordering::SeqCst), Ordering::SeqCst);
            async { DONE }
        }),
    );
    shop.until_status(id, Completed).await;
    assert_eq!(overlaps.load(Ordering::SeqCst), 0);
    assert_eq!(shop.reasons(id, 0).await[3], "taken up again after its worker was lost");
    other.stop().await;
    cut_off.stop().await;
}

/// Another worker claims the only job, whose lease it takes to have ended, for a long time.
async fn steal(shop: &Shop) -> Timestamp {
    let now = shop.clock.now().plus_seconds(100);
    let (lease_until, lease) = (now.plus_seconds(1000), "thief".to_owned());
    let claim = Claim { queue: Protocol::Oseo, parts: Parts::All, now, lease_until, lease, limit: 1 };
    assert_eq!(shop.store.claim(&claim).await.unwrap().len(), 1);
    lease_until
}

/// Another has the job by now: what the run came to is not recorded, and its future is dropped.
#[tokio::test]
async fn a_run_whose_job_is_another_s_ends_without_a_trace() {
    let shop = Shop::new().await;
    let id = shop.submit(1, Priority::Standard, 0).await;
    let running = Arc::new(AtomicUsize::new(0));
    let present = Arc::clone(&running);
    let endless = doing(move |_| {
        let presence = Presence::new(&present);
        async move {
            let _presence = presence;
            std::future::pending().await
        }
    });
    let worker = shop.worker(&FulfilmentOptions { lease_seconds: 3, concurrency: 1, ..options() }, endless);
    until("the item runs", || async { running.load(Ordering::SeqCst) == 1 }).await;
    let stolen_until = steal(&shop).await;
    let before = shop.store.history(id).await.unwrap();
    until("the run has ended", || async { running.load(Ordering::SeqCst) == 0 }).await;
    worker.stop().await;
    assert_eq!(shop.store.history(id).await.unwrap(), before);
    assert_eq!(shop.next_due().await, Some(stolen_until));
}

/// A worker that was held up between claim and start must notice that the job is another's by now.
#[tokio::test]
async fn a_job_that_is_another_s_by_now_is_not_started() {
    let shop = Shop::new().await;
    let id = shop.submit(1, Priority::Standard, 10).await;
    let (held_up, tries) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicUsize::new(0)));
    let (is_held_up, tried) = (Arc::clone(&held_up), Arc::clone(&tries));
    let fault = move |batch: Option<&Batch>| {
        let starts = |w: &Write| matches!(w, Write::AppendHistory(entry) if entry.to == InProduction);
        if !is_held_up.load(Ordering::SeqCst) || !batch.is_some_and(|b| b.writes.iter().any(starts)) {
            return Fault::None;
        }
        tried.fetch_add(1, Ordering::SeqCst);
        Fault::Before
    };
    let ran: Arc<Mutex<Vec<_>>> = Arc::default();
    let noted = Arc::clone(&ran);
    let processor = doing(move |item| {
        noted.lock().unwrap().push(item.order_id);
        async { DONE }
    });
    let store: SharedStore = Arc::new(Flaky::new(Arc::clone(&shop.store), fault));
    let worker = shop.worker_on(store, &FulfilmentOptions { concurrency: 1, ..options() }, processor);
    until("the start is held up", || async { tries.load(Ordering::SeqCst) > 0 }).await;
    steal(&shop).await;
    held_up.store(false, Ordering::SeqCst);
    // The worker has one place only: when the next order is done, the first one is behind it.
    let next = shop.submit(1, Priority::Standard, 0).await;
    shop.until_status(next, Completed).await;
    assert_eq!(*ran.lock().unwrap(), [next]);
    assert_eq!(shop.status(id).await, Suspended);
    worker.stop().await;
}

#[tokio::test]
async fn what_a_run_came_to_outlives_an_outage_of_the_store() {
    let shop = Shop::new().await;
    let id = shop.submit(1, Priority::Standard, 0).await;
    let (outage, refused) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let (begins, is_out, counted) = (Arc::clone(&outage), Arc::clone(&outage), Arc::clone(&refused));
    let runs = Arc::new(AtomicUsize::new(0));
    let ran = Arc::clone(&runs);
    let processor = doing(move |_| {
        ran.fetch_add(1, Ordering::SeqCst);
        begins.store(true, Ordering::SeqCst);
        async { Outcome::Done { result: Some("https://x.example/1".into()) } }
    });
    let fault = move |batch: Option<&Batch>| {
        if !is_out.load(Ordering::SeqCst) {
            return Fault::None;
        }
        counted.fetch_add(usize::from(batch.is_some()), Ordering::SeqCst);
        Fault::Before
    };
    let store: SharedStore = Arc::new(Flaky::new(Arc::clone(&shop.store), fault));
    let worker = shop.worker_on(store, &options(), processor);
    until("the result was refused twice", || async { refused.load(Ordering::SeqCst) >= 2 }).await;
    outage.store(false, Ordering::SeqCst);
    shop.until_status(id, Completed).await;
    assert_eq!(shop.order(id).await.items[0].result.as_deref(), Some("https://x.example/1"));
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    worker.stop().await;
}

/// What the attempts at one item come to, one after the other; it is done after the last of them.
#[derive(Debug, Clone)]
struct Fate(Vec<bool>);

fn fate() -> impl Strategy<Value = Fate> {
    prop::collection::vec(any::<bool>(), 0..4).prop_map(Fate)
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![4 => Just(Fault::None), 1 => Just(Fault::Before), 1 => Just(Fault::After)]
}

const ATTEMPTS_MAX: usize = 3;

impl Fate {
    /// The outcome of an attempt (from 1): fails with `retry` as the fate says, or is done.
    fn outcome(&self, attempt: usize) -> Outcome {
        let failed = |&retry: &bool| Outcome::Failed { reason: "fate".into(), retry };
        self.0.get(attempt - 1).map_or(DONE, failed)
    }

    /// How many attempts are made, and what the item is in the end.
    fn end(&self) -> (usize, Status) {
        for attempt in 1..=ATTEMPTS_MAX {
            match self.outcome(attempt) {
                Outcome::Done { .. } => return (attempt, Completed),
                Outcome::Failed { retry: false, .. } => return (attempt, Status::Failed),
                Outcome::Failed { .. } | Outcome::HandedOver { .. } => {}
            }
        }
        (ATTEMPTS_MAX, Status::Failed)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 50, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever fails, and wherever the store does, each item is attempted exactly as often as it
    /// must be, ends as it must, and every move of its history is one of the automaton.
    #[test]
    fn random_failures_change_nothing_about_the_end(
        fates in prop::collection::vec(fate(), 1..6),
        faults in prop::collection::vec(fault(), 0..12),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(survive(fates, faults))?;
    }
}

async fn survive(fates: Vec<Fate>, faults: Vec<Fault>) -> Result<(), TestCaseError> {
    let shop = Shop::new().await;
    let id = shop.submit(fates.len(), Priority::Standard, 0).await;
    let runs: Arc<Mutex<HashMap<usize, usize>>> = Arc::default();
    let (noted, told) = (Arc::clone(&runs), fates.clone());
    let processor = doing(move |item| {
        *noted.lock().unwrap().entry(item.position).or_default() += 1;
        let outcome = told[item.position].outcome(item.attempt as usize);
        async { outcome }
    });
    let faults = Mutex::new(faults.into_iter());
    let next_fault = move |_: Option<&Batch>| faults.lock().unwrap().next().unwrap_or(Fault::None);
    let store: SharedStore = Arc::new(Flaky::new(Arc::clone(&shop.store), next_fault));
    // A second is a long time between attempts, and short for a lease: only attempts fall due.
    let options = FulfilmentOptions { retry_base_seconds: 1, retry_max_seconds: 1, lease_seconds: 1_000_000, ..options() };
    let worker = shop.worker_on(store, &options, processor);
    until("the work is done", || async {
        shop.clock.advance(1);
        shop.next_due().await.is_none()
    })
    .await;
    worker.stop().await;
    let order = shop.order(id).await;
    for (position, fate) in fates.iter().enumerate() {
        let found = (runs.lock().unwrap()[&position], order.items[position].state.status);
        prop_assert_eq!(found, fate.end(), "item {}", position);
    }
    for subject in (0..fates.len()).map(Subject::Item).chain([Subject::Order]) {
        let mut path = shop.path(id, subject).await;
        if subject != Subject::Order {
            path.insert(0, Submitted);
        }
        for pair in path.windows(2) {
            prop_assert!(automaton::permits(pair[0], pair[1]), "{:?}: {:?}", subject, path);
        }
    }
    Ok(())
}
