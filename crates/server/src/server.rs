//! The whole server: store, doors, workers and listener, put together and taken apart again.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use ordergate_door::{Recall, Wake};
use ordergate_engine::order::Order;
use ordergate_engine::time::Clock;
use ordergate_engine::{Actor, Protocol, ProviderId};
use ordergate_fulfilment::{
    Delivers, DemoFile, Describe, FulfilmentOptions, HttpProcessorError, ProcessorKind, PullQueue, SystemClock, Waker, Worker,
    WorkerHandle, is_usable_result, processor_of,
};
use ordergate_oseo::feed::Feed;
use ordergate_oseo::quotation::{Pricing, PricingKind, QuotationWorker, Quotations, pricing_of};
use ordergate_oseo::{Collections, Oseo};
use ordergate_outgoing::CallerError;
use ordergate_store::{SharedStore, StoreError};

use crate::auth::{Callers, CalloutError, Key, KeyError, Providers, SellerNames, WorkersFile};
use crate::client_address::Senders;
use crate::config::Config;
use crate::delivery::{Delivery, DeliveryOptions};
use crate::door_route::Mounted;
use crate::download::{Downloads, RootError, demo_file};
use crate::erp::{DocumentsRoute, InboxError, intake_of};
use crate::feed::FeedRoute;
use crate::health::Readiness;
use crate::housekeeping::{self, Keeper};
use crate::import::ImportRoute;
use crate::listener::{ListenError, Listener};
use crate::live::LiveError;
use crate::metrics::Metrics;
use crate::operator::{Operator, Site};
use crate::outbox::{self, OutboxError};
use crate::pricing_service::{PricingService, PricingServiceError};
use crate::rates::Rates;
use crate::routes::{Destinations, Late, Routes};
use crate::sellers::{self, Numbered, Numbers};
use crate::shop_service::ShopServiceError;
use crate::shutdown::Shutdown;
use crate::tls::{Tls, TlsError};
use crate::trade::Goods;
use crate::work::{Work, Workers};

/// Why a server does not start, or stopped by itself.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    #[error(transparent)]
    Listen(#[from] ListenError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Callout(#[from] CalloutError),
    #[error(transparent)]
    Root(#[from] RootError),
    #[error(transparent)]
    Pricing(#[from] PricingServiceError),
    #[error(transparent)]
    Processor(#[from] HttpProcessorError),
    #[error(transparent)]
    Live(#[from] LiveError),
    #[error(transparent)]
    Inbox(#[from] InboxError),
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error(transparent)]
    Shop(#[from] ShopServiceError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("results cannot be delivered: {0}")]
    Delivery(#[from] CallerError),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// What a server is made of that its configuration does not say.
#[derive(Debug)]
pub struct Parts {
    pub store: SharedStore,
    pub key: Key,
    /// The articles of veloconnect.
    pub goods: Goods,
    /// The collections of OSEO.
    pub collections: Collections,
    /// What encrypts connections, as `[server.tls]` has it.
    pub tls: Option<Tls>,
}

/// A server that listens and is about to serve.
#[derive(Debug)]
pub struct Server {
    listener: Listener,
    address: SocketAddr,
    url: String,
    config: Config,
    parts: Parts,
}

impl Server {
    /// Takes the address; requests wait until [`Server::run`].
    pub async fn bind(config: Config, parts: Parts) -> Result<Self, ServerError> {
        config.download.check_root()?;
        let listener = Listener::bind(&config.server).await?;
        let address = listener.local_addr()?;
        let scheme = if parts.tls.is_some() { "https" } else { "http" };
        let url = config.server.public_url().map_or_else(|| format!("{scheme}://{address}"), str::to_owned);
        Ok(Self { listener, address, url, config, parts })
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where clients reach the server, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Serves until the shutdown is triggered, and ends in order: no new requests, those under way
    /// finished, runs of the workers put back, store closed.
    pub async fn run(self, shutdown: Shutdown) -> Result<(), ServerError> {
        let Self { listener, url, config, parts, .. } = self;
        let Parts { store, key, goods, collections, tls } = parts;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let announcing = Arc::new(outbox::announcing(store, &config, &clock));
        let store: SharedStore = Arc::clone(&announcing) as _;
        let (numbers, names) = (Numbers::new(&config.veloconnect), SellerNames::default());
        let metrics = Metrics::new();
        let deliverer = outbox::start(&config, &announcing, &clock, &metrics)?;
        let downloads = Arc::new(Downloads::new(config.download.clone(), &key, &url, Arc::clone(&store), Arc::clone(&clock)));
        let rates = Arc::new(Rates::new(&config.limits, &metrics));
        let providers = Providers::new(&store, &clock, &config.auth, &key, &names, &rates)?;
        let (authenticate, links) = (&providers, Arc::clone(&downloads));
        let delivery = Delivery::new(&config, &key)?;
        let delivery = delivery.as_ref();
        let (config, url, collections) = (&config, url.as_str(), &collections);
        let common = Common { delivery, config, store: &store, clock: &clock, url, authenticate, links, collections };
        let workers = [common.start_worker(Protocol::Oseo)?, common.start_worker(Protocol::Veloconnect)?];
        let [oseo_worker, veloconnect_worker] = &workers;
        let delivering = common.start_deliveries();
        let (quotations, quotation_worker) = common.quotations(collections)?.unzip();
        let readiness = Readiness::new(shutdown.clone());
        let vouching = [providers.vouching(Protocol::Oseo), providers.vouching(Protocol::Veloconnect)];
        let mount = |door| Mounted::new(door, config.server.body_bytes_max, vouching[1].clone());
        let (open, behind) = (Arc::new(OnceLock::new()), OnceLock::new());
        let begin = |sellers: &[Numbered]| {
            numbers.know(&config.veloconnect, sellers);
            names.know(sellers.iter().map(|(id, seller)| (*id, seller.name.clone())));
            let (doors, works) = common.trade(veloconnect_worker.as_ref(), sellers, &goods)?;
            behind.get_or_init(|| works);
            open.get_or_init(|| doors.map(|doors| doors.map(mount)));
            Ok::<_, ServerError>(())
        };
        let at_once = sellers::numbered(&store, &config.veloconnect).await?;
        let closed = match &at_once {
            Some(sellers) => begin(sellers).map(|()| None)?,
            None => common.closed_doors()?,
        };
        let routes = Routes::new(Destinations {
            oseo: config.oseo.enabled.then(|| common.oseo([oseo_worker.as_ref(), delivering.as_ref()], quotations)),
            veloconnect: Late { closed: closed.map(|doors| doors.map(mount)), open: Arc::clone(&open) },
            vouching: vouching[0].clone(),
            work: common.work(),
            feed: common.feed(oseo_worker.as_ref()),
            operator: Some(common.operator([oseo_worker.as_ref(), delivering.as_ref()], veloconnect_worker.as_ref())),
            import: ImportRoute::new(&config.veloconnect.catalogue, &store, &clock, numbers.clone()),
            documents: common.documents(veloconnect_worker.as_ref(), numbers.clone()),
            senders: Senders::new(&config.server.proxy),
            rates,
            readiness: readiness.clone(),
            metrics: metrics.clone(),
            body_bytes_max: config.server.body_bytes_max,
            downloads: downloads.is_on().then(|| Arc::clone(&downloads)),
        });
        let opened = Arc::clone(&open);
        let keeper = Keeper { readiness, is_open: Box::new(move || opened.get().is_some()), metrics: metrics.clone() };
        let keeping = housekeeping::start(Arc::clone(&store), Arc::clone(&clock), config, Arc::clone(&downloads), keeper);
        let is_begun = at_once.is_some();
        let waiting =
            async { if is_begun { Ok(()) } else { begin(&sellers::await_numbers(&store, &config.veloconnect).await?) } };
        let serving = listener.with_metrics(&metrics).with_tls(tls).serve(routes, shutdown);
        // In boxes, so that what holds both is not as large as both.
        let served = meanwhile(Box::pin(serving), Box::pin(waiting)).await;
        keeping.abort();
        downloads.settle().await;
        let [oseo_worker, veloconnect_worker] = workers;
        let [oseo, veloconnect, delivering] = [oseo_worker, veloconnect_worker, delivering].map(|worker| async move {
            if let Some(worker) = worker {
                worker.stop().await;
            }
        });
        let quotations = async {
            if let Some(worker) = quotation_worker {
                worker.stop().await;
            }
        };
        let notifications = async {
            if let Some(deliverer) = deliverer {
                deliverer.stop().await;
            }
        };
        let trade = async {
            if let Some(behind) = behind.into_inner() {
                behind.stop().await;
            }
        };
        // At once: each may take some seconds, and together they must not take longer than one.
        tokio::join!(oseo, veloconnect, delivering, quotations, trade, notifications);
        if let Err(error) = store.close().await {
            tracing::error!(%error, "the store was not closed in order");
        }
        served
    }
}

/// Serves, and beside it does what has to be done once; if that fails the server ends.
async fn meanwhile(
    mut serving: impl Future<Output = Result<(), ListenError>> + Unpin,
    once: impl Future<Output = Result<(), ServerError>>,
) -> Result<(), ServerError> {
    tokio::select! {
        served = &mut serving => return Ok(served?),
        done = once => done?,
    }
    Ok(serving.await?)
}

/// What doors and workers are made from.
pub(crate) struct Common<'a> {
    pub(crate) config: &'a Config,
    pub(crate) store: &'a SharedStore,
    pub(crate) clock: &'a Arc<dyn Clock>,
    pub(crate) url: &'a str,
    pub(crate) authenticate: &'a Providers,
    links: Arc<Downloads>,
    delivery: Option<&'a Delivery>,
    collections: &'a Collections,
}

impl Common<'_> {
    /// The worker of a protocol, unless another process works its orders off.
    fn start_worker(&self, protocol: Protocol) -> Result<Option<WorkerHandle>, ServerError> {
        let options = match protocol {
            Protocol::Oseo => {
                let batch_items = self.config.oseo.massive.batch();
                FulfilmentOptions { batch_items, ..self.config.fulfilment.oseo.clone() }
            }
            Protocol::Veloconnect => self.config.fulfilment.veloconnect.clone(),
        };
        if !options.enabled {
            return Ok(None);
        }
        // Only OSEO hands results out.
        let root = self.config.download.root.clone().filter(|_| protocol == Protocol::Oseo);
        let file: DemoFile = Arc::new(move |item| root.as_ref().map_or(Ok(None), |root| demo_file(root, item)));
        let processor = processor_of(&options, file, Some(self.work_url(protocol)))?;
        let worker = Worker::new(
            Arc::clone(self.store),
            protocol,
            options,
            processor,
            Arc::new(describing(protocol, self.collections)),
            Arc::clone(self.clock),
        );
        Ok(Some(worker.leaving(self.delivers()).start()))
    }

    /// The worker that delivers what was produced, wherever that was; unless another process does.
    fn start_deliveries(&self) -> Option<WorkerHandle> {
        let options = self.config.fulfilment.oseo.clone();
        let delivery = self.delivery.filter(|_| options.enabled)?;
        let deliver = delivery.pushing(Arc::clone(self.store), Arc::clone(&self.links));
        let describe = Arc::new(describing(Protocol::Oseo, self.collections));
        let (store, clock) = (Arc::clone(self.store), Arc::clone(self.clock));
        Some(Worker::of_deliveries(store, Protocol::Oseo, options, deliver, describe, clock).start())
    }

    fn delivers(&self) -> Arc<dyn Delivers> {
        Arc::new(self.config.delivery.clone())
    }

    /// Where those report who have taken items on.
    fn work_url(&self, protocol: Protocol) -> String {
        format!("{}{}{}", self.url, crate::work::PREFIX, protocol.name())
    }

    /// Who may fetch items and announce products.
    fn who_works(&self) -> Workers {
        let file = self.config.fulfilment.workers_file.as_ref().map(|path| WorkersFile::new(path));
        Workers::new(file, self.callers())
    }

    fn callers(&self) -> Callers {
        Callers::new(self.authenticate.clone())
    }

    /// What operators are served by.
    fn operator(&self, oseo: [Option<&WorkerHandle>; 2], veloconnect: Option<&WorkerHandle>) -> Operator {
        let site = |protocol, workers: [Option<&WorkerHandle>; 2]| Site {
            describe: Box::new(describing(protocol, self.collections)),
            wake: waker(workers),
            recall: recaller(workers),
        };
        Operator {
            callers: self.callers(),
            store: Arc::clone(self.store),
            clock: Arc::clone(self.clock),
            delivers: self.delivers(),
            oseo: site(Protocol::Oseo, oseo),
            veloconnect: site(Protocol::Veloconnect, [veloconnect, None]),
        }
    }

    /// What workers that fetch items are served by.
    fn work(&self) -> Option<Work> {
        let fulfilment = &self.config.fulfilment;
        let queue = |protocol, options: &FulfilmentOptions| {
            let (store, clock) = (Arc::clone(self.store), Arc::clone(self.clock));
            let describe = Arc::new(describing(protocol, self.collections));
            let new = || PullQueue::new(store, protocol, options.clone(), describe, self.delivers(), clock);
            matches!(options.processor, ProcessorKind::Pull | ProcessorKind::Http).then(new)
        };
        let oseo = queue(Protocol::Oseo, &fulfilment.oseo);
        let veloconnect = queue(Protocol::Veloconnect, &fulfilment.veloconnect);
        if oseo.is_none() && veloconnect.is_none() {
            return None;
        }
        Some(Work::new(self.who_works(), oseo, veloconnect))
    }

    /// What prices orders, if they have prices, and the worker that does so in the background.
    fn quotations(&self, collections: &Collections) -> Result<Option<(Quotations, QuotationWorker)>, PricingServiceError> {
        let options = &self.config.oseo;
        let pricing: Option<Arc<dyn Pricing>> = match options.quotation.pricing {
            PricingKind::Http => Some(Arc::new(PricingService::new(&options.quotation)?)),
            _ => pricing_of(options, collections),
        };
        let Some(pricing) = pricing.filter(|_| options.enabled) else { return Ok(None) };
        let (store, clock) = (Arc::clone(self.store), Arc::clone(self.clock));
        let worker =
            QuotationWorker::start(store, clock, options.clone(), Arc::clone(&pricing), outbox::callbacks(self.config).as_ref());
        Ok(Some((Quotations::new(pricing, options.quotation.clone(), worker.waker()), worker)))
    }

    /// What those who announce products are served by.
    fn feed(&self, worker: Option<&WorkerHandle>) -> Option<FeedRoute> {
        if !self.config.oseo.enabled {
            return None;
        }
        let (store, clock) = (Arc::clone(self.store), Arc::clone(self.clock));
        let queues = self.config.fulfilment.oseo.processor != ProcessorKind::None;
        let delivery = self.config.delivery.clone();
        let feed = move |who| feed_of(Arc::clone(&store), Arc::clone(&clock), queues, &delivery, who);
        Some(FeedRoute::new(self.who_works(), feed, waker([worker, None]), self.config.server.body_bytes_max))
    }

    /// What the seller's own system hands documents in by.
    fn documents(&self, worker: Option<&WorkerHandle>, sellers: Numbers) -> Option<DocumentsRoute> {
        let veloconnect = &self.config.veloconnect;
        let tokens = veloconnect.erp.tokens_file.as_ref().filter(|_| veloconnect.enabled)?;
        let (store, clock) = (Arc::clone(self.store), Arc::clone(self.clock));
        let intake = move |provider, who| intake_of(Arc::clone(&store), Arc::clone(&clock), provider, who);
        let (tokens, bytes_max) = (WorkersFile::new(tokens), self.config.server.body_bytes_max);
        Some(DocumentsRoute::new(tokens, intake, sellers, waker([worker, None]), bytes_max))
    }

    /// `workers` are those of items and of deliveries.
    fn oseo(&self, workers: [Option<&WorkerHandle>; 2], quotations: Option<Quotations>) -> Oseo {
        Oseo::new(ordergate_oseo::Context {
            store: Arc::clone(self.store),
            authenticate: self.authenticate.of(Protocol::Oseo),
            clock: Arc::clone(self.clock),
            options: self.config.oseo.clone(),
            collections: self.collections.clone(),
            limits: self.config.limits.limits(self.config.server.body_bytes_max),
            provider: ProviderId::DEFAULT,
            url: format!("{}/oseo", self.url),
            wake: waker(workers),
            recall: recaller(workers),
            callbacks: outbox::callbacks(self.config),
            links: Arc::clone(&self.links) as _,
            quotations,
            deliveries: self.delivery.map(|delivery| Arc::new(delivery.clone()) as _),
        })
    }
}

/// A feed for the announcements of someone; `queues` says whether something produces items.
pub fn feed_of(store: SharedStore, clock: Arc<dyn Clock>, queues: bool, delivery: &DeliveryOptions, who: Actor) -> Feed {
    let delivery = delivery.clone();
    let offers = Arc::new(move |protocol: &str| delivery.offers(protocol));
    Feed { store, clock, provider: ProviderId::DEFAULT, queues, offers, who, is_usable: is_usable_result }
}

pub(crate) fn waker(workers: [Option<&WorkerHandle>; 2]) -> Wake {
    let wakers: Vec<Waker> = workers.into_iter().flatten().map(WorkerHandle::waker).collect();
    Arc::new(move || wakers.iter().for_each(Waker::wake))
}

fn recaller(workers: [Option<&WorkerHandle>; 2]) -> Recall {
    let wakers: Vec<Waker> = workers.into_iter().flatten().map(WorkerHandle::waker).collect();
    Arc::new(move |order| wakers.iter().for_each(|waker| waker.recall(order)))
}

/// What a protocol knows of its items.
pub fn describing(protocol: Protocol, collections: &Collections) -> impl Describe {
    Details(protocol, collections.clone())
}

/// What an item's JSON says beyond what every order has: its protocol knows.
#[derive(Debug)]
struct Details(Protocol, Collections);

impl Describe for Details {
    fn describe(&self, order: &Order, position: usize) -> serde_json::Value {
        match self.0 {
            Protocol::Oseo => ordergate_oseo::describe(order, position),
            Protocol::Veloconnect => ordergate_veloconnect::describe(order, position),
        }
    }

    fn collection(&self, order: &Order, position: usize) -> Option<String> {
        match self.0 {
            Protocol::Oseo => ordergate_oseo::collection(order, position, &self.1.current()),
            Protocol::Veloconnect => None,
        }
    }
}
