//! What to do when the operating system hands out an error instead of a connection.

use std::io;
use std::time::Duration;

const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How to go on after a failed `accept`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AfterError {
    /// That one connection was lost before it was taken; the next may be fine.
    Next,
    /// Something is used up (file descriptors, memory): others must give back first.
    Pause(Duration),
    /// The socket itself is unusable.
    GiveUp,
}

/// Decides from the error and from how many came in a row before it.
pub(super) fn after(error: &io::Error, failures_before: u32) -> AfterError {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted, InvalidInput, Unsupported};
    match error.kind() {
        ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted => AfterError::Next,
        InvalidInput | Unsupported => AfterError::GiveUp,
        _ => AfterError::Pause(pause(failures_before)),
    }
}

fn pause(failures_before: u32) -> Duration {
    let factor = 1_u32 << failures_before.min(16);
    FIRST_PAUSE.saturating_mul(factor).min(LONGEST_PAUSE)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    const EMFILE: i32 = 24;
    const ECONNABORTED: i32 = 103;
    const EINVAL: i32 = 22;

    #[test]
    fn only_a_dead_socket_ends_accepting() {
        let error = io::Error::from_raw_os_error;
        assert_eq!(after(&error(ECONNABORTED), 5), AfterError::Next);
        assert_eq!(after(&error(EINVAL), 0), AfterError::GiveUp);
        assert_eq!(after(&error(EMFILE), 0), AfterError::Pause(FIRST_PAUSE));
        assert_eq!(after(&error(EMFILE), 1), AfterError::Pause(FIRST_PAUSE * 2));
        assert_eq!(after(&error(EMFILE), u32::MAX), AfterError::Pause(LONGEST_PAUSE));
    }
}
