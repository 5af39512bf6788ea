//! All orders, page by page, each with its other rows.

use super::order::Examinee;
use super::{AreReadable, Examined, Report, Summary, WorkedOff};
use crate::StoreError;
use crate::columns::Columns as _;
use crate::item_page::PAGES_PER_ORDER;
use crate::transfer::tables::{self, Table};
use crate::transfer::{Cell, Key, PageLimit, Row};

/// So many orders are in memory at once, and so many other rows.
const PAGE: PageLimit = PageLimit { rows: 1_024, bytes: 8 * 1024 * 1024 };

/// What hangs on orders, and comes in the order of their ids.
struct Tables {
    orders: &'static Table,
    history: &'static Table,
    item_pages: &'static Table,
    jobs: &'static Table,
    standing_items: &'static Table,
}

pub(super) async fn check(
    store: &mut dyn Examined,
    worked_off: WorkedOff,
    are_readable: AreReadable,
    report: Report<'_>,
) -> Result<Summary, StoreError> {
    let tables = Tables::find()?;
    let (mut summary, mut chained, mut after) = (Summary::default(), false, None);
    loop {
        store.read_from(tables.orders, after.as_ref()).await?;
        let rows = store.next_page(PAGE).await?;
        let Some(last) = rows.last() else { return Ok(summary) };
        let next = last.key(tables.orders);
        let mut page = Page::of(rows, after.as_ref(), are_readable, report)?;
        page.read_all(store, &tables, &mut summary, report).await?;
        for examinee in page.examinees {
            examinee.end(worked_off, &mut chained, &mut summary, report)?;
        }
        after = Some(next);
    }
}

impl Tables {
    fn find() -> Result<Self, StoreError> {
        let find = |name| tables::copied(name).ok_or_else(|| StoreError::Failed(format!("there is no table {name}")));
        Ok(Self {
            orders: find("orders")?,
            history: find("history")?,
            item_pages: find("item_pages")?,
            jobs: find("jobs")?,
            standing_items: find("standing_items")?,
        })
    }
}

/// Some orders that follow each other.
struct Page {
    examinees: Vec<Examinee>,
    /// The id that they come after.
    after: i64,
    last: i64,
}

impl Page {
    fn of(rows: Vec<Row>, after: Option<&Key>, are_readable: AreReadable, report: Report<'_>) -> Result<Self, StoreError> {
        let examinees = rows.into_iter().map(|row| Examinee::new(row, are_readable, report)).collect::<Result<Vec<_>, _>>()?;
        let after = match after.and_then(|key| key.0.first()) {
            Some(Cell::Int(id)) => *id,
            _ => i64::MIN,
        };
        let last = examinees.last().map_or(after, |examinee| examinee.id);
        Ok(Self { examinees, after, last })
    }

    /// Rows of an order that is not there are left to the rules.
    async fn read_all(
        &mut self,
        store: &mut dyn Examined,
        tables: &Tables,
        summary: &mut Summary,
        report: Report<'_>,
    ) -> Result<(), StoreError> {
        let range = (self.after, self.last);
        self.each(store, tables.history, range, 1, |examinee, row| {
            summary.entries += 1;
            examinee.history.read(row, report)
        })
        .await?;
        let pages = (after_pages(self.after), after_pages(self.last));
        self.each(store, tables.item_pages, pages, PAGES_PER_ORDER, |examinee, row| examinee.read_page(row, report)).await?;
        self.each(store, tables.jobs, range, 1, |examinee, row| {
            summary.jobs += 1;
            examinee.jobs.insert(row.int(1)?);
            Ok(())
        })
        .await?;
        self.each(store, tables.standing_items, range, 1, |examinee, row| {
            examinee.standing.insert(row.int(1)?);
            Ok(())
        })
        .await
    }

    /// Shows the rows of a table to the orders that they belong to. Their keys begin with the order's id, or with so many times
    /// the id and something.
    async fn each(
        &mut self,
        store: &mut dyn Examined,
        table: &'static Table,
        (after, until): (i64, i64),
        times: i64,
        mut read: impl FnMut(&mut Examinee, &Row) -> Result<(), StoreError> + Send,
    ) -> Result<(), StoreError> {
        let mut key = vec![Cell::Int(i64::MAX); table.key_columns];
        key[0] = Cell::Int(after);
        store.read_until(table, &Key(key), until).await?;
        let mut place = 0;
        loop {
            let rows = store.next_page(PAGE).await?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in &rows {
                let id = row.int(0)?.div_euclid(times);
                while self.examinees.get(place).is_some_and(|examinee| examinee.id < id) {
                    place += 1;
                }
                if let Some(examinee) = self.examinees.get_mut(place).filter(|examinee| examinee.id == id) {
                    read(examinee, row)?;
                }
            }
        }
    }
}

/// The key after all those of an order's pages.
const fn after_pages(order: i64) -> i64 {
    order.saturating_mul(PAGES_PER_ORDER).saturating_add(PAGES_PER_ORDER - 1)
}
