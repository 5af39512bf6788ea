use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use super::machine::Machine;
use super::owner::Owner;
use super::{OwnCluster, cluster, files, server, watchdog};

/// Names the folder where a process that this test has started says which server it found.
const SIBLING: &str = "ORDERGATE_TEST_PG_SIBLING";

const ENCRYPTED: &str = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";

/// Long enough for the slowest machine: only a broken watchdog reaches it.
const PATIENCE: Duration = Duration::from_mins(1);

fn report(folder: &Path) {
    let Some(cluster) = cluster() else { return };
    let started = cluster.psql("postgres", "select pg_postmaster_start_time()").expect("a server that answers");
    let line = format!("{}\n{started}", cluster.socket_dir().display());
    fs::write(folder.join(std::process::id().to_string()), line).expect("a file");
}

#[test]
fn processes_of_one_run_share_a_cluster_that_ends_with_the_run() {
    if let Some(folder) = env::var_os(SIBLING) {
        return report(Path::new(&folder));
    }
    if cluster().is_none() {
        return;
    }
    let reports = tempfile::tempdir().expect("a folder");
    // The shell takes the place of cargo: it starts test binaries and ends after them.
    let mut run = Command::new("sh");
    run.args(["-c", "\"$@\" & \"$@\" & wait", "sh"]).arg(env::current_exe().expect("this program"));
    run.args(["--exact", "postgres::tests::processes_of_one_run_share_a_cluster_that_ends_with_the_run"]);
    let output = run.env(SIBLING, reports.path()).output().expect("a shell");
    let reports: Vec<String> = crate::read_folder(reports.path()).into_iter().map(|(_, report)| report).collect();
    assert_eq!(reports.len(), 2, "{output:?}");
    assert_eq!(reports[0], reports[1]);
    let folder = Path::new(reports[0].lines().next().expect("a folder"));
    assert_ne!(folder, cluster().expect("a cluster").socket_dir(), "the two are of another run");
    gone(folder);
}

#[test]
fn a_cluster_left_behind_is_swept() {
    let Some(machine) = Machine::get() else { return };
    // A process with a server that no watchdog watches; it ends when its input does.
    let mut process = Command::new("cat").stdin(Stdio::piped()).spawn().expect("a process");
    let owner = Owner::running(process.id()).expect("a process that runs");
    let left = files::base_folder().expect("a folder").join(owner.folder_name());
    let cluster = server::create(machine, &left, server::Extras::default()).expect("a server");
    watchdog::sweep(machine.account).expect("a sweep");
    assert_eq!(cluster.psql("postgres", "select 1").expect("a server that is still needed"), "1");
    drop(process.stdin.take());
    process.wait().expect("an end");
    watchdog::sweep(machine.account).expect("a sweep");
    gone(&left);
    assert!(TcpListener::bind(("127.0.0.1", cluster.port())).is_ok(), "the server has stopped");
}

fn gone(folder: &Path) {
    let since = Instant::now();
    while folder.exists() {
        assert!(since.elapsed() < PATIENCE, "{} is still there", folder.display());
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn fresh_databases_are_apart_and_dropped() {
    let Some(cluster) = cluster() else { return };
    let (one, other) = (cluster.fresh_database(), cluster.fresh_database());
    // In the role's own name: the database is its own, so it may make tables there.
    cluster.psql_url(&one.url, "create table a (b int); insert into a values (7)").expect("a table");
    assert_eq!(cluster.psql_url(&one.url, "select b, current_user from a").expect("a row"), "7|ordergate");
    let error = cluster.psql(&other.name, "select b from a").expect_err("no table");
    assert!(error.contains("relation \"a\" does not exist"), "{error}");
    let name = one.name.clone();
    drop(one);
    let left = cluster.psql("postgres", "select datname from pg_database").expect("names");
    assert!(left.lines().any(|found| found == other.name) && !left.lines().any(|found| found == name), "{left}");
}

#[test]
fn settings() {
    let Some(cluster) = cluster() else { return };
    let read = |name: &str| cluster.psql("postgres", &format!("show {name}")).expect("a setting");
    assert_eq!(["fsync", "synchronous_commit", "full_page_writes"].map(read), ["off", "on", "off"]);
    assert_eq!(["max_connections", "shared_buffers", "timezone"].map(read), ["300", "64MB", "UTC"]);
    assert_eq!(["server_encoding", "lc_collate", "listen_addresses"].map(read), ["UTF8", "C", "127.0.0.1"]);
}

#[test]
fn only_the_right_password_gets_in() {
    let Some(cluster) = cluster() else { return };
    let database = cluster.fresh_database();
    assert_eq!(cluster.psql_url(&database.url, "select 1").expect("the right password"), "1");
    for (url, refusal) in [
        (database.url.replace(":secret@", ":Secret@"), "password authentication failed"),
        (database.url.replace(":secret@", "@"), "no password supplied"),
        (database.url.replace("ordergate:secret@", "postgres@"), "no pg_hba.conf entry"),
    ] {
        let error = cluster.psql_url(&url, "select 1").expect_err(&url);
        assert!(error.contains(refusal), "{url}: {error}");
    }
}

#[test]
fn an_own_cluster_stops_restarts_and_goes_away() {
    let Some(own) = OwnCluster::start() else { return };
    let database = own.fresh_database();
    own.psql_url(&database.url, "create table a as select 7 b").expect("a table");
    own.stop_immediate();
    own.psql(&database.name, "select b from a").expect_err("a stopped server");
    own.restart();
    assert_eq!(own.psql_url(&database.url, "select b from a").expect("the same port, and the data"), "7");
    own.restart();
    assert_eq!(own.psql(&database.name, "select b from a").expect("a server"), "7");
    let folder = own.socket_dir().to_owned();
    drop((database, own));
    assert!(!folder.exists());
}

#[test]
fn tls_is_offered_with_a_certificate_of_its_authority() {
    let Some(own) = OwnCluster::with_tls() else { return };
    let database = own.fresh_database();
    let with = |parameters: &str| own.psql_url(&format!("{}?{parameters}", database.url), ENCRYPTED);
    assert_eq!(with("sslmode=require").expect("TLS"), "t");
    let ca_file = own.ca_file().expect("a file").display();
    assert_eq!(with(&format!("sslmode=verify-full&sslrootcert={ca_file}")).expect("a trusted certificate"), "t");
    let other = cluster().expect("a cluster");
    let error = other.psql_url(&format!("{}?sslmode=require", other.fresh_database().url), "select 1").expect_err("no TLS");
    assert!(error.contains("server does not support SSL"), "{error}");
}

#[test]
fn a_session_keeps_what_it_began() {
    let Some(cluster) = cluster() else { return };
    let database = cluster.fresh_database();
    let mut session = cluster.session(&database.url).expect("a session");
    session.run("begin; create table a as select 7 b").expect("a table");
    cluster.psql(&database.name, "select b from a").expect_err("not committed");
    assert_eq!(session.run("select b from a; commit; select 8").expect("rows"), "7\n8");
    assert_eq!(cluster.psql(&database.name, "select b from a").expect("committed"), "7");
    let error = session.run("select c from a").expect_err("no such column");
    assert!(error.contains("column \"c\" does not exist"), "{error}");
    let error = cluster.session(&database.url.replace(":secret@", ":Secret@")).expect_err("the wrong password");
    assert!(error.contains("password authentication failed"), "{error}");
}

#[test]
fn a_small_disk_becomes_full_and_goes_away() {
    let own = match OwnCluster::with_small_disk(16 * 1024) {
        Some(Ok(own)) => own,
        Some(Err(reason)) => return eprintln!("no small disk here: {reason}"),
        None => return,
    };
    own.psql("postgres", "create table a (b text) tablespace small").expect("a table");
    let fill = "insert into a select repeat('x', 1000) from generate_series(1, 100000)";
    let error = own.psql("postgres", fill).expect_err("no room");
    assert!(error.contains("No space left on device"), "{error}");
    let folder = own.socket_dir().to_owned();
    drop(own);
    assert!(!folder.exists());
}
