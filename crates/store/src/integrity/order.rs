//! One order with all that hangs on it.

use std::collections::BTreeSet;

use ordergate_engine::order::{Item, Order, Status, roll_up};

use super::history::History;
use super::{AreReadable, Finding, Report, Summary, WorkedOff};
use crate::codes::{Code as _, from_count};
use crate::columns::Columns as _;
use crate::item_page::ITEMS_PER_PAGE;
use crate::transfer::Row;
use crate::{JobPart, StoreError, item_page, rows};

const UNREADABLE: &str = "what its protocol says of it or of its items cannot be read";
const READABLE: &str = "documents that can be read";

/// An order's row, and what was read of its other rows so far.
#[derive(Debug)]
pub(super) struct Examinee {
    pub(super) id: i64,
    row: Row,
    /// The order without its items; none if the row cannot be read.
    order: Option<Order>,
    are_readable: AreReadable,
    pieces: Vec<Piece>,
    /// How many items there should be.
    item_count: usize,
    /// The page that should come next.
    next_page: i64,
    pub(super) history: History,
    pub(super) jobs: BTreeSet<i64>,
    pub(super) standing: BTreeSet<i64>,
}

/// What matters of an item.
#[derive(Debug)]
struct Piece {
    status: Status,
    standing: bool,
}

impl Examinee {
    pub(super) fn new(row: Row, are_readable: AreReadable, report: Report<'_>) -> Result<Self, StoreError> {
        let mut examinee = Self {
            id: row.int(0)?,
            order: None,
            are_readable,
            pieces: Vec::new(),
            item_count: 0,
            next_page: 1,
            history: History::default(),
            jobs: BTreeSet::new(),
            standing: BTreeSet::new(),
            row,
        };
        match rows::order_and_first_items(&examinee.row) {
            Ok((mut order, count)) => {
                if !are_readable(order.protocol, Some(&order.document), &order.items) {
                    report(Finding::new("orders", &examinee.id, UNREADABLE, READABLE));
                }
                examinee.pieces = pieces(&std::mem::take(&mut order.items));
                examinee.item_count = count;
                examinee.order = Some(order);
            }
            Err(error) => report(Finding::new("orders", &examinee.id, error.to_string(), "a row that can be read")),
        }
        Ok(examinee)
    }

    /// A further page of items, as the database gives them in order.
    pub(super) fn read_page(&mut self, row: &Row, report: Report<'_>) -> Result<(), StoreError> {
        let (key, number) = (row.int(0)?, row.int(0)? - self.id * item_page::PAGES_PER_ORDER);
        let mut wrong = |problem: String, expected: String| report(Finding::new("item_pages", &key, problem, expected));
        if number != self.next_page || !self.pieces.len().is_multiple_of(ITEMS_PER_PAGE) {
            wrong(format!("it is page {number}"), format!("page {} after full pages", self.next_page));
        }
        let mut items = Vec::new();
        if let Err(error) = item_page::decode(row.bytes(1)?, &mut items) {
            wrong(error.to_string(), "a page that can be read".to_owned());
        }
        if self.order.as_ref().is_some_and(|order| !(self.are_readable)(order.protocol, None, &items)) {
            wrong(UNREADABLE.to_owned(), READABLE.to_owned());
        }
        self.pieces.extend(pieces(&items));
        self.next_page = number + 1;
        Ok(())
    }

    /// All has been read.
    pub(super) fn end(
        mut self,
        worked_off: WorkedOff,
        chained: &mut bool,
        summary: &mut Summary,
        report: Report<'_>,
    ) -> Result<(), StoreError> {
        self.history.end(&self.row, chained, report)?;
        summary.orders += 1;
        summary.items += self.pieces.len() as u64;
        summary.unchained += self.history.unchained;
        let Some(order) = &self.order else { return Ok(()) };
        summary.open_orders += u64::from(!order.state.status.is_final());
        let is_complete = self.pieces.len() == self.item_count;
        if !is_complete {
            self.wrong(format!("it has {} items", self.pieces.len()), format!("{} items", self.item_count), report);
        }
        self.check_history(order, report);
        if is_complete {
            self.check_roll_up(order, report);
            self.check_jobs(order, worked_off, report);
        }
        Ok(())
    }

    /// Order and items stand where their histories have led them.
    fn check_history(&self, order: &Order, report: Report<'_>) {
        if let Some((status, since)) = self.history.last() {
            if status != order.state.status {
                self.wrong(format!("it is {}", order.state.status), format!("{status}, by its history"), report);
            } else if since != order.state.since {
                let problem = format!("it is {status} since {}", order.state.since.0);
                self.wrong(problem, format!("since {}, by its history", since.0), report);
            }
        }
        for (position, status) in self.history.last_of_items() {
            match self.pieces.get(position) {
                Some(piece) if piece.status != status => {
                    let problem = format!("its item {position} is {}", piece.status);
                    self.wrong(problem, format!("{status}, by its history"), report);
                }
                _ => {}
            }
        }
    }

    fn check_roll_up(&self, order: &Order, report: Report<'_>) {
        if self.pieces.is_empty() {
            return;
        }
        let expected = roll_up(order.state.status, &self.pieces.iter().map(|piece| (piece.standing, piece.status)));
        if expected != order.state.status {
            self.wrong(format!("it is {}", order.state.status), format!("{expected}, by its items"), report);
        }
    }

    /// What is not over has a job that carries it on. Orders that were loaded as they stand are carried on by nobody.
    fn check_jobs(&self, order: &Order, worked_off: WorkedOff, report: Report<'_>) {
        let has = |part: JobPart| self.jobs.contains(&part.code());
        let has_own = has(JobPart::Order);
        if self.history.is_loaded {
            return;
        }
        for (position, piece) in self.pieces.iter().enumerate() {
            let waits_for_people = piece.status == Status::Accepted && !worked_off.includes(order.protocol);
            let own_is_enough = piece.standing || !matches!(piece.status, Status::Suspended | Status::InProduction);
            let of_item = !piece.standing && (has(JobPart::Item(position)) || has(JobPart::Delivery(position)));
            let carried_on = of_item || (own_is_enough && has_own);
            if !piece.status.is_final() && !carried_on && !waits_for_people {
                let problem = format!("its item {position} is {}, and nothing carries it on", piece.status);
                self.wrong(problem, "a job".to_owned(), report);
            }
            let is_open = piece.standing && !piece.status.is_final();
            if is_open && !self.standing.contains(&from_count(position)) {
                let problem = format!("its item {position} waits for products, and nobody finds it");
                self.wrong(problem, "a row of standing_items".to_owned(), report);
            }
        }
    }

    fn wrong(&self, problem: String, expected: String, report: Report<'_>) {
        report(Finding::new("orders", &self.id, problem, expected));
    }
}

fn pieces(items: &[Item]) -> Vec<Piece> {
    items.iter().map(|item| Piece { status: item.state.status, standing: item.standing }).collect()
}
