//! Puts the protocols on HTTP: routes, authentication, limits, health, metrics.
//!
//! [`server::Server`] puts everything together; `routes.rs` lists every route on one page.

pub mod auth;
mod catalogue;
pub mod client_address;
pub mod config;
pub mod delivery;
mod door_route;
pub mod download;
pub mod erp;
mod feed;
pub mod health;
mod housekeeping;
mod http_json;
pub mod http_options;
mod import;
mod limits_options;
pub mod listener;
mod live;
pub mod metrics;
mod operator;
pub mod outbox;
mod pricing_service;
pub mod rates;
pub mod reload;
pub mod request_body;
pub mod request_log;
mod routes;
mod sellers;
pub mod server;
mod shop_service;
pub mod shutdown;
pub mod store_options;
pub mod stored_documents;
pub mod tls;
pub mod trade;
mod work;
