//! All tables of a store, in an order that foreign keys allow. Held against the migrations by a test.

/// What a column holds; the three types of `sql.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Int,
    Text,
    Bytes,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub nullable: bool,
}

/// A table.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    pub name: &'static str,
    pub columns: &'static [Column],
    /// So many columns, the first ones, are the primary key.
    pub key_columns: usize,
}

impl Table {
    /// The columns of the primary key.
    pub fn key(&self) -> &'static [Column] {
        &self.columns[..self.key_columns]
    }
}

impl Column {
    const fn or_null(self) -> Self {
        Self { nullable: true, ..self }
    }
}

const fn int(name: &'static str) -> Column {
    Column { name, kind: Kind::Int, nullable: false }
}

const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text, nullable: false }
}

const fn bytes(name: &'static str) -> Column {
    Column { name, kind: Kind::Bytes, nullable: false }
}

/// The tables whose rows are copied as they stand.
pub const COPIED: &[Table] = &[
    Table {
        name: "accounts",
        columns: &[
            int("id"),
            int("provider"),
            int("protocol"),
            text("name"),
            text("password_hash"),
            bytes("digest_secret").or_null(),
            int("disabled"),
            int("created_at"),
            int("changed_at"),
            text("mail").or_null(),
            text("language").or_null(),
            int("roles"),
            text("price_group").or_null(),
        ],
        key_columns: 1,
    },
    Table {
        name: "orders",
        columns: &[
            int("id"),
            int("provider"),
            int("owner"),
            int("protocol"),
            int("kind"),
            text("reference").or_null(),
            int("priority"),
            int("submitted_at"),
            int("status"),
            int("status_since"),
            text("status_info").or_null(),
            int("revision"),
            bytes("document"),
            int("item_count"),
            bytes("items"),
            int("history_count").or_null(),
            bytes("history_hash").or_null(),
        ],
        key_columns: 1,
    },
    Table { name: "item_pages", columns: &[int("id"), bytes("items")], key_columns: 1 },
    Table {
        name: "history",
        columns: &[
            int("order_id"),
            int("seq"),
            int("subject"),
            int("from_status").or_null(),
            int("to_status"),
            int("moved_at"),
            text("who"),
            text("why"),
            bytes("hash").or_null(),
        ],
        key_columns: 2,
    },
    Table {
        name: "jobs",
        columns: &[
            int("order_id"),
            int("part"),
            int("queue"),
            int("priority"),
            int("due_at"),
            int("attempts"),
            text("lease").or_null(),
        ],
        key_columns: 2,
    },
    Table {
        name: "standing_items",
        columns: &[
            int("order_id"),
            int("position"),
            int("provider"),
            int("kind"),
            text("topic"),
            bytes("criteria"),
            int("expires_at"),
            int("is_active"),
        ],
        key_columns: 2,
    },
    Table { name: "fed_products", columns: &[int("order_id"), int("position"), text("product"), int("fed_at")], key_columns: 3 },
    Table {
        name: "transactions",
        columns: &[
            int("provider"),
            int("owner"),
            text("id"),
            int("kind"),
            int("state"),
            int("is_final"),
            int("is_test"),
            int("created_at"),
            int("updated_at"),
            int("revision"),
            int("order_id").or_null(),
            bytes("context"),
        ],
        key_columns: 3,
    },
    Table {
        name: "remembered_messages",
        columns: &[int("owner"), text("message_id"), int("order_id"), int("answered_at")],
        key_columns: 2,
    },
    Table { name: "notification_wishes", columns: &[int("order_id"), bytes("wish")], key_columns: 1 },
    Table {
        name: "notifications",
        columns: &[
            int("order_id"),
            int("number"),
            int("channel"),
            text("destination"),
            text("event"),
            bytes("content"),
            int("created_at"),
            int("give_up_at"),
            int("state"),
            int("attempts"),
            int("due_at"),
            text("report").or_null(),
        ],
        key_columns: 2,
    },
    Table {
        name: "quotations",
        columns: &[
            int("id"),
            int("provider"),
            int("owner"),
            int("created_at"),
            int("state"),
            int("due_at").or_null(),
            int("attempts"),
            text("reason").or_null(),
            bytes("prices").or_null(),
            int("valid_until").or_null(),
            int("order_id").or_null(),
            int("over_at"),
            int("revision"),
            bytes("specification"),
        ],
        key_columns: 1,
    },
    Table {
        name: "local_results",
        columns: &[int("order_id"), int("position"), text("url"), int("completed_at")],
        key_columns: 2,
    },
    Table { name: "deliveries", columns: &[int("order_id"), int("part"), bytes("content")], key_columns: 2 },
    Table { name: "sellers", columns: &[int("id"), text("name")], key_columns: 1 },
    Table { name: "account_groups", columns: &[int("account"), text("name")], key_columns: 2 },
    Table {
        name: "pauses",
        columns: &[
            int("queue"),
            int("subject"),
            text("name"),
            int("account").or_null(),
            text("reason"),
            int("paused_at"),
            text("paused_by"),
            int("resumed_at").or_null(),
        ],
        key_columns: 3,
    },
    Table {
        name: "collection_slots",
        columns: &[int("queue"), text("collection"), int("order_id"), int("part"), text("lease")],
        key_columns: 4,
    },
    Table {
        name: "catalogues",
        columns: &[
            int("id"),
            int("provider"),
            int("state"),
            int("began_at"),
            int("changed_at"),
            int("changes"),
            int("articles"),
            int("traits"),
        ],
        key_columns: 1,
    },
    Table { name: "catalogue_heads", columns: &[int("provider"), int("catalogue")], key_columns: 1 },
    Table {
        name: "articles",
        columns: &[int("catalogue"), int("place"), text("number"), bytes("document"), bytes("prices"), bytes("supply")],
        key_columns: 2,
    },
    Table { name: "article_terms", columns: &[int("catalogue"), int("place"), text("scope"), bytes("document")], key_columns: 3 },
    Table { name: "classifications", columns: &[int("catalogue"), bytes("document")], key_columns: 1 },
    Table {
        name: "transmissions",
        columns: &[
            int("id"),
            int("provider"),
            int("owner"),
            text("transaction_id"),
            int("kind"),
            int("is_test"),
            int("received_at"),
            int("as_of"),
            int("is_complete"),
            int("lines"),
            int("left_out"),
            int("revision"),
            int("due_at").or_null(),
            int("attempts"),
            int("imported"),
            int("imported_at").or_null(),
        ],
        key_columns: 1,
    },
    Table {
        name: "transmitted_lines",
        columns: &[int("transmission"), int("position"), text("subject").or_null(), int("is_known").or_null(), bytes("content")],
        key_columns: 2,
    },
    Table {
        name: "buyer_stock",
        columns: &[
            int("provider"),
            int("owner"),
            int("kind"),
            text("subject"),
            int("as_of"),
            int("transmission"),
            int("changed_at"),
            int("is_known").or_null(),
            bytes("content"),
        ],
        key_columns: 4,
    },
    Table {
        name: "complete_stock",
        columns: &[int("provider"), int("owner"), int("kind"), int("as_of"), int("transmission")],
        key_columns: 3,
    },
    Table {
        name: "buyer_sales",
        columns: &[
            int("provider"),
            int("owner"),
            int("kind"),
            text("subject"),
            int("transmission"),
            int("stored_at"),
            int("is_known").or_null(),
            bytes("content"),
        ],
        key_columns: 4,
    },
    Table {
        name: "receipts",
        columns: &[
            int("provider"),
            int("owner"),
            int("kind"),
            text("id"),
            int("issued_on"),
            int("revision"),
            int("stored_at"),
            bytes("header"),
            bytes("document"),
        ],
        key_columns: 4,
    },
    Table {
        name: "receipt_references",
        columns: &[int("provider"), int("owner"), int("kind"), int("what"), text("referred"), text("id"), int("issued_on")],
        key_columns: 6,
    },
    Table {
        name: "replaced_receipts",
        columns: &[int("provider"), int("owner"), int("kind"), text("id"), int("revision"), int("stored_at"), bytes("document")],
        key_columns: 5,
    },
    Table { name: "nonces", columns: &[int("owner"), bytes("nonce"), int("used_at"), int("expires_at")], key_columns: 2 },
];

/// Not copied but set: its numbers say how ids go on, and not every kind of store uses them.
pub const COUNTERS: &Table = &Table { name: "counters", columns: &[text("name"), int("next")], key_columns: 1 };

/// The table of this name among those that are copied.
pub fn copied(name: &str) -> Option<&'static Table> {
    COPIED.iter().find(|table| table.name == name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use rusqlite::{Connection, Result};

    use super::*;
    use crate::migrations::{Dialect, MIGRATIONS};

    fn described(kind: Kind) -> &'static str {
        match kind {
            Kind::Int => "INTEGER",
            Kind::Text => "TEXT",
            Kind::Bytes => "BLOB",
        }
    }

    /// Name, type, whether it may be null, and place in the primary key.
    type Described = (String, String, bool, i64);

    fn in_schema(connection: &Connection, table: &str) -> Vec<Described> {
        let mut columns = connection.prepare("select name, type, \"notnull\", pk from pragma_table_info(?1)").unwrap();
        let described = columns.query_map([table], |row| {
            let (kind, key): (String, i64) = (row.get(1)?, row.get(3)?);
            Ok((row.get(0)?, kind.to_uppercase(), !row.get::<_, bool>(2)? && key == 0, key))
        });
        described.unwrap().collect::<Result<_>>().unwrap()
    }

    fn in_list(table: &Table) -> Vec<Described> {
        let key = |place: usize| if place < table.key_columns { i64::try_from(place).unwrap() + 1 } else { 0 };
        let described = |(place, column): (usize, &Column)| {
            (column.name.to_owned(), described(column.kind).to_owned(), column.nullable, key(place))
        };
        table.columns.iter().enumerate().map(described).collect()
    }

    #[test]
    fn the_list_is_what_the_migrations_make() {
        let connection = Connection::open_in_memory().unwrap();
        for migration in MIGRATIONS {
            connection.execute_batch(&migration.sql(Dialect::SQLITE)).unwrap();
        }
        let listed = COPIED.iter().chain([COUNTERS]);
        for table in listed.clone() {
            assert_eq!(in_list(table), in_schema(&connection, table.name), "{}", table.name);
        }
        let mut made = connection.prepare("select name from sqlite_schema where type = 'table' order by name").unwrap();
        let made: Vec<String> = made.query_map([], |row| row.get(0)).unwrap().collect::<Result<_>>().unwrap();
        let mut names: Vec<&str> = listed.map(|table| table.name).collect();
        names.sort_unstable();
        assert_eq!(names, made);
    }

    #[test]
    fn no_table_comes_before_one_that_it_refers_to() {
        let connection = Connection::open_in_memory().unwrap();
        for migration in MIGRATIONS {
            connection.execute_batch(&migration.sql(Dialect::SQLITE)).unwrap();
        }
        let mut before: Vec<String> = Vec::new();
        for table in COPIED {
            let mut keys = connection.prepare("select \"table\" from pragma_foreign_key_list(?1)").unwrap();
            for parent in keys.query_map([table.name], |row| row.get::<_, String>(0)).unwrap() {
                let parent = parent.unwrap();
                assert!(before.contains(&parent), "{} refers to {parent}", table.name);
            }
            before.push(table.name.to_owned());
        }
    }
}
