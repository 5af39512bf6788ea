//! Transmissions as rows.

use ordergate_engine::transaction::Key;
use ordergate_engine::{AccountId, Document, ProviderId, Timestamp, TransactionId, TransmissionId};

use crate::codes::{Code, from_count, to_count};
use crate::columns::Columns;
use crate::rows::about;
use crate::value::{Value, values};
use crate::{KeptLine, Progress, StoreError, Transmission, TransmittedLine};

/// The values of [`crate::sql::INSERT_TRANSMISSION`].
pub(crate) fn inserted(transmission: &Transmission) -> Vec<Value<'_>> {
    let Transmission { id, key, kind, is_test, received_at, as_of, is_complete, lines, left_out, revision, .. } = transmission;
    let mut values = values![
        id.0,
        key.provider.0,
        key.owner.0,
        &key.id.0,
        kind.code(),
        is_test.code(),
        received_at.0,
        as_of.0,
        is_complete.code(),
        from_count(*lines),
        from_count(*left_out),
        *revision,
    ];
    values.extend(progress(transmission));
    values
}

/// What changes as it is imported: due_at, attempts, imported, imported_at.
pub(crate) fn progress<'w>(transmission: &Transmission) -> [Value<'w>; 4] {
    match transmission.progress {
        Progress::Importing { due_at, attempts, imported } => {
            [due_at.0.into(), i64::from(attempts).into(), from_count(imported).into(), Value::Null]
        }
        Progress::Imported { at } => [Value::Null, 0.into(), from_count(transmission.lines).into(), at.0.into()],
    }
}

/// A row of [`crate::sql::TRANSMISSION`] and its like.
pub(crate) fn transmission(row: &impl Columns) -> Result<Transmission, StoreError> {
    let id = row.int(0)?;
    read(row, id).map_err(|error| about(&format!("transmission {id}"), error))
}

fn read(row: &impl Columns, id: i64) -> Result<Transmission, StoreError> {
    let flag = |column| row.int(column).and_then(bool::from_code);
    let count = |what, column| row.int(column).and_then(|number| to_count(what, number));
    let progress = match (row.int_or_null(12)?, row.int_or_null(15)?) {
        (None, Some(at)) => Progress::Imported { at: Timestamp(at) },
        (Some(due_at), None) => Progress::Importing {
            due_at: Timestamp(due_at),
            attempts: to_count("number of attempts", row.int(13)?)?,
            imported: count("number of lines", 14)?,
        },
        _ => return Err(StoreError::Corrupt("it is neither imported nor due".to_owned())),
    };
    Ok(Transmission {
        id: TransmissionId(id),
        key: Key { provider: ProviderId(row.int(1)?), owner: AccountId(row.int(2)?), id: TransactionId(row.text(3)?) },
        kind: row.int(4).and_then(Code::from_code)?,
        is_test: flag(5)?,
        received_at: Timestamp(row.int(6)?),
        as_of: Timestamp(row.int(7)?),
        is_complete: flag(8)?,
        lines: count("number of lines", 9)?,
        left_out: count("number of lines", 10)?,
        revision: row.int(11)?,
        progress,
    })
}

/// A row of [`crate::sql::TRANSMITTED_LINES`].
pub(crate) fn line(row: &impl Columns) -> Result<TransmittedLine, StoreError> {
    Ok(TransmittedLine {
        position: to_count("position of a line", row.int(0)?)?,
        subject: row.text_or_null(1)?,
        is_known: is_known(row, 2)?,
        content: Document(row.bytes(3)?.to_vec()),
    })
}

/// A row of [`crate::sql::BUYER_STOCK`] and [`crate::sql::BUYER_SALES`].
pub(crate) fn kept(row: &impl Columns) -> Result<KeptLine, StoreError> {
    Ok(KeptLine {
        subject: row.text(0)?,
        transmission: TransmissionId(row.int(1)?),
        at: Timestamp(row.int(2)?),
        is_known: is_known(row, 3)?,
        content: Document(row.bytes(4)?.to_vec()),
    })
}

fn is_known(row: &impl Columns, column: usize) -> Result<Option<bool>, StoreError> {
    row.int_or_null(column)?.map(bool::from_code).transpose()
}
