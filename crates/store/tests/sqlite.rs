//! The SQLite store: the contract, and what is about files.
#![allow(clippy::unwrap_used)]

mod contract;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use contract::sample::{commit, entry, get, insert, order, order_in, store_orders, together};
use ordergate_engine::order::{Priority, Status};
use ordergate_engine::time::Clock;
use ordergate_engine::{Document, OrderId, Protocol, QuotationId, Timestamp};
use ordergate_store::sqlite::{SqliteOptions, SqliteStore};
use ordergate_store::{
    CommitError, ConflictOn, NewAccount, Quotation, QuotationState, QuotedOrder, Roles, Store, StoreError, Write,
};
use proptest::prelude::*;
use tempfile::TempDir;

#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(43_200)
    }
}

fn empty() -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (open(&file_in(&folder)).unwrap(), folder)
}

fn file_in(folder: &TempDir) -> PathBuf {
    folder.path().join("orders.sqlite")
}

fn open(file: &Path) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(SqliteOptions::new(file), &Noon)
}

fn open_shared(file: &Path) -> Result<SqliteStore, StoreError> {
    SqliteStore::open_shared(SqliteOptions::new(file), &Noon)
}

/// Expects that the file is refused with this cause, and named.
fn refused(file: &Path, cause: &str) {
    match open(file) {
        Err(StoreError::Open(text)) => {
            assert!(text.contains(cause), "{text:?} does not say {cause:?}");
            assert!(text.contains(&*file.to_string_lossy()), "{text:?} does not name the file");
        }
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[allow(clippy::unused_async)] // as the contract wants it
async fn opened() -> Option<(SqliteStore, TempDir)> {
    Some(empty())
}

all_contract_tests!(crate::opened);

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_batches_do_what_the_model_says(steps in contract::random::steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (store, _folder) = empty();
        runtime.block_on(contract::random::store_and_model_agree(&store, steps));
    }
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_reopening() {
    let (store, folder) = empty();
    for id in 1..=20 {
        store_orders(&store, &[order(id)]).await;
    }
    drop(store);
    let store = open(&file_in(&folder)).unwrap();
    for id in 1..=20 {
        assert_eq!(get(&store, id).await, Some(order(id)));
    }
    assert_eq!(store.next_order_id().await.unwrap(), OrderId(21));
    store.close().await.unwrap();
    assert!(!folder.path().join("orders.sqlite-wal").exists(), "a closed store is one file");
}

/// A customer who still has the number of a quotation that was deleted must not get another one by it.
#[tokio::test]
async fn the_number_of_a_deleted_quotation_does_not_come_again() {
    let (store, folder) = empty();
    let prices = QuotationState::Refused { reason: String::new(), at: Timestamp(0) };
    let quoted = QuotedOrder { reference: None, priority: Priority::Standard, document: Document::default(), items: vec![] };
    let quotation = |id: i64| Quotation {
        id: QuotationId(id),
        provider: contract::sample::PROVIDER,
        owner: contract::sample::OWNER,
        created_at: Timestamp(0),
        revision: 1,
        state: prices.clone(),
        order: quoted.clone(),
    };
    commit(&store, vec![Write::InsertQuotation(Box::new(quotation(40)))]).await.unwrap();
    drop(store);
    let store = open(&file_in(&folder)).unwrap();
    assert_eq!(store.next_order_id().await.unwrap(), OrderId(41));
    commit(&store, vec![Write::ExpireQuotations { over_before: Timestamp(1) }]).await.unwrap();
    drop(store);
    assert_eq!(open(&file_in(&folder)).unwrap().next_order_id().await.unwrap(), OrderId(41));
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let (store, folder) = empty();
    store.close().await.unwrap();
    assert!(matches!(store.next_due(Protocol::Oseo).await, Err(StoreError::Closed)));
    assert!(matches!(commit(&store, vec![]).await, Err(CommitError::Store(StoreError::Closed))));
    assert!(matches!(store.check().await, Err(StoreError::Closed)));
    assert!(matches!(store.close().await, Err(StoreError::Closed)));
    open(&file_in(&folder)).unwrap();
}

#[tokio::test]
async fn what_was_handed_in_before_closing_is_finished() {
    let (store, folder) = empty();
    let mut commits = Box::pin(together((1..=50).map(|id| commit(&store, vec![insert(&order(id))]))));
    // One poll hands everything in.
    std::future::poll_fn(|context| {
        let _ = commits.as_mut().poll(context);
        std::task::Poll::Ready(())
    })
    .await;
    store.close().await.unwrap();
    assert!(commits.await.iter().all(Result::is_ok));
    let store = open(&file_in(&folder)).unwrap();
    assert_eq!(get(&store, 50).await, Some(order(50)));
}

#[tokio::test]
async fn a_second_server_is_refused_by_whatever_name_it_calls_the_file() {
    let (store, folder) = empty();
    assert!(matches!(open(&file_in(&folder)), Err(StoreError::InUse(_))));
    #[cfg(unix)]
    {
        let link = folder.path().join("link.sqlite");
        std::os::unix::fs::symlink(file_in(&folder), &link).unwrap();
        assert!(matches!(open(&link), Err(StoreError::InUse(_))));
    }
    store.check().await.unwrap();
    drop(store);
    open(&file_in(&folder)).unwrap();
}

#[tokio::test]
async fn a_tool_works_beside_the_server_but_makes_no_orders() {
    let (store, folder) = empty();
    let tool = open_shared(&file_in(&folder)).unwrap();
    let account = NewAccount {
        provider: contract::sample::PROVIDER,
        protocol: Protocol::Oseo,
        name: "added".to_owned(),
        password_hash: "hash".to_owned(),
        digest_secret: None,
        roles: Roles::CUSTOMER,
        created_at: Timestamp(0),
    };
    commit(&tool, vec![Write::InsertAccount(account)]).await.unwrap();
    assert!(store.account(contract::sample::PROVIDER, Protocol::Oseo, "added").await.unwrap().is_some());
    assert!(tool.next_order_id().await.is_err());
    assert!(tool.load_orders([order(1)].into_iter(), |_| ()).await.is_err());
    assert_eq!(get(&store, 1).await, None);
    tool.close().await.unwrap();
    store.check().await.unwrap();
    // Alone, a tool may make the file and its schema, and hinders nobody afterwards.
    let other = folder.path().join("other.sqlite");
    let tool = open_shared(&other).unwrap();
    tool.check().await.unwrap();
    open(&other).unwrap();
}

#[test]
fn a_newer_schema_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(&file_in(&folder)).unwrap());
    change(&file_in(&folder), "insert into schema_migrations values (99, 'later', 'x', 0)");
    for opened in [open(&file_in(&folder)), open_shared(&file_in(&folder))] {
        assert!(matches!(opened, Err(StoreError::SchemaTooNew { found: 99, known }) if known < 99), "{opened:?}");
    }
}

#[test]
fn a_migration_that_is_not_the_applied_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(&file_in(&folder)).unwrap());
    change(&file_in(&folder), "update schema_migrations set checksum = 'x'");
    refused(&file_in(&folder), "checksum");
}

#[test]
fn a_migration_is_recorded_with_its_time() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(&file_in(&folder)).unwrap());
    let file = rusqlite::Connection::open(file_in(&folder)).unwrap();
    let row: (i64, String, i64) = file
        .query_row("select version, name, applied_at from schema_migrations", [], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .unwrap();
    assert_eq!(row, (1, "initial".to_owned(), Noon.now().0));
}

#[test]
fn what_is_not_a_store_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("letter.txt");
    fs::write(&text, "Dear customer,\n").unwrap();
    refused(&text, "not an SQLite database");
    assert_eq!(fs::read_to_string(&text).unwrap(), "Dear customer,\n");

    let foreign = folder.path().join("foreign.sqlite");
    change(&foreign, "create table songs (title text)");
    refused(&foreign, "another program");
    refused(&folder.path().join("missing").join("orders.sqlite"), "folder does not exist");
    refused(folder.path(), "folder");
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let _store = open(&file_in(&folder)).unwrap();
    let mut names = Vec::new();
    for file in fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
        names.push(file.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["orders.sqlite", "orders.sqlite-shm", "orders.sqlite-wal", "orders.sqlite.lock"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_written_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    drop(open(&file_in(&folder)).unwrap());
    fs::set_permissions(file_in(&folder), fs::Permissions::from_mode(0o400)).unwrap();
    if fs::OpenOptions::new().write(true).open(file_in(&folder)).is_ok() {
        return; // The superuser may write everything.
    }
    refused(&file_in(&folder), "denied");
}

/// Whatever a row holds, reading it gives an error and not a panic.
#[tokio::test]
async fn damaged_rows_are_reported_as_such() {
    let damages = [
        "update orders set status = 77",
        "update orders set protocol = 0",
        "update orders set items = x'818661311863' where id = 1",
        "update orders set item_count = 1",
        "update orders set reference = cast(x'ff' as text)",
        "update orders set item_count = 99",
    ];
    for damage in damages {
        let (store, folder) = empty();
        store_orders(&store, &[order(1)]).await;
        change(&file_in(&folder), damage);
        let read = store.order(OrderId(1), ordergate_store::Items::With).await;
        assert!(matches!(&read, Err(StoreError::Corrupt(text)) if text.contains("order 1")), "{damage}: {read:?}");
        change(&file_in(&folder), "delete from item_pages");
        assert!(store.check().await.is_ok(), "{damage}");
    }
}

#[tokio::test]
async fn loaded_orders_stand_as_if_they_had_come_one_by_one() {
    let (store, _folder) = empty();
    let first = store.reserve_order_ids(12_000).unwrap();
    assert_eq!(first, OrderId(1));
    let orders = (1..=12_000).map(|id| if id % 2 == 0 { order(id) } else { order_in(id, Status::Completed, id + 5) });
    let (heard, reports) = std::sync::mpsc::channel();
    let loaded = store.load_orders(orders, move |stored| heard.send(stored).unwrap()).await.unwrap();
    assert_eq!(loaded, 12_000);
    assert_eq!(reports.iter().collect::<Vec<_>>(), [5_000, 10_000, 12_000]);
    assert_eq!(get(&store, 12_000).await, Some(order(12_000)));
    assert_eq!(get(&store, 1).await, Some(order_in(1, Status::Completed, 6)));
    assert_eq!(store.history(OrderId(2)).await.unwrap().len(), 1);
    let history = store.history(OrderId(1)).await.unwrap();
    let moves: Vec<_> = history.iter().map(|e| (e.from, e.to, e.at)).collect();
    let submitted = (None, Status::Submitted, Timestamp(1));
    assert_eq!(moves, [submitted, (Some(Status::Submitted), Status::Completed, Timestamp(6))]);

    assert_eq!(store.next_order_id().await.unwrap(), OrderId(12_001));
    store.load_orders([order(50_000)].into_iter(), |_| ()).await.unwrap();
    assert_eq!(store.next_order_id().await.unwrap(), OrderId(50_001));
    let taken = store.load_orders([order(60_000), order(3)].into_iter(), |_| ()).await;
    assert!(matches!(taken, Err(CommitError::Conflict(ConflictOn::Order))), "{taken:?}");
    assert_eq!(get(&store, 60_000).await, None);
}

#[tokio::test]
async fn a_source_of_orders_that_panics_harms_nobody_else() {
    let (store, _folder) = empty();
    let broken = (1..).map(|id| if id == 7_000 { panic!("no more") } else { order(id) });
    assert!(store.load_orders(broken, |_| ()).await.is_err());
    commit(&store, vec![insert(&order(9_000)), Write::AppendHistory(entry(&order(9_000)))]).await.unwrap();
}

/// Readers are lent and given back, also when more read at once than there are connections kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn readers_never_run_out() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions { readers: 1, ..SqliteOptions::new(file_in(&folder)) };
    let store = std::sync::Arc::new(SqliteStore::open(options, &Noon).unwrap());
    store_orders(&*store, &[order(1)]).await;
    let read = std::sync::Arc::new(AtomicU64::new(0));
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (store, read) = (store.clone(), read.clone());
            tokio::spawn(async move {
                for _ in 0..200 {
                    assert!(get(&*store, 1).await.is_some());
                    read.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(read.load(Ordering::Relaxed), 1_600);
}

/// Changes a file behind the store's back.
fn change(file: &Path, sql: &str) {
    let connection = rusqlite::Connection::open(file).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
    connection.execute_batch(sql).unwrap();
}
