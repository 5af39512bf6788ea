//! Runs the operator's programs.
//!
//! A program gets one document on its standard input and answers on its standard output. It runs without a shell, with
//! `PATH`, `HOME` and `LANG` of the server and the variables that the caller adds, in a process group of its own. When its
//! time is over, when the caller loses interest (drops the future), and also when the program ends by itself, every process
//! of that group is killed: nothing goes on working on what another attempt may be made at.

mod group;
mod run;
pub mod text;

use std::fmt;
use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use run::Run;
pub use run::{Ended, STDOUT_BYTES_MAX};

/// The variables of the server's environment that a program gets to see.
const INHERITED: [&str; 3] = ["PATH", "HOME", "LANG"];

/// A program, its arguments, and how long a run of it may take.
#[derive(Debug, Clone)]
pub struct Program {
    command: Vec<String>,
    timeout: Duration,
}

/// Why a run did not end by itself.
#[derive(Debug)]
pub enum NoEnd {
    /// It never began.
    NotStarted(String),
    /// It was ended because its time was over.
    Late(Duration),
    /// It runs no more, but how it ended is not known.
    Lost(io::Error),
}

impl fmt::Display for NoEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted(why) => write!(f, "it cannot be started: {why}"),
            Self::Late(limit) => write!(f, "it did not end within {} s", limit.as_secs_f64()),
            Self::Lost(error) => write!(f, "lost touch with it: {error}"),
        }
    }
}

impl Program {
    /// `command` is the program and its arguments; a run that takes longer than `timeout` is ended.
    pub fn new(command: Vec<String>, timeout: Duration) -> Self {
        Self { command, timeout }
    }

    /// The program itself, for the log: customers must not learn where it lies.
    pub fn name(&self) -> Option<&String> {
        self.command.first()
    }

    /// Runs it once, with these variables and this on its standard input.
    pub async fn run(&self, variables: &[(&str, String)], input: &[u8]) -> Result<Ended, NoEnd> {
        let not_started = |why: &dyn fmt::Display| NoEnd::NotStarted(why.to_string());
        let command = self.command(variables).ok_or_else(|| not_started(&"no program is set"))?;
        let mut run = Run::start(command).map_err(|error| not_started(&error))?;
        if let Ok(ended) = tokio::time::timeout(self.timeout, run.converse(input)).await {
            return ended.map_err(NoEnd::Lost);
        }
        run.kill().await;
        Err(NoEnd::Late(self.timeout))
    }

    fn command(&self, variables: &[(&str, String)]) -> Option<Command> {
        let (program, arguments) = self.command.split_first()?;
        let mut command = Command::new(program);
        command.args(arguments).env_clear();
        for name in INHERITED {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Some(command)
    }
}
