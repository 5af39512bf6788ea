//! The user that the server runs as: PostgreSQL refuses to be run by root.

use std::io;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// Users that may take root's place, the preferred first.
const NAMES: [&str; 2] = ["postgres", "nobody"];

/// Who the server runs as.
#[derive(Debug, Clone, Copy)]
pub(super) enum Account {
    /// The user of this process.
    Own,
    /// Another one, as this process is root's.
    Other { uid: u32, gid: u32 },
}

impl Account {
    /// An error says why there is none.
    pub(super) fn find() -> Result<Self, String> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Own);
        }
        let users = std::fs::read_to_string("/etc/passwd").map_err(|error| format!("/etc/passwd: {error}"))?;
        let found = NAMES.iter().find_map(|name| users.lines().find_map(|line| ids(line, name)));
        found.ok_or_else(|| "root cannot run PostgreSQL, and there is neither a user postgres nor nobody".to_owned())
    }

    /// Makes the command run as this user.
    pub(super) fn run(self, command: &mut Command) {
        if let Self::Other { uid, gid } = self {
            command.uid(uid).gid(gid);
        }
    }

    /// Of the user and its group.
    pub(super) fn ids(self) -> (u32, u32) {
        match self {
            Self::Own => (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw()),
            Self::Other { uid, gid } => (uid, gid),
        }
    }

    /// Gives a file or folder to this user.
    pub(super) fn give(self, path: &Path) -> io::Result<()> {
        match self {
            Self::Own => Ok(()),
            Self::Other { uid, gid } => chown(path, Some(uid), Some(gid)),
        }
    }

    /// Whether a file of that user may be one of the tests'.
    pub(super) fn trusts(self, file_uid: u32) -> bool {
        let own = rustix::process::geteuid().as_raw();
        file_uid == own || matches!(self, Self::Other { uid, .. } if uid == file_uid)
    }
}

/// The ids in a line of /etc/passwd (name:password:uid:gid:...) if it is that of the name.
fn ids(line: &str, name: &str) -> Option<Account> {
    let mut fields = line.split(':');
    let named = fields.next()? == name;
    let uid = fields.nth(1)?.parse().ok()?;
    let gid = fields.next()?.parse().ok()?;
    named.then_some(Account::Other { uid, gid })
}
