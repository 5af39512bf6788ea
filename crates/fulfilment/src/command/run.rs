//! One run of a program: what goes in, what comes out, and its end.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use super::group::{Group, separate};
use crate::said::BYTES_MAX;

/// Of standard error only the end is kept: the last line is wanted.
const STDERR_BYTES_KEPT: usize = 16 * 1024;
/// How long to wait for what a killed program left in its pipes. They close at once, unless a
/// process that left the group holds them open.
const DRAIN: Duration = Duration::from_secs(1);

/// How a run ended.
#[derive(Debug)]
pub(super) struct Ended {
    /// Whether the program ended by itself with exit status 0.
    pub success: bool,
    /// The exit status or the signal, in words.
    pub how: String,
    pub stdout: Vec<u8>,
    pub stdout_too_long: bool,
    /// The end of it.
    pub stderr: Vec<u8>,
}

/// A running program. Dropping it kills the program and what it started.
#[derive(Debug)]
pub(super) struct Run {
    // Dropped first: the group must be killed before its leader is reaped and its number is free.
    group: Group,
    child: Child,
}

impl Run {
    pub(super) fn start(mut command: Command) -> io::Result<Self> {
        let child = separate(&mut command).spawn()?;
        Ok(Self { group: Group::of(&child), child })
    }

    /// Feeds the program and reads what it writes until it ends, or has written too much.
    pub(super) async fn converse(&mut self, input: &[u8]) -> io::Result<Ended> {
        let (stdin, stdout, stderr) = (self.child.stdin.take(), self.child.stdout.take(), self.child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else {
            return Err(io::Error::other("the program has no pipes"));
        };
        let mut output = Output::default();
        let status = {
            let talk = output.talk(stdin, input, stdout, stderr);
            tokio::pin!(talk);
            let mut talking = true;
            let status = loop {
                tokio::select! {
                    status = self.child.wait() => break status?,
                    ended = &mut talk, if talking => {
                        talking = false;
                        if ended.is_err() {
                            self.group.kill();
                        }
                    }
                }
            };
            // What the program left behind. Its number was freed only now: nobody else has it yet.
            self.group.kill();
            if talking {
                let _ = timeout(DRAIN, talk).await;
            }
            status
        };
        let Output { stdout, stderr, stdout_too_long } = output;
        Ok(Ended { success: status.success(), how: describe(status), stdout, stdout_too_long, stderr })
    }

    /// Kills the program and everything it started, and waits until it is gone.
    pub(super) async fn kill(&mut self) {
        self.group.kill();
        if let Err(error) = self.child.kill().await {
            tracing::debug!(%error, "a killed program could not be waited for");
        }
    }
}

#[cfg(unix)]
fn describe(status: std::process::ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;

    match status.signal() {
        Some(signal) => format!("signal {signal}"),
        None => format!("exit status {}", status.code().unwrap_or_default()),
    }
}

#[cfg(not(unix))]
fn describe(status: std::process::ExitStatus) -> String {
    format!("exit status {}", status.code().unwrap_or_default())
}

#[derive(Debug)]
struct TooLong;

#[derive(Debug, Default)]
struct Output {
    stdout: Vec<u8>,
    stdout_too_long: bool,
    stderr: Vec<u8>,
}

impl Output {
    /// Carries on all three conversations until all pipes are closed.
    async fn talk(&mut self, stdin: ChildStdin, input: &[u8], stdout: ChildStdout, stderr: ChildStderr) -> Result<(), TooLong> {
        let Self { stdout: out, stdout_too_long, stderr: err } = self;
        let result = tokio::try_join!(feed(stdin, input), collect(stdout, out), collect_end(stderr, err));
        *stdout_too_long = result.is_err();
        result.map(|_| ())
    }
}

/// A program may leave its input unread or close it: that is its own business.
async fn feed(mut stdin: ChildStdin, input: &[u8]) -> Result<(), TooLong> {
    let _ = stdin.write_all(input).await;
    Ok(())
}

async fn collect(from: impl AsyncRead + Unpin, into: &mut Vec<u8>) -> Result<(), TooLong> {
    let mut from = from.take(BYTES_MAX as u64 + 1);
    // A pipe that breaks has ended.
    let _ = from.read_to_end(into).await;
    if into.len() > BYTES_MAX { Err(TooLong) } else { Ok(()) }
}

async fn collect_end(mut from: impl AsyncRead + Unpin, into: &mut Vec<u8>) -> Result<(), TooLong> {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        into.extend_from_slice(&buffer[..read]);
        if into.len() > 2 * STDERR_BYTES_KEPT {
            into.drain(..into.len() - STDERR_BYTES_KEPT);
        }
    }
    Ok(())
}
