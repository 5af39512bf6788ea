//! Stores that do less than they could.

use async_trait::async_trait;
use ordergate_store::StoreError;
use ordergate_store::transfer::{End, Key, PageLimit, Row, Source, Table, Target};

/// Reads pages of three rows.
pub struct Small(pub Box<dyn Source>);

/// Stores so many pages, then something happens.
pub struct Cut<'w> {
    inner: Box<dyn Target>,
    left: usize,
    when: When<'w>,
    /// Rows.
    pub appended: u64,
}

pub enum When<'w> {
    /// Stores no more.
    Fail,
    /// Calls this before the next page, once.
    Call(Box<dyn FnMut() + Send + 'w>),
}

impl<'w> Cut<'w> {
    pub fn new(inner: Box<dyn Target>, left: usize, when: When<'w>) -> Self {
        Self { inner, left, when, appended: 0 }
    }
}

macro_rules! reads_as {
    ($wrapper:ty: $inner:tt, $limit:ident => $less:expr) => {
        #[async_trait]
        impl Source for $wrapper {
            async fn snapshot(&mut self) -> Result<(), StoreError> {
                self.$inner.snapshot().await
            }

            async fn count(&mut self, table: &'static Table) -> Result<u64, StoreError> {
                self.$inner.count(table).await
            }

            async fn end(&mut self, table: &'static Table, end: End) -> Result<Option<Row>, StoreError> {
                self.$inner.end(table, end).await
            }

            async fn row(&mut self, table: &'static Table, key: &Key) -> Result<Option<Row>, StoreError> {
                self.$inner.row(table, key).await
            }

            async fn read_from(&mut self, table: &'static Table, after: Option<&Key>) -> Result<(), StoreError> {
                self.$inner.read_from(table, after).await
            }

            async fn next_page(&mut self, $limit: PageLimit) -> Result<Vec<Row>, StoreError> {
                self.$inner.next_page($less).await
            }

            fn counts_ids(&self) -> bool {
                self.$inner.counts_ids()
            }
        }
    };
}

reads_as!(Small: 0, limit => PageLimit { rows: 3, ..limit });
reads_as!(Cut<'_>: inner, limit => limit);

#[async_trait]
impl Target for Cut<'_> {
    async fn append(&mut self, table: &'static Table, rows: Vec<Row>) -> Result<(), StoreError> {
        if self.left == 0 {
            match &mut self.when {
                When::Fail => return Err(StoreError::Unavailable("cut short".to_owned())),
                When::Call(call) => call(),
            }
        }
        self.left = self.left.wrapping_sub(1);
        let count = rows.len() as u64;
        self.inner.append(table, rows).await?;
        self.appended += count;
        Ok(())
    }

    async fn pass_ids(&mut self, counter: &str, next: i64) -> Result<(), StoreError> {
        self.inner.pass_ids(counter, next).await
    }

    async fn finish(&mut self) -> Result<(), StoreError> {
        self.inner.finish().await
    }
}
