//! Rows of a CSV file (RFC 4180). Strict: a quote in the wrong place is said, and costs its own row only.

use std::io::{self, Read};

use crate::lines::{Line, Lines, ROW_BYTES_MAX};
use crate::problem::Problem;

/// The bytes of the fields of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Of its first line, from 1.
    pub(crate) line: u64,
    pub(crate) fields: Vec<Vec<u8>>,
}

pub(crate) struct Records<R> {
    lines: Lines<R>,
    delimiter: u8,
}

/// How far a row goes.
enum Parsed {
    Whole(Vec<Vec<u8>>),
    /// A quoted field goes on in the next line.
    Open,
    Broken(&'static str),
}

impl<R: Read> Records<R> {
    pub(crate) const fn new(lines: Lines<R>, delimiter: u8) -> Self {
        Self { lines, delimiter }
    }

    /// The next row that is not empty, or what is wrong with it; `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Result<Record, Problem>>> {
        loop {
            let Some(line) = self.lines.next()? else { return Ok(None) };
            match &line.text {
                Some(text) if text.is_empty() => {}
                _ => return self.record(line).map(Some),
            }
        }
    }

    fn record(&mut self, first: Line) -> io::Result<Result<Record, Problem>> {
        let number = first.number;
        let Some(mut row) = first.text else { return Ok(Err(too_long(number))) };
        let mut further = Vec::new();
        loop {
            match parse(&row, self.delimiter) {
                Parsed::Whole(fields) => return Ok(Ok(Record { line: number, fields })),
                Parsed::Broken(problem) => {
                    self.lines.give_back(further);
                    return Ok(Err(Problem::line(number, problem)));
                }
                Parsed::Open => {}
            }
            // Only a line with a quote can end the field.
            loop {
                let next = self.lines.next()?;
                let fits = next
                    .as_ref()
                    .is_some_and(|line| line.text.as_ref().is_some_and(|text| row.len() + text.len() < ROW_BYTES_MAX));
                let Some(line) = next else {
                    self.lines.give_back(further);
                    return Ok(Err(Problem::line(number, UNCLOSED)));
                };
                let text = line.text.clone().unwrap_or_default();
                further.push(line);
                if !fits {
                    self.lines.give_back(further);
                    return Ok(Err(Problem::line(number, UNCLOSED)));
                }
                row.push(b'\n');
                row.extend_from_slice(&text);
                if text.contains(&b'"') {
                    break;
                }
            }
        }
    }
}

const UNCLOSED: &str = "a field begins with a quote and has no quote at its end";

pub(crate) fn too_long(line: u64) -> Problem {
    Problem::line(line, format!("the line is longer than {ROW_BYTES_MAX} bytes"))
}

fn parse(row: &[u8], delimiter: u8) -> Parsed {
    let mut fields = Vec::new();
    let mut at = 0;
    loop {
        let (field, end) = if row.get(at) == Some(&b'"') {
            match quoted(row, at + 1) {
                Some(quoted) => quoted,
                None => return Parsed::Open,
            }
        } else {
            let end = row[at..].iter().position(|byte| *byte == delimiter).map_or(row.len(), |length| at + length);
            if row[at..end].contains(&b'"') {
                return Parsed::Broken(
                    "a quote inside of a field that does not begin with one; expected the field in quotes, and the quote doubled",
                );
            }
            (row[at..end].to_vec(), end)
        };
        fields.push(field);
        match row.get(end) {
            None => return Parsed::Whole(fields),
            Some(byte) if *byte == delimiter => at = end + 1,
            Some(_) => return Parsed::Broken("text after the closing quote of a field; is a quote inside of it not doubled?"),
        }
    }
}

/// A quoted field from after its first quote on, and where it ends; `None` if it does not.
fn quoted(row: &[u8], mut at: usize) -> Option<(Vec<u8>, usize)> {
    let mut field = Vec::new();
    loop {
        let length = row.get(at..)?.iter().position(|byte| *byte == b'"')?;
        field.extend_from_slice(&row[at..at + length]);
        at += length + 1;
        if row.get(at) != Some(&b'"') {
            return Some((field, at));
        }
        field.push(b'"');
        at += 1;
    }
}

/// A delimiter by its name, or itself.
pub fn delimiter(name: &str) -> Option<u8> {
    match name {
        "comma" | "," => Some(b','),
        "semicolon" | ";" => Some(b';'),
        "tab" | "\t" => Some(b'\t'),
        _ => None,
    }
}

/// The delimiter that a header of column names has most of.
pub(crate) fn delimiter_of(header: &[u8]) -> u8 {
    let fields = |delimiter: &u8| header.split(|byte| byte == delimiter).count();
    [b',', b';', b'\t'].into_iter().max_by_key(|delimiter| (fields(delimiter), *delimiter == b',')).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn rows(text: &str) -> Vec<String> {
        let mut records = Records::new(Lines::new(text.as_bytes()), b';');
        let mut out = Vec::new();
        while let Some(record) = records.next().unwrap() {
            out.push(match record {
                Ok(record) => {
                    let fields: Vec<_> = record.fields.into_iter().map(|f| String::from_utf8(f).unwrap()).collect();
                    format!("{} {}", record.line, fields.join("|"))
                }
                Err(problem) => problem.to_string(),
            });
        }
        out
    }

    #[test]
    fn fields_with_and_without_quotes() {
        assert_eq!(rows("a;b,;\n\"a;\"\"b\"\"\";\"\"\r\n\nx"), ["1 a|b,|", "2 a;\"b\"|", "4 x"]);
        assert_eq!(rows("a;\"two\nlines\r\n\";c\nd"), ["1 a|two\nlines\n|c", "4 d"]);
    }

    /// Whatever is wrong with a row, the next one is read.
    #[test]
    fn a_broken_quote_costs_its_row_only() {
        let unclosed = format!("line 1: {UNCLOSED}");
        assert_eq!(rows("a;\"b\nc;d\ne"), [unclosed.as_str(), "2 c;d".replace(';', "|").as_str(), "3 e"]);
        let [inside, after] = [rows("a;5\" pipe\nb"), rows("\"5\" pipe\";a\nb")];
        assert!(inside[0].contains("line 1: a quote inside") && inside[1] == "2 b", "{inside:?}");
        assert!(after[0].contains("line 1: text after the closing quote") && after[1] == "2 b", "{after:?}");
        let long = format!("a;\"{}\nb\n", "x\n".repeat(ROW_BYTES_MAX / 2));
        let long = rows(&long);
        assert_eq!((long[0].as_str(), long[1].as_str()), (unclosed.as_str(), "2 x"));
        assert!(rows(&"x".repeat(ROW_BYTES_MAX + 2))[0].contains("longer than"));
    }

    #[test]
    fn the_delimiter_is_seen_from_the_header() {
        assert_eq!([delimiter_of(b"a,b;c,d"), delimiter_of(b"a;b"), delimiter_of(b"a\tb"), delimiter_of(b"a")], *b",;\t,");
    }
}
