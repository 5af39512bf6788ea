//! Rows by the names of their columns, from CSV or from JSON lines.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io::{self, Read};

use ordergate_door::json::Budget;
use serde::de::{Deserializer as _, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::csv::{Records, delimiter_of, too_long};
use crate::encoding::{Encoding, is_utf16};
use crate::lines::Lines;
use crate::problem::{Problem, shortened};

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Format {
    /// Not said: JSON lines if the file begins with a brace, else CSV.
    pub kind: Option<Kind>,
    /// Of CSV; not said: the one that the header has most of.
    pub delimiter: Option<u8>,
    pub encoding: Encoding,
    /// Numbers of CSV have a comma before their decimals.
    pub decimal_comma: bool,
    /// Columns that have no meaning here are left out, instead of being an error.
    pub ignore_unknown: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Csv,
    JsonLines,
}

/// The columns that a file may have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns {
    pub(crate) known: &'static [&'static str],
    pub(crate) required: &'static [&'static str],
    /// A column of this name followed by something in brackets, like `prices[A]`.
    pub(crate) bracketed: &'static [&'static str],
}

/// A row.
#[derive(Debug)]
pub(crate) enum Row {
    /// Of CSV: what stands in its columns, empty fields left out.
    Cells { line: u64, cells: HashMap<String, String>, decimal_comma: bool },
    /// Of JSON lines.
    Object { line: u64, object: serde_json::Map<String, Value> },
}

/// A file from which nothing can be read any more.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Whole(Problem),
}

pub(crate) struct Table<R> {
    columns: Columns,
    format: Format,
    source: Source<R>,
}

enum Source<R> {
    Csv { records: Records<R>, header: Vec<String> },
    Json(Lines<R>),
}

impl<R: Read> Table<R> {
    /// Reads the header, if there is one.
    pub(crate) fn open(source: R, format: Format, columns: Columns) -> Result<Self, Unreadable> {
        let mut lines = Lines::new(source);
        let whole = |problem: &str| Unreadable::Whole(Problem::line(0, problem));
        let first = loop {
            let Some(line) = lines.next()? else { return Err(whole("the file is empty; expected at least a header")) };
            match &line.text {
                Some(text) if text.trim_ascii().is_empty() => {}
                _ => break line,
            }
        };
        let beginning = first.text.clone().ok_or_else(|| Unreadable::Whole(too_long(first.number)))?;
        if is_utf16(&beginning) {
            return Err(whole("the file is in UTF-16 or no text; expected UTF-8, ISO-8859-1 or Windows-1252"));
        }
        let is_json = beginning.trim_ascii_start().starts_with(b"{");
        lines.give_back(vec![first]);
        let source = match format.kind.unwrap_or(if is_json { Kind::JsonLines } else { Kind::Csv }) {
            Kind::JsonLines => Source::Json(lines),
            Kind::Csv => {
                let mut records = Records::new(lines, format.delimiter.unwrap_or_else(|| delimiter_of(&beginning)));
                let header = header(&mut records, format, columns)?;
                Source::Csv { records, header }
            }
        };
        Ok(Self { columns, format, source })
    }

    /// The bytes of the lines so far.
    pub(crate) const fn bytes(&self) -> usize {
        match &self.source {
            Source::Csv { records, .. } => records.bytes(),
            Source::Json(lines) => lines.bytes(),
        }
    }

    /// The next row, or what is wrong with it; `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Result<Row, Problem>>> {
        match &mut self.source {
            Source::Csv { records, header } => {
                let Some(record) = records.next()? else { return Ok(None) };
                Ok(Some(record.and_then(|record| cells(record.line, &record.fields, header, self.format))))
            }
            Source::Json(lines) => loop {
                let Some(line) = lines.next()? else { return Ok(None) };
                let Some(text) = line.text else { return Ok(Some(Err(too_long(line.number)))) };
                if !text.trim_ascii().is_empty() {
                    return Ok(Some(object(line.number, &text, self.columns, self.format)));
                }
            },
        }
    }
}

fn header<R: Read>(records: &mut Records<R>, format: Format, columns: Columns) -> Result<Vec<String>, Unreadable> {
    let record = records.next()?.ok_or_else(|| Unreadable::Whole(Problem::line(0, "the file is empty")))?;
    let record = record.map_err(Unreadable::Whole)?;
    let problem = |problem: String| Unreadable::Whole(Problem::line(record.line, problem));
    let (mut header, mut seen) = (Vec::with_capacity(record.fields.len()), HashSet::with_capacity(record.fields.len()));
    for field in &record.fields {
        let name = format.encoding.decode(field).map_err(|e| problem(format!("header: {e}")))?;
        let name = column_name(name.trim());
        if !is_known(&name, columns) && !format.ignore_unknown {
            let known = columns.known.join(", ");
            return Err(problem(format!("header: there is no column {}; expected some of {known}", shortened(&name))));
        }
        if !seen.insert(name.clone()) && is_known(&name, columns) {
            return Err(problem(format!("header: the column {} is there twice", shortened(&name))));
        }
        header.push(name);
    }
    match columns.required.iter().find(|name| !header.iter().any(|there| there == *name)) {
        Some(missing) => Err(problem(format!("header: the column {missing} is missing"))),
        None => Ok(header),
    }
}

/// Names of columns in any case; what stands in brackets as it is.
fn column_name(name: &str) -> String {
    match name.split_once('[') {
        Some((name, rest)) => format!("{}[{rest}", name.to_ascii_lowercase()),
        None => name.to_ascii_lowercase(),
    }
}

fn is_known(name: &str, columns: Columns) -> bool {
    columns.known.contains(&name)
        || bracket(name).is_some_and(|(name, within)| columns.bracketed.contains(&name) && !within.trim().is_empty())
}

/// The parts of a name like `prices[A]`.
pub(crate) fn bracket(name: &str) -> Option<(&str, &str)> {
    name.strip_suffix(']')?.split_once('[')
}

fn cells(line: u64, fields: &[Vec<u8>], header: &[String], format: Format) -> Result<Row, Problem> {
    if fields.len() != header.len() {
        let (found, expected) = (fields.len(), header.len());
        return Err(Problem::line(line, format!("expected {expected} fields, as in the header, found {found}")));
    }
    let mut cells = HashMap::with_capacity(fields.len());
    for (name, field) in header.iter().zip(fields) {
        let text = format.encoding.decode(field).map_err(|problem| Problem::column(line, name, problem))?;
        let text = text.trim();
        if !text.is_empty() {
            cells.insert(name.clone(), text.to_owned());
        }
    }
    Ok(Row::Cells { line, cells, decimal_comma: format.decimal_comma })
}

fn object(line: u64, text: &[u8], columns: Columns, format: Format) -> Result<Row, Problem> {
    let text = format.encoding.decode(text).map_err(|problem| Problem::line(line, problem))?;
    let unknown = RefCell::default();
    let members = Members { known: columns.known, ignore_unknown: format.ignore_unknown, unknown: &unknown };
    let mut json = serde_json::Deserializer::from_str(&text);
    let read = json.deserialize_map(members).and_then(|object| json.end().map(|()| object));
    read.map(|object| Row::Object { line, object }).map_err(|error| {
        let problem = match unknown.take() {
            Some(unknown) => {
                let known = columns.known.join(", ");
                format!("there is no member {}; expected some of {known}", shortened(&unknown))
            }
            None if error.is_data() && !text.trim_start().starts_with('{') => "expected a JSON object on each line".to_owned(),
            None => format!("expected a JSON object: {error}"),
        };
        Problem::line(line, problem)
    })
}

/// Reads an object of known members, each in bounded memory.
struct Members<'m> {
    known: &'static [&'static str],
    ignore_unknown: bool,
    /// The first member that is not known, where there must be none.
    unknown: &'m RefCell<Option<String>>,
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = serde_json::Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let (mut object, budget) = (serde_json::Map::new(), Budget::default());
        while let Some(name) = members.next_key::<String>()? {
            if self.known.contains(&name.as_str()) {
                object.insert(name, members.next_value_seed(&budget)?);
            } else if self.ignore_unknown {
                members.next_value::<IgnoredAny>()?;
            } else {
                self.unknown.replace(Some(name));
                return Err(A::Error::custom("an unknown member"));
            }
        }
        Ok(object)
    }
}

impl Row {
    pub(crate) const fn line(&self) -> u64 {
        match self {
            Self::Cells { line, .. } | Self::Object { line, .. } => *line,
        }
    }
}
