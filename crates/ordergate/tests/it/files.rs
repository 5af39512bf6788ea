//! The files of an SQLite store: whose a server takes, and whose it leaves alone.

use std::path::Path;
use std::process::{Command, Output};

use crate::harness::{Config, Server, found, free_port, ordergate, output_of, search, submit, tool_or_skip};

/// `ordergate serve` on a database, which is expected to refuse.
fn serve_on(database: &Path) -> Output {
    let mut command = ordergate();
    command.env("ORDERGATE_STORE__URL", format!("sqlite:{}", database.display()));
    output_of(command.arg("serve").env("ORDERGATE_SERVER__LISTEN", free_port().to_string()))
}

/// Status 1, and the reason in one clear line, which is the last.
#[track_caller]
fn assert_refused(refused: &Output, says: &[&str]) {
    let text = String::from_utf8(refused.stderr.clone()).unwrap();
    let line = text.lines().last().unwrap_or_default();
    assert!(refused.status.code() == Some(1) && line.starts_with("ordergate: "), "{text}");
    for words in says {
        assert!(line.contains(words), "{words} not in {text}");
    }
    assert!(!text.contains("panicked"), "{text}");
}

#[test]
fn a_database_has_one_server() {
    let mut server = Server::serve(&Config::new(""));
    server.send(&submit("kept", "STANDARD", &["item"]));
    let database = server.folder().join("ordergate.sqlite");
    assert_refused(&serve_on(&database), &["another process uses the store", "ordergate.sqlite"]);
    // Nor by another name of the same file.
    let alias = server.folder().join("alias.sqlite");
    std::os::unix::fs::symlink(&database, &alias).unwrap();
    assert_refused(&serve_on(&alias), &["another process uses the store"]);
    assert_eq!(found(&server.send(&search(""))).len(), 1);
    // A lock that its owner could not give back is no lock.
    server.kill();
    server.start();
    assert_eq!(found(&server.send(&search(""))).len(), 1);
}

#[test]
fn an_occupied_address_is_named() {
    let server = Server::serve(&Config::new(""));
    let mut command = ordergate();
    let other = server.folder().join("other.sqlite");
    command.arg("serve").env("ORDERGATE_STORE__URL", format!("sqlite:{}", other.display()));
    let refused = output_of(command.env("ORDERGATE_SERVER__LISTEN", server.address.to_string()));
    assert_refused(&refused, &["cannot listen on", &server.address.to_string()]);
}

#[test]
fn the_store_of_a_newer_program_is_left_alone() {
    if !tool_or_skip("sqlite3", "--version") {
        return;
    }
    let mut server = Server::serve(&Config::new(""));
    server.signal("TERM");
    assert!(server.wait().success());
    let database = server.folder().join("ordergate.sqlite");
    let sql = |text: &str| {
        let output = Command::new("sqlite3").arg(&database).arg(text).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    sql("insert into schema_migrations (version, name, checksum, applied_at) values (9999, 'future', 'x', 0)");
    assert_refused(&serve_on(&database), &["schema version 9999", "run the newer program"]);
    let account = server.account(&["list"], "");
    assert_refused(&account, &["schema version 9999"]);
    sql("delete from schema_migrations where version = 9999");
    server.start();
    // One that was changed under our feet is no better.
    server.kill();
    sql("update schema_migrations set checksum = 'tampered'");
    assert_refused(&serve_on(&database), &["cannot open the store", "ordergate.sqlite"]);
}

#[test]
fn files_that_are_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("letter.sqlite"), "Dear customer,\n".repeat(200)).unwrap();
    std::fs::create_dir(at("folder.sqlite")).unwrap();
    assert_refused(&serve_on(&at("letter.sqlite")), &["cannot open the store", "letter.sqlite"]);
    assert_refused(&serve_on(&at("folder.sqlite")), &["cannot open the store", "folder.sqlite: it is a folder"]);
    assert_refused(&serve_on(&at("nowhere/x.sqlite")), &["cannot open the store", "nowhere/x.sqlite: its folder does not exist"]);
    assert_eq!(std::fs::read_to_string(at("letter.sqlite")).unwrap().len(), 3000, "the letter is untouched");
    if tool_or_skip("sqlite3", "--version") {
        let made = Command::new("sqlite3").arg(at("music.sqlite")).arg("create table songs (title text)").output().unwrap();
        assert!(made.status.success());
        assert_refused(&serve_on(&at("music.sqlite")), &["music.sqlite", "another program"]);
    }
}

/// Customers' data is nobody else's business.
#[test]
fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;

    let server = Server::serve(&Config::new(""));
    let mut seen = 0;
    for entry in std::fs::read_dir(server.folder()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if name.starts_with("ordergate.sqlite") {
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{name}");
            seen += 1;
        }
    }
    assert!(seen >= 3, "database, key and lock");
}
