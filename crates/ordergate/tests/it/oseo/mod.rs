//! The OSEO door as client software sees it. Numbers such as "OSEO 40" are those of the conformance checklist.

mod bad_input;
pub mod cancel;
mod capabilities;
mod chosen_options;
pub mod customer;
mod envelope;
pub mod fault;
mod get_options;
mod get_status_retrieve;
mod get_status_search;
pub mod identity;
mod infoset;
mod notifications;
mod pricing;
mod quotation;
mod report;
mod result_access;
mod station;
mod submit;
mod subscription;
mod task_and_batch;
mod wsdl;

use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use fault::Fault;
use report::Report;

use crate::harness::{Answer, Config, Server, assert_valid};

/// Leaves orders as they were submitted, does not mind failed logins, and logs a lot.
const QUIET: &str = "[fulfilment.oseo]\nenabled = false\n[auth]\nfailures_per_minute_max = 1000000\n[log]\nlevel = \"debug\"\n";

/// The server of all tests that do not disturb each other.
fn quiet() -> &'static Server {
    static SERVER: LazyLock<Server> = LazyLock::new(|| Server::shared(&Config::new(QUIET)));
    &SERVER
}

/// The attributes that every request but GetCapabilities has.
const BASE: &str = "xmlns:os=\"http://www.opengis.net/oseo/1.0\" service=\"OS\" version=\"1.0.0\"";

/// The smallest order there is, with more elements before `orderType`.
fn small_order(more: &str) -> String {
    format!(
        "<os:Submit {BASE}><os:orderSpecification>{more}<os:orderType>PRODUCT_ORDER</os:orderType><os:orderItem>\
         <os:itemId>1</os:itemId><os:productId><os:identifier>urn:scene:1</os:identifier></os:productId></os:orderItem>\
         </os:orderSpecification><os:statusNotification>None</os:statusNotification></os:Submit>"
    )
}

/// The answer to a request that succeeded, which the official schema allows.
#[track_caller]
fn succeeded(answer: Answer) -> Answer {
    assert_eq!(answer.status, 200, "{}", answer.text());
    valid(&answer);
    answer
}

/// Holds an answer against the official schema, unless that was done with one that differs in digits only: ids,
/// times, columns.
#[track_caller]
fn valid(answer: &Answer) {
    static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let text = answer.text().replace(|c: char| c.is_ascii_digit(), "");
    if !SEEN.lock().unwrap().contains(&text) {
        assert_valid("oseo", answer.text());
        SEEN.lock().unwrap().insert(text);
    }
}

/// The text without what differs from run to run.
fn redacted(text: &str) -> String {
    let mut text = text.to_owned();
    for (element, word) in
        [("os:orderId", "[id]"), ("os:orderDateTime", "[time]"), ("os:quotationId", "[id]"), ("os:validityTime", "[time]")]
    {
        let (open, close) = (format!("<{element}>"), format!("</{element}>"));
        let mut parts = text.split(&open);
        let mut out = parts.next().unwrap().to_owned();
        for part in parts {
            let (_, rest) = part.split_once(&close).unwrap();
            out.push_str(&[&open, word, &close, rest].concat());
        }
        text = out;
    }
    text
}

/// Now, in microseconds since 1970.
fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros()).unwrap()
}
