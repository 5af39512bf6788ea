//! The layer itself: what it lets fail fails, and what power loss leaves is what was flushed.

use ordergate_faults::{Call, Disk, Fault, Power, install};
use rusqlite::Connection;

fn database(folder: &std::path::Path) -> Connection {
    let connection = Connection::open(folder.join("a.sqlite")).unwrap();
    connection.execute_batch("pragma journal_mode = wal; pragma synchronous = full; create table if not exists t (a)").unwrap();
    connection
}

fn count(folder: &std::path::Path) -> i64 {
    database(folder).query_row("select count(*) from t", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_call_fails_when_it_is_to() {
    install();
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::of(&folder.path().canonicalize().unwrap());
    let connection = database(folder.path());
    for call in Call::ALL {
        let failing = (0..100).find(|at| !fails(&connection, &disk, call, *at)).unwrap();
        assert_eq!(failing > 0, matches!(call, Call::Write | Call::Sync), "{call:?}: {failing}");
    }
    assert_eq!(count(folder.path()), 4);
}

fn fails(connection: &Connection, disk: &Disk, call: Call, at: u64) -> bool {
    disk.arm_kind(call, at, Fault::Once);
    let answer = connection.execute("insert into t values (1)", []);
    let failed = disk.heal();
    assert_eq!(failed, if answer.is_err() { vec![call] } else { Vec::new() }, "{at}: {answer:?}");
    answer.is_err()
}

#[test]
fn no_room_is_told_as_that() {
    install();
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::of(&folder.path().canonicalize().unwrap());
    let connection = database(folder.path());
    disk.arm_kind(Call::Write, 0, Fault::Full);
    let error = connection.execute("insert into t values (1)", []).unwrap_err();
    assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull));
    disk.heal();
    connection.execute("insert into t values (2)", []).unwrap();
}

#[test]
fn what_was_flushed_is_left() {
    install();
    for (synchronous, power, left) in
        [("full", Power::LosesAll, true), ("off", Power::LosesAll, false), ("off", Power::LosesNothing, true)]
    {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::of(&folder.path().canonicalize().unwrap());
        let connection = database(folder.path());
        connection.pragma_update(None, "synchronous", synchronous).unwrap();
        disk.film(1, power);
        connection.execute("insert into t values (1)", []).unwrap();
        let image = disk.images().pop().unwrap();
        let after = tempfile::tempdir().unwrap();
        image.restore(after.path()).unwrap();
        assert_eq!(count(after.path()) == 1, left, "{synchronous}, {power:?}");
    }
}
