//! The machine's PostgreSQL binaries.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

const OLDEST_VERSION: u32 = 15;
const DISTRIBUTION: &str = "/usr/lib/postgresql";

/// Programs of one version.
#[derive(Debug, Clone)]
pub(super) struct Binaries {
    pub(super) initdb: PathBuf,
    pub(super) pg_ctl: PathBuf,
    pub(super) psql: PathBuf,
}

impl Binaries {
    /// The first that are new enough; an error says what is missing.
    pub(super) fn find() -> Result<Self, String> {
        let mut reason = "initdb, postgres, pg_ctl and psql were not found".to_owned();
        for folder in folders() {
            match Self::of(&folder) {
                Some(Ok(binaries)) => return Ok(binaries),
                Some(Err(why)) => reason = why,
                None => {}
            }
        }
        Err(reason)
    }

    /// `None` where the folder holds no server.
    fn of(folder: &Path) -> Option<Result<Self, String>> {
        // The folder that the links lead to: beside them may be a psql that is a slow wrapper script.
        let initdb = folder.join("initdb").canonicalize().ok()?;
        let folder = initdb.parent()?;
        let (server, pg_ctl) = (folder.join("postgres"), folder.join("pg_ctl"));
        if !server.is_file() || !pg_ctl.is_file() {
            return None;
        }
        let psql = [folder.join("psql")].into_iter().chain(path().map(|folder| folder.join("psql"))).find(|psql| psql.is_file());
        let Some(psql) = psql else { return Some(Err(format!("{} has no psql", folder.display()))) };
        Some(new_enough(&server).map(|()| Self { initdb, pg_ctl, psql }))
    }
}

/// Where to look, in that order.
fn folders() -> Vec<PathBuf> {
    if let Some(folder) = env::var_os("ORDERGATE_TEST_PG_BIN") {
        return vec![folder.into()];
    }
    path().chain(distribution()).collect()
}

fn path() -> impl Iterator<Item = PathBuf> {
    let path: OsString = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).collect::<Vec<_>>().into_iter()
}

/// Debian's folders, the newest version first.
fn distribution() -> impl Iterator<Item = PathBuf> {
    let entries = std::fs::read_dir(DISTRIBUTION).into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> =
        entries.filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))).collect();
    versions.sort_by(|one, other| other.cmp(one));
    versions.into_iter().map(|(_, folder)| folder)
}

fn new_enough(server: &Path) -> Result<(), String> {
    let name = server.display();
    let output = Command::new(server).arg("--version").output().map_err(|error| format!("{name}: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    match major(&said) {
        Some(version) if version >= OLDEST_VERSION => Ok(()),
        Some(version) => Err(format!("{name} is version {version}, the tests need {OLDEST_VERSION} or later")),
        None => Err(format!("{name} does not tell its version: {said}")),
    }
}

/// Of `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)` or `postgres (PostgreSQL) 18beta1`.
fn major(said: &str) -> Option<u32> {
    let version = said.split_once("(PostgreSQL) ")?.1;
    let end = version.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(version.len());
    version[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        assert_eq!(major("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major("postgres (PostgreSQL) 9"), Some(9));
        assert_eq!(major("something else"), None);
    }
}
