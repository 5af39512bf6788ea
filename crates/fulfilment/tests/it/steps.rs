//! What a worker makes of orders when nothing breaks, and when a processor says no.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::common::shop::{Shop, doing, options};
use crate::common::{Scripts, is_alive, until};
use ordergate_engine::OrderId;
use ordergate_engine::order::Status::{Accepted, Completed, Downloaded, Failed, InProduction, Submitted, Suspended};
use ordergate_engine::order::{Priority, Refusal, Subject};
use ordergate_fulfilment::{
    ChangeError, FulfilmentOptions, Outcome, ProcessorKind, SystemClock, WorkItem, note_fetched, processor_of,
};
use tokio::sync::Notify;

fn command_options(scripts: &Scripts, script: &str) -> FulfilmentOptions {
    FulfilmentOptions { processor: ProcessorKind::Command, command: scripts.command(script), ..options() }
}

// A processor may fail to make its file.
#[allow(clippy::unnecessary_wraps)]
fn file_of(item: &WorkItem) -> std::io::Result<Option<String>> {
    Ok(Some(format!("https://demo.example/{}/{}", item.order_id, item.item_id)))
}

#[tokio::test]
async fn an_order_goes_through_every_step() {
    let (shop, scripts) = (Shop::new().await, Scripts::new());
    let options = command_options(&scripts, r#"echo "{\"result\":\"https://x.example/$ORDERGATE_ITEM_ID\"}""#);
    options.validate().unwrap();
    let worker = shop.worker(&options, processor_of(&options, Arc::new(file_of), None).unwrap());
    let id = shop.submit(2, Priority::Standard, 0).await;
    worker.wake();
    shop.until_status(id, Completed).await;
    assert_eq!(shop.path(id, Subject::Order).await, [Submitted, Accepted, Suspended, InProduction, Completed]);
    for position in 0..2 {
        assert_eq!(shop.path(id, Subject::Item(position)).await, [Accepted, Suspended, InProduction, Completed]);
        let why = ["approved by rule", "queued for production", "production begins, attempt 1 of 3", "product ready"];
        assert_eq!(shop.reasons(id, position).await, why);
    }
    let results: Vec<_> = shop.order(id).await.items.into_iter().map(|i| i.result.unwrap()).collect();
    assert_eq!(results, ["https://x.example/item_1", "https://x.example/item_2"]);
    let history = shop.store.history(id).await.unwrap();
    assert!(history[1..].iter().all(|e| e.who.as_str() == "worker"));
    shop.until_idle().await;
    worker.stop().await;
}

#[tokio::test]
async fn the_demo_processor_completes_items_with_its_file() {
    let shop = Shop::new().await;
    let options = FulfilmentOptions { processor: ProcessorKind::Demo, demo_delay_ms: 1, ..options() };
    let id = shop.submit(1, Priority::Standard, 0).await;
    let worker = shop.worker(&options, processor_of(&options, Arc::new(file_of), None).unwrap());
    shop.until_status(id, Completed).await;
    assert_eq!(shop.order(id).await.items[0].result, Some(format!("https://demo.example/{id}/item_1")));
    worker.stop().await;
}

#[tokio::test]
async fn without_a_processor_items_wait_for_an_operator() {
    let shop = Shop::new().await;
    let options = options();
    let id = shop.submit(2, Priority::Standard, 0).await;
    let worker = shop.worker(&options, processor_of(&options, Arc::new(file_of), None).unwrap());
    shop.until_idle().await;
    worker.stop().await;
    assert_eq!(shop.path(id, Subject::Order).await, [Submitted, Accepted]);
    assert_eq!(shop.path(id, Subject::Item(1)).await, [Accepted]);
}

/// The program was taken out of the configuration while items were queued: they are not forgotten.
#[tokio::test]
async fn queued_items_outlive_a_time_without_a_processor() {
    let shop = Shop::new().await;
    let id = shop.submit(2, Priority::Standard, 0).await;
    let worker = shop.worker(&options(), doing(|_| std::future::pending()));
    shop.until_status(id, InProduction).await;
    worker.stop().await;
    let worker = shop.worker(&options(), None);
    until("the items are set aside", || async {
        shop.next_due().await.unwrap() > ordergate_engine::time::Clock::now(&*shop.clock)
    })
    .await;
    worker.stop().await;
    assert_eq!(shop.status(id).await, Suspended);
    let attempts = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&attempts);
    let worker = shop.worker(
        &options(),
        doing(move |item| {
            seen.lock().unwrap().push(item.attempt);
            async { Outcome::Done { result: None } }
        }),
    );
    shop.clock.advance(300);
    shop.until_status(id, Completed).await;
    assert_eq!(*attempts.lock().unwrap(), [1, 1]);
    worker.stop().await;
}

#[tokio::test]
async fn fast_track_goes_before_what_is_older() {
    let shop = Shop::new().await;
    let old = shop.submit(2, Priority::Standard, 300).await;
    let older = shop.submit(1, Priority::Standard, 400).await;
    let fast = shop.submit(2, Priority::FastTrack, 100).await;
    let seen: Arc<Mutex<Vec<OrderId>>> = Arc::default();
    let noted = Arc::clone(&seen);
    let processor = doing(move |item| {
        noted.lock().unwrap().push(item.order_id);
        async { Outcome::Done { result: None } }
    });
    let worker = shop.worker(&FulfilmentOptions { concurrency: 1, ..options() }, processor);
    shop.until_idle().await;
    assert_eq!(*seen.lock().unwrap(), [fast, fast, older, old, old]);
    worker.stop().await;
}

#[tokio::test]
async fn no_more_items_are_worked_on_at_once_than_allowed() {
    let shop = Shop::new().await;
    let id = shop.submit(7, Priority::Standard, 0).await;
    let (running, gate) = (Arc::new(Mutex::new((0, 0))), Arc::new(Notify::new()));
    let (counter, waiting) = (Arc::clone(&running), Arc::clone(&gate));
    let processor = doing(move |_| {
        let (counter, waiting) = (Arc::clone(&counter), Arc::clone(&waiting));
        async move {
            {
                let mut running = counter.lock().unwrap();
                running.0 += 1;
                running.1 = running.0.max(running.1);
            }
            waiting.notified().await;
            counter.lock().unwrap().0 -= 1;
            Outcome::Done { result: None }
        }
    });
    let worker = shop.worker(&FulfilmentOptions { concurrency: 3, ..options() }, processor);
    until("three run", || async { running.lock().unwrap().0 == 3 }).await;
    until("all are done", || async {
        gate.notify_one();
        shop.status(id).await == Completed
    })
    .await;
    assert_eq!(running.lock().unwrap().1, 3);
    worker.stop().await;
}

#[tokio::test]
async fn a_failing_program_is_tried_again_and_then_the_order_has_failed() {
    let (shop, scripts) = (Shop::new().await, Scripts::new());
    let script = r#"echo "$ORDERGATE_ATTEMPT" >> "$1/attempts"; echo "no scene" >&2; exit 1"#;
    let command = command_options(&scripts, script);
    let options = FulfilmentOptions { retry_base_seconds: 1000, retry_max_seconds: 1500, ..command };
    let id = shop.submit(1, Priority::Standard, 0).await;
    let worker = shop.worker(&options, processor_of(&options, Arc::new(file_of), None).unwrap());
    for (attempt, wait) in [(1, 1000), (2, 1500)] {
        let expected = format!("attempt {attempt} of 3 failed: no scene; next attempt after {wait} s");
        let info = || async { shop.order(id).await.items[0].state.info.clone() };
        until(&expected, || async { info().await.as_deref() == Some(&expected) }).await;
        assert_eq!(shop.status(id).await, Suspended);
        let due = shop.next_due().await.unwrap();
        assert_eq!(due, shop.order(id).await.items[0].state.since.plus_seconds(wait));
        shop.clock.advance(wait);
    }
    shop.until_status(id, Failed).await;
    let order = shop.order(id).await;
    assert_eq!(order.items[0].state.info.as_deref(), Some("no scene (after 3 attempts)"));
    assert_eq!(order.state.info.as_deref(), Some("item_1: no scene (after 3 attempts)"));
    assert_eq!(scripts.read("attempts"), "1\n2\n3\n");
    shop.until_idle().await;
    worker.stop().await;
}

#[tokio::test]
async fn a_failure_for_good_is_not_tried_again() {
    let (shop, scripts) = (Shop::new().await, Scripts::new());
    let script =
        r#"[ "$ORDERGATE_ITEM_ID" = item_1 ] && echo '{"error":"not in the archive","retry":false}' || echo '{"result":null}'"#;
    let options = command_options(&scripts, script);
    let id = shop.submit(2, Priority::Standard, 0).await;
    let worker = shop.worker(&options, processor_of(&options, Arc::new(file_of), None).unwrap());
    shop.until_status(id, Failed).await;
    assert_eq!(shop.order(id).await.state.info.as_deref(), Some("item_1: not in the archive"));
    assert_eq!(shop.path(id, Subject::Item(0)).await, [Accepted, Suspended, InProduction, Failed]);
    assert_eq!(shop.path(id, Subject::Item(1)).await.last(), Some(&Completed));
    worker.stop().await;
}

#[tokio::test]
async fn a_stopped_worker_ends_its_programs_and_puts_their_items_back() {
    let (shop, scripts) = (Shop::new().await, Scripts::new());
    let script = r#"sleep 600 & echo "$$ $!" > "$1/tmp"; mv "$1/tmp" "$1/pids"; wait"#;
    let options = FulfilmentOptions { concurrency: 1, ..command_options(&scripts, script) };
    let id = shop.submit(2, Priority::Standard, 50).await;
    let worker = shop.worker(&options, processor_of(&options, Arc::new(file_of), None).unwrap());
    until("the program runs", || async { scripts.has("pids") }).await;
    worker.stop().await;
    let pids: Vec<u32> = scripts.read("pids").split_whitespace().map(|p| p.parse().unwrap()).collect();
    until("all processes are gone", || async { pids.iter().all(|pid| !is_alive(*pid)) }).await;
    let order = shop.order(id).await;
    assert_eq!((order.state.status, order.items[0].state.status), (Suspended, Suspended));
    assert_eq!(order.items[0].state.info.as_deref(), Some("the server was stopped"));
    // It keeps its place in the queue, and its attempts.
    assert_eq!(shop.next_due().await, Some(order.submitted_at));
    let attempts: Arc<Mutex<Vec<_>>> = Arc::default();
    let seen = Arc::clone(&attempts);
    let processor = doing(move |item| {
        seen.lock().unwrap().push((item.position, item.attempt));
        async { Outcome::Done { result: None } }
    });
    let worker = shop.worker(&options, processor);
    shop.until_status(id, Completed).await;
    assert_eq!(*attempts.lock().unwrap(), [(0, 1), (1, 1)]);
    worker.stop().await;
}

#[tokio::test]
async fn an_order_withdrawn_while_it_is_worked_on_stays_withdrawn() {
    let shop = Shop::new().await;
    let id = shop.submit(1, Priority::Standard, 0).await;
    let gate = Arc::new(Notify::new());
    let waiting = Arc::clone(&gate);
    let processor = doing(move |_| {
        let waiting = Arc::clone(&waiting);
        async move {
            waiting.notified().await;
            Outcome::Done { result: Some("https://x.example/1".into()) }
        }
    });
    let worker = shop.worker(&options(), processor);
    shop.until_status(id, InProduction).await;
    shop.cancel(id).await;
    gate.notify_one();
    // Another order, done by the same worker afterwards, shows that the first one is behind it.
    let next = shop.submit(1, Priority::Standard, 0).await;
    gate.notify_one();
    until("the next is done", || async {
        gate.notify_one();
        shop.status(next).await == Completed
    })
    .await;
    let order = shop.order(id).await;
    assert_eq!((order.state.status.name(), order.items[0].result.clone()), ("Cancelled", None));
    shop.until_idle().await;
    tokio::time::timeout(Duration::from_secs(30), worker.stop()).await.unwrap();
}

/// Several downloads that end at once are one move, with one entry in the history.
#[tokio::test]
async fn what_was_fetched_is_downloaded_once() {
    let shop = Shop::new().await;
    let worker = shop.worker(&options(), doing(|_| async { Outcome::Done { result: Some("file:///srv/1".into()) } }));
    let id = shop.submit(2, Priority::Standard, 0).await;
    shop.until_status(id, Completed).await;
    worker.stop().await;
    let fetched = |position| note_fetched(&*shop.store, &SystemClock, id, position);
    let (one, two, other) = tokio::join!(fetched(0), fetched(0), fetched(1));
    let mut first_times = [one.unwrap(), two.unwrap()];
    first_times.sort_unstable();
    assert_eq!((first_times, other.unwrap()), ([false, true], true));
    assert!(!fetched(1).await.unwrap());
    for position in 0..2 {
        let steps = [Accepted, Suspended, InProduction, Completed, Downloaded];
        assert_eq!(shop.path(id, Subject::Item(position)).await, steps);
    }
    assert_eq!(shop.status(id).await, Downloaded);
    let who = shop.store.history(id).await.unwrap().pop().unwrap().who;
    assert_eq!(who.as_str(), "download link");
}

#[tokio::test]
async fn what_is_not_there_to_be_fetched_is_refused() {
    let shop = Shop::new().await;
    let id = shop.submit(1, Priority::Standard, 0).await;
    let fetched = |id, position| note_fetched(&*shop.store, &SystemClock, id, position);
    assert!(matches!(fetched(id, 0).await, Err(ChangeError::Refused { refusal: Refusal::IllegalMove { .. }, .. })));
    assert!(matches!(fetched(id, 1).await, Err(ChangeError::Refused { refusal: Refusal::NoSuchItem { .. }, .. })));
    assert!(matches!(fetched(OrderId(99_999), 0).await, Err(ChangeError::NoSuchOrder(_))));
    assert_eq!(shop.path(id, Subject::Item(0)).await, []);
}
