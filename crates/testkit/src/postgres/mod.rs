//! A private PostgreSQL server for tests, of the machine's own binaries.
//!
//! [`cluster`] is started once per test run (the life of the process that started the test binaries: cargo,
//! nextest, or a shell) and shared by all tests of the run; each takes a [`Database`] of its own from it.
//! A test that stops its server starts an [`OwnCluster`].
//!
//! The binaries are looked for in the folder that the environment variable `ORDERGATE_TEST_PG_BIN` names, and
//! where it is not set in `PATH` and in `/usr/lib/postgresql/*/bin`. Without binaries of PostgreSQL 15 or later
//! there is no cluster, a line on standard error says so, and the tests that need one are skipped; but where
//! the environment says `CI=true` that is a failure.
//!
//! The data is in memory (`/dev/shm`) where that is large enough and `TMPDIR` is not set, else in the temporary
//! folder. It is removed by a watchdog when the run ends, and by the next run where the watchdog could not.

#[cfg(unix)]
mod account;
#[cfg(unix)]
mod binaries;
#[cfg(unix)]
mod cluster;
#[cfg(unix)]
mod database;
#[cfg(not(unix))]
mod elsewhere;
#[cfg(unix)]
mod files;
#[cfg(unix)]
mod machine;
#[cfg(unix)]
mod own;
#[cfg(unix)]
mod owner;
#[cfg(unix)]
mod server;
#[cfg(unix)]
mod session;
#[cfg(unix)]
mod shared;
#[cfg(unix)]
mod small_disk;
#[cfg(all(test, unix))]
mod tests;
#[cfg(unix)]
mod tls;
#[cfg(unix)]
mod watchdog;

#[cfg(not(unix))]
pub use elsewhere::{Cluster, Database, OwnCluster, Session, cluster};
#[cfg(unix)]
pub use {cluster::Cluster, database::Database, own::OwnCluster, session::Session, shared::cluster};

/// Ends the test binary, for one in which nothing can be tested without PostgreSQL: says so, and succeeds. Where that
/// is a failure (see the module), [`cluster`] has panicked before.
pub fn skip_all() -> ! {
    use std::io::Write as _;

    // Not by a macro, whose text the test harness would keep for itself.
    let _ = writeln!(std::io::stderr(), "skipped: PostgreSQL 15 or later is not installed");
    std::process::exit(0)
}
