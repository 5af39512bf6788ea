//! The veloconnect door from outside: requests as clients send them, answers as they get them, over an SQLite store.
//! `it_on_postgres` has the same tests over PostgreSQL. Numbers such as "veloconnect 27" in comments are those of the
//! conformance checklist.
#![allow(clippy::unwrap_used)]

mod bindings;
mod classification;
mod codes;
mod common;
mod examples;
mod flaky;
mod get_status;
mod intake;
mod items;
mod known_articles;
mod languages;
mod modules;
mod odd_orders;
mod orders;
mod place;
mod profile;
mod quirks;
mod receipts;
mod sellers;
mod shop;
mod text_search;
mod transmissions;
mod versions;
