//! Rows as values of their own.

use std::convert::Infallible;
use std::fmt;

use minicbor::encode::{Encoder, Error as Unwritable};

use super::tables::{Column, Kind, Table};
use crate::StoreError;
use crate::columns::Columns;
use crate::value::Value;

/// What stands in one column of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A row: a cell for each column of its table.
#[derive(Clone, PartialEq, Eq)]
pub struct Row(pub Vec<Cell>);

/// A primary key. Ordered as a [`Source`](super::Source) reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(pub Vec<Cell>);

impl Cell {
    fn read(row: &impl Columns, place: usize, column: &Column) -> Result<Self, StoreError> {
        Ok(match (column.kind, column.nullable) {
            (Kind::Int, false) => Self::Int(row.int(place)?),
            (Kind::Int, true) => row.int_or_null(place)?.map_or(Self::Null, Self::Int),
            (Kind::Text, false) => Self::Text(row.text(place)?),
            (Kind::Text, true) => row.text_or_null(place)?.map_or(Self::Null, Self::Text),
            (Kind::Bytes, false) => Self::Bytes(row.bytes(place)?.to_vec()),
            (Kind::Bytes, true) => row.bytes_or_null(place)?.map_or(Self::Null, |bytes| Self::Bytes(bytes.to_vec())),
        })
    }

    /// As a parameter of a statement.
    pub(crate) fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Int(number) => (*number).into(),
            Self::Text(text) => text.into(),
            Self::Bytes(bytes) => bytes.into(),
        }
    }

    const fn weight(&self) -> usize {
        match self {
            Self::Null | Self::Int(_) => 8,
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }

    fn encode(&self, out: &mut Encoder<&mut Vec<u8>>) -> Result<(), Unwritable<Infallible>> {
        match self {
            Self::Null => out.null(),
            Self::Int(number) => out.i64(*number),
            Self::Text(text) => out.str(text),
            Self::Bytes(bytes) => out.bytes(bytes),
        }
        .map(drop)
    }
}

impl Row {
    pub(crate) fn read(row: &impl Columns, table: &Table) -> Result<Self, StoreError> {
        Self::read_columns(row, table, table.columns)
    }

    fn read_columns(row: &impl Columns, table: &Table, columns: &[Column]) -> Result<Self, StoreError> {
        let cells = columns.iter().enumerate().map(|(place, column)| Cell::read(row, place, column));
        cells.collect::<Result<_, _>>().map(Self).map_err(|e| crate::rows::about(table.name, e))
    }

    /// The primary key.
    pub fn key(&self, table: &Table) -> Key {
        Key(self.0.iter().take(table.key_columns).cloned().collect())
    }

    /// About how many bytes it takes.
    pub(crate) fn weight(&self) -> usize {
        self.0.iter().map(Cell::weight).sum()
    }

    /// Appends the canonical encoding: a CBOR array of the cells, in the order of the columns.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) -> Result<(), StoreError> {
        self.write(&mut Encoder::new(out)).map_err(|e| StoreError::Corrupt(format!("a row cannot be encoded: {e}")))
    }

    fn write(&self, out: &mut Encoder<&mut Vec<u8>>) -> Result<(), Unwritable<Infallible>> {
        out.array(self.0.len() as u64)?;
        self.0.iter().try_for_each(|cell| cell.encode(out))
    }
}

impl Key {
    /// A row that has the columns of the key only.
    pub(crate) fn read(row: &impl Columns, table: &Table) -> Result<Self, StoreError> {
        Row::read_columns(row, table, table.key()).map(|row| Self(row.0))
    }
}

/// So a row is read like one that has just come from a database.
impl Columns for Row {
    fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.int_or_null(column)?.ok_or_else(|| unexpected(column))
    }

    fn int_or_null(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.0.get(column) {
            Some(Cell::Int(number)) => Ok(Some(*number)),
            Some(Cell::Null) => Ok(None),
            _ => Err(unexpected(column)),
        }
    }

    fn text(&self, column: usize) -> Result<String, StoreError> {
        self.text_or_null(column)?.ok_or_else(|| unexpected(column))
    }

    fn text_or_null(&self, column: usize) -> Result<Option<String>, StoreError> {
        match self.0.get(column) {
            Some(Cell::Text(text)) => Ok(Some(text.clone())),
            Some(Cell::Null) => Ok(None),
            _ => Err(unexpected(column)),
        }
    }

    fn bytes(&self, column: usize) -> Result<&[u8], StoreError> {
        self.bytes_or_null(column)?.ok_or_else(|| unexpected(column))
    }

    fn bytes_or_null(&self, column: usize) -> Result<Option<&[u8]>, StoreError> {
        match self.0.get(column) {
            Some(Cell::Bytes(bytes)) => Ok(Some(bytes)),
            Some(Cell::Null) => Ok(None),
            _ => Err(unexpected(column)),
        }
    }
}

fn unexpected(column: usize) -> StoreError {
    StoreError::Corrupt(format!("column {column} holds something else than it should"))
}

impl fmt::Debug for Row {
    /// Neither password hashes nor customers' data may reach a log line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({} cells)", self.0.len())
    }
}

impl fmt::Display for Key {
    /// Long keys are cut: this is for a line that a person reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 64;
        for (place, cell) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(", ")?;
            }
            match cell {
                Cell::Null => f.write_str("null")?,
                Cell::Int(number) => write!(f, "{number}")?,
                Cell::Text(text) => write!(f, "{:?}", text.chars().take(LONGEST).collect::<String>())?,
                Cell::Bytes(bytes) => bytes.iter().take(LONGEST / 2).try_for_each(|byte| write!(f, "{byte:02x}"))?,
            }
        }
        Ok(())
    }
}
