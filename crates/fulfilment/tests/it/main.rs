//! Workers and processors: real programs, and orders in an SQLite store.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod command;
#[path = "../common/mod.rs"]
mod common;
mod delivering;
mod leases;
mod pausing;
mod place;
mod pull;
mod slots;
mod standing;
mod steps;
