//! Rows of a CSV file (RFC 4180). Strict: a quote in the wrong place is said, and costs its own row only.

use std::io::{self, Read};

use memchr::memchr;

use crate::lines::{Line, Lines, ROW_BYTES_MAX};
use crate::problem::Problem;

/// The most fields of a row.
pub(crate) const FIELDS_MAX: usize = 10_000;
/// The most lines of a row.
const ROW_LINES_MAX: usize = 1_000;

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

impl<R: Read> Records<R> {
    pub(crate) const fn new(lines: Lines<R>, delimiter: u8) -> Self {
        Self { lines, delimiter }
    }

    /// The bytes of the lines so far.
    pub(crate) const fn bytes(&self) -> usize {
        self.lines.bytes()
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
        let Some(text) = first.text else { return Ok(Err(too_long(number))) };
        let (mut row, mut bytes) = (Row::new(self.delimiter), text.len());
        let mut taken = row.take(&text);
        let mut further: Vec<Line> = Vec::new();
        while taken.is_ok() && row.open.is_some() {
            let Some(line) = self.lines.next()? else {
                taken = Err(UNCLOSED.to_owned());
                break;
            };
            bytes += line.text.as_ref().map_or(ROW_BYTES_MAX, |text| text.len() + 1);
            let fits = bytes <= ROW_BYTES_MAX && further.len() + 1 < ROW_LINES_MAX;
            taken = match &line.text {
                Some(text) if fits => row.take(text),
                _ => Err(format!("{UNCLOSED}, within {ROW_LINES_MAX} lines and {ROW_BYTES_MAX} bytes")),
            };
            further.push(line);
        }
        Ok(match taken {
            Ok(()) => Ok(Record { line: number, fields: row.fields }),
            Err(problem) => {
                self.lines.give_back(further);
                Err(Problem::line(number, problem))
            }
        })
    }
}

const UNCLOSED: &str = "a field begins with a quote and has no quote at its end";

pub(crate) fn too_long(line: u64) -> Problem {
    Problem::line(line, format!("the line is longer than {ROW_BYTES_MAX} bytes"))
}

/// A row as far as it was read. No byte is looked at twice, however many lines a field goes over.
struct Row {
    delimiter: u8,
    fields: Vec<Vec<u8>>,
    /// A quoted field that goes on in the next line.
    open: Option<Vec<u8>>,
}

impl Row {
    const fn new(delimiter: u8) -> Self {
        Self { delimiter, fields: Vec::new(), open: None }
    }

    /// Takes the next line of the row, which is whole then unless a field is open.
    fn take(&mut self, line: &[u8]) -> Result<(), String> {
        let mut at = 0;
        let mut quoted = self.open.take();
        if let Some(field) = &mut quoted {
            field.push(b'\n');
        }
        loop {
            if quoted.is_none() && line.get(at) == Some(&b'"') {
                quoted = Some(Vec::new());
                at += 1;
            }
            let (field, end) = match quoted.take() {
                Some(mut field) => {
                    let Some(end) = close(line, at, &mut field) else {
                        self.open = Some(field);
                        return Ok(());
                    };
                    (field, end)
                }
                None => self.plain(line, at)?,
            };
            if self.fields.len() == FIELDS_MAX {
                return Err(format!("there are more than {FIELDS_MAX} fields"));
            }
            self.fields.push(field);
            match line.get(end) {
                None => return Ok(()),
                Some(byte) if *byte == self.delimiter => at = end + 1,
                Some(_) => return Err("text after the closing quote of a field; is a quote inside of it not doubled?".to_owned()),
            }
        }
    }

    /// A field without quotes, and where it ends.
    fn plain(&self, line: &[u8], at: usize) -> Result<(Vec<u8>, usize), String> {
        let end = memchr(self.delimiter, &line[at..]).map_or(line.len(), |length| at + length);
        if line[at..end].contains(&b'"') {
            let problem =
                "a quote inside of a field that does not begin with one; expected the field in quotes, and the quote doubled";
            return Err(problem.to_owned());
        }
        Ok((line[at..end].to_vec(), end))
    }
}

/// Adds the rest of a quoted field, and says where it ends; `None` if it does not in this line.
fn close(line: &[u8], mut at: usize, field: &mut Vec<u8>) -> Option<usize> {
    loop {
        let rest = line.get(at..)?;
        let Some(length) = rest.iter().position(|byte| *byte == b'"') else {
            field.extend_from_slice(rest);
            return None;
        };
        field.extend_from_slice(&rest[..length]);
        at += length + 1;
        if line.get(at) != Some(&b'"') {
            return Some(at);
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
        assert!(rows(&"x".repeat(ROW_BYTES_MAX + 2))[0].contains("longer than"));
    }

    /// A row that is over a bound is reported by its line, and the lines after it are read.
    #[test]
    fn rows_have_their_bounds() {
        let beyond = format!("line 1: {UNCLOSED}, within {ROW_LINES_MAX} lines and {ROW_BYTES_MAX} bytes");
        let lines = |count: usize| rows(&format!("a;\"{}\"\nb\n", "x\n".repeat(count)));
        assert_eq!(lines(ROW_LINES_MAX - 1)[1], format!("{} b", ROW_LINES_MAX + 1));
        assert_eq!(lines(ROW_LINES_MAX)[..2], [beyond.clone(), "2 x".to_owned()]);
        let long = |bytes: usize| rows(&format!("\"a\n{}\"\nb\n", "x".repeat(bytes)));
        assert_eq!(long(ROW_BYTES_MAX - 4)[1], "3 b");
        assert_eq!(long(ROW_BYTES_MAX - 3)[0], beyond);
        let fields = |count: usize| rows(&format!("{}\nb", ";".repeat(count - 1)));
        assert!(fields(FIELDS_MAX)[0].starts_with("1 |"));
        assert_eq!(fields(FIELDS_MAX + 1), [format!("line 1: there are more than {FIELDS_MAX} fields"), "2 b".to_owned()]);
    }

    #[test]
    fn the_delimiter_is_seen_from_the_header() {
        assert_eq!([delimiter_of(b"a,b;c,d"), delimiter_of(b"a;b"), delimiter_of(b"a\tb"), delimiter_of(b"a")], *b",;\t,");
    }
}
