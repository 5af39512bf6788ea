//! A server and its databases.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::database::Database;
use super::machine::{Machine, client_command, output};
use super::session::Session;
use super::small_disk::SmallDisk;

pub(super) const SUPERUSER: &str = "postgres";
/// Owns the databases of the tests.
pub(super) const ROLE: &str = "ordergate";
pub(super) const PASSWORD: &str = "secret";

/// A server with its data. It listens on 127.0.0.1, where the role `ordergate` gets in with the password
/// `secret` (SCRAM-SHA-256), and on a Unix socket, where everyone gets in without one.
#[derive(Debug, Clone)]
pub struct Cluster {
    pub(super) machine: &'static Machine,
    folder: PathBuf,
    data: PathBuf,
    pub(super) port: u16,
    pub(super) small_disk: Option<SmallDisk>,
}

impl Cluster {
    /// One that has yet to be made and started.
    pub(super) fn new(machine: &'static Machine, folder: PathBuf) -> Self {
        Self { machine, data: folder.join("data"), folder, port: 0, small_disk: None }
    }

    /// The TCP port, which also names the socket.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where the Unix socket is, and the server's log in the file `log`.
    pub fn socket_dir(&self) -> &Path {
        &self.folder
    }

    /// The server's data.
    pub fn data_dir(&self) -> &Path {
        &self.data
    }

    /// The superuser's URL of a database, through the Unix socket.
    pub fn superuser_url(&self, database: &str) -> String {
        let host = percent_encoded(&self.folder.to_string_lossy());
        format!("postgres://{SUPERUSER}@{host}:{}/{}", self.port, percent_encoded(database))
    }

    /// What psql prints for these statements, run by the superuser in one transaction: a line for each row,
    /// its columns apart by `|`. An error is what psql says of it.
    pub fn psql(&self, database: &str, sql: &str) -> Result<String, String> {
        self.psql_url(&self.superuser_url(database), sql)
    }

    /// The same with a connection string of any kind.
    pub(super) fn psql_url(&self, url: &str, sql: &str) -> Result<String, String> {
        let mut command = self.psql_command(url);
        command.args(["-c", sql]);
        output(command)
    }

    /// A connection that stays open, with a connection string of any kind. An error is what psql says of it.
    pub fn session(&self, url: &str) -> Result<Session, String> {
        Session::open(self.psql_command(url))
    }

    fn psql_command(&self, url: &str) -> Command {
        let mut command = client_command(&self.machine.binaries.psql, &self.folder);
        // Without -w a refused password would be asked for at the terminal.
        command.args(["-X", "-q", "-A", "-t", "-w", "-v", "ON_ERROR_STOP=1", "-d", url]);
        command
    }

    /// A new, empty database of the role `ordergate`, dropped when the value is.
    ///
    /// # Panics
    /// When the server does not make it.
    pub fn fresh_database(&self) -> Database {
        Database::create(self).unwrap_or_else(|error| panic!("no database: {error}"))
    }
}

fn percent_encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}
