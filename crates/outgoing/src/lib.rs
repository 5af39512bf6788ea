//! The one place from which Ordergate calls others over HTTP: the services of its operator, and addresses that
//! customers name.
//!
//! A customer's address is not to be trusted. It may name a machine inside the operator's network, or a name that
//! means another address each time it is asked for. So what a call may reach ([`Reach`]) is held against the very
//! address that is connected to, in the moment of connecting. There are no redirects, no proxies, no cookies, and
//! each call has a connection of its own.

mod call;
mod caller;
mod connect;
mod error;
mod public;
mod reach;
mod sign;
mod target;
mod tls;

pub use self::call::{Answer, Call, Payload};
pub use self::caller::{Caller, CallerOptions};
pub use self::connect::{addresses, dial};
pub use self::error::{CallError, CallerError, Stage, UrlError};
pub use self::public::is_public;
pub use self::reach::{AllowList, AllowListError, Reach};
pub use self::sign::{SecretError, Signer, SignerError, SigningSecret};
pub use self::target::{Target, URL_BYTES_MAX, check_url};
pub use self::tls::believing as tls_believing;
