//! `ordergate serve`: serves orders, as configured.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ordergate_oseo::Collections;
use ordergate_server::config::{Config, init_logging};
use ordergate_server::reload::{self, Reloadable};
use ordergate_server::server::{Parts, Server};
use ordergate_server::shutdown::Shutdown;
use ordergate_server::trade::Goods;
use ordergate_veloconnect::{Articles, MemoryArticles, SellerOptions};

use crate::failure::Failure;
use crate::opening::{self, AnyStore};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The configuration file (TOML). Without one: the defaults, and the environment.
    #[arg(long, value_name = "FILE", env = "ORDERGATE_CONFIG")]
    config: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let config = opening::configuration(arguments.config.as_deref())?;
    init_logging(&config.log);
    let goods = goods(&config, articles(config.veloconnect.articles.as_deref())?)?;
    let collections = Collections::new(opening::collections(&config)?);
    opening::runtime()?.block_on(async {
        let tls = config.server.tls()?;
        let folder = config.oseo.collections_dir.clone();
        reload::on_hangup(Reloadable { collections: folder.map(|folder| (folder, collections.clone())), tls: tls.clone() })?;
        let store = AnyStore::open(&config.store).await?;
        let (key, store) = (opening::key(&config.store)?, store.into_shared());
        let parts = Parts { key, store, goods, collections, tls };
        let server = Server::bind(config, parts).await?;
        tracing::info!(address = %server.address(), url = server.url(), "serving");
        serve(server).await
    })
}

/// The articles of a seller: those of the configured file, or none.
pub(crate) fn articles(path: Option<&Path>) -> Result<Arc<dyn Articles>, Failure> {
    let Some(path) = path else { return Ok(Arc::new(MemoryArticles::default())) };
    let articles = MemoryArticles::from_file(path).map_err(|e| Failure::Failed(e.to_string()))?;
    Ok(Arc::new(articles))
}

/// What is offered at the common address, and by the sellers with an address of their own.
pub(crate) fn goods(config: &Config, common: Arc<dyn Articles>) -> Result<Goods, Failure> {
    let own = |seller: &SellerOptions| Ok((seller.name.clone(), articles(seller.articles.as_deref())?));
    let by_seller = config.veloconnect.seller.iter().map(own).collect::<Result<_, Failure>>()?;
    Ok(Goods { common, by_seller })
}

/// Serves until SIGTERM or SIGINT.
pub(crate) async fn serve(server: Server) -> Result<(), Failure> {
    let shutdown = Shutdown::new();
    shutdown.on_signals()?;
    server.run(shutdown).await?;
    tracing::info!("stopped");
    Ok(())
}
