//! Mail to operators and customers: plain text from templates, in the language of whoever reads it.

mod address;
mod announcer;
mod courier;
mod language;
mod letter;
mod message;
mod options;
mod own_templates;
mod templates;

pub use address::{AddressError, check_address};
pub use announcer::MailAnnouncer;
pub use courier::{MailCourier, MailError};
pub use language::Language;
pub use options::{Encryption, MailOptions};
pub use templates::TemplateError;
