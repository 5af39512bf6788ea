//! Parameters and rows, as PostgreSQL has them.

use bytes::BytesMut;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::StoreError;
use crate::columns::Columns;
use crate::value::Value;

type Boxed = Box<dyn std::error::Error + Sync + Send>;

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Boxed> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql_checked(ty, out),
            Self::Text(text) => text.to_sql_checked(ty, out),
            Self::Bytes(bytes) => bytes.as_ref().to_sql_checked(ty, out),
        }
    }

    /// The value decides, in `to_sql`.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl Columns for Row {
    fn int(&self, column: usize) -> Result<i64, StoreError> {
        get(self, column)
    }

    fn int_or_null(&self, column: usize) -> Result<Option<i64>, StoreError> {
        get(self, column)
    }

    fn text(&self, column: usize) -> Result<String, StoreError> {
        get(self, column)
    }

    fn text_or_null(&self, column: usize) -> Result<Option<String>, StoreError> {
        get(self, column)
    }

    fn bytes(&self, column: usize) -> Result<&[u8], StoreError> {
        get(self, column)
    }

    fn bytes_or_null(&self, column: usize) -> Result<Option<&[u8]>, StoreError> {
        get(self, column)
    }
}

fn get<'r, T: FromSql<'r>>(row: &'r Row, column: usize) -> Result<T, StoreError> {
    row.try_get(column).map_err(|error| StoreError::Corrupt(super::error::said(&error)))
}
