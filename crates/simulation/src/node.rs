//! A node: the doors, their workers and a deliverer over the store.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use ordergate_door::{Announce, AuthError, Authenticate, Credentials, Identity};
use ordergate_engine::time::Clock;
use ordergate_engine::{AccountId, Protocol, ProviderId};
use ordergate_fulfilment::{NoDeliveries, ProcessorKind, PullQueue, Worker, WorkerHandle};
use ordergate_oseo::{Callbacks, Collections, Context, NotificationOptions, Oseo, OseoAnnouncer, OseoOptions, OtherCollections};
use ordergate_outbox::{Announcing, Couriers, Deliverer, DelivererHandle};
use ordergate_store::{Roles, SharedStore};
use ordergate_veloconnect::Veloconnect;
use ordergate_xml::Limits;
use tokio::task::JoinSet;
use tokio::time::{Duration, Instant};

use crate::clock::SimClock;
use crate::life::Life;
use crate::partner::{Post, TellAll};
use crate::trade;
use crate::view::View;
use crate::workshop::{Collection, Workshop};
use crate::world::World;

/// Longer than what a worker and a deliverer promise for their end.
const STOP_MAX: Duration = Duration::from_secs(6);

/// What customers reach of a node.
pub(crate) struct Up {
    pub(crate) number: usize,
    pub(crate) life: Life,
    pub(crate) door: Oseo,
    /// Where there are buyers.
    pub(crate) trade: Option<Veloconnect>,
    /// Where items are fetched.
    pub(crate) fetched: Option<PullQueue>,
}

impl fmt::Debug for Up {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Up({})", self.number)
    }
}

/// The store as someone sees it, who announces what moves.
pub(crate) fn store_of(world: &Arc<World>, name: &str, life: &Life, clock: Arc<dyn Clock>) -> Announcing {
    let view: SharedStore = Arc::new(View { world: Arc::clone(world), name: name.to_owned(), life: life.clone() });
    let mut announcers: Vec<Arc<dyn Announce>> = vec![Arc::new(OseoAnnouncer::new(NotificationOptions::default()))];
    if world.setting.buyers > 0 {
        announcers.extend(trade::announcer());
    }
    if world.setting.has_partners {
        announcers.push(Arc::new(TellAll));
    }
    Announcing::new(view, announcers, &world.setting.outbox, clock)
}

/// A running node.
#[derive(Debug)]
pub(crate) struct Node {
    number: usize,
    life: Life,
    workers: Vec<WorkerHandle>,
    deliverer: DelivererHandle,
}

impl Node {
    pub(crate) fn start(world: &Arc<World>, number: usize) -> Self {
        world.note(format_args!("node {number} starts"));
        let life = Life::begin();
        let skew = i64::try_from(world.dice.between(0, 300)).unwrap_or(0) - 150;
        let clock: Arc<dyn Clock> = Arc::new(SimClock::new(world.start, skew));
        let outbox = &world.setting.outbox;
        let announcing = store_of(world, &format!("node {number}"), &life, Arc::clone(&clock));
        let posted = announcing.posted();
        let store: SharedStore = Arc::new(announcing);
        let post = Arc::new(Post { world: Arc::clone(world), node: number, life: life.clone() });
        let (callback, webhook) = (Some(Arc::clone(&post) as _), Some(Arc::clone(&post) as _));
        let couriers = Couriers { callback, webhook, program: Some(post), ..Couriers::default() };
        let (shared, time) = (Arc::clone(&store), Arc::clone(&clock));
        let deliverer = Deliverer::new(shared, couriers, outbox.clone(), time, posted, Arc::new(|_, _| {})).start();
        let inside = Inside { world, number, life: &life, store, clock };
        let worker = inside.worker(Protocol::Oseo);
        let door = inside.door(&worker);
        let mut workers = vec![worker];
        let trade = (world.setting.buyers > 0).then(|| {
            let worker = inside.worker(Protocol::Veloconnect);
            let door = trade::door(Arc::clone(&inside.store), Arc::clone(&inside.clock), &worker);
            workers.push(worker);
            door
        });
        world.up.lock().push(Arc::new(Up { number, life: life.clone(), door, trade, fetched: inside.fetched() }));
        Self { number, life, workers, deliverer }
    }

    fn close(&self, world: &World) {
        world.up.lock().retain(|up| up.number != self.number);
    }

    /// The process is gone from one moment to the next.
    pub(crate) fn kill(self, world: &World) {
        world.note(format_args!("node {} is killed", self.number));
        self.life.end();
        self.close(world);
    }

    /// It stops in order: within its time, and with nothing under way afterwards.
    pub(crate) async fn stop(self, world: &World) {
        world.note(format_args!("node {} is told to stop", self.number));
        self.close(world);
        let began = Instant::now();
        let mut stopping = JoinSet::new();
        stopping.spawn(self.deliverer.stop());
        for worker in self.workers {
            stopping.spawn(worker.stop());
        }
        stopping.join_all().await;
        // A moment for what was broken off.
        tokio::time::sleep(Duration::from_millis(1)).await;
        world.note(format_args!("node {} has stopped", self.number));
        if began.elapsed() > STOP_MAX {
            world.violation(format_args!("node {} takes {:?} to stop", self.number, began.elapsed()));
        }
        self.life.end();
    }
}

/// What a node is made of.
struct Inside<'a> {
    world: &'a Arc<World>,
    number: usize,
    life: &'a Life,
    store: SharedStore,
    clock: Arc<dyn Clock>,
}

impl Inside<'_> {
    fn worker(&self, queue: Protocol) -> WorkerHandle {
        let workshop = Workshop { world: Arc::clone(self.world), node: self.number, life: self.life.clone() };
        let options = self.world.setting.fulfilment_of(queue);
        let processor = (options.processor != ProcessorKind::Pull).then(|| Arc::new(workshop) as _);
        let (store, clock) = (Arc::clone(&self.store), Arc::clone(&self.clock));
        Worker::new(store, queue, options, processor, Arc::new(Collection), clock).start()
    }

    fn fetched(&self) -> Option<PullQueue> {
        let options = self.world.setting.fulfilment_of(Protocol::Oseo);
        let (store, clock) = (Arc::clone(&self.store), Arc::clone(&self.clock));
        let queue = || PullQueue::new(store, Protocol::Oseo, options, Arc::new(Collection), Arc::new(NoDeliveries), clock);
        (self.world.setting.outsiders > 0).then(queue)
    }

    fn door(&self, worker: &WorkerHandle) -> Oseo {
        let (waker, recaller) = (worker.waker(), worker.waker());
        Oseo::new(Context {
            store: Arc::clone(&self.store),
            authenticate: Arc::new(AnyCustomer),
            clock: Arc::clone(&self.clock),
            options: OseoOptions { other_collections: OtherCollections::Accept, ..OseoOptions::default() },
            collections: Collections::default(),
            limits: Limits::default(),
            provider: ProviderId::DEFAULT,
            url: "http://localhost/oseo".to_owned(),
            wake: Arc::new(move || waker.wake()),
            recall: Arc::new(move |order| recaller.recall(order)),
            callbacks: Some(Callbacks { check_address: Arc::new(|_| Ok(())), patience_micros: 3_600_000_000 }),
            links: Arc::new(ordergate_oseo::NoLinks),
            quotations: None,
            deliveries: None,
        })
    }
}

/// Knows customers by their numbers.
#[derive(Debug)]
pub(crate) struct AnyCustomer;

#[async_trait]
impl Authenticate for AnyCustomer {
    async fn authenticate(
        &self,
        provider: ProviderId,
        _: Protocol,
        credentials: Credentials<'_>,
        _: Option<IpAddr>,
    ) -> Result<Identity, AuthError> {
        let Credentials::Vouched(user) = credentials else { return Err(AuthError::NotVouched) };
        let account = AccountId(user.name.parse().map_err(|_| AuthError::UnknownAccount)?);
        let (name, roles) = (user.name.to_owned(), Roles::CUSTOMER);
        Ok(Identity { account, provider, name, roles, in_groups: false, language: None })
    }
}
