//! Ordergate as its users see it: the real binary, a real database, real HTTP.
//!
//! One test binary, so that it links once; a module for each thing looked at.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

mod cli;
mod fulfilment;
mod harness;
mod oseo;
mod process;
mod seed;
mod veloconnect_door;
