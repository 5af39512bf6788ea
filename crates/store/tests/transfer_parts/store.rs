//! Stores to copy, made with SQL: rows of every kind, and what a client could have made of them.

use std::path::Path;

use ordergate_store::sqlite::{SqliteOptions, SqliteStore, Synchronous};
use ordergate_store::transfer::{Cell, Endpoint, tables};
use rusqlite::Connection;
use rusqlite::types::Value;

use super::super::Noon;

/// Of [`fill`], all tables together.
pub const ROWS: u64 = 27 * 7;
pub const LAST_ORDER: i64 = 7;

/// Seven rows of each table: every column that may be null is, and is not; numbers at the ends of their range, texts
/// whose order depends on who orders them, bytes of every value.
const FILL: &str = "
    create temp table n as with recursive n(i) as (select 1 union all select i + 1 from n where i < 7) select i from n;
    create temp table words(i, word);
    insert into words values (1, ''), (2, 'Z'), (3, 'a'), (4, 'Ä'), (5, 'ä'), (6, 'a b'), (7, char(128512) || 'x''\"\\');
    insert into accounts select i, 1, 1 + i % 2, word, 'hash' || i, iif(i % 2, null, x'00ff27'), i % 2, -i, 9223372036854775807,
        iif(i % 2, word || '@example.org', null), iif(i % 3, 'de', null), i,
        iif(i % 2, word, null) from n join words using (i);
    insert into sellers select i + 1, word from n join words using (i);
    insert into account_groups select i, word from n join words using (i);
    insert into orders select i, 1, 1, 1, 1, iif(i % 2, null, word), i % 2, i, 1 + i % 9, -9223372036854775808,
        iif(i % 3, word, null), i, x'3c612f3e', i, iif(i = 5, x'', randomblob(100 * i)),
        iif(i % 2, null, i), iif(i % 2, null, randomblob(32)) from n join words using (i);
    insert into item_pages select i * 4096 + 1, randomblob(1000) from n;
    insert into history select i, 0, -1, null, 1, i, word, word, iif(i % 2, null, randomblob(32))
        from n join words using (i) where i <> 4;
    insert into history select 4, 1, 0, 1, 2, 4, 'who', '', null;
    insert into jobs select i, i - 1, 1, 0, i, 0, iif(i % 2, null, word) from n join words using (i);
    insert into standing_items select i, i - 1, 1, 2 + i % 2, word, randomblob(i), 9223372036854775806, i % 2
        from n join words using (i);
    insert into fed_products select i, i - 1, word, -i from n join words using (i);
    insert into transactions select 1, 1, word, 1, 1, 0, 0, 1, 1, 1, iif(i % 2, null, i), randomblob(i)
        from n join words using (i);
    insert into remembered_messages select 1 + i % 2, word, i, i from n join words using (i);
    insert into quotations select i, 1, i, -i, 1 + i % 4, iif(i % 2, i, null), i, iif(i % 3, word, null),
        iif(i % 2, null, randomblob(i)), iif(i % 2, null, i), iif(i % 4 = 3, i, null), i, i, randomblob(100)
        from n join words using (i);
    insert into pauses select 1 + i % 2, 1 + i % 2, word, iif(i % 2, null, i), word, i, word, iif(i % 3, null, -i)
        from n join words using (i);
    insert into collection_slots select 1 + i % 2, word, i, i - 1, word from n join words using (i);
    insert into notification_wishes select i, randomblob(i) from n;
    insert into notifications select i, i * 256, 1 + i % 3, word, word, randomblob(i), i, i, i % 3, i, -i, iif(i % 2, null, word)
        from n join words using (i);
    insert into local_results select i, i, word, i from n join words using (i);
    insert into deliveries select i, i - 2, randomblob(i) from n;
    insert into catalogues select i, i, 1 + i % 4, i, i, i, i, -i from n;
    insert into catalogue_heads select i, i from n;
    insert into articles select 1 + i % 2, i - 4, word, randomblob(i), randomblob(i), randomblob(i) from n join words using (i);
    insert into article_terms select 1 + i % 2, i - 4, word, randomblob(i) from n join words using (i);
    insert into classifications select i, randomblob(i) from n;
    insert into receipts select 1, i, 1 + i % 4, word, -i, i, i, randomblob(i), randomblob(10 * i) from n join words using (i);
    insert into receipt_references select 1, i, 1 + i % 4, 1 + i % 5, word, word, -i from n join words using (i);
    insert into replaced_receipts select 1, i, 1 + i % 4, word, i, i, randomblob(10 * i) from n join words using (i);
    insert into nonces select 1, iif(i = 1, x'', unhex(printf('%02x00', i * 36))), i, i from n;
";

const FILL_LARGELY: &str = "
    create temp table n as
        with recursive n(i) as (select 1 union all select i + 1 from n where i < COUNT) select i from n;
    insert into orders select i, 1, 1, 1, 1, 'bulk-' || i, 0, i, 1 + i % 9, i, null, 0, zeroblob(200), 5, zeroblob(50), null, null from n;
    insert into history select i, 0, -1, null, 1, i, 'anna', '', null from n;
    insert into history select i, 1, -1, 1, 2, i, 'system', 'loaded', null from n;
    insert into jobs select i, -1, 1, 0, i, 0, null from n;
    insert into transactions select 1, 1 + i % 100, printf('t-%016d', i), 1, 1, 0, 0, i, i, 1, i, zeroblob(50) from n;
    insert into remembered_messages select 1 + i % 100, printf('urn:uuid:%016d', i), i, i from n;
";

pub fn options(folder: &Path, name: &str) -> SqliteOptions {
    // What a test needs survive is a crash of the test.
    SqliteOptions { synchronous: Synchronous::Normal, ..SqliteOptions::new(folder.join(name)) }
}

pub fn sqlite(folder: &Path, name: &str) -> Endpoint {
    Endpoint::Sqlite(options(folder, name))
}

pub fn int(number: i64) -> Cell {
    Cell::Int(number)
}

/// Makes a store with [`ROWS`] rows.
pub fn fill(folder: &Path, name: &str) {
    drop(SqliteStore::open(options(folder, name), &Noon).unwrap());
    change(folder, name, FILL);
    let rows: usize = contents(folder, name).iter().map(Vec::len).sum();
    assert_eq!(rows as u64, ROWS);
}

/// Makes a store with so many orders; gives the number of its rows.
pub fn fill_largely(folder: &Path, name: &str, orders: u64) -> u64 {
    drop(SqliteStore::open(options(folder, name), &Noon).unwrap());
    change(folder, name, &FILL_LARGELY.replace("COUNT", &orders.to_string()));
    6 * orders
}

/// Runs statements on a store, in one transaction.
pub fn change(folder: &Path, name: &str, statements: &str) {
    let connection = Connection::open(folder.join(name)).unwrap();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    connection.execute_batch(&format!("begin; {statements}; commit")).unwrap();
}

/// All rows of all tables that are copied.
pub fn contents(folder: &Path, name: &str) -> Vec<Vec<Vec<Value>>> {
    let connection = Connection::open(folder.join(name)).unwrap();
    let rows_of = |table: &tables::Table| {
        let mut statement = connection.prepare(&format!("select * from {} order by 1, 2", table.name)).unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| (0..columns).map(|column| row.get(column)).collect());
        rows.unwrap().collect::<rusqlite::Result<_>>().unwrap()
    };
    tables::COPIED.iter().map(rows_of).collect()
}
