//! The articles that were imported: ready to be searched, and forgotten when they are replaced.

use std::sync::Arc;
use std::time::Duration;

use ordergate_engine::ProviderId;
use ordergate_engine::time::Clock;
use ordergate_store::SharedStore;
use ordergate_veloconnect::{Articles, CatalogueOptions, CatalogueSource, StoredArticles};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

/// How soon it is seen that another catalogue is offered, whoever imported it.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The articles of the store, and what keeps their index up to date; ends when it is dropped.
pub(crate) struct Refreshing(JoinHandle<()>);

impl Drop for Refreshing {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The articles that are configured: those of the store, or those that were given.
pub(crate) fn articles(
    options: &CatalogueOptions,
    given: Arc<dyn Articles>,
    store: &SharedStore,
    provider: ProviderId,
) -> (Arc<dyn Articles>, Option<Refreshing>) {
    if options.source == CatalogueSource::File {
        return (given, None);
    }
    let stored = Arc::new(StoredArticles::new(Arc::clone(store), provider, options.recent_max));
    let refreshing = tokio::spawn(refresh(Arc::clone(&stored)));
    (stored, Some(Refreshing(refreshing)))
}

async fn refresh(articles: Arc<StoredArticles>) {
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut said = false;
    loop {
        ticks.tick().await;
        match articles.refresh().await {
            Ok(_) => said = false,
            // The next look tries again; it is said once.
            Err(error) if said => tracing::debug!(%error, "the catalogue cannot be made ready to be searched"),
            Err(error) => {
                tracing::error!(%error, "the catalogue cannot be made ready to be searched; the one before still is");
                said = true;
            }
        }
    }
}

/// Deletes catalogues that nobody needs any more.
pub(crate) async fn remove_unwanted(store: &SharedStore, clock: &dyn Clock, options: &CatalogueOptions) {
    let now = clock.now();
    let removed = ordergate_import::remove_unwanted(store.as_ref(), now, now.plus_micros(-options.keep_micros())).await;
    if let Err(error) = removed {
        tracing::warn!(%error, "old catalogues could not be deleted; will try again");
    }
}
