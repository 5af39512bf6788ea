//! For tests only: what must hold for any input, one function for each place where input comes in.
//!
//! Each of [`TARGETS`] takes bytes and panics when something is not as it must be. `tests/seeded.rs` runs them
//! over the seeds and over mutations of those; the wrappers in `fuzz/` at the root of the workspace hand
//! them to libFuzzer.
//!
//! Doors are asked over a store in memory and an authentication that knows a few accounts. What needs more than that has a store in a
//! file (`place.rs`), or a whole server (`site.rs`), one for each thread, on which inputs follow each other.

mod addresses;
mod authenticate;
mod callout_answers;
mod config;
mod credentials;
mod damaged_store;
mod downloads;
mod feed;
pub mod hard;
mod http_input;
mod http_output;
mod import_rows;
mod live_answers;
mod oseo_request;
mod place;
mod price_answers;
mod processor_answers;
mod receipts;
mod server_request;
mod shop_answers;
mod site;
mod store;
mod stored_items;
mod validation;
mod veloconnect_request;
mod xml_reader;

pub use addresses::addresses;
pub use callout_answers::callout_answers;
pub use config::config;
pub use credentials::credentials;
pub use damaged_store::damaged_store;
pub use downloads::downloads;
pub use feed::feed;
pub use import_rows::import_rows;
pub use live_answers::live_answers;
pub use oseo_request::oseo_request;
pub use price_answers::price_answers;
pub use processor_answers::processor_answers;
pub use receipts::receipts;
pub use server_request::server_request;
pub use shop_answers::shop_answers;
pub use stored_items::stored_items;
pub use validation::{validate_oseo, validate_veloconnect};
pub use veloconnect_request::veloconnect_request;
pub use xml_reader::xml_reader;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use ordergate_engine::Timestamp;
use ordergate_engine::time::Clock;

/// A function that takes any input, by its name.
pub type Target = (&'static str, fn(&[u8]));

pub const TARGETS: [Target; 20] = [
    ("xml_reader", xml_reader),
    ("validate_oseo", validate_oseo),
    ("validate_veloconnect", validate_veloconnect),
    ("oseo_request", |data| drop(oseo_request(data))),
    ("veloconnect_request", |data| drop(veloconnect_request(data))),
    ("credentials", credentials),
    ("config", config),
    ("addresses", addresses),
    ("import_rows", |data| drop(import_rows(data))),
    ("receipts", |data| drop(receipts(data))),
    ("live_answers", live_answers),
    ("shop_answers", shop_answers),
    ("price_answers", price_answers),
    ("processor_answers", processor_answers),
    ("feed", |data| _ = feed(data)),
    ("callout_answers", callout_answers),
    ("stored_items", stored_items),
    ("damaged_store", damaged_store),
    ("server_request", |data| drop(server_request(data))),
    ("downloads", |data| _ = downloads(data)),
];

/// 2026-03-01T12:00:00Z.
const NOON: Timestamp = Timestamp(1_772_366_400_000_000);

/// Noon, always.
#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        NOON
    }
}

/// The output of a future that never has to wait, since store and authentication are in memory.
fn finish<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("waits for something that never comes"),
    }
}

/// At most so much of an answer, for a message.
fn shown(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().take(2000).collect()
}
