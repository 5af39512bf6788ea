//! An import that is killed half-way.

use std::io::Write as _;
use std::process::{Child, Stdio};

use super::{HEADER, Shop, many};
use crate::harness::eventually;

/// An import that reads what it is given, and goes on waiting for more.
fn waiting(shop: &Shop) -> Child {
    let mut command = shop.server.beside("articles");
    command.args(["import", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// How many articles the catalogue has that is being imported.
fn under_way(shop: &Shop) -> Option<u64> {
    let status = String::from_utf8(shop.articles(&["status"]).stdout).unwrap();
    let line = status.lines().find(|line| line.contains("\timporting\t"))?.to_owned();
    line.split('\t').nth(2)?.split(' ').next()?.parse().ok()
}

#[test]
fn the_old_catalogue_answers_until_the_new_one_is_whole() {
    let shop = Shop::new();
    shop.imported(&[], format!("{HEADER}OLD;Alt;EA;;;1;1;;\n"));
    let mut killed = waiting(&shop);
    killed.stdin.as_mut().unwrap().write_all(many(4_000).as_bytes()).unwrap();
    // It has stored rows, and there is more to come.
    eventually("half of it is stored", || under_way(&shop).filter(|articles| *articles >= 2_000));
    assert_eq!([shop.told("OLD"), shop.told("N-000001")], ["Alt: available", "unknown"]);
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert_eq!([shop.told("OLD"), shop.told("N-000001")], ["Alt: available", "unknown"]);

    let mut whole = waiting(&shop);
    let mut input = whole.stdin.take().unwrap();
    input.write_all(many(4_000).as_bytes()).unwrap();
    assert_eq!(shop.told("OLD"), "Alt: available");
    drop(input);
    let output = whole.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!([shop.told("OLD"), shop.told("N-003999")], ["unknown", "Part number 3999: available"]);
}

#[test]
fn of_two_imports_at_once_the_one_that_ends_later_is_offered() {
    let shop = Shop::new();
    let (mut one, mut other) = (waiting(&shop), waiting(&shop));
    let (mut to_one, mut to_other) = (one.stdin.take().unwrap(), other.stdin.take().unwrap());
    to_one.write_all(format!("{HEADER}ONE;Eins;EA;;;1;1;;\n").as_bytes()).unwrap();
    to_other.write_all(format!("{HEADER}OTHER;Zwei;EA;;;1;1;;\n").as_bytes()).unwrap();
    drop(to_other);
    assert!(other.wait().unwrap().success());
    assert_eq!([shop.told("ONE"), shop.told("OTHER")], ["unknown", "Zwei: available"]);
    drop(to_one);
    assert!(one.wait().unwrap().success());
    assert_eq!([shop.told("ONE"), shop.told("OTHER")], ["Eins: available", "unknown"]);
}
