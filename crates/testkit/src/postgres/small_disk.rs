//! A small file system that only one server sees: in a mount namespace of its own, for which nobody needs to be root, and
//! which leaves nothing mounted when the server ends. Linux only, and not everywhere there: containers often forbid it.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::files::{at, base_folder};
use super::machine::{Machine, output};

/// First in a user namespace in which the user is root and may mount, then in one in which the user is as before:
/// PostgreSQL refuses to be run by root. Arguments: folder, size in KiB, user, group, command.
const SCRIPT: &str = "mount -t tmpfs -o \"size=$2k,mode=0700\" small \"$1\" && user=$3 group=$4 && shift 4 && \
                      exec unshare --user --map-user=\"$user\" --map-group=\"$group\" \"$@\"";

/// Where it is mounted, and how large it is.
#[derive(Debug, Clone)]
pub(super) struct SmallDisk {
    pub(super) folder: PathBuf,
    pub(super) kib: u32,
}

impl SmallDisk {
    /// Of its folder.
    pub(super) const NAME: &str = "small";

    /// A program of the server, run as its user, that sees the file system.
    pub(super) fn server_command(&self, machine: &Machine, program: &Path, folder: &Path) -> Command {
        let (user, group) = machine.account.ids();
        let mut command = machine.server_command(Path::new("unshare"), folder);
        command.args(["--map-root-user", "--mount", "sh", "-c", SCRIPT, "sh"]).arg(&self.folder);
        command.args([self.kib, user, group].map(|number| number.to_string())).arg(program);
        command
    }

    /// An error says why this machine does not let its users have one.
    pub(super) fn try_out(machine: &Machine) -> Result<(), String> {
        let folder = tempfile::tempdir_in(base_folder()?).map_err(|error| error.to_string())?;
        machine.account.give(folder.path()).map_err(at(folder.path()))?;
        let disk = Self { folder: folder.path().to_owned(), kib: 4 };
        output(disk.server_command(machine, Path::new("true"), folder.path())).map(drop)
    }
}
