//! What a transmission says, read from a checked request.

use std::collections::HashSet;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use ordergate_engine::transaction::Kind;
use ordergate_engine::{Document, Timestamp};
use ordergate_store::TransmittedLine;
use ordergate_xml::Node;
use serde_json::Value;

use super::channel::{Channel, Line, Problem};
use super::field;
use crate::call::{Call, Failure};
use crate::codes::ResponseCode;
use crate::message::Message;

/// A key of the store must not be longer.
const SUBJECT_BYTES_MAX: usize = 512;

/// A transmission as it was sent.
pub(super) struct Sent {
    /// CreateDate.
    pub as_of: Timestamp,
    /// Frequence.
    pub is_complete: bool,
    /// In the order of the request.
    pub usable: Vec<SentLine>,
    pub left_out: Vec<(SentLine, Problem)>,
}

/// One line of it.
pub(super) struct SentLine {
    /// From 1.
    pub number: usize,
    pub subject: Option<String>,
    pub facts: Line,
}

impl Sent {
    pub(super) fn read(call: &Call<'_>, channel: &Channel) -> Result<Self, Failure> {
        let root = call.incoming.document.root();
        let child = |name: &str| root.children().find(|child| child.name() == name).map(|child| child.text().trim().to_owned());
        let as_of = child("CreateDate").as_deref().and_then(timestamp).ok_or_else(|| refused(Message::BadCreateDate))?;
        let options = &call.context.options.transmissions;
        // Nothing transmitted later could ever replace it.
        if as_of > call.now.plus_seconds(i64::from(options.created_ahead_hours_max) * 3600) {
            return Err(refused(Message::FutureCreateDate));
        }
        let mut sent = Self {
            as_of,
            is_complete: child("Frequence").as_deref() == Some("Complete"),
            usable: Vec::new(),
            left_out: Vec::new(),
        };
        let lines = root.children().filter(|child| child.name() == channel.line);
        for (number, line) in (1..).zip(lines) {
            if number > options.lines_max {
                return Err(refused(Message::TooManyLines(options.lines_max)));
            }
            sent.add(number, line, channel);
        }
        sent.keep_one_of_each(matches!(channel.kind, Kind::B2BSale | Kind::B2XSale));
        Ok(sent)
    }

    fn add(&mut self, number: usize, line: Node<'_>, channel: &Channel) {
        let facts = field::read(line, channel.fields);
        let subject = (channel.subject)(&facts);
        let problem = match &subject {
            None => Some((channel.problem)(&facts).unwrap_or(Problem::NoSubject)),
            Some(subject) if subject.len() > SUBJECT_BYTES_MAX => Some(Problem::LongSubject),
            Some(_) => (channel.problem)(&facts),
        };
        match problem {
            None => self.usable.push(SentLine { number, subject, facts }),
            Some(problem) => self.left_out.push((SentLine { number, subject: None, facts }, problem)),
        }
    }

    /// Of lines about the same one is kept, as if each had come for itself: of stock the last, of sales the first.
    fn keep_one_of_each(&mut self, first: bool) {
        let mut seen: HashSet<String> = HashSet::with_capacity(self.usable.len());
        let mut keep = |line: &mut SentLine| {
            if line.subject.as_ref().is_some_and(|subject| !seen.insert(subject.clone())) {
                line.subject = None;
            }
        };
        if first {
            self.usable.iter_mut().for_each(&mut keep);
        } else {
            self.usable.iter_mut().rev().for_each(&mut keep);
        }
    }

    /// Why lines are left out, if some are: how many, and the first.
    pub(super) fn message(&self) -> Option<Message> {
        let (line, problem) = self.left_out.first()?;
        Some(Message::LinesLeftOut { count: self.left_out.len(), line: line.number, problem: *problem })
    }

    /// The lines as they are stored: those that cannot be used stand last.
    pub(super) fn stored(self, is_known: impl Fn(usize) -> Option<bool>) -> Vec<TransmittedLine> {
        let usable = self.usable.into_iter().map(|line| (line, None));
        let left_out = self.left_out.into_iter().map(|(line, problem)| (line, Some(problem)));
        let stored = usable.chain(left_out).enumerate().map(|(position, (line, problem))| {
            let is_known = if problem.is_none() { is_known(position) } else { None };
            let content = document(line.facts, line.number, problem);
            TransmittedLine { position, subject: line.subject, is_known, content }
        });
        stored.collect()
    }
}

fn document(mut facts: Line, number: usize, problem: Option<Problem>) -> Document {
    facts.insert("line".to_owned(), number.into());
    if let Some(problem) = problem {
        facts.insert("problem".to_owned(), problem.english().into());
    }
    Document(Value::Object(facts).to_string().into_bytes())
}

const fn refused(message: Message) -> Failure {
    Failure::new(ResponseCode::General, message)
}

/// An `xs:dateTime`; one without a time zone is taken for UTC.
fn timestamp(text: &str) -> Option<Timestamp> {
    let local = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    let instant = text.parse::<jiff::Timestamp>().ok().or_else(local)?;
    Some(Timestamp(instant.as_microsecond()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn moments() {
        let seconds = |text: &str| timestamp(text).map(|at| at.0 / 1_000_000);
        assert_eq!(seconds("1970-01-01T01:00:00Z"), Some(3600));
        assert_eq!(seconds("1970-01-01T01:00:00+01:00"), Some(0));
        assert_eq!(seconds("1970-01-01T01:00:00.500"), Some(3600));
        assert_eq!(seconds("12027-02-30T00:00:00"), None);
        assert_eq!(seconds("-0001-01-01T00:00:00"), None);
    }
}
