//! `ordergate demo`: a server with something in it, for trying out.

use std::path::PathBuf;
use std::sync::Arc;

use ordergate_engine::Protocol;
use ordergate_fulfilment::ProcessorKind;
use ordergate_oseo::collections::Catalogue;
use ordergate_oseo::quotation::PricingKind;
use ordergate_oseo::{Collections, OtherCollections};
use ordergate_outgoing::AllowList;
use ordergate_server::auth::{Key, WorkersFile};
use ordergate_server::config::{Config, LogLevel, init_logging, parse_collections};
use ordergate_server::server::{Parts, Server};
use ordergate_veloconnect::Articles;

use crate::demo_greeting::{Secrets, greet};
use crate::failure::Failure;
use crate::opening::AnyStore;
use crate::{demo_data, demo_receiver, opening, serve};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080")]
    listen: String,
    /// Keep the data in this folder, and use what is there. Without it: a temporary folder. (Where a PostgreSQL
    /// database is configured, the data is there, and only the key in the folder.)
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Add so many synthetic orders of five items each, owned by `demo`, with ids from 1001 on.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=100_000_000))]
    orders: u32,
    /// The password of the operator `admin`. Without it, a new one is made and printed at each start.
    #[arg(long, value_name = "PASSWORD", env = "ORDERGATE_DEMO_ADMIN_PASSWORD", hide_env_values = true)]
    admin_password: Option<String>,
    /// A configuration file (TOML); the demo's own settings go before it.
    #[arg(long, value_name = "FILE", env = "ORDERGATE_CONFIG")]
    config: Option<PathBuf>,
}

/// The operator's account.
pub(crate) const ADMIN: &str = "admin";

/// The collection that demo products belong to, and its file.
pub(crate) const COLLECTION: &str = "urn:ordergate:demo:scenes";
const COLLECTION_FILE: &str = include_str!("demo_collection.toml");

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut config = opening::configuration(arguments.config.as_deref())?;
    configure(&mut config, arguments);
    init_logging(&config.log);
    // Kept until the end: dropping it removes a temporary folder.
    let folder = Folder::of(arguments)?;
    if config.store.is_postgres() {
        config.store.key_file.get_or_insert_with(|| folder.path().join("ordergate.key"));
    } else {
        config.store.set_path(&folder.path().join("ordergate.sqlite"));
    }
    let products = folder.path().join("products");
    if config.download.root.is_none() {
        std::fs::create_dir_all(&products)?;
        config.download.root = Some(std::path::absolute(&products)?);
    }
    let workers = config.fulfilment.workers_file.get_or_insert_with(|| folder.path().join("workers")).clone();
    let token = feed_token(&WorkersFile::new(&workers))?;
    let goods = serve::goods(&config, articles(&config)?)?;
    let collections = Collections::new(collections(&config)?);
    opening::runtime()?.block_on(async {
        let store = AnyStore::open(&config.store).await?;
        let key = opening::key(&config.store)?;
        demo_data::load(&store, &key, arguments.orders).await?;
        let made = Key::random_password()?;
        let password = arguments.admin_password.as_deref().unwrap_or(&made);
        demo_data::operator(&store, ADMIN, password).await?;
        // Known before the demo listens: what it prints must work at once.
        let receiver = demo_receiver::start().await?;
        let tls = config.server.tls()?;
        let parts = Parts { store: store.into_shared(), key, goods, collections, tls };
        let server = Server::bind(config, parts).await?;
        // Who has set a password knows it.
        let shown = arguments.admin_password.as_ref().map_or(made.as_str(), |_| "PASSWORD");
        greet(&server, folder.path(), arguments.orders, &Secrets { token: &token, admin: shown }, receiver);
        serve::serve(server).await
    })
}

/// Who announces products to the demo; the token is new at each start, because only its hash is kept.
fn feed_token(workers: &WorkersFile) -> Result<String, Failure> {
    const NAME: &str = "demo-station";
    if workers.names()?.iter().any(|name| name == NAME) {
        workers.remove(NAME)?;
    }
    Ok(workers.add(NAME)?)
}

/// The demo's own settings: everything open to try, little noise.
fn configure(config: &mut Config, arguments: &Arguments) {
    config.server.listen.clone_from(&arguments.listen);
    if arguments.config.is_none() {
        config.log.level = LogLevel::Warn;
    }
    "Ordergate demo".clone_into(&mut config.oseo.title);
    config.oseo.other_collections = OtherCollections::Accept;
    if config.oseo.quotation.pricing == PricingKind::None {
        config.oseo.quotation.pricing = PricingKind::PriceList;
    }
    if config.outbox.allow_private.is_empty() {
        config.outbox.allow_private = loopback();
    }
    config.veloconnect.seller_name.get_or_insert_with(|| "Ordergate Demo Fahrradteile".to_owned());
    for protocol in Protocol::ALL {
        let options = match protocol {
            Protocol::Oseo => &mut config.fulfilment.oseo,
            Protocol::Veloconnect => &mut config.fulfilment.veloconnect,
        };
        if options.processor == ProcessorKind::None {
            options.processor = ProcessorKind::Demo;
        }
    }
}

/// The demo calls itself.
fn loopback() -> AllowList {
    AllowList::new(["127.0.0.0/8", "::1"]).unwrap_or_default()
}

/// The configured articles, or those of the demo.
fn articles(config: &Config) -> Result<Arc<dyn Articles>, Failure> {
    match &config.veloconnect.articles {
        Some(_) => serve::articles(config.veloconnect.articles.as_deref()),
        None => Ok(Arc::new(ordergate_veloconnect::demo_articles())),
    }
}

/// The configured collections, or that of the demo.
fn collections(config: &Config) -> Result<Catalogue, Failure> {
    match &config.oseo.collections_dir {
        Some(_) => opening::collections(config),
        None => Ok(parse_collections(&[("demo_collection.toml".into(), COLLECTION_FILE.to_owned())])?),
    }
}

/// Where the demo keeps its data.
enum Folder {
    Kept(PathBuf),
    Temporary(tempfile::TempDir),
}

impl Folder {
    fn of(arguments: &Arguments) -> Result<Self, Failure> {
        let Some(path) = &arguments.data else {
            return Ok(Self::Temporary(tempfile::Builder::new().prefix("ordergate-demo-").tempdir()?));
        };
        std::fs::create_dir_all(path).map_err(|e| Failure::Failed(format!("cannot make the folder {}: {e}", path.display())))?;
        Ok(Self::Kept(path.clone()))
    }

    fn path(&self) -> &std::path::Path {
        match self {
            Self::Kept(path) => path,
            Self::Temporary(folder) => folder.path(),
        }
    }
}
