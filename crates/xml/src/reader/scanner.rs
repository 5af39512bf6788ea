//! A place in the text, and the small things that can be read there.

use super::chars::{CLASS, ILLEGAL, MAYBE_ILLEGAL, is_char, is_space, ncname_len};
use super::document::position;
use super::tree::Span;
use crate::error::{XmlError, XmlErrorKind, excerpt};

pub(super) type Result<T> = std::result::Result<T, XmlError>;

/// A name with at most one colon.
#[derive(Debug, Clone, Copy)]
pub(super) struct QName {
    /// Where the prefix, or the local name if there is none, begins.
    pub start: usize,
    pub prefix_len: usize,
    pub local: Span,
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

    pub(super) fn error(&self, at: usize, kind: XmlErrorKind, message: impl Into<String>) -> XmlError {
        XmlError { position: position(self.text, at), kind, message: message.into() }
    }

    pub(super) fn ill(&self, at: usize, message: impl Into<String>) -> XmlError {
        self.error(at, XmlErrorKind::NotWellFormed, message)
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
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

    /// What stands here, for a message.
    pub(super) fn found(&self) -> String {
        match self.text[self.at..].chars().next() {
            None => "the end of the text".to_owned(),
            Some(c) if c.is_control() || !is_char(c) => format!("the character U+{:04X}", u32::from(c)),
            Some(c) => format!("'{c}'"),
        }
    }

    pub(super) fn qname(&mut self, of: &str) -> Result<QName> {
        let start = self.at;
        let first = self.ncname(of)?;
        if self.peek() != Some(b':') {
            return Ok(QName { start, prefix_len: 0, local: first });
        }
        self.at += 1;
        let local = self.ncname(of)?;
        if self.peek() == Some(b':') {
            return Err(self.ill(self.at, format!("The name of {of} has more than one colon.")));
        }
        Ok(QName { start, prefix_len: first.end() - start, local })
    }

    pub(super) fn ncname(&mut self, of: &str) -> Result<Span> {
        let start = self.at;
        let ascii = self.bytes[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let starts_well = ascii > 0 && !self.bytes[start].is_ascii_digit();
        self.at = match self.bytes.get(start + ascii) {
            // The common name is done here; only the others look at characters.
            Some(b' ' | b'>' | b'=' | b':' | b'/') if starts_well => start + ascii,
            _ => start + ncname_len(&self.text[start..]),
        };
        if self.at == start {
            return Err(self.ill(start, format!("The name of {of} was expected, but {} stands here.", self.found())));
        }
        Ok(Span::source(start, self.at))
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
        for at in start..end {
            if matches!(CLASS[self.bytes[at] as usize], ILLEGAL | MAYBE_ILLEGAL) {
                self.check_char(at)?;
            }
        }
        Ok(())
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
