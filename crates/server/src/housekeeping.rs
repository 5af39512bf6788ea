//! What has to be done now and then: look whether the store still works, and forget what is old: transactions, quotations,
//! notifications, and files whose links have expired.

use std::sync::Arc;
use std::time::Duration;

use ordergate_engine::Timestamp;
use ordergate_engine::time::Clock;
use ordergate_store::{Batch, Expiry, SharedStore, Write};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::config::Config;
use crate::download::Downloads;
use crate::health::Readiness;

const CHECK_EVERY: Duration = Duration::from_secs(2);
const EXPIRE_EVERY: Duration = Duration::from_mins(10);
/// No commit is held up by more than this.
const PURGED_AT_ONCE: usize = 20_000;

/// Begins; abort the handle to end.
pub(crate) fn start(
    store: SharedStore,
    clock: Arc<dyn Clock>,
    config: &Config,
    downloads: Arc<Downloads>,
    readiness: Readiness,
) -> JoinHandle<()> {
    let (veloconnect, keep_days) = (config.veloconnect.clone(), config.oseo.quotation.keep_days);
    let notified = config.outbox.keep_micros();
    let old = move |now: Timestamp| [old_quotations(now, keep_days), old_notifications(now, notified)];
    let expiries = move |now: Timestamp| veloconnect.expiries(now);
    tokio::spawn(async move {
        let mut ticks = interval(CHECK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut expire_at, mut works) = (Instant::now(), true);
        let mut removing: Option<JoinHandle<()>> = None;
        let mut expiring: Option<JoinHandle<()>> = None;
        loop {
            ticks.tick().await;
            works = check(&store, &readiness, works).await;
            if Instant::now() >= expire_at {
                expire_at = Instant::now() + EXPIRE_EVERY;
                expire(&store, old(clock.now())).await;
                // Beside the checks: there may be many.
                if expiring.as_ref().is_none_or(JoinHandle::is_finished) {
                    let (store, expiries) = (Arc::clone(&store), expiries(clock.now()));
                    expiring = Some(tokio::spawn(async move { expire_transactions(&store, expiries).await }));
                }
                // Beside the checks: there may be many files, on a disk that is slow.
                if removing.as_ref().is_none_or(JoinHandle::is_finished) {
                    let downloads = Arc::clone(&downloads);
                    removing = Some(tokio::spawn(async move { downloads.remove_expired().await }));
                }
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

/// What was told, or given up, is kept for a while for the operator.
fn old_notifications(now: Timestamp, keep_micros: i64) -> Write {
    Write::PurgeNotifications { before: now.plus_micros(-keep_micros), limit: PURGED_AT_ONCE }
}

/// Quotations of which nothing has come for as long as configured become unknown.
fn old_quotations(now: Timestamp, keep_days: u32) -> Write {
    Write::ExpireQuotations { over_before: now.plus_seconds(-i64::from(keep_days) * 86_400) }
}

/// Each kind in a batch of its own: what one has to wait for must not keep the other.
async fn expire(store: &SharedStore, old: [Write; 2]) {
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
