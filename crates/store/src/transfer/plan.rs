//! What is still to be copied. Refuses a target that holds anything but the beginning of this copy.

use super::error::AtSide as _;
use super::row::{Key, Row};
use super::tables::{COPIED, Table};
use super::{End, Side, Source, Target, TransferError};

/// The rest of one table.
pub(super) struct Part {
    pub(super) table: &'static Table,
    /// The last key that is there.
    pub(super) after: Option<Key>,
    pub(super) present: u64,
    pub(super) total: u64,
}

/// For each table, what the target lacks. Reads only.
pub(super) async fn plan(from: &mut dyn Source, to: &mut dyn Target) -> Result<Vec<Part>, TransferError> {
    let mut parts = Vec::with_capacity(COPIED.len());
    let mut begun: Option<&Table> = None;
    for table in COPIED {
        let last = to.end(table, End::Last).await.of(Side::Target)?;
        if let Some(row) = &last {
            // Tables are filled one after the other.
            if let Some(begun) = begun {
                let problem = format!("it is there although {} is not complete", begun.name);
                return Err(occupied(table, row, &problem));
            }
            check_ends(from, to, table, row).await?;
        }
        let part = part(from, to, table, last.as_ref()).await?;
        if part.present < part.total {
            begun = Some(table);
        }
        parts.push(part);
    }
    Ok(parts)
}

/// The first and the last row that are there must be those of the source.
async fn check_ends(from: &mut dyn Source, to: &mut dyn Target, table: &'static Table, last: &Row) -> Result<(), TransferError> {
    let first = to.end(table, End::First).await.of(Side::Target)?;
    let expected = from.end(table, End::First).await.of(Side::Source)?;
    match (first, expected) {
        (Some(first), None) => return Err(occupied(table, &first, "the source has no such row")),
        (Some(first), Some(expected)) if first != expected => {
            return Err(occupied(table, &first, "it is not the first row of the source"));
        }
        _ => {}
    }
    match from.row(table, &last.key(table)).await.of(Side::Source)? {
        None => Err(occupied(table, last, "the source has no such row")),
        Some(expected) if expected != *last => Err(occupied(table, last, "the row of the source is another")),
        Some(_) => Ok(()),
    }
}

async fn part(
    from: &mut dyn Source,
    to: &mut dyn Target,
    table: &'static Table,
    last: Option<&Row>,
) -> Result<Part, TransferError> {
    let total = from.count(table).await.of(Side::Source)?;
    let present = match last {
        Some(_) => to.count(table).await.of(Side::Target)?,
        None => 0,
    };
    match last {
        Some(last) if present > total => {
            Err(occupied(table, last, &format!("{present} rows are there, and the source has {total}")))
        }
        last => Ok(Part { table, after: last.map(|row| row.key(table)), present, total }),
    }
}

fn occupied(table: &'static Table, row: &Row, problem: &str) -> TransferError {
    TransferError::Occupied { table: table.name, key: row.key(table), problem: problem.to_owned() }
}
