//! What comes from the seller's own system: documents, over HTTP and as files in a folder. What they mean is veloconnect's
//! business; `docs/erp.md` describes them.

mod drawers;
mod inbox;
mod route;

use std::sync::Arc;

use ordergate_engine::time::Clock;
use ordergate_engine::{Actor, ProviderId};
use ordergate_store::SharedStore;
use ordergate_veloconnect::receipts::intake::Intake;

pub use inbox::InboxError;
pub(crate) use inbox::{Inbox, InboxHandle};
pub(crate) use route::{DocumentsRoute, PATH};

/// Takes documents of a seller in, in someone's name.
pub const fn intake_of(store: SharedStore, clock: Arc<dyn Clock>, provider: ProviderId, who: Actor) -> Intake {
    Intake { store, clock, provider, who }
}
