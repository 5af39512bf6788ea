//! The outbox: what leaves the server on its own account.
//!
//! [`Announcing`] is a store that adds to each change of an order what others are to be told about it: so no order moves
//! without its notifications, and none is told that did not happen. The [`Deliverer`] carries them out, over one [`Courier`]
//! for each channel: at least once, in the order of the events for each order and destination, until the time for it is over.

mod announcing;
mod callback;
mod courier;
mod deliverer;
mod event;
mod event_name;
mod folder;
mod mail;
mod options;
mod pending;
mod program;
mod schedule;
mod secret;
mod stop;
mod transmission_event;
mod webhook;
mod wishes;

pub use announcing::Announcing;
pub use callback::CallbackCourier;
pub use courier::{Courier, Couriers, Undelivered};
pub use deliverer::{Deliverer, DelivererHandle, Watch};
pub use event_name::{EventChoice, NoSuchEvent};
pub use folder::FolderCourier;
pub use mail::{
    AddressError, Encryption, Language, MailAnnouncer, MailCourier, MailError, MailOptions, TemplateError, check_address,
};
pub use options::{OptionError, OutboxOptions};
pub use program::ProgramCourier;
pub use webhook::{WebhookAnnouncer, WebhookCourier, WebhookOptions, WholeOrder};
