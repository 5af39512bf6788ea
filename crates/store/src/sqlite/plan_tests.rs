//! Every statement finds its rows through a key or an index, so that nothing gets slower as the
//! store grows.
#![allow(clippy::unwrap_used)]

use ordergate_engine::Timestamp;
use rusqlite::Connection;

use super::migrate::migrate;
use super::transfer::about;
use crate::migrations::MIGRATIONS;
use crate::sql;
use crate::transfer::tables;

fn empty() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate("memory".as_ref(), &mut connection, MIGRATIONS, Timestamp(0)).unwrap();
    connection
}

/// The steps of SQLite's plan for a statement.
fn plan(connection: &Connection, statement: &str) -> Vec<String> {
    let mut explained = connection.prepare(&format!("explain query plan {statement}")).unwrap();
    let mut rows = explained.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get("detail").unwrap());
    }
    steps
}

#[test]
fn no_statement_walks_a_table_or_sorts() {
    let connection = empty();
    for statement in sql::ALL {
        let plan = plan(&connection, statement.question);
        let walks = |step: &String| step.contains("SCAN") && step != "SCAN CONSTANT ROW";
        let slow = |step: &String| walks(step) || step.contains("TEMP B-TREE");
        assert!(!plan.iter().any(slow), "{statement:?}: {plan:?}");
    }
}

#[test]
fn hot_statements_use_the_index_that_was_made_for_them() {
    let connection = empty();
    let expected = [
        (sql::ORDER, "SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)"),
        (sql::ORDER_WITH_ITEMS, "SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)"),
        (sql::ITEM_PAGES, "SEARCH item_pages USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        (sql::HISTORY, "SEARCH history USING PRIMARY KEY (order_id=?)"),
        (
            sql::SEARCH,
            "SEARCH orders USING COVERING INDEX orders_by_update \
             (provider=? AND owner=? AND status=? AND status_since>? AND status_since<?)",
        ),
        (
            sql::SEARCH_REFERENCE,
            "SEARCH orders USING COVERING INDEX orders_by_reference \
             (provider=? AND owner=? AND reference=? AND status=? AND status_since>? AND status_since<?)",
        ),
        (sql::MOVE_ORDER, "SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)"),
        (sql::SET_FIRST_ITEM_PAGE, "SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)"),
        (sql::SET_ITEM_PAGE, "SEARCH item_pages USING INTEGER PRIMARY KEY (rowid=?)"),
        (sql::HISTORY_HEAD, "SEARCH history USING PRIMARY KEY (order_id=?)"),
        (sql::TRANSACTION, "SEARCH transactions USING PRIMARY KEY (provider=? AND owner=? AND id=?)"),
        (sql::TRANSACTIONS, "SEARCH transactions USING INDEX transactions_by_age (provider=? AND owner=? AND is_final=?)"),
        (
            sql::OPEN_TRANSACTIONS,
            "SEARCH transactions USING COVERING INDEX transactions_of_kind (provider=? AND owner=? AND kind=? AND is_final=?)",
        ),
        (
            sql::IDLE_TRANSACTION,
            "SEARCH transactions USING COVERING INDEX transactions_idle (kind=? AND is_final=? AND updated_at<?)",
        ),
        (
            sql::EXPIRE_TRANSACTIONS,
            "SEARCH transactions USING COVERING INDEX transactions_idle (kind=? AND is_final=? AND updated_at<?)",
        ),
        (sql::SELLER, "SEARCH sellers USING COVERING INDEX sqlite_autoindex_sellers_1 (name=?)"),
        (sql::DUE_JOBS, "SEARCH jobs USING INDEX jobs_due (queue=? AND priority=? AND due_at<?)"),
        (sql::DUE_ORDER_JOBS, "SEARCH jobs USING INDEX order_jobs_due (queue=? AND priority=? AND due_at<?)"),
        (sql::LEASE_JOB, "SEARCH jobs USING PRIMARY KEY (order_id=? AND part=?)"),
        (sql::NEXT_DUE, "SEARCH jobs USING COVERING INDEX jobs_due (queue=? AND priority=?)"),
        (sql::ITEMS_OF_ORDERS, "SEARCH orders USING INDEX orders_by_update (provider=? AND owner=? AND status=?)"),
        (sql::SCHEDULE_JOB, "SEARCH jobs USING PRIMARY KEY (order_id=? AND part=?)"),
        (sql::JOBS_DUE_AT, "SEARCH jobs USING COVERING INDEX jobs_due (queue=? AND priority=? AND due_at=?)"),
        (
            sql::PARKED_JOBS,
            "SEARCH jobs USING COVERING INDEX jobs_due (queue=? AND priority=? AND due_at=? AND (order_id,part)>(?,?))",
        ),
        (sql::ORDERS_BEFORE, "SEARCH orders USING INTEGER PRIMARY KEY (rowid<?)"),
        (sql::DELETE_JOBS_OF, "SEARCH jobs USING PRIMARY KEY (order_id=? AND part>?)"),
        (sql::NOTIFICATION_WISH, "SEARCH notification_wishes USING INTEGER PRIMARY KEY (rowid=?)"),
        (sql::NOTIFICATIONS_WAITING, "SEARCH notifications USING INDEX notifications_waiting (order_id=? AND state=?)"),
        (sql::NOTIFICATIONS_BY_STATE, "SEARCH notifications USING INDEX notifications_by_state (state=?)"),
        (sql::RECORD_ATTEMPT, "SEARCH notifications USING INDEX sqlite_autoindex_notifications_1 (order_id=? AND number=?)"),
        (
            sql::STANDING,
            "SEARCH standing_items USING INDEX standing_items_by_topic \
             (provider=? AND kind=? AND topic=? AND is_active=? AND (order_id,position)>(?,?))",
        ),
        (sql::FED, "SEARCH fed_products USING PRIMARY KEY (order_id=? AND position=? AND product=?)"),
        (sql::HASTEN_JOB, "SEARCH jobs USING PRIMARY KEY (order_id=? AND part=?)"),
        (sql::ARTICLE, "SEARCH h USING INTEGER PRIMARY KEY (rowid=?)"),
        (sql::ARTICLE, "SEARCH a USING INDEX sqlite_autoindex_articles_2 (catalogue=? AND number=?)"),
        (sql::ARTICLE, "SEARCH b USING PRIMARY KEY (catalogue=? AND place=? AND scope=?) LEFT-JOIN"),
        (sql::ARTICLE_AT, "SEARCH a USING PRIMARY KEY (catalogue=? AND place=?)"),
        (sql::ARTICLES_AFTER, "SEARCH articles USING PRIMARY KEY (catalogue=? AND place>?)"),
        (sql::REMEMBERED_MESSAGE, "SEARCH remembered_messages USING PRIMARY KEY (owner=? AND message_id=?)"),
        (sql::PURGE_NONCES, "SEARCH nonces USING PRIMARY KEY (owner=? AND nonce=?)"),
        (sql::PURGE_NONCES, "SEARCH nonces USING COVERING INDEX nonces_by_expiry (expires_at<?)"),
    ];
    for (statement, step) in expected {
        let plan = plan(&connection, statement.question);
        assert!(plan.iter().any(|s| s == step), "{statement:?}\nexpected {step}\nfound {plan:?}");
    }
}

/// The rows of a page of orders are found without a walk to the end of the table.
#[test]
fn what_hangs_on_some_orders_is_found_by_both_ends() {
    let connection = empty();
    for (table, step) in [
        ("history", "SEARCH t USING PRIMARY KEY ((order_id,seq)>(?,?) AND order_id<?)"),
        ("jobs", "SEARCH t USING PRIMARY KEY ((order_id,part)>(?,?) AND order_id<?)"),
        ("item_pages", "SEARCH t USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
    ] {
        let plan = plan(&connection, &about(tables::copied(table).unwrap()).read_until());
        assert_eq!(plan, [step.replace("SEARCH t", &format!("SEARCH {table}"))], "{table}");
    }
}
