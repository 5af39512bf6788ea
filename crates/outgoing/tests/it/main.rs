//! Calls over real sockets.
#![allow(clippy::unwrap_used)]

mod answers;
mod peer;
mod reach;
mod streams;
mod tls;

use std::time::Duration;

use http::HeaderMap;
use ordergate_outgoing::{Call, Caller, CallerOptions, Reach};

/// Long enough for every machine: a test that runs into it has failed.
const AMPLE: Duration = Duration::from_mins(1);

fn caller() -> Caller {
    Caller::new(&CallerOptions::default()).unwrap()
}

fn call(url: impl Into<String>) -> Call {
    Call {
        url: url.into(),
        headers: HeaderMap::new(),
        content_type: "application/json",
        body: "{}".into(),
        timeout: AMPLE,
        answer_max: 1000,
        reach: Reach::Anywhere,
    }
}
