//! What is said about many bad messages, as one text that can be read and compared.

use std::fmt::{Display, Write as _};

use super::customer::Way;
use super::fault::Fault;
use crate::harness::{Answer, assert_all_valid};

#[derive(Debug, Default)]
pub struct Report {
    text: String,
    answers: Vec<String>,
}

impl Report {
    pub fn line(&mut self, line: impl Display) {
        let _ = writeln!(self.text, "{line}");
    }

    /// Notes a refusal, which must have this code and locator.
    #[track_caller]
    pub fn refused(&mut self, way: Way, answer: &Answer, code: &str, locator: Option<&str>) -> Fault {
        let fault = Fault::read(way, answer);
        assert_eq!((fault.code.as_str(), fault.locator.as_deref()), (code, locator), "{fault}\n{}", self.text);
        self.answers.push(answer.text().to_owned());
        self.line(format_args!("{way}: {fault}"));
        fault
    }

    /// The whole text, once the official schema has allowed all answers.
    #[track_caller]
    pub fn checked(self) -> String {
        assert_all_valid("oseo", &self.answers.iter().map(String::as_str).collect::<Vec<_>>());
        self.text
    }
}
