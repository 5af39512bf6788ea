//! The server that all test binaries of a run share.

use std::fs::{self, File};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::OnceLock;

use super::cluster::Cluster;
use super::files::{at, base_folder, private_folder, remove_folder};
use super::machine::Machine;
use super::owner::Owner;
use super::server;
use super::watchdog;

/// The server of this test run, started by whichever test comes first. `None` where PostgreSQL is not
/// installed; see the module.
///
/// # Panics
/// When PostgreSQL is installed and does not start, or is not installed and the environment says `CI=true`.
pub fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    let shared = || Some(share(Machine::get()?).unwrap_or_else(|error| panic!("PostgreSQL does not start: {error}")));
    CLUSTER.get_or_init(shared).as_ref()
}

fn share(machine: &'static Machine) -> Result<Cluster, String> {
    let owner = Owner::test_run()?;
    let folder = base_folder()?.join(owner.folder_name());
    private_folder(&folder, machine.account)?;
    let lock_path = folder.join("lock");
    let lock = File::create(&lock_path).map_err(at(&lock_path))?;
    lock.lock().map_err(at(&lock_path))?;
    if let Some(cluster) = running(machine, &folder) {
        return Ok(cluster);
    }
    watchdog::sweep(machine.account)?;
    watchdog::watch(&folder, owner)?;
    remove_remains(machine, &folder)?;
    let cluster = server::create(machine, &folder, server::Extras::default())?;
    let port_path = folder.join("port");
    fs::write(&port_path, cluster.port().to_string()).map_err(at(&port_path))?;
    Ok(cluster)
}

/// The server that another process of the run has started: the file `port` is written when all is ready.
fn running(machine: &'static Machine, folder: &Path) -> Option<Cluster> {
    let mut cluster = Cluster::new(machine, folder.to_owned());
    cluster.port = fs::read_to_string(folder.join("port")).ok()?.parse().ok()?;
    UnixStream::connect(folder.join(format!(".s.PGSQL.{}", cluster.port))).ok()?;
    Some(cluster)
}

/// What is left of a start that was cut short, or of a server that was killed.
fn remove_remains(machine: &'static Machine, folder: &Path) -> Result<(), String> {
    let cluster = Cluster::new(machine, folder.to_owned());
    if cluster.data_dir().join("postmaster.pid").exists() {
        // It fails when the server does not run any more, which is what is wanted.
        let _ = server::stop_immediate(&cluster);
    }
    remove_folder(cluster.data_dir())
}
