//! What a server does on a disk that fails, or loses its power.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod each_call;
mod layer;
mod power_loss;
mod receiver;
mod requests;
mod server;
