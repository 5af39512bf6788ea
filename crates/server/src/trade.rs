//! What veloconnect's sellers are served by. All of it is put together when the store has given the sellers their numbers: at the
//! start, or, if the store is away then, as soon as it is back.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::future::join_all;
use ordergate_engine::{Actor, Protocol, ProviderId};
use ordergate_fulfilment::WorkerHandle;
use ordergate_veloconnect::articles::LiveArticles;
use ordergate_veloconnect::{
    Articles, ArticlesOf, Context, ImportWaker, Importer, LiveOptions, MemoryArticles, SellerOptions, Veloconnect,
};

use crate::catalogue::{self, Refreshing};
use crate::erp::{Inbox, InboxError, InboxHandle, intake_of};
use crate::live::{HttpLive, LiveError};
use crate::sellers::{Numbered, Particular, Plan, Sellers};
use crate::server::{Common, ServerError, waker};
use crate::shop_service::ShopService;

/// The articles that a server was given: those of the seller at the common address, and of the others by their names.
#[derive(Debug)]
pub struct Goods {
    pub common: Arc<dyn Articles>,
    pub by_seller: HashMap<String, Arc<dyn Articles>>,
}

impl Goods {
    fn of(&self, seller: &SellerOptions) -> Arc<dyn Articles> {
        self.by_seller.get(&seller.name).map_or_else(nothing, Arc::clone)
    }
}

/// A seller without articles is a seller all the same.
fn nothing() -> Arc<dyn Articles> {
    Arc::new(MemoryArticles::default())
}

/// What works for the sellers, until it is stopped.
pub(crate) struct Behind {
    importer: Option<Importer>,
    inboxes: Vec<InboxHandle>,
    /// Ends when it is dropped.
    refreshing: Vec<Refreshing>,
}

impl Behind {
    pub(crate) async fn stop(self) {
        drop(self.refreshing);
        let imports = async {
            if let Some(importer) = self.importer {
                importer.stop().await;
            }
        };
        tokio::join!(imports, join_all(self.inboxes.into_iter().map(InboxHandle::stop)));
    }
}

/// The articles that sellers offer, in their order, after those of the seller at the common address.
type Offered = (Arc<dyn Articles>, Vec<Arc<dyn Articles>>);

impl Common<'_> {
    /// The doors of the sellers, unless veloconnect is not served, and what works behind them.
    pub(crate) fn trade(
        &self,
        worker: Option<&WorkerHandle>,
        sellers: &[Numbered],
        goods: &Goods,
    ) -> Result<(Option<Sellers<Veloconnect>>, Behind), ServerError> {
        let options = &self.config.veloconnect;
        let (articles, refreshing) = self.offered(sellers, goods);
        let numbers = std::iter::once(ProviderId::DEFAULT).chain(sellers.iter().map(|(id, _)| *id));
        let all = std::iter::once(&articles.0).chain(&articles.1).map(Arc::clone);
        let importer = self.importer(numbers.zip(all).collect());
        let inboxes = self.inboxes(worker, sellers)?;
        let import = importer.as_ref().map(Importer::waker).unwrap_or_default();
        let doors =
            || self.plan(sellers, articles, |of| self.context(of, worker, import.clone())).build(Veloconnect::with_others);
        let doors = options.enabled.then(doors).transpose()?;
        let inboxes = inboxes.into_iter().map(Inbox::start).collect();
        Ok((doors, Behind { importer, inboxes, refreshing }))
    }

    /// The doors while the sellers' numbers cannot be had.
    pub(crate) fn closed_doors(&self) -> Result<Option<Sellers<Veloconnect>>, ServerError> {
        let options = &self.config.veloconnect;
        let unnumbered: Vec<Numbered> = options.seller.iter().map(|seller| (ProviderId::DEFAULT, seller.clone())).collect();
        let articles = (nothing(), unnumbered.iter().map(|_| nothing()).collect());
        let context = |of| self.context(of, None, ImportWaker::default());
        let doors = || self.plan(&unnumbered, articles, context).build(Veloconnect::closed);
        options.enabled.then(doors).transpose()
    }

    fn plan<'p, F>(&'p self, sellers: &'p [Numbered], articles: Offered, context: F) -> Plan<'p, F> {
        Plan { options: &self.config.veloconnect, sellers, articles, url: self.url, context }
    }

    fn context(&self, of: Particular, worker: Option<&WorkerHandle>, import: ImportWaker) -> Result<Context, ServerError> {
        let shop = ShopService::of(&of.options.shop, of.seller.name.as_deref())?;
        Ok(Context {
            store: Arc::clone(self.store),
            authenticate: self.authenticate.of(Protocol::Veloconnect),
            clock: Arc::clone(self.clock),
            articles: self.live(of.articles, &of.options.live)?,
            options: of.options,
            limits: self.config.limits.limits(self.config.server.body_bytes_max),
            provider: of.provider,
            seller: of.seller,
            shop: shop.map(|shop| Arc::new(shop) as _),
            secure: self.url.starts_with("https://"),
            wake: waker([worker, None]),
            import,
        })
    }

    /// The articles of all: of the others, those of the file that a section names, else those that were imported where the
    /// configuration says so. And what keeps these up to date.
    fn offered(&self, sellers: &[Numbered], goods: &Goods) -> (Offered, Vec<Refreshing>) {
        let options = &self.config.veloconnect.catalogue;
        let (common, refreshing) = catalogue::articles(options, Arc::clone(&goods.common), self.store, ProviderId::DEFAULT);
        let own = |(id, seller): &Numbered| match seller.articles {
            Some(_) => (goods.of(seller), None),
            None => catalogue::articles(options, goods.of(seller), self.store, *id),
        };
        let (others, of_others): (_, Vec<_>) = sellers.iter().map(own).unzip();
        ((common, others), std::iter::once(refreshing).chain(of_others).flatten().collect())
    }

    /// The articles, with figures of this moment if those can be asked for.
    fn live(&self, articles: Arc<dyn Articles>, options: &LiveOptions) -> Result<Arc<dyn Articles>, LiveError> {
        let Some(url) = &options.url else { return Ok(articles) };
        let service = Arc::new(HttpLive::new(url, options, Arc::clone(self.clock))?);
        Ok(Arc::new(LiveArticles::new(articles, service, options.clone(), Arc::clone(self.clock))))
    }

    /// What imports long transmissions in the background, for all sellers.
    fn importer(&self, articles: ArticlesOf) -> Option<Importer> {
        let options = &self.config.veloconnect;
        let start = || Importer::start(Arc::clone(self.store), Arc::clone(self.clock), articles, &options.transmissions);
        options.enabled.then(start)
    }

    /// The folders into which the sellers' systems drop them.
    fn inboxes(&self, worker: Option<&WorkerHandle>, sellers: &[Numbered]) -> Result<Vec<Inbox>, InboxError> {
        let veloconnect = &self.config.veloconnect;
        let others = sellers.iter().map(|(id, seller)| (*id, seller.inbox.as_ref()));
        let all = std::iter::once((ProviderId::DEFAULT, veloconnect.erp.inbox.as_ref())).chain(others);
        let new = |(provider, folder): (ProviderId, &PathBuf)| {
            let intake = intake_of(Arc::clone(self.store), Arc::clone(self.clock), provider, Actor::erp("inbox"));
            Inbox::new(folder, &veloconnect.erp, intake, waker([worker, None]))
        };
        let named = all.filter(|_| veloconnect.enabled).filter_map(|(provider, folder)| Some((provider, folder?)));
        named.map(new).collect()
    }
}
