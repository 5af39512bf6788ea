//! What waiting would not mend is said at once, in one line, and without the password.

use std::process::Output;

use crate::harness::{free_port, ordergate, output_of};
use crate::place::{Place, cluster};

/// A command about a store, with this address.
fn run(command: &[&str], url: &str, more: &[(&str, &str)]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut process = ordergate();
    process.args(command).env("ORDERGATE_STORE__URL", url).env("ORDERGATE_SERVER__LISTEN", free_port().to_string());
    process.env("ORDERGATE_STORE__KEY_FILE", folder.path().join("key")).envs(more.iter().copied());
    output_of(&mut process)
}

/// Status 1, and the reason in the last line; no line has the password.
#[track_caller]
pub fn assert_refused(refused: &Output, password: &str, says: &[&str]) {
    let text = String::from_utf8([refused.stdout.clone(), refused.stderr.clone()].concat()).unwrap();
    let line = text.lines().last().unwrap_or_default();
    assert!(refused.status.code() == Some(1) && line.starts_with("ordergate: "), "{text}");
    for words in says {
        assert!(line.contains(words), "{words} not in {text}");
    }
    assert!(!text.contains(password) && !text.contains("panicked"), "{text}");
}

/// `ordergate serve` on this address, which is expected to refuse.
pub fn serve(url: &str, more: &[(&str, &str)]) -> Output {
    run(&["serve"], url, more)
}

#[test]
fn logins_and_databases_that_are_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(folder.path());
    let url = place.url();
    let wrong_password = url.replace(":secret@", ":hunter2@");
    let database = url.rsplit('/').next().unwrap();
    for (url, says) in [
        (wrong_password.as_str(), "password authentication failed"),
        (&url.replace(database, "nowhere"), "database \"nowhere\" does not exist"),
        (&format!("{url}?sslmode=require"), "TLS"),
    ] {
        for command in [&["serve"][..], &["account", "list"]] {
            assert_refused(&run(command, url, &[]), "hunter2", &["cannot open the store", says]);
        }
    }
}

#[test]
fn a_role_that_may_not_make_tables() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(folder.path());
    place.psql("alter schema public owner to postgres");
    assert_refused(&serve(place.url(), &[]), ":secret@", &["cannot open the store", "permission denied for schema public"]);
    // It needs the right only while there are tables to be made.
    place.psql("grant create on schema public to ordergate");
    let listed = || run(&["account", "list"], place.url(), &[]);
    assert!(listed().status.success(), "{:?}", listed());
    place.psql("revoke create on schema public from ordergate");
    assert!(listed().status.success(), "{:?}", listed());
}

#[test]
fn databases_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let newer = Place::new(folder.path());
    assert!(run(&["account", "list"], newer.url(), &[]).status.success());
    newer.psql("insert into schema_migrations (version, name, checksum, applied_at) values (9999, 'future', 'x', 0)");
    for command in [&["serve"][..], &["account", "list"]] {
        assert_refused(&run(command, newer.url(), &[]), ":secret@", &["schema version 9999", "run the newer program"]);
    }
    newer.psql("delete from schema_migrations where version = 9999");
    assert!(run(&["account", "list"], newer.url(), &[]).status.success());
    newer.psql("update schema_migrations set checksum = 'tampered'");
    assert_refused(&serve(newer.url(), &[]), ":secret@", &["cannot open the store", "checksum"]);
    let shop = Place::new(folder.path());
    shop.psql("create table orders (customer text)");
    assert_refused(&serve(shop.url(), &[]), ":secret@", &["cannot open the store", "another program"]);
    assert_eq!(shop.psql("select table_name from information_schema.tables where table_schema = 'public'"), "orders");
}

/// Through the Unix socket, where the host is a folder.
#[test]
fn a_socket_is_an_address_too() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(folder.path());
    let database = place.url().rsplit('/').next().unwrap();
    let listed = run(&["account", "list"], &cluster().superuser_url(database), &[]);
    assert!(listed.status.success(), "{listed:?}");
}

#[test]
fn addresses_that_cannot_be_read() {
    for (url, says) in [
        ("postgres://ordergate:hunter2@[::1/orders", ""),
        ("postgres://ordergate:hunter2@localhost:port/orders", ""),
        ("postgres://ordergate:hunter2@localhost:70000/orders", ""),
        ("postgres://ordergate:hunter2@localhost/orders?sslmode=hunter2", ""),
        ("postgres://ordergate:hunter2@localhost/orders?sslmodus=require", ""),
        ("postgres://ordergate:hunter2@localhost", "names no database"),
        ("postgres://ordergate:hunter2@/orders", "names no host"),
        ("postgres:ordergate:hunter2@localhost/orders", "must be"),
        ("mysql://ordergate:hunter2@localhost/orders", "must be"),
        ("hunter2", "must be"),
        ("", "must be"),
    ] {
        let checked = run(&["config", "check"], url, &[]);
        assert_refused(&checked, "hunter2", &["store.url: ", says]);
        assert_eq!(String::from_utf8_lossy(&checked.stderr).lines().count(), 1, "{url}: {checked:?}");
    }
    let missing = [("ORDERGATE_STORE__CA_FILE", "/nowhere/ca.pem")];
    let checked = run(&["config", "check"], "postgres://ordergate:hunter2@localhost/orders", &missing);
    assert_refused(&checked, "hunter2", &["/nowhere/ca.pem"]);
}
