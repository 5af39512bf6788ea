//! Quotations over time: what runs out, what is taken up again, and what happens once however many work at it.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use ordergate_door::{Answer, AuthError, Authenticate, Credentials, Door as _, Identity, Method, Request};
use ordergate_engine::time::Clock;
use ordergate_engine::{AccountId, Protocol, ProviderId, QuotationId, Timestamp};
use ordergate_oseo::quotation::{
    Group, ItemPrice, Mode, Prices, Pricing, PricingKind, PricingRequest, QuotationOptions, QuotationWaker, QuotationWorker,
    Quotations, Unit, Verdict,
};
use ordergate_oseo::{Collections, Context, NoLinks, Oseo, OseoOptions};
use ordergate_store::{Quotation, QuotationState, Roles, SharedStore, Write};
use ordergate_testkit::store::sqlite::{Place, empty_store};
use ordergate_testkit::store::{Fault, Flaky};
use ordergate_xml::Limits;

/// Noon, and what a test adds to it.
#[derive(Debug, Default)]
struct TestClock(AtomicI64);

impl TestClock {
    fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(43_200 + self.0.load(Ordering::SeqCst))
    }
}

#[derive(Debug)]
struct Everybody;

#[async_trait]
impl Authenticate for Everybody {
    async fn authenticate(
        &self,
        provider: ProviderId,
        _: Protocol,
        _: Credentials<'_>,
        _: Option<IpAddr>,
    ) -> Result<Identity, AuthError> {
        let name = "demo".to_owned();
        Ok(Identity { account: AccountId(1), provider, name, roles: Roles::CUSTOMER, in_groups: false, language: None })
    }
}

/// One euro, unless it hangs; counts how often it was asked about each quotation.
#[derive(Debug, Default)]
struct OneEuro {
    asked: Mutex<HashMap<QuotationId, Vec<u32>>>,
    /// So many attempts hang before one is answered.
    hang: AtomicUsize,
}

#[async_trait]
impl Pricing for OneEuro {
    async fn price(&self, request: &PricingRequest<'_>) -> Verdict {
        self.asked.lock().unwrap().entry(request.id).or_default().push(request.attempt);
        if self.hang.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok() {
            std::future::pending::<()>().await;
        }
        let unit = Unit::parse("EUR").unwrap();
        let price = unit.amount("1.00").unwrap();
        let group = Group {
            unit,
            price,
            free: false,
            items: vec![ItemPrice { position: 0, price: None, information: None }],
            contract: None,
        };
        Verdict::Priced(Prices { groups: vec![group], contract: None })
    }
}

struct Shop {
    _place: Place,
    store: SharedStore,
    clock: Arc<TestClock>,
    pricing: Arc<OneEuro>,
    options: OseoOptions,
}

impl Shop {
    async fn new(mode: Mode) -> Self {
        let clock = Arc::new(TestClock::default());
        let (store, place) = empty_store(clock.as_ref()).await;
        let quotation = QuotationOptions {
            pricing: PricingKind::Command,
            mode,
            validity_hours: 1,
            concurrency: 3,
            ..QuotationOptions::default()
        };
        let options = OseoOptions { quotation, ..OseoOptions::default() };
        Self { _place: place, store, clock, pricing: Arc::default(), options }
    }

    fn door(&self) -> Oseo {
        let pricing: Arc<dyn Pricing> = self.pricing.clone();
        Oseo::new(Context {
            store: Arc::clone(&self.store),
            authenticate: Arc::new(Everybody),
            clock: self.clock.clone(),
            options: self.options.clone(),
            collections: Collections::default(),
            limits: Limits::default(),
            provider: ProviderId::DEFAULT,
            url: "http://localhost/oseo".to_owned(),
            wake: Arc::new(|| {}),
            recall: Arc::new(|_| {}),
            callbacks: None,
            links: Arc::new(NoLinks),
            quotations: Some(Quotations::new(pricing, self.options.quotation.clone(), QuotationWaker::default())),
            deliveries: None,
        })
    }

    fn worker(&self) -> QuotationWorker {
        self.worker_on(Arc::clone(&self.store))
    }

    /// A worker that sees the store through another one.
    fn worker_on(&self, store: SharedStore) -> QuotationWorker {
        QuotationWorker::start(store, self.clock.clone(), self.options.clone(), self.pricing.clone(), None)
    }

    async fn ask(&self, operation: &str, content: &str) -> String {
        let body = format!(
            "<{operation} xmlns=\"http://www.opengis.net/oseo/1.0\" service=\"OS\" version=\"1.0.0\">{content}</{operation}>"
        );
        let (method, authorization) = (Method::Post, Some("Basic ZGVtbzpkZW1v"));
        let request = Request {
            method,
            query: None,
            content_type: Some("text/xml"),
            authorization,
            accept_language: None,
            body: body.as_bytes(),
            client: None,
            vouched: ordergate_door::Vouched::Nobody,
        };
        let Answer { body, .. } = self.door().answer(&request).await;
        String::from_utf8(body).unwrap()
    }

    /// Asks for the price of an order; gives the id of the quotation.
    async fn quote(&self) -> QuotationId {
        let said = self.ask("GetQuotation", ORDER).await;
        let (_, rest) = said.split_once("<os:quotationId>").unwrap_or_else(|| panic!("{said}"));
        QuotationId::parse(&rest[..rest.find('<').unwrap()]).unwrap()
    }

    async fn read(&self, id: QuotationId) -> Quotation {
        self.store.quotation(id).await.unwrap().unwrap()
    }

    async fn until_priced(&self, id: QuotationId) {
        until("there is a price", async || matches!(self.read(id).await.state, QuotationState::Priced { .. })).await;
    }

    /// The numbers of the attempts that were made.
    fn attempts(&self, id: QuotationId) -> Vec<u32> {
        self.pricing.asked.lock().unwrap().get(&id).cloned().unwrap_or_default()
    }
}

const ORDER: &str = "<orderSpecification><orderType>PRODUCT_ORDER</orderType><orderItem><itemId>a</itemId><productId>\
    <identifier>p</identifier></productId></orderItem></orderSpecification>";

/// Only failing tests wait so long.
async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    let end = Instant::now() + Duration::from_mins(1);
    while !condition().await {
        assert!(Instant::now() < end, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// OSEO 28, 38: what was told holds until the time that was told, and no longer.
#[tokio::test]
async fn a_price_runs_out() {
    let shop = Shop::new(Mode::Synchronous).await;
    let (first, second) = (shop.quote().await, shop.quote().await);
    let by = |id: QuotationId| format!("<quotationId>{id}</quotationId>");
    let submit = |id| format!("{}<statusNotification>None</statusNotification>", by(id));
    shop.clock.advance(3599);
    assert!(shop.ask("GetQuotation", &by(second)).await.contains("<os:validityTime>1970-01-01T13:00:00Z</os:validityTime>"));
    assert!(shop.ask("Submit", &submit(first)).await.contains("<os:orderId>"));
    shop.clock.advance(1);
    for (operation, content) in [("GetQuotation", by(second)), ("Submit", submit(second))] {
        let said = shop.ask(operation, &content).await;
        assert!(said.contains(&format!("quotation {second} was valid until 1970-01-01T13:00:00Z")), "{said}");
        assert!(said.contains("locator=\"quotationId\""), "{said}");
    }
    // What was ordered in time can still be looked at.
    assert!(shop.ask("GetQuotation", &by(first)).await.contains("<os:quotation>"));
    let housekeeping = Write::ExpireQuotations { over_before: shop.clock.now().plus_seconds(1) };
    shop.store.commit(ordergate_store::Batch { writes: vec![housekeeping] }).await.unwrap();
    assert!(shop.ask("GetQuotation", &by(first)).await.contains("there is no quotation"));
}

/// OSEO 28: several workers on one store ask for each price once.
#[tokio::test(flavor = "multi_thread")]
async fn each_order_is_priced_once() {
    let shop = Shop::new(Mode::Monitoring).await;
    let workers = [shop.worker(), shop.worker(), shop.worker()];
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(shop.quote().await);
        for worker in &workers {
            worker.waker().wake();
        }
    }
    for id in ids {
        shop.until_priced(id).await;
        assert_eq!(shop.attempts(id), [1], "{id}");
    }
}

/// A worker that stops puts back what it worked on, as if it had not taken it.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_stopped_worker_leaves_is_taken_up_at_once() {
    let shop = Shop::new(Mode::Monitoring).await;
    shop.pricing.hang.store(1, Ordering::SeqCst);
    let id = shop.quote().await;
    let worker = shop.worker();
    until("the first attempt hangs", async || shop.attempts(id).len() == 1).await;
    worker.stop().await;
    assert_eq!(shop.read(id).await.state, QuotationState::BeingPriced { due_at: shop.clock.now(), attempts: 0 });
    let _worker = shop.worker();
    shop.until_priced(id).await;
    assert_eq!(shop.attempts(id), [1, 1]);
}

/// What a dead worker held is left alone until its time is over, and then priced by another.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_worker_leaves_is_taken_up_later() {
    let shop = Shop::new(Mode::Monitoring).await;
    shop.pricing.hang.store(1, Ordering::SeqCst);
    let id = shop.quote().await;
    // Nothing that it commits after the first time arrives any more: as if it had been killed.
    let commits = AtomicUsize::new(0);
    let dead = move |batch: Option<&ordergate_store::Batch>| match batch {
        Some(_) if commits.fetch_add(1, Ordering::SeqCst) > 0 => Fault::Before,
        _ => Fault::None,
    };
    let killed = shop.worker_on(Arc::new(Flaky::new(Arc::clone(&shop.store), dead)));
    until("the first attempt hangs", async || shop.attempts(id).len() == 1).await;
    killed.stop().await;
    let _worker = shop.worker();
    let other = shop.quote().await;
    shop.until_priced(other).await;
    assert_eq!(shop.attempts(id), [1], "its time is not over");
    // 30 s for an attempt, and 10 s to end it.
    shop.clock.advance(40);
    shop.until_priced(id).await;
    assert_eq!(shop.attempts(id), [1, 2]);
}

/// A price that the store does not take at first is not asked for again.
#[tokio::test(flavor = "multi_thread")]
async fn a_price_outlasts_an_outage_of_the_store() {
    let shop = Shop::new(Mode::Monitoring).await;
    let id = shop.quote().await;
    let left = AtomicUsize::new(3);
    let outage = move |batch: Option<&ordergate_store::Batch>| {
        let is_price = batch.is_some_and(
            |batch| matches!(&batch.writes[..], [Write::PriceQuotation(q)] if matches!(q.state, QuotationState::Priced { .. })),
        );
        let fails = is_price && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok();
        if fails { Fault::Before } else { Fault::None }
    };
    let _worker = shop.worker_on(Arc::new(Flaky::new(Arc::clone(&shop.store), outage)));
    shop.until_priced(id).await;
    assert_eq!(shop.attempts(id), [1]);
}
