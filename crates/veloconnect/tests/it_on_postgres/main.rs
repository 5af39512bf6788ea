//! The tests of `it` over a PostgreSQL store.
#![allow(clippy::unwrap_used)]

#[path = "../it/bindings.rs"]
mod bindings;
#[path = "../it/classification.rs"]
mod classification;
#[path = "../it/codes.rs"]
mod codes;
#[path = "../it/common.rs"]
mod common;
#[path = "../it/examples.rs"]
mod examples;
#[path = "../it/flaky.rs"]
mod flaky;
#[path = "../it/get_status.rs"]
mod get_status;
#[path = "../it/intake.rs"]
mod intake;
#[path = "../it/items.rs"]
mod items;
#[path = "../it/known_articles.rs"]
mod known_articles;
#[path = "../it/languages.rs"]
mod languages;
#[path = "../it/modules.rs"]
mod modules;
#[path = "../it/odd_orders.rs"]
mod odd_orders;
#[path = "../it/orders.rs"]
mod orders;
mod place;
#[path = "../it/profile.rs"]
mod profile;
#[path = "../it/quirks.rs"]
mod quirks;
#[path = "../it/receipts.rs"]
mod receipts;
#[path = "../it/sellers.rs"]
mod sellers;
#[path = "../it/shop.rs"]
mod shop;
#[path = "../it/text_search.rs"]
mod text_search;
#[path = "../it/transmissions.rs"]
mod transmissions;
#[path = "../it/versions.rs"]
mod versions;
