//! What a document means for an order that it names. Pure.

use std::cell::LazyCell;
use std::collections::{BTreeMap, HashMap};

use ordergate_engine::order::{Command, Order, Status};
use ordergate_store::{Job, JobKey, JobPart, Write};
use rust_decimal::Decimal;

use super::document::{Document, Line, OrderRejection};
use crate::basket;

/// What is to happen to an order.
#[derive(Debug, Default)]
pub(super) struct Planned {
    /// Each with its reason for the history.
    pub commands: Vec<(Command, String)>,
    pub writes: Vec<Write>,
    /// How many lines come to an end.
    pub lines: usize,
}

impl Planned {
    fn add(&mut self, command: Command, why: &str) {
        self.commands.push((command, why.to_owned()));
    }

    /// An order that nobody has accepted yet is accepted, and goes to the workers, as if an operator had approved it.
    fn accept(&mut self, order: &Order, why: &str) {
        if !order.items.iter().any(|item| item.state.status == Status::Submitted) {
            return;
        }
        self.add(Command::Accept, why);
        let key = JobKey { order: order.id, part: JobPart::Order };
        let job = Job { key, queue: order.protocol, priority: order.priority, due_at: order.submitted_at, attempts: 0 };
        self.writes = vec![Write::DeleteJobsOf(order.id), Write::InsertJob(job)];
    }
}

/// A confirmation accepts the order; a delivery note completes the lines of which all is delivered by now; an invoice moves
/// nothing. Each is noted in the order's history and status text, of a final order too.
pub(super) fn plan(document: &Document, order: &Order, earlier: &[Document], notes: &mut Vec<String>) -> Planned {
    let mut planned = Planned::default();
    let word = |what: &str| format!("{what}: {}", document.id());
    match document {
        Document::Offer(_) => {}
        Document::OrderConfirmation(_) => {
            planned.accept(order, &word("confirmed"));
            lines_of(document, order, notes);
            planned.add(Command::Record { text: word("confirmed") }, "");
        }
        Document::DeliveryNote(_) => {
            deliver(&mut planned, document, order, earlier, notes);
        }
        Document::Invoice(_) => planned.add(Command::Record { text: word("invoiced") }, ""),
        Document::OrderRejection(rejection) => reject(&mut planned, rejection, order, notes),
    }
    planned
}

/// The document's lines about an order, with the positions of the order's items that they are about. What cannot be found is
/// noted.
fn lines_of<'d>(document: &'d Document, order: &Order, notes: &mut Vec<String>) -> Vec<(usize, &'d Line)> {
    let id = order.id.to_string();
    let mut found = Vec::new();
    let places = LazyCell::new(|| {
        let mut places = HashMap::new();
        for (position, item) in order.items.iter().enumerate() {
            places.entry(item.item_id.as_str()).or_insert(position);
        }
        places
    });
    for (number, line) in document.lines().iter().enumerate() {
        let Some(reference) = line.order.as_ref().filter(|reference| reference.id == id) else { continue };
        // By the number of the line, counted from 1, if it is one of ours; a delivered article may be another than ordered.
        let by_number = reference.line.as_ref().and_then(|line| line.parse::<usize>().ok());
        let by_number = by_number.and_then(|line| line.checked_sub(1)).filter(|position| *position < order.items.len());
        let by_article = || places.get(line.item.article.as_str()).copied();
        match by_number.or_else(by_article) {
            Some(position) => found.push((position, line)),
            None => notes.push(format!("lines[{number}]: order {id} has no article {:?}", line.item.article)),
        }
    }
    found
}

fn deliver(planned: &mut Planned, document: &Document, order: &Order, earlier: &[Document], notes: &mut Vec<String>) {
    let here = lines_of(document, order, notes);
    let mut delivered: BTreeMap<usize, Vec<&Line>> = BTreeMap::new();
    for (position, line) in &here {
        delivered.entry(*position).or_default().push(line);
    }
    for (position, line) in earlier.iter().flat_map(|note| lines_of(note, order, &mut Vec::new())) {
        delivered.entry(position).and_modify(|lines| lines.push(line));
    }
    let word = document.id();
    let is_open = |position: usize| order.items.get(position).is_some_and(|item| !item.state.status.is_final());
    let complete: Vec<usize> = delivered
        .iter()
        .filter(|(position, lines)| is_open(**position) && is_all(order, **position, lines))
        .map(|(position, _)| *position)
        .collect();
    let left = (0..order.items.len()).filter(|position| is_open(*position)).count() - complete.len();
    let text = if left == 0 { format!("shipped: {word}") } else { format!("partly shipped: {word}") };
    if !order.state.status.is_final() {
        planned.accept(order, &text);
    }
    let begin = |position: &&usize| order.items.get(**position).is_some_and(|i| i.state.status != Status::InProduction);
    let begun: Vec<usize> = complete.iter().filter(begin).copied().collect();
    if !begun.is_empty() {
        planned.add(Command::StartThese { items: begun }, &text);
    }
    if !complete.is_empty() {
        planned.lines = complete.len();
        planned.add(Command::CompleteThese { items: complete }, &text);
    }
    planned.add(Command::Record { text }, "");
}

/// Whether these lines together deliver all that was ordered. Quantities that cannot be compared are believed to be all.
fn is_all(order: &Order, position: usize, lines: &[&Line]) -> bool {
    let ordered = order.items.get(position).and_then(|item| serde_json::from_slice::<basket::Line>(&item.document.0).ok());
    let Some(ordered) = ordered else { return true };
    let own = |value: Decimal, unit: &str| {
        let (of, per) = ordered.article.ratio(unit)?;
        value.checked_mul(of)?.checked_div(per)
    };
    let sum = lines.iter().try_fold(Decimal::ZERO, |sum, line| sum.checked_add(own(line.quantity, &line.unit)?));
    match sum.zip(own(ordered.quantity.value, &ordered.quantity.unit)) {
        Some((delivered, wanted)) => delivered >= wanted,
        None => true,
    }
}

/// The whole order, or the lines of some articles. What is final stays as it is.
fn reject(planned: &mut Planned, rejection: &OrderRejection, order: &Order, notes: &mut Vec<String>) {
    let reason = format!("rejected: {}", rejection.reason);
    if order.state.status.is_final() {
        notes.push(format!("order {} is {} already", order.id, order.state.status));
        return;
    }
    let open: Vec<usize> =
        (0..order.items.len()).filter(|p| order.items.get(*p).is_some_and(|i| !i.state.status.is_final())).collect();
    if rejection.articles.is_empty() {
        planned.lines = open.len();
        planned.add(Command::Cancel { reason }, "rejected");
        planned.writes.push(Write::DeleteJobsOf(order.id));
        return;
    }
    let mut items = Vec::new();
    for (number, article) in rejection.articles.iter().enumerate() {
        let position = open.iter().find(|p| order.items.get(**p).is_some_and(|item| item.item_id == *article));
        match position {
            Some(position) if !items.contains(position) => items.push(*position),
            Some(_) => {}
            None => notes.push(format!("articles[{number}]: order {} has no open line of article {article:?}", order.id)),
        }
    }
    if items.is_empty() {
        return;
    }
    planned.lines = items.len();
    if items.len() == open.len() {
        planned.writes.push(Write::DeleteJobsOf(order.id));
    }
    planned.add(Command::CancelThese { items, reason }, "rejected");
}
