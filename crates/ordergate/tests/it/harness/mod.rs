//! What the tests are written with.

mod http;
mod mail_server;
mod orders;
mod pretty;
mod receiver;
mod server;
mod service;
mod snapshot;
mod soap;
mod wire;
mod xmllint;

pub use http::{Answer, Request, get, post};
pub use mail_server::{Mail, MailServer};
pub use orders::{
    Found, await_status, code, demo_articles, found, look, ordered, retrieve, search, submit, veloconnect, veloconnect_as,
};
pub use pretty::{pretty, transcript};
pub use receiver::{Received, Receiver};
pub use server::{Account, Config, Server, free_port, memory_kib, ordergate, out, output_of};
pub use service::{Heard, Reply, Service};
pub(crate) use snapshot::assert_snapshot;
pub use soap::{PASSWORD_DIGEST, PASSWORD_TEXT, Soap, envelope, get_status, security};
pub use wire::Wire;
pub use xmllint::{assert_all_valid, assert_valid, tool_or_skip};

use std::time::{Duration, Instant};

/// Waits until something is seen, for at most half a minute.
#[track_caller]
pub fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "not seen within half a minute: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
