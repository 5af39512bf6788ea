//! A file, line by line, in bounded memory.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

use memchr::memchr;

/// The longest line, and the longest row of several lines.
pub const ROW_BYTES_MAX: usize = 256 * 1024;
/// The rest of a line that is too long is thrown away in pieces of this.
const BUFFER_BYTES: usize = 256 * 1024;

/// A line without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// From 1.
    pub(crate) number: u64,
    /// `None`: it is longer than [`ROW_BYTES_MAX`].
    pub(crate) text: Option<Vec<u8>>,
}

pub(crate) struct Lines<R> {
    source: BufReader<R>,
    number: u64,
    bytes: usize,
    /// Lines that were looked at and given back.
    given_back: VecDeque<Line>,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(source: R) -> Self {
        Self { source: BufReader::with_capacity(BUFFER_BYTES, source), number: 0, bytes: 0, given_back: VecDeque::new() }
    }

    /// The next line; `None` at the end. Lines end with LF or CR LF.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.given_back.pop_front() {
            return Ok(Some(line));
        }
        let mut text = Vec::new();
        let read = self.source.by_ref().take(ROW_BYTES_MAX as u64 + 1).read_until(b'\n', &mut text)?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        self.bytes += read;
        if self.number == 1 && text.starts_with(BOM) {
            text.drain(..BOM.len());
        }
        if text.last() == Some(&b'\n') {
            text.pop();
            if text.last() == Some(&b'\r') {
                text.pop();
            }
        } else if read > ROW_BYTES_MAX {
            self.skip_line()?;
            return Ok(Some(Line { number: self.number, text: None }));
        }
        Ok(Some(Line { number: self.number, text: Some(text) }))
    }

    /// The bytes of the lines so far.
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// These lines come next, in this order.
    pub(crate) fn give_back(&mut self, lines: Vec<Line>) {
        for line in lines.into_iter().rev() {
            self.given_back.push_front(line);
        }
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.source.fill_buf()?;
            if buffer.is_empty() {
                return Ok(());
            }
            let end = memchr(b'\n', buffer);
            let length = end.map_or(buffer.len(), |end| end + 1);
            self.source.consume(length);
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

const BOM: &[u8] = b"\xef\xbb\xbf";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn all(text: &[u8]) -> Vec<(u64, Option<Vec<u8>>)> {
        let mut lines = Lines::new(text);
        let mut out = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            out.push((line.number, line.text));
        }
        out
    }

    #[test]
    fn lines_end_as_they_like() {
        let some = |text: &str| Some(text.as_bytes().to_vec());
        assert_eq!(all(b"\xef\xbb\xbfa\r\nb\n\nc"), [(1, some("a")), (2, some("b")), (3, some("")), (4, some("c"))]);
        assert_eq!(all(b""), []);
    }

    #[test]
    fn a_line_without_end_takes_no_memory_and_hides_no_other() {
        let mut text = vec![b'x'; 5 * ROW_BYTES_MAX];
        text.extend_from_slice(b"\nnext");
        assert_eq!(all(&text), [(1, None), (2, Some(b"next".to_vec()))]);
        let mut just = vec![b'x'; ROW_BYTES_MAX];
        just.push(b'\n');
        assert_eq!(all(&just)[0].1.as_ref().unwrap().len(), ROW_BYTES_MAX);
    }
}
