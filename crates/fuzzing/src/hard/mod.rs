//! The worst inputs of up to 1 MiB that were thought of, by kind. Made when they are wanted: as files they would be
//! too large to keep.
//!
//! `tests/cost.rs` holds what each takes to be answered or refused against the bounds.

mod ask;
mod credentials;
mod json;
mod oseo;
mod rows;
mod veloconnect;
mod xml;

pub use ask::{Prepared, Way};

/// The length of the inputs, and the default of `server.body_bytes_max`.
pub const BYTES_MAX: usize = 1024 * 1024;

/// An input that is hard on its reader.
#[derive(Debug, Clone, Copy)]
pub struct Hard {
    pub name: &'static str,
    /// Who reads it.
    pub way: Way,
    make: fn() -> Vec<u8>,
}

impl Hard {
    const fn new(name: &'static str, way: Way, make: fn() -> Vec<u8>) -> Self {
        Self { name, way, make }
    }

    /// All that is there before the input comes; what is left to do is to answer it.
    pub fn prepare(&self) -> Prepared {
        ask::prepare(self.way, (self.make)())
    }
}

/// Every input, each under a name of its own.
pub fn all() -> Vec<Hard> {
    [xml::ALL, oseo::ALL, veloconnect::ALL, credentials::ALL, rows::ALL, json::ALL].concat()
}

/// `head`, as many of `each` as fit, at most so many, and `tail`.
fn filled_up_to(most: usize, head: &str, each: impl Fn(usize) -> String, tail: &str) -> Vec<u8> {
    let mut text = String::with_capacity(BYTES_MAX);
    text.push_str(head);
    for number in 0..most {
        let next = each(number);
        if text.len() + next.len() + tail.len() > BYTES_MAX {
            break;
        }
        text.push_str(&next);
    }
    text.push_str(tail);
    text.into_bytes()
}

/// `head`, as many of `each` as fit, and `tail`.
fn filled(head: &str, each: impl Fn(usize) -> String, tail: &str) -> Vec<u8> {
    filled_up_to(usize::MAX, head, each, tail)
}

/// `head`, as many of `piece` as fit, and `tail`.
fn repeated(head: &str, piece: &str, tail: &str) -> Vec<u8> {
    [head, &piece.repeat((BYTES_MAX - head.len() - tail.len()) / piece.len()), tail].concat().into_bytes()
}

/// So many of these.
fn joined(count: usize, each: impl Fn(usize) -> String) -> String {
    (0..count).map(each).collect()
}
