//! Ordergate as its users see it: the real binary, a real database, real HTTP.
//!
//! One test binary, so that it links once; a module for each thing looked at. All that is not about files and the
//! command line is tested a second time, in `it_on_postgres`, with orders in PostgreSQL.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

mod accounts;
mod articles;
mod authentication;
mod backup;
mod cli;
mod collection_files;
mod conformance;
mod delivery;
mod download;
mod erp;
mod files;
mod fulfilment;
mod groups;
mod harness;
mod http_processor;
mod integrity;
mod limits;
mod mail;
mod merchandise_program;
mod operator;
mod oseo;
mod packaging;
mod pausing;
mod place;
mod process;
mod pull;
mod roles;
mod secrets;
mod seed;
mod sellers;
mod store_copy;
mod tls;
mod transmissions;
mod veloconnect_door;
mod veloconnect_orders;
mod webhooks;
