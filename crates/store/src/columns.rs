//! A row, whichever database it comes from. Only the three types of `sql.rs` occur.

use crate::StoreError;

/// Reading a row by the position of its columns, from 0. A value of another type than asked for, or NULL where
/// none may be, is [`StoreError::Corrupt`].
pub(crate) trait Columns {
    fn int(&self, column: usize) -> Result<i64, StoreError>;
    fn int_or_null(&self, column: usize) -> Result<Option<i64>, StoreError>;
    fn text(&self, column: usize) -> Result<String, StoreError>;
    fn text_or_null(&self, column: usize) -> Result<Option<String>, StoreError>;
    fn bytes(&self, column: usize) -> Result<&[u8], StoreError>;
    fn bytes_or_null(&self, column: usize) -> Result<Option<&[u8]>, StoreError>;
}
