//! `ordergate backup` and `ordergate restore`: a copy of the store while it is served, and the way back.

mod drill;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::harness::{Config, Server, await_status, found, ordered, ordergate, out, output_of, search, submit};

const WORKING: &str = "[fulfilment.oseo]\nprocessor = \"demo\"\ndemo_delay_ms = 1\npoll_ms = 50\n";

impl Server {
    fn backup(&self, file: &Path) -> Output {
        self.beside("backup").arg(file).output().unwrap()
    }

    fn restore(&self, file: &Path, more: &[&str]) -> Output {
        self.beside("restore").arg(file).args(more).output().unwrap()
    }

    fn end(&mut self) {
        self.signal("TERM");
        assert!(self.wait().success());
    }
}

#[track_caller]
fn refused(output: &Output, status: i32, words: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{output:?}");
    assert!(said.starts_with("ordergate: ") && said.contains(words), "{words:?} not in {said}");
}

/// The names in a folder that begin like this.
fn names(folder: &Path, beginning: &str) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.starts_with(beginning)).collect();
    names.sort();
    names
}

/// A server with three finished orders, a folder for backups, and a backup in it.
fn backed_up() -> (Server, tempfile::TempDir, PathBuf) {
    let server = Server::serve(&Config::new(WORKING));
    for n in 0..3 {
        let id = ordered(&server, &submit(&format!("before-{n}"), "STANDARD", &["one", "two"]));
        await_status(&server, &id, "Completed");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy");
    let said = server.backup(&file);
    assert!(out(&said).contains("checked 3 orders (0 not over)") && out(&said).contains(": 0 findings"), "{said:?}");
    let key = format!("the secret key is not in it: keep a copy of {}.key", server.place.path().display());
    assert!(out(&said).contains(&key), "{key} not in {said:?}");
    (server, folder, file)
}

#[test]
fn a_backup_is_one_file_that_is_the_owners() {
    let (server, folder, file) = backed_up();
    assert_eq!(names(folder.path(), ""), ["copy"]);
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let looked = output_of(ordergate().arg("verify").arg(&file));
    assert!(out(&looked).contains("checked 3 orders"), "{looked:?}");
    assert_eq!(names(folder.path(), ""), ["copy"], "looking at it leaves nothing beside it");
    let before = fs::read(&file).unwrap();
    refused(&server.backup(&file), 1, "it is there already");
    assert_eq!(fs::read(&file).unwrap(), before);
    let quickly = server.beside("backup").arg("--no-verify").arg(folder.path().join("other")).output().unwrap();
    assert!(!out(&quickly).contains("checked"), "{quickly:?}");
    refused(&server.backup(&folder.path().join("none").join("copy")), 1, "No such file");
}

/// What is killed in the middle of writing leaves nothing that looks like a backup, and is in nobody's way.
#[test]
fn a_backup_that_is_killed_is_none() {
    let (server, folder, file) = backed_up();
    let whole = file.metadata().unwrap().len();
    let other = folder.path().join("other");
    // The system kills who writes beyond this limit, whose unit is half a kilobyte or one.
    let script = format!("ulimit -f {}; exec \"$@\"", whole / 1024 / 4);
    let backup = server.beside("backup");
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", &script, "sh"]).arg(backup.get_program()).args(backup.get_args()).arg(&other);
    let killed = output_of(&mut limited);
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&killed.status), Some(25), "SIGXFSZ: {killed:?}");
    assert_eq!(names(folder.path(), "other"), ["other.partial"]);
    assert!(folder.path().join("other.partial").metadata().unwrap().len() > 0, "it was begun");
    assert!(server.backup(&other).status.success());
    assert_eq!(names(folder.path(), "other"), ["other"]);
    assert!(output_of(ordergate().arg("verify").arg(&other)).status.success());
}

/// It may be the last that there is of the store.
#[test]
fn a_backup_of_a_store_with_findings_is_kept() {
    let (server, folder, _) = backed_up();
    server.place.tamper("update history set why = 'because' where order_id = 1 and seq = 1");
    let other = folder.path().join("other");
    let made = server.backup(&other);
    refused(&made, 1, "there is 1 finding");
    let printed = String::from_utf8_lossy(&made.stdout);
    assert!(printed.contains("history\t1, 1\tits hash is not that of its content") && other.exists(), "{printed}");
    let restored = server.restore(&other, &["--replace"]);
    refused(&restored, 1, "another process uses the store");
}

#[test]
fn a_restored_store_goes_on_and_gives_no_id_twice() {
    let (mut server, folder, file) = backed_up();
    let lost = ordered(&server, &submit("after", "STANDARD", &["one"]));
    assert_eq!(lost, "4");
    refused(&server.restore(&file, &[]), 1, "with --replace it is kept under another name");
    refused(&server.restore(&file, &["--replace"]), 1, "another process uses the store");
    await_status(&server, &lost, "Completed");
    server.end();
    let before = server.place.contents();
    refused(&server.restore(&file, &[]), 1, "with --replace it is kept under another name");
    assert_eq!(server.place.contents(), before);

    let restored = server.restore(&file, &["--replace"]);
    assert!(out(&restored).contains("checked 3 orders") && out(&restored).contains("ids go on from 1000004"), "{restored:?}");
    assert_eq!(server.place.path().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let aside = names(server.folder(), "ordergate.sqlite.replaced-");
    let [aside] = &aside[..] else { panic!("{aside:?}") };
    let kept = output_of(ordergate().arg("verify").arg(server.folder().join(aside)));
    assert!(out(&kept).contains("checked 4 orders"), "{kept:?}");
    server.assert_sound();
    server.start();
    let references: Vec<String> = found(&server.send(&search(""))).into_iter().map(|order| order.reference).collect();
    assert_eq!(references, ["before-0", "before-1", "before-2"]);
    assert_eq!(ordered(&server, &submit("new", "STANDARD", &["one"])), "1000004");
    await_status(&server, "1000004", "Completed");
    server.assert_sound();

    // Again, with another number, and before anything was ordered since.
    server.end();
    let again = server.restore(&file, &["--replace", "--ids-since", "10", "--no-verify"]);
    assert!(out(&again).contains("ids go on from 14") && !out(&again).contains("checked"), "{again:?}");
    server.start();
    assert_eq!(ordered(&server, &submit("new", "STANDARD", &["one"])), "14");
    drop(folder);
}

#[test]
fn what_is_no_sound_backup_is_not_restored() {
    let (mut server, folder, file) = backed_up();
    server.end();
    let before = server.place.contents();
    let text = folder.path().join("text");
    fs::write(&text, "hello ".repeat(1000)).unwrap();
    refused(&server.restore(&text, &["--replace"]), 1, "it is not an SQLite database");
    refused(&server.restore(&folder.path().join("none"), &["--replace"]), 1, "there is no such file");
    let own = server.place.path().to_owned();
    refused(&server.restore(&own, &["--replace"]), 1, "it is the backup itself");
    let damaged = rusqlite::Connection::open(&file).unwrap();
    damaged.execute_batch("update orders set status = 7 where id = 2").unwrap();
    drop(damaged);
    let unsound = server.restore(&file, &["--replace"]);
    refused(&unsound, 1, "nothing was restored: the backup is not sound");
    assert!(
        String::from_utf8_lossy(&unsound.stdout).contains("orders\t2\tit is Failed\tCompleted, by its history"),
        "{unsound:?}"
    );
    assert_eq!(server.place.contents(), before);
    assert!(!server.folder().join("ordergate.sqlite.restoring").exists());
    assert!(names(server.folder(), "ordergate.sqlite.replaced").is_empty());
    assert!(server.restore(&file, &["--replace", "--no-verify"]).status.success());
    assert_eq!(server.verify().status.code(), Some(1));
}

/// The reason for a restore: what is there is damaged, or only its log is left. Nothing of it is thrown away, and nothing of
/// it gets into what is restored.
#[test]
fn what_is_damaged_is_set_aside_with_its_log() {
    let (mut server, _folder, file) = backed_up();
    server.end();
    let (place, log) = (server.place.path().to_owned(), server.folder().join("ordergate.sqlite-wal"));
    fs::write(&place, "damaged").unwrap();
    fs::write(&log, "a log").unwrap();
    assert!(server.restore(&file, &["--replace"]).status.success());
    let aside = names(server.folder(), "ordergate.sqlite.replaced-");
    let [main, wal] = &aside[..] else { panic!("{aside:?}") };
    assert_eq!(fs::read_to_string(server.folder().join(main)).unwrap(), "damaged");
    assert_eq!(fs::read_to_string(server.folder().join(wal)).unwrap(), "a log");
    assert_eq!(*wal, format!("{main}-wal"));
    server.assert_sound();

    for name in &aside {
        fs::remove_file(server.folder().join(name)).unwrap();
    }
    fs::remove_file(&place).unwrap();
    fs::write(&log, "a log without its file").unwrap();
    refused(&server.restore(&file, &[]), 1, "with --replace it is kept under another name");
    assert!(log.exists() && !place.exists());
    assert!(server.restore(&file, &["--replace"]).status.success());
    assert_eq!(names(server.folder(), "ordergate.sqlite.replaced-").len(), 1);
    server.start();
    assert_eq!(found(&server.send(&search(""))).len(), 3);
}

/// PostgreSQL's own tools do it; they are named with the database, and without the password.
#[test]
fn with_postgresql_it_is_said_how() {
    let url = "postgres://ordergate:secret@db.example:5433/the%20orders";
    for (command, tool) in [("backup", "pg_dump --format=custom --file='copy.dump'"), ("restore", "pg_restore --exit-on-error")] {
        let said = output_of(ordergate().args([command, "copy.dump"]).env("ORDERGATE_STORE__URL", url));
        refused(&said, 1, "whose own tools do it, as printed");
        let printed = String::from_utf8_lossy(&said.stdout);
        let server = "--host=db.example --port=5433 --username=ordergate --dbname='the orders'";
        assert!(printed.contains(tool) && printed.contains(server) && !printed.contains("secret@"), "{printed}");
        assert!(!printed.contains(":secret"), "{printed}");
    }
}
