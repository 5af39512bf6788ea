//! What stops a server and removes its folder when the process that it is for has ended. Nothing in that
//! process can be relied on to do so: statics are not dropped, and it may be killed.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::account::Account;
use super::files::{base_folders, is_ours};
use super::owner::Owner;

const SCRIPT: &str = include_str!("watchdog.sh");

/// Starts a watchdog, which outlives this process.
pub(super) fn watch(folder: &Path, owner: Owner) -> Result<(), String> {
    let mut command = Command::new("sh");
    // The inner shell is nobody's child when the outer one has ended, so no one has to wait for it.
    command.args(["-c", "sh -c \"$0\" ordergate-pg-watchdog \"$@\" &", SCRIPT]);
    command.arg(folder).args([owner.process.to_string(), owner.started.to_string()]);
    // Not in the process group of the test run: that may be ended as a whole, at the terminal for one.
    command.process_group(0).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let status = command.status().map_err(|error| format!("no watchdog: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("no watchdog: {status}")) }
}

/// Clears what ended test runs have left behind, as when the watchdog was killed with them. A watchdog does
/// it, which finds its process ended.
pub(super) fn sweep(account: Account) -> Result<(), String> {
    for entry in base_folders().iter().filter_map(|base| base.read_dir().ok()).flatten().flatten() {
        let owner = entry.file_name().to_str().and_then(Owner::of_folder);
        if let Some(owner) = owner.filter(|owner| !owner.is_running() && is_ours(&entry.path(), account)) {
            watch(&entry.path(), owner)?;
        }
    }
    Ok(())
}
