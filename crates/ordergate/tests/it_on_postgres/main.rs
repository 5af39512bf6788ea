//! Ordergate with its orders in PostgreSQL: the tests of `it` that are not about files and the command line, from the
//! same source, and what only PostgreSQL has: several servers on one database, and a database that goes away.
//!
//! Where PostgreSQL is not installed, a line says so and all of this is skipped (see `place`).
#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

#[path = "../it/accounts.rs"]
mod accounts;
#[path = "../it/articles/mod.rs"]
mod articles;
#[path = "../it/authentication.rs"]
mod authentication;
mod connections;
mod customers;
#[path = "../it/download.rs"]
mod download;
#[path = "../it/erp.rs"]
mod erp;
#[path = "../it/fulfilment.rs"]
mod fulfilment;
mod full_disk;
#[path = "../it/groups.rs"]
mod groups;
#[path = "../it/harness/mod.rs"]
mod harness;
#[path = "../it/http_processor.rs"]
mod http_processor;
#[path = "../it/integrity.rs"]
mod integrity;
#[path = "../it/limits.rs"]
mod limits;
mod link;
mod locks;
#[path = "../it/mail.rs"]
mod mail;
mod nemesis;
mod nodes;
#[path = "../it/operator.rs"]
mod operator;
#[path = "../it/oseo/mod.rs"]
mod oseo;
mod outage;
#[path = "../it/pausing.rs"]
mod pausing;
mod place;
#[path = "../it/process/mod.rs"]
mod process;
#[path = "../it/pull.rs"]
mod pull;
mod refused;
#[path = "../it/roles.rs"]
mod roles;
#[path = "../it/seed.rs"]
mod seed;
#[path = "../it/sellers.rs"]
mod sellers;
mod tls;
#[path = "../it/transmissions.rs"]
mod transmissions;
#[path = "../it/veloconnect_door.rs"]
mod veloconnect_door;
#[path = "../it/veloconnect_orders.rs"]
mod veloconnect_orders;
#[path = "../it/webhooks.rs"]
mod webhooks;
