//! The process that a server is for: when it ends, so does the server.

use std::os::unix::process::parent_id;
use std::process::Command;

/// The names of all folders start with it.
const PREFIX: &str = "ordergate-pg-";

/// A process. When it started tells it from a later one with the same number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) process: u32,
    pub(super) started: u64,
}

impl Owner {
    /// This process.
    pub(super) fn own() -> Result<Self, String> {
        Self::running(std::process::id()).ok_or_else(|| "this process cannot be seen by itself".to_owned())
    }

    /// The process that runs the tests. A test binary that was left behind by it, and so was handed to the
    /// system's first process, runs for itself: that process never ends.
    pub(super) fn test_run() -> Result<Self, String> {
        let parent = parent_id();
        if parent <= 1 {
            return Self::own();
        }
        Self::running(parent).map_or_else(Self::own, Ok)
    }

    /// `None` if there is no such process.
    pub(super) fn running(process: u32) -> Option<Self> {
        Some(Self { process, started: started(process)? })
    }

    pub(super) fn is_running(self) -> bool {
        started(self.process) == Some(self.started)
    }

    pub(super) fn folder_name(self) -> String {
        format!("{PREFIX}{}-{}", self.process, self.started)
    }

    /// The owner of a folder with such a name, alone or with more after a `-`.
    pub(super) fn of_folder(name: &str) -> Option<Self> {
        let mut parts = name.strip_prefix(PREFIX)?.split('-');
        Some(Self { process: parts.next()?.parse().ok()?, started: parts.next()?.parse().ok()? })
    }
}

/// When a process started, in any unit; `None` if it does not run. The watchdog's script finds it in the same way.
fn started(process: u32) -> Option<u64> {
    if !std::path::Path::new("/proc/self/stat").exists() {
        return started_by_ps(process);
    }
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in parentheses, may hold anything; the state is the first field after it and the start the 20th.
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    if fields.next()? == "Z" {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

/// Where there is no /proc: the digits of the date.
fn started_by_ps(process: u32) -> Option<u64> {
    let output = Command::new("ps").args(["-o", "lstart=", "-p", &process.to_string()]).env("LC_ALL", "C").output().ok()?;
    let digits: String = String::from_utf8_lossy(&output.stdout).chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners() {
        let own = Owner::own().expect("this process");
        assert!(own.is_running());
        assert!(!Owner { started: own.started + 1, ..own }.is_running());
        assert_eq!(Owner::of_folder(&own.folder_name()), Some(own));
        assert_eq!(Owner::of_folder(&format!("{}-x1y", own.folder_name())), Some(own));
        assert_eq!(Owner::of_folder("ordergate-pg-17"), None);
    }
}
