//! Copying a whole store from one database to another.
#![allow(clippy::unwrap_used)]

mod transfer_parts;

use ordergate_engine::OrderId;
use ordergate_store::postgres::{PostgresOptions, PostgresStore};
use ordergate_store::sqlite::SqliteStore;
use ordergate_store::transfer::{Endpoint, Found, Key, Report, Side, Stage, TransferError, copy, verify};
use ordergate_store::{Store as _, StoreError};
use ordergate_testkit::postgres::{OwnCluster, cluster};
use tempfile::TempDir;
use transfer_parts::store::{LAST_ORDER, ROWS, change, contents, fill, fill_largely, int, options, sqlite};
use transfer_parts::wrappers::{Cut, Small, When};

#[derive(Debug)]
struct Noon;

impl ordergate_engine::time::Clock for Noon {
    fn now(&self) -> ordergate_engine::Timestamp {
        ordergate_engine::Timestamp::from_seconds(43_200)
    }
}

fn postgres(url: &str) -> Endpoint {
    Endpoint::Postgres(PostgresOptions::new(url))
}

async fn copied(from: &Endpoint, to: &Endpoint) -> Result<Report, TransferError> {
    let (mut source, mut target) = (from.source().await?, to.target(&Noon).await?);
    let report = copy(&mut *source, &mut *target, &mut |_| {}).await?;
    target.finish().await.unwrap();
    Ok(report)
}

async fn verified(from: &Endpoint, to: &Endpoint) -> Result<Report, TransferError> {
    verify(&mut *from.source().await?, &mut *to.compared().await?, &mut |_| {}).await
}

fn hashes(report: &Report) -> Vec<(&'static str, u64, [u8; 32])> {
    report.tables.iter().map(|table| (table.table, table.rows, table.hash)).collect()
}

/// A folder with the stores `from` (full) and others (not there yet).
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), "from");
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_row_comes_back_between_files() {
    let folder = folder();
    let (from, to) = (sqlite(folder.path(), "from"), sqlite(folder.path(), "to"));
    let report = copied(&from, &to).await.unwrap();
    assert_eq!((report.rows(), report.copied(), report.next_order_id), (ROWS, ROWS, None));
    assert_eq!(contents(folder.path(), "to"), contents(folder.path(), "from"));
    // Again: nothing is left to do.
    let again = copied(&from, &to).await.unwrap();
    assert_eq!((again.copied(), hashes(&again)), (0, hashes(&report)));
}

/// As a database with another collation would, where the server knows one.
const SORTS_LIKE_A_DICTIONARY: &str = "do $$ begin
    if exists (select from pg_collation where collname = 'en-x-icu') then
        alter table transactions alter column id type text collate \"en-x-icu\";
        alter table remembered_messages alter column message_id type text collate \"en-x-icu\";
    end if;
end $$";

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_row_comes_back_by_way_of_postgresql() {
    let Some(cluster) = cluster() else { return };
    let (folder, one, other) = (folder(), cluster.fresh_database(), cluster.fresh_database());
    let (from, to) = (sqlite(folder.path(), "from"), sqlite(folder.path(), "to"));
    let (first, second) = (postgres(&one.url), postgres(&other.url));
    drop(first.target(&Noon).await.unwrap());
    cluster.psql(&one.name, SORTS_LIKE_A_DICTIONARY).unwrap();
    let report = copied(&from, &first).await.unwrap();
    assert_eq!((report.copied(), report.next_order_id), (ROWS, Some(LAST_ORDER + 1)));
    for (from, to) in [(&first, &second), (&second, &to)] {
        assert_eq!(hashes(&copied(from, to).await.unwrap()), hashes(&report));
    }
    assert_eq!(contents(folder.path(), "to"), contents(folder.path(), "from"));
    assert_eq!(hashes(&verified(&to, &first).await.unwrap()), hashes(&report));
}

/// A server on the copy gives no id twice, whichever kind of store either is.
#[tokio::test(flavor = "multi_thread")]
async fn order_ids_go_on_after_those_of_the_source() {
    let Some(cluster) = cluster() else { return };
    let (folder, first, second) = (folder(), cluster.fresh_database(), cluster.fresh_database());
    let from = sqlite(folder.path(), "from");
    copied(&from, &postgres(&first.url)).await.unwrap();
    let store = PostgresStore::open(PostgresOptions::new(&first.url), &Noon).await.unwrap();
    assert_eq!(store.next_order_id().await.unwrap(), OrderId(LAST_ORDER + 1));
    store.close().await.unwrap();
    // What that server has taken and not used is not given out again either.
    copied(&postgres(&first.url), &postgres(&second.url)).await.unwrap();
    let other = PostgresStore::open(PostgresOptions::new(&second.url), &Noon).await.unwrap();
    assert_eq!(other.next_order_id().await.unwrap(), OrderId(LAST_ORDER + 33));
    other.close().await.unwrap();
    cluster.psql(&first.name, "update counters set next = 2").unwrap();
    let refused = verified(&from, &postgres(&first.url)).await.unwrap_err();
    assert!(matches!(refused, TransferError::Ids { next: 2, least } if least == LAST_ORDER + 1), "{refused}");
}

/// One page for each run, so that it is cut short at every table and within every table.
async fn copied_in_pieces(from: &Endpoint, to: &Endpoint) {
    let (mut runs, mut appended) = (0, 0);
    loop {
        let mut source = Small(from.source().await.unwrap());
        let mut target = Cut::new(to.target(&Noon).await.unwrap(), 1, When::Fail);
        let done = copy(&mut source, &mut target, &mut |_| {}).await;
        appended += target.appended;
        match done {
            Ok(report) => {
                assert_eq!((report.rows(), report.copied()), (ROWS, target.appended));
                break;
            }
            Err(TransferError::Store { side: Side::Target, error: StoreError::Unavailable(_) }) if runs < 100 => runs += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(runs > 16, "{runs}");
    assert_eq!(appended, ROWS, "what is there is not copied again");
    assert_eq!(verified(from, to).await.unwrap().rows(), ROWS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_cut_short_goes_on_in_a_file() {
    let folder = folder();
    copied_in_pieces(&sqlite(folder.path(), "from"), &sqlite(folder.path(), "to")).await;
    assert_eq!(contents(folder.path(), "to"), contents(folder.path(), "from"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_cut_short_goes_on_in_postgresql() {
    let Some(cluster) = cluster() else { return };
    let (folder, database, other) = (folder(), cluster.fresh_database(), cluster.fresh_database());
    copied_in_pieces(&sqlite(folder.path(), "from"), &postgres(&database.url)).await;
    copied_in_pieces(&postgres(&database.url), &postgres(&other.url)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_says_how_to_go_on() {
    let Some(cluster) = OwnCluster::start() else { return };
    let (folder, database) = (folder(), cluster.fresh_database());
    let (from, to) = (sqlite(folder.path(), "from"), postgres(&database.url));
    {
        let mut source = Small(from.source().await.unwrap());
        let stop = When::Call(Box::new(|| cluster.stop_immediate()));
        let mut target = Cut::new(to.target(&Noon).await.unwrap(), 4, stop);
        let lost = copy(&mut source, &mut target, &mut |_| {}).await.unwrap_err().to_string();
        assert!(lost.starts_with("the target: ") && lost.contains("run the same command again"), "{lost}");
        assert!(!lost.contains("secret"), "{lost}");
    }
    let unreachable = copied(&from, &to).await.unwrap_err().to_string();
    assert!(unreachable.starts_with("the target: ") && !unreachable.contains("secret"), "{unreachable}");
    cluster.restart();
    let report = copied(&from, &to).await.unwrap();
    assert!(report.rows() == ROWS && (1..ROWS).contains(&report.copied()), "{}", report.copied());
}

/// What is wrong with a target, and what is said about it.
const OCCUPIED: [(&str, &str); 6] = [
    ("insert into nonces values (1, x'00', 1, 1)", "nonces, key 1, 00: it is not the first row"),
    ("update accounts set name = 'else' where id = 1", "accounts, key 1: it is not the first row"),
    ("update jobs set lease = 'x' where order_id = (select max(order_id) from jobs)", "jobs, key 7, 6: the row of the source"),
    ("insert into item_pages values (9000000000000000001, x'00')", "item_pages, key 9000000000000000001: the source has no"),
    ("delete from accounts where id = 7", "orders, key 7: it is there although accounts is not complete"),
    (
        "insert into accounts select -9, 9, 9, 'x', 'x', null, 0, 0, 0, null, null, 1, null",
        "accounts, key -9: it is not the first row",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_target_with_other_data_is_refused_and_left_alone() {
    let folder = folder();
    for (number, (statement, says)) in OCCUPIED.into_iter().enumerate() {
        let name = format!("to{number}");
        let (from, to) = (sqlite(folder.path(), "from"), sqlite(folder.path(), &name));
        copied(&from, &to).await.unwrap();
        // Incomplete, so that there would be something to write.
        change(folder.path(), &name, "delete from nonces");
        change(folder.path(), &name, statement);
        let before = contents(folder.path(), &name);
        let refused = copied(&from, &to).await.unwrap_err();
        assert!(matches!(refused, TransferError::Occupied { .. }), "{refused}");
        assert!(refused.to_string().contains(says), "{refused}\n{says}");
        assert_eq!(contents(folder.path(), &name), before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_with_other_data_is_refused_and_left_alone() {
    let Some(cluster) = cluster() else { return };
    let (folder, database) = (folder(), cluster.fresh_database());
    let (from, to) = (sqlite(folder.path(), "from"), postgres(&database.url));
    cluster.psql(&database.name, "create table orders (id bigint)").unwrap();
    let foreign = copied(&from, &to).await.unwrap_err().to_string();
    assert!(foreign.contains("the tables of another program"), "{foreign}");
    cluster.psql(&database.name, "drop table orders").unwrap();
    drop(to.target(&Noon).await.unwrap());
    cluster.psql(&database.name, "insert into remembered_messages values (1, 'own', 1, 1)").unwrap();
    let refused = copied(&from, &to).await.unwrap_err();
    assert!(matches!(refused, TransferError::Occupied { table: "remembered_messages", .. }), "{refused}");
    assert_eq!(cluster.psql(&database.name, "select count(*) from accounts").unwrap().trim(), "0");
}

/// PostgreSQL has no room for the character 0; nobody shall be told to try again.
#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_the_target_cannot_hold_is_told() {
    let Some(cluster) = cluster() else { return };
    let (folder, database) = (folder(), cluster.fresh_database());
    change(folder.path(), "from", "update history set why = 'a' || char(0) where order_id = 3");
    let refused = copied(&sqlite(folder.path(), "from"), &postgres(&database.url)).await.unwrap_err().to_string();
    assert!(refused.contains("history: PostgreSQL does not take a row") && !refused.contains("again"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_of_a_newer_program_is_neither_source_nor_target() {
    let folder = folder();
    fill(folder.path(), "newer");
    change(folder.path(), "newer", "insert into schema_migrations values (99, 'future', 'x', 0)");
    let (old, new) = (sqlite(folder.path(), "from"), sqlite(folder.path(), "newer"));
    for (from, to, expected) in [(&new, &old, Side::Source), (&old, &new, Side::Target)] {
        let refused = copied(from, to).await.unwrap_err();
        let TransferError::Store { side, error: StoreError::SchemaTooNew { found: 99, .. } } = refused else {
            panic!("{refused}")
        };
        assert_eq!(side, expected);
    }
    let Some(cluster) = cluster() else { return };
    let database = cluster.fresh_database();
    copied(&old, &postgres(&database.url)).await.unwrap();
    cluster.psql(&database.name, "insert into schema_migrations values (99, 'future', 'x', 0)").unwrap();
    let refused = copied(&postgres(&database.url), &sqlite(folder.path(), "to")).await.unwrap_err();
    assert!(matches!(refused, TransferError::Store { error: StoreError::SchemaTooNew { .. }, .. }), "{refused}");
    assert!(!folder.path().join("to").exists(), "the source is looked at first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_must_be_there_and_free() {
    let folder = folder();
    let (from, to) = (sqlite(folder.path(), "from"), sqlite(folder.path(), "to"));
    let missing = copied(&to, &from).await.unwrap_err().to_string();
    assert!(missing.contains("there is no such file") && !folder.path().join("to").exists(), "{missing}");
    std::fs::write(folder.path().join("empty"), "").unwrap();
    let empty = copied(&sqlite(folder.path(), "empty"), &to).await.unwrap_err().to_string();
    assert!(empty.contains("it holds no store"), "{empty}");
    let server = SqliteStore::open(options(folder.path(), "from"), &Noon).unwrap();
    for (from, to) in [(&from, &to), (&to, &from)] {
        let _ = to.target(&Noon).await;
        let refused = copied(from, to).await.unwrap_err();
        assert!(matches!(refused, TransferError::Store { error: StoreError::InUse(_), .. }), "{refused}");
    }
    server.close().await.unwrap();
    if let Some(cluster) = cluster() {
        let database = cluster.fresh_database();
        let empty = copied(&postgres(&database.url), &to).await.unwrap_err().to_string();
        assert!(empty.contains("the database holds no store"), "{empty}");
    }
}

/// A statement on the target, and the difference that it makes.
fn differences() -> Vec<(&'static str, &'static str, Vec<ordergate_store::transfer::Cell>, Found)> {
    vec![
        ("update orders set document = x'3c612f3f' where id = 3", "orders", vec![int(3)], Found::Other("document")),
        ("update orders set status_info = null where id = 2", "orders", vec![int(2)], Found::Other("status_info")),
        ("delete from history where order_id = 4 and seq = 1", "history", vec![int(4), int(1)], Found::Missing),
        ("delete from item_pages where id = (select max(id) from item_pages)", "item_pages", vec![int(28_673)], Found::Missing),
        ("insert into jobs values (1, 7, 1, 1, 1, 1, null)", "jobs", vec![int(1), int(7)], Found::Surplus),
        (
            "update history set who = who || ' ' where order_id = 7 and seq = 0",
            "history",
            vec![int(7), int(0)],
            Found::Other("who"),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn comparing_finds_a_single_changed_byte() {
    let folder = folder();
    let from = sqlite(folder.path(), "from");
    for (number, (statement, table, key, found)) in differences().into_iter().enumerate() {
        let name = format!("to{number}");
        let to = sqlite(folder.path(), &name);
        copied(&from, &to).await.unwrap();
        change(folder.path(), &name, statement);
        let different = verified(&from, &to).await.unwrap_err();
        let TransferError::Different(difference) = &different else { panic!("{different}") };
        assert_eq!((difference.table, &difference.key, difference.found), (table, &Key(key), found), "{different}");
        // The other way round, what was missing is there too much.
        let reverse = verified(&to, &from).await.unwrap_err();
        let TransferError::Different(other) = &reverse else { panic!("{reverse}") };
        assert_eq!((other.table, &other.key), (difference.table, &difference.key));
        assert_eq!((other.source_rows, other.target_rows), (difference.target_rows, difference.source_rows));
    }
    let Some(cluster) = cluster() else { return };
    let database = cluster.fresh_database();
    copied(&from, &postgres(&database.url)).await.unwrap();
    cluster.psql(&database.name, "update transactions set context = 'x' where id = 'Z'").unwrap();
    let different = verified(&from, &postgres(&database.url)).await.unwrap_err().to_string();
    assert!(different.contains("transactions, key 1, 1, \"Z\": context is another"), "{different}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_orders() {
    let Some(cluster) = cluster() else { return };
    let (folder, database) = (tempfile::tempdir().unwrap(), cluster.fresh_database());
    let rows = fill_largely(folder.path(), "from", 100_000);
    let (mut source, to) = (sqlite(folder.path(), "from").source().await.unwrap(), postgres(&database.url));
    let mut target = to.target(&Noon).await.unwrap();
    let mut heard = Vec::new();
    let report = copy(&mut *source, &mut *target, &mut |progress| heard.push(progress)).await.unwrap();
    assert_eq!((report.rows(), report.copied(), report.next_order_id), (rows, rows, Some(100_001)));
    for table in &report.tables {
        for stage in [Stage::Copying, Stage::Comparing] {
            let of_stage = || heard.iter().filter(|progress| (progress.stage, progress.table) == (stage, table.table));
            assert!(of_stage().is_sorted_by_key(|progress| progress.rows) && of_stage().all(|p| p.total == table.rows));
            assert_eq!(of_stage().next_back().unwrap().rows, table.rows);
        }
    }
    let count = cluster.psql(&database.name, "select count(*), sum(length(items)) from orders").unwrap();
    assert_eq!(count.trim(), "100000|5000000");
}
