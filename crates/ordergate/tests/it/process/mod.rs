//! The process: how it dies, how it stops, what slow clients can do to it, what it says.

pub mod books;
mod hostile;
mod kill;
mod load;
mod log;
mod slow;
mod stop;

use crate::harness::Request;

/// The request without the wish that the connection is closed after it.
fn kept_alive(request: &Request) -> Vec<u8> {
    let bytes = request.bytes();
    let wish = b"Connection: close\r\n";
    let at = bytes.windows(wish.len()).position(|w| w == wish).expect("what the harness sends");
    [&bytes[..at], &bytes[at + wish.len()..]].concat()
}

/// The request but for the last `held_back` bytes of its body, and those bytes.
fn in_two(request: &Request, held_back: usize) -> (Vec<u8>, Vec<u8>) {
    let mut bytes = request.bytes();
    let rest = bytes.split_off(bytes.len() - held_back);
    (bytes, rest)
}
