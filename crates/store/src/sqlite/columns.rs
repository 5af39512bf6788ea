//! SQLite's rows.

use rusqlite::{Error, Row};

use crate::StoreError;
use crate::columns::Columns;

impl Columns for Row<'_> {
    fn int(&self, column: usize) -> Result<i64, StoreError> {
        Ok(self.get(column)?)
    }

    fn int_or_null(&self, column: usize) -> Result<Option<i64>, StoreError> {
        Ok(self.get(column)?)
    }

    fn text(&self, column: usize) -> Result<String, StoreError> {
        Ok(self.get(column)?)
    }

    fn text_or_null(&self, column: usize) -> Result<Option<String>, StoreError> {
        Ok(self.get(column)?)
    }

    fn bytes(&self, column: usize) -> Result<&[u8], StoreError> {
        Ok(self.get_ref(column)?.as_blob().map_err(Error::from)?)
    }

    fn bytes_or_null(&self, column: usize) -> Result<Option<&[u8]>, StoreError> {
        Ok(self.get_ref(column)?.as_blob_or_null().map_err(Error::from)?)
    }
}
