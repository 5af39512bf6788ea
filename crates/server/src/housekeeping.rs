//! What has to be done now and then: look whether the store still works, and forget old transactions and notifications.

use std::sync::Arc;
use std::time::Duration;

use ordergate_engine::time::Clock;
use ordergate_outbox::OutboxOptions;
use ordergate_store::{Batch, SharedStore, Write};
use ordergate_veloconnect::VeloconnectOptions;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::config::Config;
use crate::health::Readiness;

const CHECK_EVERY: Duration = Duration::from_secs(2);
const EXPIRE_EVERY: Duration = Duration::from_mins(10);
/// No commit is held up by more than this.
const PURGED_AT_ONCE: usize = 20_000;

/// Begins; abort the handle to end.
pub(crate) fn start(store: SharedStore, clock: Arc<dyn Clock>, config: &Config, readiness: Readiness) -> JoinHandle<()> {
    let (veloconnect, outbox) = (config.veloconnect.clone(), config.outbox.clone());
    tokio::spawn(async move {
        let mut ticks = interval(CHECK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut expire_at, mut works) = (Instant::now(), true);
        loop {
            ticks.tick().await;
            works = check(&store, &readiness, works).await;
            if Instant::now() >= expire_at {
                expire_at = Instant::now() + EXPIRE_EVERY;
                expire(&store, clock.as_ref(), &veloconnect, &outbox).await;
            }
        }
    })
}

/// `/health/ready` says what the store says, and the log when that changes. Gives whether the store works.
async fn check(store: &SharedStore, readiness: &Readiness, worked: bool) -> bool {
    match store.check().await {
        Ok(()) => {
            if !worked {
                tracing::info!("the store works again");
            }
            readiness.set_ready();
            true
        }
        Err(error) => {
            if worked {
                tracing::error!(%error, "the store does not work");
            }
            readiness.set_not_ready("the store is not available");
            false
        }
    }
}

/// Transactions that nobody has touched for as long as configured become unknown (420). Notifications that were delivered,
/// or given up, are kept for a while for the operator.
async fn expire(store: &SharedStore, clock: &dyn Clock, veloconnect: &VeloconnectOptions, outbox: &OutboxOptions) {
    let mut batch = Batch::new();
    let before = clock.now().plus_micros(-outbox.keep_micros());
    batch.push(veloconnect.expiry(clock.now()));
    batch.push(Write::PurgeNotifications { before, limit: PURGED_AT_ONCE });
    if let Err(error) = store.commit(batch).await {
        tracing::warn!(%error, "old transactions and notifications could not be deleted; will try again");
    }
}
