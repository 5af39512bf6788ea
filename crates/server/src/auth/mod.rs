//! Who is calling: the built-in accounts, or whom else the operator lets say it.
//!
//! [`Accounts`] implements [`ordergate_door::Authenticate`] over the store; beside it stand the operator's service
//! ([`callout`]) and the header of a proxy ([`trusted_header`]). To hook up another user directory, write that one trait anew
//! and name it in [`providers`].
//!
//! Passwords are kept as argon2id hashes, which cost tens of milliseconds on purpose. A password that
//! was found right is therefore remembered for a short while ([`verified`]), hashing runs a few at a
//! time ([`password`]), and failures are slowed down ([`throttle`]). The account itself is asked
//! of the store on every request, so that a disabled account or a changed password takes effect at once
//! (within a quarter of a second when another process changed it).

mod accounts;
mod callers;
mod callout;
mod digest;
mod fresh;
mod key;
mod options;
mod password;
mod providers;
mod register;
mod remembered;
mod seller_names;
mod throttle;
mod trusted_header;
mod verified;
mod workers_file;

pub use accounts::Accounts;
pub(crate) use callers::Callers;
pub use callout::{CalloutError, CalloutOptions};
pub use digest::seal_secret;
pub use key::{Key, KeyError};
pub use options::{AuthOptions, AuthProvider};
pub use password::{PASSWORD_CHARACTERS_MAX, hash_password, is_password_hash, password_fits};
pub use providers::Providers;
pub use seller_names::SellerNames;
pub use trusted_header::{Network, TrustedHeaderOptions, Vouching};
pub use workers_file::{WorkersFile, WorkersFileError};
