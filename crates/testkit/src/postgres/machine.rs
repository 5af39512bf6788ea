//! What the machine offers to run PostgreSQL with.

use std::env;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use super::account::Account;
use super::binaries::Binaries;

/// Programs, and a user to run them as.
#[derive(Debug, Clone)]
pub(super) struct Machine {
    pub(super) binaries: Binaries,
    pub(super) account: Account,
}

impl Machine {
    /// Looks once; where PostgreSQL is missing, a line on standard error says so.
    ///
    /// # Panics
    /// When it is missing and the environment says that it must be there, as on CI.
    pub(super) fn get() -> Option<&'static Self> {
        static MACHINE: OnceLock<Option<Machine>> = OnceLock::new();
        let found = MACHINE.get_or_init(|| match Self::find() {
            Ok(machine) => Some(machine),
            Err(reason) => {
                assert!(env::var_os("CI").is_none_or(|ci| ci != "true"), "PostgreSQL tests cannot run: {reason}");
                eprintln!("PostgreSQL tests skipped: {reason}");
                None
            }
        });
        found.as_ref()
    }

    fn find() -> Result<Self, String> {
        Ok(Self { binaries: Binaries::find()?, account: Account::find()? })
    }

    /// A program of the server, run as its user.
    pub(super) fn server_command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = client_command(program, folder);
        self.account.run(&mut command);
        command
    }
}

/// A PostgreSQL program that does not look at the settings of whoever runs the tests.
pub(super) fn client_command(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"PG") {
            command.env_remove(name);
        }
    }
    command.current_dir(folder).env("HOME", folder).env("LC_ALL", "C").env("TZ", "UTC").env_remove("LANGUAGE");
    command
}

/// What the command prints; an error has all that it said.
pub(super) fn output(mut command: Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        return Ok(said.trim_end_matches('\n').to_owned());
    }
    Err(format!("{program}: {}\n{said}{}", output.status, String::from_utf8_lossy(&output.stderr)))
}
