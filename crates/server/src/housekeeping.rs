//! What has to be done now and then: look whether the store still works, and forget what is old: transactions, transmissions,
//! quotations, notifications, answered messages, catalogues that were replaced, and files whose links have expired.

use std::sync::Arc;
use std::time::Duration;

use ordergate_engine::Timestamp;
use ordergate_engine::time::Clock;
use ordergate_store::{Batch, Expiry, NotificationState, SharedStore, Write};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::catalogue;
use crate::config::Config;
use crate::download::Downloads;
use crate::health::Readiness;
use crate::metrics::Metrics;

const CHECK_EVERY: Duration = Duration::from_secs(2);
const COUNT_EVERY: Duration = Duration::from_secs(15);
const EXPIRE_EVERY: Duration = Duration::from_mins(10);
/// No commit is held up by more than this.
const PURGED_AT_ONCE: usize = 20_000;

/// Who is told how it stands.
pub(crate) struct Keeper {
    pub(crate) readiness: Readiness,
    /// Whether all doors are open.
    pub(crate) is_open: Box<dyn Fn() -> bool + Send + Sync>,
    pub(crate) metrics: Metrics,
}

/// Begins; abort the handle to end.
pub(crate) fn start(
    store: SharedStore,
    clock: Arc<dyn Clock>,
    config: &Config,
    downloads: Arc<Downloads>,
    keeper: Keeper,
) -> JoinHandle<()> {
    let (veloconnect, keep_days) = (config.veloconnect.clone(), config.oseo.quotation.keep_days);
    let (notified, remembered) = (config.outbox.keep_micros(), config.oseo.remember_messages_days);
    let catalogues = veloconnect.catalogue.clone();
    let transmissions = veloconnect.transmissions.clone();
    let old = move |now: Timestamp| {
        let mut old = vec![transmissions.expiry(now), old_quotations(now, keep_days), old_notifications(now, notified)];
        old.extend(old_messages(now, remembered));
        old
    };
    tokio::spawn(async move {
        let mut ticks = interval(CHECK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut expire_at, mut count_at, mut works) = (Instant::now(), Instant::now(), true);
        let mut removing: Option<JoinHandle<()>> = None;
        let mut expiring: Option<JoinHandle<()>> = None;
        loop {
            ticks.tick().await;
            works = keeper.check(&store, works).await;
            if Instant::now() >= count_at {
                count_at = Instant::now() + COUNT_EVERY;
                if let Ok(waiting) = store.count_notifications(NotificationState::Waiting).await {
                    keeper.metrics.set_outbox_waiting(waiting);
                }
            }
            if Instant::now() >= expire_at {
                expire_at = Instant::now() + EXPIRE_EVERY;
                expire(&store, old(clock.now())).await;
                // Beside the checks: there may be many.
                if expiring.as_ref().is_none_or(JoinHandle::is_finished) {
                    let (store, expiries) = (Arc::clone(&store), veloconnect.expiries(clock.now()));
                    expiring = Some(tokio::spawn(async move { expire_transactions(&store, expiries).await }));
                }
                // Beside the checks: there may be many files, on a disk that is slow, and many articles.
                if removing.as_ref().is_none_or(JoinHandle::is_finished) {
                    let downloads = Arc::clone(&downloads);
                    let (store, clock, catalogues) = (Arc::clone(&store), Arc::clone(&clock), catalogues.clone());
                    removing = Some(tokio::spawn(async move {
                        downloads.remove_expired().await;
                        catalogue::remove_unwanted(&store, clock.as_ref(), &catalogues).await;
                    }));
                }
            }
        }
    })
}

impl Keeper {
    /// `/health/ready` says what the store says, and the log when that changes. Gives whether the store works.
    async fn check(&self, store: &SharedStore, worked: bool) -> bool {
        match store.check().await {
            Ok(()) => {
                if !worked {
                    tracing::info!("the store works again");
                }
                if (self.is_open)() {
                    self.readiness.set_ready();
                }
                true
            }
            Err(error) => {
                if worked {
                    tracing::error!(%error, "the store does not work");
                }
                self.readiness.set_not_ready("the store is not available");
                false
            }
        }
    }
}

/// What was told, or given up, is kept for a while for the operator.
fn old_notifications(now: Timestamp, keep_micros: i64) -> Write {
    Write::PurgeNotifications { before: now.plus_micros(-keep_micros), limit: PURGED_AT_ONCE }
}

/// Whoever sends a message again after so long means another one.
fn old_messages(now: Timestamp, days: u32) -> Option<Write> {
    let before = now.plus_seconds(-i64::from(days) * 86_400);
    (days > 0).then_some(Write::ForgetMessages { before, limit: PURGED_AT_ONCE })
}

/// Quotations of which nothing has come for as long as configured become unknown.
fn old_quotations(now: Timestamp, keep_days: u32) -> Write {
    Write::ExpireQuotations { over_before: now.plus_seconds(-i64::from(keep_days) * 86_400) }
}

/// Each kind in a batch of its own: what one has to wait for must not keep the other.
async fn expire(store: &SharedStore, old: Vec<Write>) {
    for write in old {
        delete(store, write).await;
    }
}

/// Transactions that nobody has touched for as long as configured become unknown (420). Some at a time, so that no commit is
/// held up by them.
async fn expire_transactions(store: &SharedStore, expiries: Vec<Expiry>) {
    for expiry in expiries {
        loop {
            match store.has_expired_transactions(&expiry).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::warn!(%error, "what is old could not be looked for; will try again");
                    return;
                }
            }
            if !delete(store, Write::ExpireTransactions(expiry)).await {
                return;
            }
        }
    }
}

/// Whether it succeeded.
async fn delete(store: &SharedStore, write: Write) -> bool {
    let what = format!("{write:?}");
    let mut batch = Batch::new();
    batch.push(write);
    let done = store.commit(batch).await;
    if let Err(error) = &done {
        tracing::warn!(%error, what, "what is old could not be deleted; will try again");
    }
    done.is_ok()
}
