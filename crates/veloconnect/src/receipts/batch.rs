//! Several documents in one text: an object, an array of objects, or lines of objects.

use ordergate_door::json::AtMost;
use ordergate_store::StoreError;
use serde::Serialize;
use serde_json::value::RawValue;

use super::intake::{Intake, IntakeError, Taken};
use super::read::BadDocument;

/// The most documents of an array. Lines are read one after the other, and may be any number.
const ARRAY_MAX: usize = 10_000;
/// So many documents that are refused are told of, each with its reason; the others are only counted.
const REFUSED_TOLD: usize = 1_000;
/// After so many the rest is not read.
const REFUSED_MAX: usize = 10_000;

/// What became of the documents of a text, in their order.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub taken: usize,
    pub refused: usize,
    pub documents: Vec<Entry>,
}

/// One document of a text.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// Counted from 1.
    pub document: usize,
    /// The line of the text, where each has one of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    #[serde(flatten)]
    pub result: Result,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Result {
    Taken(Taken),
    Refused {
        /// Where in the document.
        path: String,
        error: String,
    },
}

impl Intake {
    /// Takes in the documents of a text, each for itself: what is wrong with one does not keep the others. Fails only where
    /// the store does; what was taken before that is found to be the same when the text comes again.
    pub async fn take_all(&self, text: &str) -> std::result::Result<Report, StoreError> {
        let mut report = Report::default();
        for (number, (line, document)) in (1..).zip(documents(text)) {
            let result = match document {
                Ok(json) => self.one(json).await?,
                Err(bad) => Result::Refused { path: bad.path, error: bad.problem },
            };
            match &result {
                Result::Taken(_) => report.taken += 1,
                Result::Refused { .. } => report.refused += 1,
            }
            if matches!(result, Result::Taken(_)) || report.refused <= REFUSED_TOLD {
                report.documents.push(Entry { document: number, line, result });
            }
            if report.refused == REFUSED_MAX {
                let error = format!("{REFUSED_MAX} documents are refused: the rest of the text was not read");
                report.documents.push(Entry { document: number, line, result: Result::Refused { path: ".".to_owned(), error } });
                break;
            }
        }
        Ok(report)
    }

    async fn one(&self, json: &str) -> std::result::Result<Result, StoreError> {
        Ok(match self.take(json).await {
            Ok(taken) => Result::Taken(taken),
            Err(IntakeError::Bad(bad)) => Result::Refused { path: bad.path, error: bad.problem },
            Err(IntakeError::Store(error)) => return Err(error),
            Err(error @ (IntakeError::Refused { .. } | IntakeError::Busy)) => {
                Result::Refused { path: ".".to_owned(), error: error.to_string() }
            }
        })
    }
}

type Read<'t> = std::result::Result<&'t str, BadDocument>;
/// A document with its line, where it has one.
type Found<'t> = (Option<usize>, Read<'t>);

/// The documents of a text, one after the other: what is not JSON is none.
fn documents(text: &str) -> Box<dyn Iterator<Item = Found<'_>> + Send + '_> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let whole = if text.trim_start().starts_with('[') {
        match serde_json::from_str::<AtMost<&RawValue, ARRAY_MAX>>(text) {
            Ok(AtMost(all)) => return Box::new(all.into_iter().map(|json| (None, Ok(json.get())))),
            Err(error) if error.is_data() => {
                let problem = format!("expected at most {ARRAY_MAX} documents; send more in lines, or one after the other");
                BadDocument::new(".", problem)
            }
            Err(error) => no_json(&error),
        }
    } else {
        match serde_json::from_str::<&RawValue>(text) {
            Ok(one) => return Box::new(std::iter::once((None, Ok(one.get())))),
            Err(error) => no_json(&error),
        }
    };
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).peekable();
    let read = |line| serde_json::from_str::<&RawValue>(line).map(RawValue::get);
    // If the first line is no document, the text is one that is broken, and its lines mean nothing by themselves.
    let are_documents = lines.peek().is_some_and(|(_, first)| read(first).is_ok_and(|json| json.starts_with('{')));
    if !are_documents {
        return Box::new(std::iter::once((None, Err(whole))));
    }
    Box::new(lines.map(move |(index, line)| (Some(index + 1), read(line).map_err(|error| no_json(&error)))))
}

fn no_json(error: &serde_json::Error) -> BadDocument {
    BadDocument::new(".", format!("no JSON: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_arrays_and_lines() {
        let shape = |text: &str| -> Vec<String> {
            let entry = |(line, read): Found<'_>| {
                format!("{}{}", line.map_or_else(String::new, |n| format!("{n}:")), if read.is_ok() { "ok" } else { "bad" })
            };
            documents(text).map(entry).collect()
        };
        assert_eq!(shape("\u{FEFF} {\n\"a\": 1\n}\n"), ["ok"]);
        assert_eq!(shape("[{}, 1]"), ["ok", "ok"]);
        assert_eq!(shape("[]"), [""; 0]);
        assert_eq!(shape("{}\n\n{\"a\"\r\n{}\n"), ["1:ok", "3:bad", "4:ok"]);
        let array = |count: usize| shape(&format!("[{}0]", "0,".repeat(count - 1)));
        assert_eq!((array(ARRAY_MAX).len(), array(ARRAY_MAX + 1)), (ARRAY_MAX, vec!["bad".to_owned()]));
        for broken in ["", "x", "{\n\"a\": ,\n}", "[{}, {]", "{\"a\": 1"] {
            assert_eq!(shape(broken), ["bad"], "{broken}");
        }
    }
}
