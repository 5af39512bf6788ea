//! The processes that a program's run consists of, and how to end them all.

use tokio::process::{Child, Command};

/// Makes the program the first of a process group of its own, so that [`Group`] finds what it starts.
pub(super) fn separate(command: &mut Command) -> &mut Command {
    #[cfg(unix)]
    command.process_group(0);
    command.kill_on_drop(true)
}

/// A running program's process group. Dropping it kills all of it.
#[derive(Debug)]
pub(super) struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
    #[cfg(unix)]
    guard: Option<Child>,
}

#[cfg(unix)]
impl Group {
    /// The group that a child of [`separate`] leads.
    pub(super) fn of(child: &Child) -> Self {
        let leader = child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
        Self { leader, guard: leader.and_then(guard) }
    }

    /// Kills every process of the group. Only the first call does anything: later the number may
    /// belong to someone else.
    pub(super) fn kill(&mut self) {
        if let Some(leader) = self.leader.take() {
            // Fails only when no process of the group is left.
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
        // Before its input is closed, which it would take for the death of this process.
        if let Some(mut guard) = self.guard.take() {
            let _ = guard.start_kill();
        }
    }
}

/// Starts what kills the group should this process die without having done so (of a signal, for
/// want of memory). Without it a program would go on while its work is given to another run of it.
///
/// It is a shell that waits for the end of its standard input: the kernel closes that when this
/// process ends, however it ends. Where there is no shell the program runs unguarded.
#[cfg(unix)]
fn guard(leader: rustix::process::Pid) -> Option<Child> {
    use std::process::Stdio;

    let script = r#"read -r _; kill -s KILL -- "-$1""#;
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script, "sh", &leader.as_raw_nonzero().to_string()]);
    command.env_clear().stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    separate(&mut command).spawn().inspect_err(|error| tracing::debug!(%error, "no guard for a program")).ok()
}

#[cfg(not(unix))]
impl Group {
    pub(super) fn of(_child: &Child) -> Self {
        Self {}
    }

    /// Here only the program itself can be killed, which dropping its handle does.
    pub(super) fn kill(&mut self) {}
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}
