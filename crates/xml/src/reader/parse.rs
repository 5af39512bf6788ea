//! The structure of a document: prolog, element content, what may follow.

use super::Limits;
use super::chars::{IN_TEXT, SUSPECT, is_space};
use super::scanner::{Result, Scanner};
use super::tree::{Span, TEXT_MAX, Tree};
use crate::error::XmlErrorKind;

/// The deepest nesting that any configuration gets: validator and writer recurse.
const DEPTH_MAX: usize = 256;

pub(super) struct Parser<'t, 'l> {
    pub scanner: Scanner<'t>,
    pub tree: Tree,
    pub limits: &'l Limits,
    /// The innermost come last.
    pub scope: Vec<InScope>,
    pub elements: usize,
}

/// A namespace declaration that holds here.
pub(super) struct InScope {
    pub prefix: Span,
    /// Of the prefix ([`key_of`]): most others are told apart by it.
    pub key: u32,
    /// For [`Tree::uri`].
    pub binding: u32,
}

/// A number that is the same for the same prefix (FNV-1a).
pub(super) fn key_of(prefix: &[u8]) -> u32 {
    prefix.iter().fold(0x811c_9dc5, |key, byte| (key ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// Reads a text without byte order mark.
pub(super) fn parse(text: &str, limits: &Limits) -> Result<Tree> {
    let scanner = Scanner::new(text);
    if text.len() > TEXT_MAX {
        return Err(scanner.error(0, XmlErrorKind::Limit, "The document is longer than 2 GiB."));
    }
    let tree = Tree::new(text);
    let mut parser = Parser { scanner, tree, limits, scope: Vec::with_capacity(8), elements: 0 };
    parser.document()?;
    Ok(parser.tree)
}

impl Parser<'_, '_> {
    fn document(&mut self) -> Result<()> {
        if self.scanner.text[self.scanner.at..].bytes().all(is_space) {
            return Err(self.scanner.error(self.scanner.at, XmlErrorKind::Empty, "There is no XML document."));
        }
        if self.scanner.looking_at("<?xml") && self.scanner.bytes.get(self.scanner.at + 5).copied().is_some_and(is_space) {
            self.xml_declaration()?;
        }
        self.misc()?;
        if self.scanner.peek() != Some(b'<') {
            let message = format!("The document element was expected, but {} stands here.", self.scanner.found());
            return Err(self.scanner.ill(self.scanner.at, message));
        }
        self.start_tag()?;
        self.content()?;
        self.misc()?;
        if self.scanner.peek().is_none() {
            return Ok(());
        }
        let message = format!("The document element is closed, but {} follows.", self.scanner.found());
        Err(self.scanner.ill(self.scanner.at, message))
    }

    /// White space, comments and processing instructions outside the document element.
    fn misc(&mut self) -> Result<()> {
        loop {
            self.scanner.skip_space();
            if self.scanner.looking_at("<!") {
                self.declaration_or_comment()?;
            } else if self.scanner.looking_at("<?") {
                self.instruction()?;
            } else {
                return Ok(());
            }
        }
    }

    /// Everything up to the end of the document element.
    fn content(&mut self) -> Result<()> {
        while self.tree.depth() > 0 {
            match (self.scanner.peek(), self.scanner.bytes.get(self.scanner.at + 1)) {
                (None, _) => return Err(self.unclosed()),
                (Some(b'<'), Some(b'/')) => self.end_tag()?,
                (Some(b'<'), Some(b'!')) if self.scanner.looking_at("<![CDATA[") => self.cdata()?,
                (Some(b'<'), Some(b'!')) => self.declaration_or_comment()?,
                (Some(b'<'), Some(b'?')) => self.instruction()?,
                (Some(b'<'), _) => self.start_tag()?,
                _ => self.text()?,
            }
        }
        Ok(())
    }

    fn unclosed(&self) -> crate::error::XmlError {
        let name = self.tree.innermost().map_or("", |node| self.tree.get(node.span));
        let message = format!("The text ends within the element \"{}\".", crate::error::excerpt(name));
        self.scanner.ill(self.scanner.at, message)
    }

    fn text(&mut self) -> Result<()> {
        let mut start = self.scanner.at;
        while let Some(byte) = self.scanner.find(IN_TEXT | SUSPECT) {
            let at = self.scanner.at;
            match byte {
                b'<' => break,
                b'&' => {
                    self.tree.append_text(Span::new(start, at), start);
                    let c = self.scanner.reference()?;
                    self.append_char(c, at);
                    start = self.scanner.at;
                }
                b']' if self.scanner.looking_at("]]>") => {
                    return Err(self.scanner.ill(at, "The characters ']]>' may not stand in text."));
                }
                b'\r' => {
                    self.tree.append_text(Span::new(start, at), start);
                    self.line_end(at);
                    start = self.scanner.at;
                }
                b']' => self.scanner.at += 1,
                _ => {
                    self.scanner.check_char(at)?;
                    self.scanner.at += 1;
                }
            }
        }
        self.tree.append_text(Span::new(start, self.scanner.at), start);
        Ok(())
    }

    /// A carriage return, with or without line feed, is a line feed.
    fn line_end(&mut self, at: usize) {
        self.scanner.at += 1;
        if self.scanner.peek() != Some(b'\n') {
            self.append_char('\n', at);
        }
    }

    fn append_char(&mut self, c: char, at: usize) {
        let span = self.tree.derive(c.encode_utf8(&mut [0; 4]));
        self.tree.append_text(span, at);
    }

    fn cdata(&mut self) -> Result<()> {
        let start = self.scanner.at;
        self.scanner.at += "<![CDATA[".len();
        let (mut from, end) = self.scanner.until("]]>", "A CDATA section", start)?;
        let after = self.scanner.at;
        while let Some(len) = self.scanner.text[from..end].find('\r') {
            self.tree.append_text(Span::new(from, from + len), from);
            self.scanner.at = from + len;
            self.line_end(from + len);
            from = self.scanner.at;
        }
        self.tree.append_cdata(Span::new(from, end), from);
        self.scanner.at = after;
        Ok(())
    }

    /// What begins with `<!` outside of text.
    fn declaration_or_comment(&mut self) -> Result<()> {
        let start = self.scanner.at;
        if self.scanner.looking_at("<!DOCTYPE") {
            let message = "A document type declaration is not accepted.";
            return Err(self.scanner.error(start, XmlErrorKind::Doctype, message));
        }
        if !self.scanner.take("<!--") {
            return Err(self.scanner.ill(start, "'<!' begins neither a comment nor a CDATA section here."));
        }
        let (_, end) = self.scanner.until("--", "A comment", start)?;
        if !self.scanner.take(">") {
            return Err(self.scanner.ill(end, "The characters '--' may not stand in a comment."));
        }
        Ok(())
    }

    fn instruction(&mut self) -> Result<()> {
        let start = self.scanner.at;
        self.scanner.at += "<?".len();
        let target = self.scanner.ncname("a processing instruction")?;
        if self.tree.get(target).eq_ignore_ascii_case("xml") {
            return Err(self.scanner.ill(start, "An XML declaration may stand only at the very beginning."));
        }
        if !self.scanner.skip_space() && !self.scanner.looking_at("?>") {
            let message = format!("White space or '?>' was expected, but {} stands here.", self.scanner.found());
            return Err(self.scanner.ill(self.scanner.at, message));
        }
        self.scanner.until("?>", "A processing instruction", start)?;
        Ok(())
    }

    /// The deepest nesting allowed.
    pub(super) fn depth_max(&self) -> usize {
        self.limits.depth_max.min(DEPTH_MAX)
    }
}
