//! Making a data folder, starting a server of it, and stopping it.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::cluster::{Cluster, PASSWORD, ROLE, SUPERUSER};
use super::files::{append, at, private_folder, write_private};
use super::machine::{Machine, output};
use super::small_disk::SmallDisk;
use super::tls::Certificates;

/// Ports to try when another program is faster.
const PORTS: usize = 10;

/// How often to ask for the same port again, and how long to wait each time: a restarted server must keep its
/// own, which another program may hold for a connection of its own.
const RESTARTS: usize = 50;
const RESTART_PAUSE: Duration = Duration::from_millis(200);

/// What the system says of a port that another program holds.
const TAKEN: &str = "Address already in use";

/// The superuser without a password through the socket, which is in a folder that others cannot enter;
/// the role of the tests with its password, so that a wrong one is refused.
fn access() -> String {
    format!("local all all trust\nhost all {ROLE} 127.0.0.1/32 scram-sha-256\n")
}

/// Durability is off: the machine that runs the tests may lose them. Transactions still wait for their commit.
fn settings(folder: &Path, tls: bool) -> String {
    let socket_dir = folder.display().to_string().replace('\'', "''");
    let tls = if tls { "ssl = on\nssl_cert_file = 'server.crt'\nssl_key_file = 'server.key'\n" } else { "" };
    format!(
        "fsync = off\n\
         synchronous_commit = on\n\
         full_page_writes = off\n\
         checkpoint_timeout = '1h'\n\
         listen_addresses = '127.0.0.1'\n\
         unix_socket_directories = '{socket_dir}'\n\
         max_connections = 300\n\
         shared_buffers = '64MB'\n\
         password_encryption = 'scram-sha-256'\n\
         timezone = 'UTC'\n\
         log_timezone = 'UTC'\n\
         {tls}"
    )
}

/// What not every server has.
#[derive(Clone, Copy, Default)]
pub(super) struct Extras<'e> {
    pub(super) tls: Option<&'e Certificates>,
    pub(super) small_disk_kib: Option<u32>,
}

/// Makes the data folder in `folder`, starts a server on a free port, and makes the role of the tests.
pub(super) fn create(machine: &'static Machine, folder: &Path, extras: Extras<'_>) -> Result<Cluster, String> {
    private_folder(folder, machine.account)?;
    let mut cluster = Cluster::new(machine, folder.to_owned());
    if let Some(kib) = extras.small_disk_kib {
        cluster.small_disk = Some(small_disk(machine, folder, kib)?);
    }
    initialise(&cluster)?;
    let data = cluster.data_dir();
    append(&data.join("postgresql.conf"), &settings(folder, extras.tls.is_some()))?;
    let hba = data.join("pg_hba.conf");
    fs::write(&hba, access()).map_err(at(&hba))?;
    if let Some(tls) = extras.tls {
        write_private(&data.join("server.crt"), &tls.certificate, machine.account)?;
        write_private(&data.join("server.key"), &tls.key, machine.account)?;
    }
    start_on_free_port(&mut cluster)?;
    cluster.psql("postgres", &format!("create role {ROLE} login password '{PASSWORD}'"))?;
    Ok(cluster)
}

fn small_disk(machine: &Machine, folder: &Path, kib: u32) -> Result<SmallDisk, String> {
    let disk = SmallDisk { folder: folder.join(SmallDisk::NAME), kib };
    private_folder(&disk.folder, machine.account)?;
    Ok(disk)
}

fn initialise(cluster: &Cluster) -> Result<(), String> {
    let mut command = cluster.machine.server_command(&cluster.machine.binaries.initdb, cluster.socket_dir());
    command.arg("-D").arg(cluster.data_dir()).args(["-U", SUPERUSER, "-A", "trust", "--no-sync", "--no-instructions"]);
    command.args(["--encoding=UTF8", "--locale=C"]);
    output(command).map(drop)
}

fn start_on_free_port(cluster: &mut Cluster) -> Result<(), String> {
    let mut tried = 0;
    loop {
        cluster.port = free_port()?;
        tried += 1;
        match start_once(cluster) {
            Err(error) if error.contains(TAKEN) && tried < PORTS => {}
            result => return result,
        }
    }
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(|error| format!("no free port: {error}"))
}

/// Starts a stopped server, on the port that it had.
pub(super) fn start(cluster: &Cluster) -> Result<(), String> {
    let mut tried = 0;
    loop {
        tried += 1;
        match start_once(cluster) {
            Err(error) if error.contains(TAKEN) && tried < RESTARTS => thread::sleep(RESTART_PAUSE),
            result => return result,
        }
    }
}

/// Returns when the server accepts connections.
fn start_once(cluster: &Cluster) -> Result<(), String> {
    let log = cluster.socket_dir().join("log");
    // The message about this start shall not be found in the log of an earlier one.
    let logged = fs::metadata(&log).map_or(0, |found| found.len());
    let mut command = starting(cluster);
    command.arg("-D").arg(cluster.data_dir()).arg("-l").arg(&log).args([
        "-w",
        "-t",
        "60",
        "-o",
        &format!("-p {}", cluster.port),
        "start",
    ]);
    output(command).map(drop).map_err(|error| {
        let text = fs::read(&log).unwrap_or_default();
        let new = text.get(usize::try_from(logged).unwrap_or(0)..).unwrap_or_default();
        format!("{error}{}", String::from_utf8_lossy(new))
    })
}

/// Stops the server as if it had crashed: it recovers when it is started again.
pub(super) fn stop_immediate(cluster: &Cluster) -> Result<(), String> {
    let mut command = pg_ctl(cluster);
    command.args(["-m", "immediate", "-w", "-t", "60", "stop"]);
    output(command).map(drop)
}

/// The server sees what the program sees that starts it.
fn starting(cluster: &Cluster) -> std::process::Command {
    let (machine, folder) = (cluster.machine, cluster.socket_dir());
    match &cluster.small_disk {
        Some(disk) => disk.server_command(machine, &machine.binaries.pg_ctl, folder),
        None => machine.server_command(&machine.binaries.pg_ctl, folder),
    }
}

fn pg_ctl(cluster: &Cluster) -> std::process::Command {
    let mut command = cluster.machine.server_command(&cluster.machine.binaries.pg_ctl, cluster.socket_dir());
    command.arg("-D").arg(cluster.data_dir());
    command
}
