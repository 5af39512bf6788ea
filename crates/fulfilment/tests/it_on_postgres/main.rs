//! The tests of `it` that need a store, with orders in PostgreSQL.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../it/delivering.rs"]
mod delivering;
#[path = "../it/leases.rs"]
mod leases;
#[path = "../it/pausing.rs"]
mod pausing;
mod place;
#[path = "../it/pull.rs"]
mod pull;
#[path = "../it/slots.rs"]
mod slots;
#[path = "../it/standing.rs"]
mod standing;
#[path = "../it/steps.rs"]
mod steps;
