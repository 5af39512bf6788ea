//! `ordergate store copy`: a store that was served goes on in another database.

use std::path::Path;
use std::process::Output;

use ordergate_testkit::postgres::cluster;

use crate::harness::{Config, Server, ordergate, output_of, submit};

fn store_copy(arguments: &[&str]) -> Output {
    output_of(ordergate().args(["store", "copy"]).args(arguments))
}

#[track_caller]
fn said(output: &Output, status: i32) -> String {
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(status), "{text}");
    assert!(!text.contains("secret@") && !text.contains("panicked"), "{text}");
    text
}

fn address(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

#[test]
fn a_served_store_moves_to_postgresql_and_back() {
    let Some(cluster) = cluster() else { return };
    let database = cluster.fresh_database();
    let mut server = Server::serve(&Config::new(""));
    assert_eq!(server.send(&submit("kept", "STANDARD", &["item"])).status, 200);
    let file = server.folder().join("ordergate.sqlite");
    let (from, back) = (address(&file), address(&server.folder().join("back.sqlite")));
    let served = said(&store_copy(&["--from", &from, "--to", &database.url]), 1);
    assert!(served.contains("ordergate: the source: another process uses the store"), "{served}");
    server.signal("TERM");
    assert!(server.wait().success());

    let moved = said(&store_copy(&["--from", &from, "--to", &database.url]), 0);
    let key = format!("the server of the source used {}.key", file.display());
    for words in ["the two stores are the same", &key, "order ids, which go on from 2"] {
        assert!(moved.contains(words), "{words} not in {moved}");
    }
    assert_eq!(cluster.psql(&database.name, "select count(*) from accounts").unwrap().trim(), "4");
    said(&store_copy(&["--from", &database.url, "--to", &back]), 0);
    let same = said(&store_copy(&["--verify-only", "--from", &from, "--to", &back]), 0);
    assert!(!same.contains("key"), "{same}");

    cluster.psql(&database.name, "update orders set revision = 99").unwrap();
    let other = said(&store_copy(&["--verify-only", "--from", &from, "--to", &database.url]), 1);
    assert!(other.contains("ordergate: the stores differ: orders, key 1: revision is another"), "{other}");
    let refused = said(&store_copy(&["--from", &from, "--to", &database.url]), 1);
    assert!(refused.contains("ordergate: the target holds other data, nothing was written"), "{refused}");
}

#[test]
fn what_cannot_be_copied_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = address(&folder.path().join("there.sqlite"));
    let nowhere = "postgres://ordergate:secret@127.0.0.1:1/none";
    for (from, to, status, says) in [
        (&*file, &*file, 2, "--from and --to are the same store"),
        ("mysql://me:secret@host/x", &file, 2, "--from: must be \"sqlite:\" and the path of a file"),
        (&file, "postgres://me:secret@/x", 2, "--to: "),
        (&file, nowhere, 1, "the source: cannot open the store: "),
        (nowhere, &file, 1, "the source: the store is not available: "),
    ] {
        let refused = said(&store_copy(&["--from", from, "--to", to]), status);
        assert!(refused.starts_with("ordergate: ") && refused.contains(says), "{refused}\n{says}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is made of what is refused");
}
