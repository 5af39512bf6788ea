//! Puts the protocols on HTTP: routes, authentication, limits, health, metrics.

pub mod config;
pub mod health;
pub mod http_options;
pub mod listener;
pub mod metrics;
pub mod request_body;
pub mod request_log;
pub mod shutdown;
