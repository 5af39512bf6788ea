//! The statements that read and fill any table, made from its description.

use super::End;
use super::tables::{Column, Kind, Table};

/// How a kind of database writes parameters and orders texts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameters {
    pub(crate) sign: char,
    /// What stands after a text that is to be ordered byte by byte.
    pub(crate) bytewise: &'static str,
}

impl Parameters {
    pub(crate) const SQLITE: Self = Self { sign: '?', bytewise: "" };
    pub(crate) const POSTGRES: Self = Self { sign: '$', bytewise: " collate \"C\"" };
}

/// The statements about one table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statements {
    pub(crate) table: &'static Table,
    pub(crate) parameters: Parameters,
}

impl Statements {
    pub(crate) fn count(self) -> String {
        format!("select count(*) from {}", self.table.name)
    }

    /// All rows, or those after the key in the first parameters, in the order of the keys.
    pub(crate) fn read(self, after: bool) -> String {
        let key = self.key();
        let place = if after { format!(" where ({key}) > ({})", self.signs(self.table.key_columns)) } else { String::new() };
        format!("{}{place} order by {key}", self.select())
    }

    /// The rows after the key in the first parameters until the first column of the key passes the last parameter.
    pub(crate) fn read_until(self) -> String {
        let (key, columns) = (self.key(), self.table.key_columns);
        let (first, sign) = (self.table.columns[0].name, self.parameters.sign);
        let place = format!("where ({key}) > ({}) and {first} <= {sign}{}", self.signs(columns), columns + 1);
        format!("{} {place} order by {key}", self.select())
    }

    /// The keys of some of the rows, `t`, that meet a condition.
    pub(crate) fn keys_where(self, condition: &str, limit: usize) -> String {
        let key: Vec<String> = self.table.key().iter().map(|column| format!("t.{}", column.name)).collect();
        format!("select {} from {} t where {condition} limit {limit}", key.join(", "), self.table.name)
    }

    /// One row.
    pub(crate) fn end(self, end: End) -> String {
        let direction = if end == End::Last { " desc" } else { "" };
        let order: Vec<String> = self.table.key().iter().map(|column| format!("{}{direction}", self.ordered(column))).collect();
        format!("{} order by {} limit 1", self.select(), order.join(", "))
    }

    /// The row with the key in the parameters.
    pub(crate) fn row(self) -> String {
        let sign = self.parameters.sign;
        let is = |(place, column): (usize, &Column)| format!("{} = {sign}{}", column.name, place + 1);
        let key: Vec<String> = self.table.key().iter().enumerate().map(is).collect();
        format!("{} where {}", self.select(), key.join(" and "))
    }

    pub(crate) fn insert(self) -> String {
        let Table { name, columns, .. } = self.table;
        format!("insert into {name} ({}) values ({})", names(columns), self.signs(columns.len()))
    }

    /// PostgreSQL's fast way in.
    pub(crate) fn copy_in(self) -> String {
        format!("copy {} ({}) from stdin (format binary)", self.table.name, names(self.table.columns))
    }

    fn select(self) -> String {
        format!("select {} from {}", names(self.table.columns), self.table.name)
    }

    fn key(self) -> String {
        self.table.key().iter().map(|column| self.ordered(column)).collect::<Vec<_>>().join(", ")
    }

    fn ordered(self, column: &Column) -> String {
        let bytewise = if column.kind == Kind::Text { self.parameters.bytewise } else { "" };
        format!("{}{bytewise}", column.name)
    }

    fn signs(self, count: usize) -> String {
        (1..=count).map(|place| format!("{}{place}", self.parameters.sign)).collect::<Vec<_>>().join(", ")
    }
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
}
