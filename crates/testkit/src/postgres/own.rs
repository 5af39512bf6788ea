//! A server for one test, which may stop and restart it.

use std::ops::Deref;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::cluster::Cluster;
use super::files::{base_folder, write_private};
use super::machine::Machine;
use super::owner::Owner;
use super::server::{self, Extras};
use super::small_disk::SmallDisk;
use super::tls::Certificates;
use super::watchdog;

/// A [`Cluster`] of its own, stopped and removed when the value is dropped.
///
/// # Panics
/// All methods do when the server does not do what it is told.
#[derive(Debug)]
pub struct OwnCluster {
    cluster: Cluster,
    ca_file: Option<PathBuf>,
    /// Removed when dropped, after the server was stopped.
    _folder: TempDir,
}

impl OwnCluster {
    /// `None` where PostgreSQL is not installed; see [`cluster`](super::cluster()).
    pub fn start() -> Option<Self> {
        Some(
            Self::create(Machine::get()?, Extras::default()).unwrap_or_else(|error| panic!("PostgreSQL does not start: {error}")),
        )
    }

    /// With TLS on, which the server then offers but does not demand. Its certificate is for 127.0.0.1 and
    /// localhost.
    pub fn with_tls() -> Option<Self> {
        let machine = Machine::get()?;
        let created =
            Certificates::create().and_then(|tls| Self::create(machine, Extras { tls: Some(&tls), ..Extras::default() }));
        Some(created.unwrap_or_else(|error| panic!("PostgreSQL does not start with TLS: {error}")))
    }

    /// With the tablespace `small` on a file system of so many KiB, which the server alone sees and which is lost when it
    /// stops. An error says why this machine does not let its users make one.
    pub fn with_small_disk(kib: u32) -> Option<Result<Self, String>> {
        let machine = Machine::get()?;
        if let Err(reason) = SmallDisk::try_out(machine) {
            return Some(Err(reason));
        }
        let created = Self::create(machine, Extras { small_disk_kib: Some(kib), ..Extras::default() });
        let own = created.unwrap_or_else(|error| panic!("PostgreSQL does not start: {error}"));
        let folder = own.socket_dir().join(SmallDisk::NAME).display().to_string().replace('\'', "''");
        let made = own.psql("postgres", &format!("create tablespace small location '{folder}'"));
        Some(Ok(made.map_or_else(|error| panic!("no tablespace: {error}"), |_| own)))
    }

    fn create(machine: &'static Machine, extras: Extras<'_>) -> Result<Self, String> {
        watchdog::sweep(machine.account)?;
        let owner = Owner::own()?;
        let prefix = format!("{}-", owner.folder_name());
        let folder = tempfile::Builder::new().prefix(&prefix).tempdir_in(base_folder()?).map_err(|error| error.to_string())?;
        // Drop does not run when the process is killed.
        watchdog::watch(folder.path(), owner)?;
        let cluster = server::create(machine, folder.path(), extras)?;
        let mut ca_file = None;
        if let Some(tls) = extras.tls {
            let path = folder.path().join("ca.pem");
            write_private(&path, &tls.authority, machine.account)?;
            ca_file = Some(path);
        }
        Ok(Self { cluster, ca_file, _folder: folder })
    }

    /// The certificate of the authority that signed the server's, in PEM; `None` without TLS.
    pub fn ca_file(&self) -> Option<&Path> {
        self.ca_file.as_deref()
    }

    /// Stops the server as a crash would: connections break, nothing is written, and the next start recovers.
    pub fn stop_immediate(&self) {
        server::stop_immediate(&self.cluster).unwrap_or_else(|error| panic!("PostgreSQL does not stop: {error}"));
    }

    /// Stops the server if it runs, and starts it again on the same port. Returns when it accepts connections.
    pub fn restart(&self) {
        if self.cluster.data_dir().join("postmaster.pid").exists() {
            self.stop_immediate();
        }
        server::start(&self.cluster).unwrap_or_else(|error| panic!("PostgreSQL does not start again: {error}"));
    }
}

impl Deref for OwnCluster {
    type Target = Cluster;

    fn deref(&self) -> &Cluster {
        &self.cluster
    }
}

impl Drop for OwnCluster {
    fn drop(&mut self) {
        // It fails when a test has stopped it already.
        let _ = server::stop_immediate(&self.cluster);
    }
}
