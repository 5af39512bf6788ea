//! The outbox of a server: what announces, and what delivers.

use std::sync::Arc;

use ordergate_door::Announce;
use ordergate_engine::time::Clock;
use ordergate_oseo::{Callbacks, OseoAnnouncer};
use ordergate_outbox::{
    Announcing, CallbackCourier, Courier, Couriers, Deliverer, DelivererHandle, FolderCourier, MailAnnouncer, MailCourier,
    MailError, ProgramCourier, WebhookAnnouncer, WebhookCourier,
};
use ordergate_outgoing::{Caller, CallerError, CallerOptions, Reach, check_url};
use ordergate_store::SharedStore;
use ordergate_veloconnect::erp::ErpAnnouncer;

use crate::config::Config;
use crate::metrics::Metrics;

/// Why nothing can be delivered.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    #[error(transparent)]
    Caller(#[from] CallerError),
    #[error(transparent)]
    Mail(#[from] MailError),
}

/// The store as everything that changes orders must use it: with each move of an order it stores what others are to be
/// told of it.
pub fn announcing(store: SharedStore, config: &Config, clock: &Arc<dyn Clock>) -> Announcing {
    // Not asked whether callbacks are offered now: what was promised is kept.
    let customers = Arc::new(OseoAnnouncer::new(config.oseo.notification.clone()));
    let services = Arc::new(WebhookAnnouncer::new(&config.outbox.webhook, ordergate_veloconnect::erp::order_json));
    let mut announcers: Vec<Arc<dyn Announce>> = vec![customers, services];
    if let Some(erp) = ErpAnnouncer::new(&config.veloconnect.erp) {
        announcers.push(Arc::new(erp));
    }
    if let Some(mail) = &config.outbox.mail {
        announcers.push(Arc::new(MailAnnouncer::new(mail)));
    }
    Announcing::new(store, announcers, &config.outbox, Arc::clone(clock))
}

/// What may be reached at addresses that customers choose.
pub(crate) fn reach(config: &Config) -> Reach {
    let allowed = &config.outbox.allow_private;
    if allowed.is_empty() { Reach::Public } else { Reach::Allowed(Arc::new(allowed.clone())) }
}

/// What the OSEO door needs to promise callbacks, if they are offered.
pub(crate) fn callbacks(config: &Config) -> Option<Callbacks> {
    let reach = reach(config);
    let check_address = Arc::new(move |url: &str| check_url(url, &reach).map_err(|error| error.to_string()));
    let patience_micros = config.outbox.patience_micros();
    config.oseo.notification.enabled.then_some(Callbacks { check_address, patience_micros })
}

/// Begins to deliver, unless another process does.
pub(crate) fn start(
    config: &Config,
    store: &Arc<Announcing>,
    clock: &Arc<dyn Clock>,
    metrics: &Metrics,
) -> Result<Option<DelivererHandle>, OutboxError> {
    if !config.outbox.enabled {
        return Ok(None);
    }
    let caller = Caller::new(&CallerOptions { ca_file: config.outbox.ca_file.clone(), ..CallerOptions::default() })?;
    let callback = Arc::new(CallbackCourier::new(caller.clone(), reach(config), &config.outbox));
    let webhook = Arc::new(WebhookCourier::new(caller, &config.outbox, Arc::clone(clock)));
    let mail = config.outbox.mail.as_ref().map(|mail| MailCourier::new(mail, &config.outbox)).transpose()?;
    let mail = mail.map(|courier| Arc::new(courier) as Arc<dyn Courier>);
    let erp = &config.veloconnect.erp;
    let program = Some(&erp.order_command).filter(|command| !command.is_empty());
    let program = program.map(|command| Arc::new(ProgramCourier::new(command.clone(), &config.outbox)) as Arc<dyn Courier>);
    let folder = erp.order_folder.as_ref().map(|folder| Arc::new(FolderCourier::new(folder)) as Arc<dyn Courier>);
    let couriers = Couriers { callback: Some(callback), webhook: Some(webhook), mail, program, folder };
    let (shared, posted) = (Arc::clone(store) as SharedStore, store.posted());
    let deliverer = Deliverer::new(shared, couriers, config.outbox.clone(), Arc::clone(clock), posted, metrics.outbox_watch());
    Ok(Some(deliverer.start()))
}
