//! Carries results to the addresses that customers name (`onlineDataDelivery`, 06-141r6 §7.3.8, §7.3.9): by sftp, by
//! ftps, and by https as the body of a PUT.
//!
//! Where a customer's address leads is held against a [`ordergate_outgoing::Reach`] in the moment of connecting. Reasons of
//! failures are for the customer, and contain no secret.

mod address;
mod carrier;
mod ftps;
mod host_keys;
mod https;
mod parcel;
mod sftp;

pub use address::{Address, AddressError, Protocol};
pub use carrier::{Carrier, Undelivered};
pub use host_keys::HostKeys;
pub use parcel::Parcel;
