//! Who is calling: the built-in accounts.
//!
//! [`Accounts`] implements [`ordergate_door::Authenticate`] over the store. To hook up another user
//! directory, write that one trait anew and hand it to the doors instead.
//!
//! Passwords are kept as argon2id hashes, which cost tens of milliseconds on purpose. A password that
//! was found right is therefore remembered for a short while ([`verified`]), hashing runs a few at a
//! time ([`password`]), and failures are slowed down ([`throttle`]). The account itself is asked
//! of the store on every request, so that a disabled account or a changed password takes effect at once
//! (within a quarter of a second when another process changed it).

mod accounts;
mod digest;
mod key;
mod options;
mod password;
mod throttle;
mod verified;
mod workers_file;

pub use accounts::Accounts;
pub use digest::seal_secret;
pub use key::{Key, KeyError};
pub use options::AuthOptions;
pub use password::{PASSWORD_CHARACTERS_MAX, hash_password};
pub use workers_file::{WorkersFile, WorkersFileError};
