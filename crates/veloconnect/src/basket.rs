//! The context of an order transaction: the lines agreed so far. Pure functions on a document that is
//! stored as JSON.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;
use ordergate_engine::{Document, Timestamp};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::articles::{Article, Availability, AvailabilityCode, Found, Lookup, Price, Quantity};
use crate::options::{Granularity, VeloconnectOptions};

/// The lines of an order, in the order in which they came.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Basket {
    pub lines: Vec<Line>,
    /// When the order was placed; set by FinishOrder.
    pub issued: Option<Date>,
    /// Of OrderInOnlineShop: the shop does not know yet what was changed here.
    #[serde(default, skip_serializing_if = "is_false")]
    pub pending: bool,
    /// Of OrderInOnlineShop: the order that was placed and that the shop does not know yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placed: Option<String>,
    /// What happened, for the operator: tests make no order that would have a history.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

/// Something that happened to a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Microseconds since 1970.
    pub at: i64,
    pub text: String,
}

/// A line takes so much room or less, as a rule, in whatever form.
pub(crate) const LINE_BYTES: usize = 1024;

/// No transaction keeps more notes: the oldest go.
const NOTES_MAX: usize = 100;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// One line: what was agreed when it was last asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    #[serde(with = "shared")]
    pub article: Arc<Article>,
    pub quantity: Quantity,
    /// Net, for one unit of `quantity`.
    pub unit_price: Price,
    /// The buyer's own number for the article, if the line came with one.
    pub buyers_id: Option<String>,
    pub wished_date: Option<Date>,
    /// The day nearest to the one wished for on which it can be delivered.
    pub delivery_date: Option<Date>,
    /// Whether what cannot be delivered now is delivered later.
    pub backlog: Option<bool>,
    pub availability: Availability,
}

impl Line {
    /// The buyer's own number for the article: the one that the line came with, else the one that the seller knows.
    pub(crate) fn buyers_number(&self) -> Option<&str> {
        self.article.buyers_number_or(self.buyers_id.as_deref())
    }

    /// Net, for the whole line.
    pub(crate) fn total(&self) -> Decimal {
        self.quantity.value * self.unit_price.amount
    }
}

mod shared {
    //! An article that others may hold, too, written and read like one that is held alone.

    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::articles::Article;

    pub(super) fn serialize<S: Serializer>(article: &Arc<Article>, out: S) -> Result<S::Ok, S::Error> {
        article.as_ref().serialize(out)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<Article>, D::Error> {
        Article::deserialize(from).map(Arc::new)
    }
}

/// A line as a client sends it (`OrderRequestLine`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLine {
    pub id: String,
    /// Zero removes the line.
    pub value: Decimal,
    /// Lenient mode lets it be missing: then it is the article's own unit.
    pub unit: Option<String>,
    pub buyers_id: Option<String>,
    pub delivery_date: Option<Date>,
    pub backlog: Option<bool>,
}

/// What becomes of a line.
enum Change {
    Done,
    /// The line at this place goes once all are handled, so that places stay what they are.
    Removed(usize),
}

/// Numbers that made no line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unmatched {
    pub replaced: Vec<(String, Vec<String>)>,
    pub unknown: Vec<String>,
}

/// Why lines cannot be taken at all. Nothing of the request is then carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineProblem {
    /// An order is normalised: two lines never have the same number (D-CO). Neither adding up nor
    /// letting the last one win is surely what the buyer meant.
    Duplicate(String),
    /// Negative, or beyond any order.
    BadQuantity(String),
    /// The unit has nothing to do with the article's.
    UnknownUnit { article: String, unit: String, expected: String },
}

/// What may be steered by line, by order, or not at all.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    pub delivery_date: Granularity,
    pub backlog: Granularity,
    pub backlog_default: bool,
}

impl From<&VeloconnectOptions> for Rules {
    fn from(options: &VeloconnectOptions) -> Self {
        Self { delivery_date: options.delivery_date, backlog: options.backlog, backlog_default: options.backlog_default }
    }
}

impl Basket {
    /// A basket as it was stored; `None` if it cannot be read.
    pub fn from_document(document: &Document) -> Option<Self> {
        serde_json::from_slice(&document.0).ok()
    }

    /// Notes something down.
    pub(crate) fn note(&mut self, now: Timestamp, text: String) {
        if self.notes.len() >= NOTES_MAX {
            self.notes.remove(0);
        }
        self.notes.push(Note { at: now.0, text });
    }

    pub fn to_document(&self) -> Document {
        // Room is made by what the first line takes, or long baskets would be copied again and again.
        let first = self.lines.first().and_then(|line| serde_json::to_vec(line).ok()).map_or(0, |line| line.len() + 16);
        let mut text = Vec::with_capacity(512 + first.min(LINE_BYTES) * self.lines.len());
        // Serialising plain data with string keys into memory cannot fail.
        let _ = serde_json::to_writer(&mut text, self);
        Document(text)
    }

    /// The articles that lines of a request, and those here, are about: what has to be found beforehand.
    pub fn numbers<'n>(&'n self, requests: &'n [RequestLine]) -> impl Iterator<Item = &'n str> + Send {
        self.lines.iter().map(|line| line.article.id.as_str()).chain(requests.iter().map(|request| request.id.as_str()))
    }

    /// Handles the lines of a request (D-CO, D-UO): each creates, replaces or removes the line with its number.
    pub fn apply(
        &mut self,
        requests: &[RequestLine],
        articles: &Found,
        rules: Rules,
        today: Date,
    ) -> Result<Unmatched, LineProblem> {
        let mut seen = HashSet::with_capacity(requests.len());
        let mut unmatched = Unmatched::default();
        let wanted: HashSet<&str> = requests.iter().map(|request| request.id.as_str()).collect();
        let place = |(at, line): (usize, &Line)| Some((*wanted.get(line.article.id.as_str())?, at));
        let present: HashMap<&str, usize> = self.lines.iter().enumerate().filter_map(place).collect();
        let mut removed = HashSet::new();
        self.lines.reserve_exact(requests.len());
        for request in requests {
            if !seen.insert(request.id.as_str()) {
                return Err(LineProblem::Duplicate(request.id.clone()));
            }
            let present = present.get(request.id.as_str()).copied();
            if let Change::Removed(at) = self.apply_one(request, present, articles, &mut unmatched)? {
                removed.insert(at);
            }
        }
        let mut at = 0..;
        self.lines.retain(|_| at.next().is_none_or(|at| !removed.contains(&at)));
        self.share(requests, rules);
        self.refresh(articles, today);
        Ok(unmatched)
    }

    /// `present` is where the line with the number is.
    fn apply_one(
        &mut self,
        request: &RequestLine,
        present: Option<usize>,
        articles: &Found,
        unmatched: &mut Unmatched,
    ) -> Result<Change, LineProblem> {
        // Quantity 0 removes the line (7.7), even one whose article has left the range since.
        if let (Some(at), true) = (present, request.value.is_zero()) {
            return Ok(Change::Removed(at));
        }
        let article = match articles.get(&request.id) {
            Lookup::Known(article) => article,
            // 1: no valid number: a replacement if there is one, else unknown; no line arises.
            Lookup::Replaced(by) => {
                unmatched.replaced.push((request.id.clone(), by.clone()));
                return Ok(Change::Done);
            }
            Lookup::Unknown => {
                unmatched.unknown.push(request.id.clone());
                return Ok(Change::Done);
            }
        };
        let line = Line::new(request, article)?;
        match present {
            _ if request.value.is_zero() => {}
            Some(at) => self.lines[at] = line,
            None => self.lines.push(line),
        }
        Ok(Change::Done)
    }

    /// Carries wishes that hold for the whole order to every line, and drops those that cannot be had (2c, 2d).
    fn share(&mut self, requests: &[RequestLine], rules: Rules) {
        let date = requests.iter().rev().find_map(|r| r.delivery_date);
        let date = date.or_else(|| self.lines.iter().find_map(|l| l.wished_date));
        let backlog = requests.iter().rev().find_map(|r| r.backlog);
        let backlog = backlog.or_else(|| self.lines.iter().find_map(|l| l.backlog));
        for line in &mut self.lines {
            match rules.delivery_date {
                Granularity::Line => {}
                Granularity::Order => line.wished_date = date,
                Granularity::None => line.wished_date = None,
            }
            match rules.backlog {
                Granularity::Line => {}
                Granularity::Order => line.backlog = backlog,
                Granularity::None => line.backlog = line.backlog.map(|_| rules.backlog_default),
            }
        }
    }

    /// Brings what changes by itself up to date: availability, and the dates that depend on it.
    pub fn refresh(&mut self, articles: &Found, today: Date) {
        for line in &mut self.lines {
            line.refresh(articles, today);
        }
    }
}

impl Line {
    fn new(request: &RequestLine, article: &Arc<Article>) -> Result<Self, LineProblem> {
        let unit = request.unit.clone().unwrap_or_else(|| article.unit.clone());
        let asked = Quantity { value: request.value, unit };
        if !asked.is_sane() {
            return Err(LineProblem::BadQuantity(request.id.clone()));
        }
        // 2a: only certain quantities are permitted: move to the next valid one.
        let priced = article.orderable(&asked).and_then(|quantity| Some((article.unit_price(&quantity)?, quantity)));
        let Some((unit_price, quantity)) = priced else {
            let (article, expected) = (request.id.clone(), article.unit.clone());
            return Err(LineProblem::UnknownUnit { article, unit: asked.unit, expected });
        };
        Ok(Self {
            // Most articles are kept as they are.
            article: if article.information.is_empty() { Arc::clone(article) } else { Arc::new(article.snapshot()) },
            quantity,
            unit_price,
            buyers_id: request.buyers_id.clone(),
            wished_date: request.delivery_date,
            delivery_date: None,
            backlog: request.backlog,
            availability: not_available(),
        })
    }

    fn refresh(&mut self, articles: &Found, today: Date) {
        self.availability = match articles.get(&self.article.id) {
            Lookup::Known(article) => article.availability(&self.quantity, self.wished_date, today),
            Lookup::Replaced(by) => Availability { alternatives: by.clone(), ..not_available() },
            Lookup::Unknown => not_available(),
        };
        // 2b: a date that cannot be kept is moved to the nearest one that can; none lies in the past.
        let possible = self.availability.date.map_or(today, |date| date.max(today));
        self.delivery_date = self.wished_date.map(|wished| wished.max(possible));
    }
}

const fn not_available() -> Availability {
    Availability { code: AvailabilityCode::NotAvailable, quantity: None, date: None, alternatives: Vec::new() }
}

#[cfg(test)]
#[path = "basket_tests.rs"]
mod tests;
