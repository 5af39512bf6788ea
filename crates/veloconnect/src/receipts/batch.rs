//! Several documents in one text: an object, an array of objects, or lines of objects.

use ordergate_store::StoreError;
use serde::Serialize;
use serde_json::Value;

use super::intake::{Intake, IntakeError, Taken};
use super::read::BadDocument;

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
                Ok(value) => self.one(value).await?,
                Err(bad) => Result::Refused { path: bad.path, error: bad.problem },
            };
            match &result {
                Result::Taken(_) => report.taken += 1,
                Result::Refused { .. } => report.refused += 1,
            }
            report.documents.push(Entry { document: number, line, result });
        }
        Ok(report)
    }

    async fn one(&self, value: Value) -> std::result::Result<Result, StoreError> {
        Ok(match self.take(value).await {
            Ok(taken) => Result::Taken(taken),
            Err(IntakeError::Bad(bad)) => Result::Refused { path: bad.path, error: bad.problem },
            Err(IntakeError::Store(error)) => return Err(error),
            Err(error @ (IntakeError::Refused { .. } | IntakeError::Busy)) => {
                Result::Refused { path: ".".to_owned(), error: error.to_string() }
            }
        })
    }
}

type Read = std::result::Result<Value, BadDocument>;

/// The documents of a text, with their lines where each has one.
fn documents(text: &str) -> Vec<(Option<usize>, Read)> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let whole = match serde_json::from_str(text) {
        Ok(Value::Array(all)) => return all.into_iter().map(|value| (None, Ok(value))).collect(),
        Ok(one) => return vec![(None, Ok(one))],
        Err(error) => BadDocument::new(".", format!("no JSON: {error}")),
    };
    let lines = || text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    // If the first line is no document, the text is one that is broken, and its lines mean nothing by themselves.
    let are_documents =
        lines().next().is_some_and(|(_, first)| serde_json::from_str::<Value>(first).is_ok_and(|v| v.is_object()));
    if !are_documents {
        return vec![(None, Err(whole))];
    }
    let read = |line: &str| serde_json::from_str(line).map_err(|error| BadDocument::new(".", format!("no JSON: {error}")));
    lines().map(|(index, line)| (Some(index + 1), read(line))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_arrays_and_lines() {
        let shape = |text: &str| -> Vec<String> {
            let entry = |(line, read): (Option<usize>, Read)| {
                format!("{}{}", line.map_or_else(String::new, |n| format!("{n}:")), if read.is_ok() { "ok" } else { "bad" })
            };
            documents(text).into_iter().map(entry).collect()
        };
        assert_eq!(shape("\u{FEFF} {\n\"a\": 1\n}\n"), ["ok"]);
        assert_eq!(shape("[{}, 1]"), ["ok", "ok"]);
        assert_eq!(shape("[]"), [""; 0]);
        assert_eq!(shape("{}\n\n{\"a\"\r\n{}\n"), ["1:ok", "3:bad", "4:ok"]);
        for broken in ["", "x", "{\n\"a\": ,\n}", "[{}, {]", "{\"a\": 1"] {
            assert_eq!(shape(broken), ["bad"], "{broken}");
        }
    }
}
