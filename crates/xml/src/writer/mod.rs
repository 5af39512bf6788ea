//! Writes XML: what comes out is well-formed whatever is put in as text and values.

mod copy;

pub use copy::{copy, keep_all};

use crate::reader::chars::{ESCAPED_IN_TEXT, ESCAPED_IN_VALUE, len_before};

/// Appends XML to a buffer, on one line.
///
/// ```
/// let mut w = ordergate_xml::XmlWriter::new();
/// w.start("os:Answer").attr("xmlns:os", "urn:os").leaf("os:status", "a < b").empty("os:end").end();
/// assert_eq!(w.finish(), b"<os:Answer xmlns:os=\"urn:os\"><os:status>a &lt; b</os:status><os:end/></os:Answer>");
/// ```
#[derive(Debug, Default)]
pub struct XmlWriter {
    out: String,
    /// Where in `out` the names of the open elements are.
    open: Vec<(usize, usize)>,
    /// Whether the last start tag still lacks its `>`.
    in_tag: bool,
}

impl XmlWriter {
    pub fn new() -> Self {
        Self::with_capacity(1024)
    }

    /// A writer with room for that many bytes, which saves moving them when there are more.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes), open: Vec::with_capacity(16), in_tag: false }
    }

    /// Makes room for that many bytes more.
    pub fn reserve(&mut self, bytes: usize) {
        self.out.reserve_exact(bytes);
    }

    /// How many bytes were written.
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// `<?xml version="1.0" encoding="UTF-8"?>`. Nothing may have been written before.
    pub fn declaration(&mut self) -> &mut Self {
        self.out.push_str(r#"<?xml version="1.0" encoding="UTF-8"?>"#);
        self
    }

    /// Opens an element. The name is written as it is, with its prefix.
    #[inline]
    pub fn start(&mut self, name: &str) -> &mut Self {
        self.start_prefixed("", name)
    }

    /// Opens an element whose name is told in its parts. An empty prefix is none.
    #[inline]
    pub fn start_prefixed(&mut self, prefix: &str, local: &str) -> &mut Self {
        self.close_tag();
        self.out.push('<');
        let start = self.out.len();
        self.push_name(prefix, local);
        self.open.push((start, self.out.len()));
        self.in_tag = true;
        self
    }

    /// An attribute, or a namespace declaration, of the element just opened. After content it is left out.
    pub fn attr(&mut self, name: &str, value: &str) -> &mut Self {
        self.attr_prefixed("", name, value)
    }

    /// As [`attr`](Self::attr), with the name in its parts. An empty prefix is none.
    pub fn attr_prefixed(&mut self, prefix: &str, local: &str, value: &str) -> &mut Self {
        debug_assert!(self.in_tag, "attribute {local} after content");
        if self.in_tag {
            self.out.push(' ');
            self.push_name(prefix, local);
            self.out.push_str("=\"");
            escape(&mut self.out, value, true);
            self.out.push('"');
        }
        self
    }

    pub fn text(&mut self, text: &str) -> &mut Self {
        if !text.is_empty() {
            self.close_tag();
            escape(&mut self.out, text, false);
        }
        self
    }

    /// Closes the innermost open element.
    pub fn end(&mut self) -> &mut Self {
        let Some((start, end)) = self.open.pop() else { return self };
        if self.in_tag {
            self.out.push_str("/>");
            self.in_tag = false;
        } else {
            self.out.push_str("</");
            self.out.extend_from_within(start..end);
            self.out.push('>');
        }
        self
    }

    /// An element with nothing but text.
    #[inline] // because names are constants, and copying a constant takes no call
    pub fn leaf(&mut self, name: &str, text: &str) -> &mut Self {
        if text.is_empty() {
            return self.empty(name);
        }
        self.close_tag();
        self.out.reserve(2 * name.len() + text.len() + "<></>".len());
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        escape(&mut self.out, text, false);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
        self
    }

    /// An element without attributes and content.
    pub fn empty(&mut self, name: &str) -> &mut Self {
        self.start(name).end()
    }

    /// A piece of content that is well-formed already, and declares its prefixes or uses those in scope.
    pub fn raw(&mut self, xml: &str) -> &mut Self {
        if !xml.is_empty() {
            self.close_tag();
            self.out.push_str(xml);
        }
        self
    }

    /// As [`finish`](Self::finish), in room of exactly that size; the writer can be used again, and keeps its own.
    pub fn take(&mut self) -> Vec<u8> {
        self.close_all();
        let bytes = self.out.as_bytes().to_vec();
        self.out.clear();
        bytes
    }

    /// Closes what is still open and gives the bytes, which are UTF-8.
    pub fn finish(self) -> Vec<u8> {
        self.finish_string().into_bytes()
    }

    /// As [`finish`](Self::finish), as text.
    pub fn finish_string(mut self) -> String {
        self.close_all();
        self.out
    }

    fn close_all(&mut self) {
        while !self.open.is_empty() {
            self.end();
        }
    }

    #[inline]
    fn push_name(&mut self, prefix: &str, local: &str) {
        if !prefix.is_empty() {
            self.out.push_str(prefix);
            self.out.push(':');
        }
        self.out.push_str(local);
    }

    fn close_tag(&mut self) {
        if self.in_tag {
            self.out.push('>');
            self.in_tag = false;
        }
    }
}

/// Appends `text` so that a reader gets the same text back. Most texts have nothing to escape.
#[inline]
fn escape(out: &mut String, text: &str, attribute: bool) {
    let escaped = if attribute { ESCAPED_IN_VALUE } else { ESCAPED_IN_TEXT };
    if len_before(text.as_bytes(), escaped) == text.len() {
        out.push_str(text);
    } else {
        escape_chars(out, text, attribute);
    }
}

/// Line ends and, in attributes, all white space but
/// the blank would be normalised away if they were written as such. What XML cannot express at all becomes U+FFFD.
#[cold]
fn escape_chars(out: &mut String, text: &str, attribute: bool) {
    let mut plain = 0;
    for (at, c) in text.char_indices() {
        let replacement = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            // Always, and not only after ']]', because the ']]' may have been written before.
            '>' => "&gt;",
            '\r' => "&#13;",
            '"' if attribute => "&quot;",
            '\n' if attribute => "&#10;",
            '\t' if attribute => "&#9;",
            '\t' | '\n' | ' '..='\u{FFFD}' | '\u{10000}'.. => continue,
            _ => "\u{FFFD}",
        };
        out.push_str(&text[plain..at]);
        out.push_str(replacement);
        plain = at + c.len_utf8();
    }
    out.push_str(&text[plain..]);
}
