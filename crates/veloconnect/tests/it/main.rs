//! The veloconnect door from outside: requests as clients send them, answers as they get them, over the
//! embedded store. Numbers such as "veloconnect 27" in comments are those of the conformance checklist.
#![allow(clippy::unwrap_used)]

mod bindings;
mod codes;
mod common;
mod examples;
mod flaky;
mod get_status;
mod items;
mod orders;
mod profile;
mod quirks;
mod versions;
