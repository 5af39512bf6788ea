//! What is sold by veloconnect: the door to it, what is offered there, and how orders leave.

pub(crate) mod buyer;
pub(crate) mod deal;
mod finishing;
mod form;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use ordergate_door::Announce;
use ordergate_engine::ProviderId;
use ordergate_engine::time::Clock;
use ordergate_fulfilment::WorkerHandle;
use ordergate_store::SharedStore;
use ordergate_veloconnect::erp::ErpAnnouncer;
use ordergate_veloconnect::{
    Articles, Context, ErpOptions, ImportWaker, MemoryArticles, Seller, Veloconnect, VeloconnectOptions,
};
use ordergate_xml::Limits;

use crate::node::AnyCustomer;

/// How much of which article.
pub(crate) type Basket = BTreeMap<String, u64>;

/// What is sold.
pub(crate) const ARTICLES: [&str; 3] = ["bell", "chain", "tyre"];
/// What is not: no line comes of it.
pub(crate) const UNKNOWN: &str = "carriage";

fn articles() -> Arc<dyn Articles> {
    static OFFERED: OnceLock<Arc<MemoryArticles>> = OnceLock::new();
    let offered = OFFERED.get_or_init(|| {
        let article = |id| format!("[[article]]\nid = '{id}'\ndescription = 'A {id}'\nprices = [{{ amount = '2.50' }}]\n");
        let text = ARTICLES.map(article).concat();
        let read = MemoryArticles::from_toml(&format!("currency = 'EUR'\n{text}"));
        Arc::new(read.unwrap_or_else(|error| panic!("no articles: {error}")))
    });
    Arc::clone(offered) as Arc<dyn Articles>
}

pub(crate) fn door(store: SharedStore, clock: Arc<dyn Clock>, worker: &WorkerHandle) -> Veloconnect {
    let waker = worker.waker();
    Veloconnect::new(Context {
        store,
        authenticate: Arc::new(AnyCustomer),
        clock,
        articles: articles(),
        options: VeloconnectOptions::default(),
        limits: Limits::default(),
        secure: false,
        wake: Arc::new(move || waker.wake()),
        import: ImportWaker::default(),
        provider: ProviderId::DEFAULT,
        seller: Seller { name: None, url: "http://localhost/veloconnect".to_owned() },
        shop: None,
    })
}

/// Tells the seller's own system of each placed order.
pub(crate) fn announcer() -> Option<Arc<dyn Announce>> {
    let options = ErpOptions { order_command: vec!["erp".to_owned()], ..ErpOptions::default() };
    ErpAnnouncer::new(&options).map(|announcer| Arc::new(announcer) as Arc<dyn Announce>)
}
