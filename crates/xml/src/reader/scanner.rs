//! A place in the text, and the small things that can be read there.

use super::chars::{SUSPECT, is_char, is_space, len_before, ncname_len};
use super::document::position;
use super::tree::Span;
use crate::error::{XmlError, XmlErrorKind, excerpt};

pub(super) type Result<T> = std::result::Result<T, XmlError>;

/// A name with at most one colon.
#[derive(Debug, Clone, Copy)]
pub(super) struct QName {
    /// Where there is none, empty and before the local name.
    pub prefix: Span,
    pub local: Span,
}

impl QName {
    pub(super) const fn start(self) -> usize {
        self.prefix.start()
    }
}

#[derive(Debug)]
pub(super) struct Scanner<'t> {
    pub text: &'t str,
    pub bytes: &'t [u8],
    /// Always on a character boundary when text is taken from here.
    pub at: usize,
}

impl<'t> Scanner<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0 }
    }

    #[cold]
    pub(super) fn error(&self, at: usize, kind: XmlErrorKind, message: impl Into<String>) -> XmlError {
        XmlError { position: position(self.text, at), kind, message: message.into() }
    }

    pub(super) fn ill(&self, at: usize, message: impl Into<String>) -> XmlError {
        self.error(at, XmlErrorKind::NotWellFormed, message)
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn part(&self, span: Span) -> &'t [u8] {
        &self.bytes[span.start()..span.end()]
    }

    pub(super) fn looking_at(&self, what: &str) -> bool {
        self.bytes[self.at..].starts_with(what.as_bytes())
    }

    pub(super) fn take(&mut self, what: &str) -> bool {
        let found = self.looking_at(what);
        if found {
            self.at += what.len();
        }
        found
    }

    /// Whether there was white space to skip.
    pub(super) fn skip_space(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
        self.at > start
    }

    /// Goes to the next byte that is of one of these classes.
    #[inline]
    pub(super) fn find(&mut self, classes: u8) -> Option<u8> {
        self.at += len_before(&self.bytes[self.at..], classes);
        self.peek()
    }

    /// What stands here, for a message.
    #[cold]
    pub(super) fn found(&self) -> String {
        match self.text[self.at..].chars().next() {
            None => "the end of the text".to_owned(),
            Some(c) if c.is_control() || !is_char(c) => format!("the character U+{:04X}", u32::from(c)),
            Some(c) => format!("'{c}'"),
        }
    }

    #[inline]
    pub(super) fn qname(&mut self, of: &str) -> Result<QName> {
        let (mut prefix, mut start) = (Span::new(self.at, self.at), self.at);
        let mut end = start + ncname_len(&self.text[start..]);
        if end > start && self.bytes.get(end) == Some(&b':') {
            (prefix, start) = (Span::new(start, end), end + 1);
            end = start + ncname_len(&self.text[start..]);
        }
        self.at = end;
        if end == start {
            return Err(self.no_name(of));
        }
        if !prefix.is_empty() && self.peek() == Some(b':') {
            return Err(self.ill(end, format!("The name of {of} has more than one colon.")));
        }
        Ok(QName { prefix, local: Span::new(start, end) })
    }

    pub(super) fn ncname(&mut self, of: &str) -> Result<Span> {
        let start = self.at;
        self.at += ncname_len(&self.text[start..]);
        if self.at == start {
            return Err(self.no_name(of));
        }
        Ok(Span::new(start, self.at))
    }

    #[cold]
    fn no_name(&self, of: &str) -> XmlError {
        self.ill(self.at, format!("The name of {of} was expected, but {} stands here.", self.found()))
    }

    /// The character that a reference stands for. The scanner is at the `&`.
    pub(super) fn reference(&mut self) -> Result<char> {
        let start = self.at;
        self.at += 1;
        if self.take("#") {
            return self.character_reference(start);
        }
        let name = self.ncname("an entity")?;
        let name = &self.text[name.start()..name.end()];
        if !self.take(";") {
            return Err(self.ill(start, "An entity reference does not end with ';'."));
        }
        match name {
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "amp" => Ok('&'),
            "quot" => Ok('"'),
            "apos" => Ok('\''),
            _ => Err(self.ill(start, format!("The entity \"{}\" is not declared.", excerpt(name)))),
        }
    }

    fn character_reference(&mut self, start: usize) -> Result<char> {
        let radix = if self.take("x") { 16 } else { 10 };
        let digits = self.at;
        let mut code: u32 = 0;
        while let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(radix)) {
            code = code.saturating_mul(radix).saturating_add(digit);
            self.at += 1;
        }
        if self.at == digits || !self.take(";") {
            return Err(self.ill(start, "A character reference is not a number between '&#' and ';'."));
        }
        char::from_u32(code)
            .filter(|c| is_char(*c))
            .ok_or_else(|| self.ill(start, "A character reference names a character that XML does not have."))
    }

    /// Refuses characters that XML does not have.
    pub(super) fn check_chars(&self, start: usize, end: usize) -> Result<()> {
        let mut at = start;
        loop {
            at += len_before(&self.bytes[at..end], SUSPECT);
            if at == end {
                return Ok(());
            }
            self.check_char(at)?;
            at += 1;
        }
    }

    /// `at` is the first byte of a character.
    pub(super) fn check_char(&self, at: usize) -> Result<()> {
        let c = self.text[at..].chars().next().unwrap_or(' ');
        if is_char(c) {
            return Ok(());
        }
        Err(self.ill(at, format!("The character U+{:04X} may not stand in XML.", u32::from(c))))
    }

    /// The range up to `end`, which is skipped. The scanner is right after `start`.
    pub(super) fn until(&mut self, end: &str, what: &str, start: usize) -> Result<(usize, usize)> {
        let from = self.at;
        let Some(len) = self.text[from..].find(end) else {
            return Err(self.ill(start, format!("{what} does not end with '{end}'.")));
        };
        self.check_chars(from, from + len)?;
        self.at = from + len + end.len();
        Ok((from, from + len))
    }
}
