//! What is wrong with a file, and where.

use std::fmt::Write as _;

use serde::Serialize;

/// Something in a file that cannot be taken as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Which file, where several are read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// From 1; of a row that goes over several lines the first. 0: the file as a whole.
    pub line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The article or buyer that the row is about, as far as it can be made out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// What was expected, or what is wrong.
    pub problem: String,
}

impl Problem {
    pub fn line(line: u64, problem: impl Into<String>) -> Self {
        Self { file: None, line, column: None, number: None, problem: problem.into() }
    }

    pub fn column(line: u64, column: &str, problem: impl Into<String>) -> Self {
        Self { column: Some(column.to_owned()), ..Self::line(line, problem) }
    }

    /// About this article or buyer.
    #[must_use]
    pub fn about(self, number: &str) -> Self {
        Self { number: Some(shortened(number)).filter(|number| !number.is_empty()), ..self }
    }
}

/// For people at a terminal, which nothing of it commands: names of columns, and what the reader of JSON says, repeat what stands in
/// the file.
impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut f = Plain(f);
        if let Some(file) = &self.file {
            write!(f, "{file}: ")?;
        }
        if self.line > 0 {
            write!(f, "line {}", self.line)?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        if let Some(number) = &self.number {
            write!(f, " ({number})")?;
        }
        let colon = if self.line > 0 { ": " } else { "" };
        write!(f, "{colon}{}", self.problem)
    }
}

/// Writes spaces in place of control characters.
struct Plain<'f, 'a>(&'f mut std::fmt::Formatter<'a>);

impl std::fmt::Write for Plain<'_, '_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        text.chars().try_for_each(|c| self.0.write_char(if c.is_control() { ' ' } else { c }))
    }
}

/// As much of a text from outside as belongs into a message, without what would command a terminal.
pub(crate) fn shortened(text: &str) -> String {
    const CHARACTERS: usize = 60;
    let mut short: String = text.chars().take(CHARACTERS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(CHARACTERS).is_some() {
        short.push_str("...");
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_problem_commands_a_terminal() {
        let problem = Problem::column(2, "prices[\u{1b}[31mA]", "unknown field `a\u{7}\nb`").about("N\u{9b}1");
        assert_eq!(problem.to_string(), "line 2, column prices[ [31mA] (N 1): unknown field `a  b`");
    }
}
