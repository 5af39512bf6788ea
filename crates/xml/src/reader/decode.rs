//! From bytes to text: which encoding it is, and what the bytes say in it.
//!
//! The `charset` of the transport wins over a byte order mark, which wins over the XML declaration
//! (XML 1.0 appendix F.2, RFC 7303 section 3.2); without any of them it is UTF-8.

use std::borrow::Cow;

use super::document::position;
use crate::error::{Position, XmlError, XmlErrorKind, excerpt};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    /// Little-endian or big-endian by byte order mark; big-endian without one (RFC 2781).
    Utf16,
    Utf16Le,
    Utf16Be,
    Latin1,
    Latin9,
    Windows1252,
    Ascii,
}

impl Encoding {
    fn named(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("utf-8") {
            return Some(Self::Utf8); // which almost everyone says
        }
        Some(match name.to_ascii_lowercase().as_str() {
            "utf8" => Self::Utf8,
            "utf-16" | "utf16" => Self::Utf16,
            "utf-16le" => Self::Utf16Le,
            "utf-16be" => Self::Utf16Be,
            "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" | "l1" => Self::Latin1,
            "iso-8859-15" | "iso8859-15" | "iso_8859-15" | "latin-9" | "latin9" => Self::Latin9,
            "windows-1252" | "cp1252" => Self::Windows1252,
            "us-ascii" | "ascii" | "ansi_x3.4-1968" => Self::Ascii,
            _ => return None,
        })
    }
}

/// The text that the bytes stand for, without byte order mark.
pub(super) fn decode<'b>(bytes: &'b [u8], charset: Option<&str>) -> Result<Cow<'b, str>, XmlError> {
    let (encoding, mark) = choose(bytes, charset)?;
    let bytes = &bytes[mark..];
    match encoding {
        Encoding::Utf8 => decode_utf8(bytes).map(Cow::Borrowed),
        Encoding::Ascii => decode_ascii(bytes).map(Cow::Borrowed),
        Encoding::Utf16 | Encoding::Utf16Be => decode_utf16(bytes, u16::from_be_bytes).map(Cow::Owned),
        Encoding::Utf16Le => decode_utf16(bytes, u16::from_le_bytes).map(Cow::Owned),
        Encoding::Latin1 => Ok(encoding_rs::mem::decode_latin1(bytes)),
        Encoding::Latin9 => Ok(encoding_rs::ISO_8859_15.decode_without_bom_handling(bytes).0),
        Encoding::Windows1252 => decode_windows_1252(bytes),
    }
}

/// The encoding, and the length of the byte order mark to skip.
fn choose(bytes: &[u8], charset: Option<&str>) -> Result<(Encoding, usize), XmlError> {
    let mark = match bytes {
        [0xEF, 0xBB, 0xBF, ..] => Some((Encoding::Utf8, 3)),
        [0xFF, 0xFE, ..] => Some((Encoding::Utf16Le, 2)),
        [0xFE, 0xFF, ..] => Some((Encoding::Utf16Be, 2)),
        _ => None,
    };
    if let Some(name) = charset {
        let encoding = named(name.trim_matches(|c: char| c == '"' || c.is_ascii_whitespace()))?;
        return Ok(match (encoding, mark) {
            (Encoding::Utf16, Some((marked @ (Encoding::Utf16Le | Encoding::Utf16Be), len))) => (marked, len),
            (encoding, Some((marked, len))) if encoding == marked => (encoding, len),
            (encoding, _) => (encoding, 0),
        });
    }
    if let Some(mark) = mark {
        return Ok(mark);
    }
    match bytes {
        // UTF-16 without a mark shows by the zeros beside the first '<'.
        [b'<', 0, _, 0, ..] => return Ok((Encoding::Utf16Le, 0)),
        [0, b'<', 0, _, ..] => return Ok((Encoding::Utf16Be, 0)),
        _ => {}
    }
    match declared(bytes).map(named).transpose()? {
        Some(Encoding::Utf16 | Encoding::Utf16Le | Encoding::Utf16Be) => {
            Err(error(Position { line: 1, column: 1 }, "The XML declaration says UTF-16, but the bytes are not.".to_owned()))
        }
        declared => Ok((declared.unwrap_or(Encoding::Utf8), 0)),
    }
}

fn named(name: &str) -> Result<Encoding, XmlError> {
    Encoding::named(name)
        .ok_or_else(|| error(Position { line: 1, column: 1 }, format!("The encoding \"{}\" is not supported.", excerpt(name))))
}

/// The encoding that the XML declaration names. Whether the declaration is well-formed is seen later.
fn declared(bytes: &[u8]) -> Option<&str> {
    let bytes = bytes.strip_prefix(b"<?xml")?;
    let end = bytes.iter().position(|byte| *byte == b'>')?;
    let declaration = std::str::from_utf8(&bytes[..end]).ok()?;
    let (_, after) = declaration.split_once("encoding")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split_once(quote).map(|(name, _)| name)
}

fn error(position: Position, message: String) -> XmlError {
    XmlError { position, kind: XmlErrorKind::Encoding, message }
}

/// The error after `valid`.
fn undecodable(valid: &str, encoding: &str) -> XmlError {
    error(position(valid, valid.len()), format!("The bytes here are not {encoding}."))
}

fn decode_utf8(bytes: &[u8]) -> Result<&str, XmlError> {
    std::str::from_utf8(bytes)
        .map_err(|failed| undecodable(std::str::from_utf8(&bytes[..failed.valid_up_to()]).unwrap_or_default(), "UTF-8"))
}

fn decode_ascii(bytes: &[u8]) -> Result<&str, XmlError> {
    let valid = encoding_rs::Encoding::ascii_valid_up_to(bytes);
    let text = std::str::from_utf8(&bytes[..valid]).unwrap_or_default();
    if valid == bytes.len() { Ok(text) } else { Err(undecodable(text, "US-ASCII")) }
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, XmlError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    for c in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match c {
            Ok(c) => text.push(c),
            Err(_) => return Err(undecodable(&text, "UTF-16")),
        }
    }
    if rest.is_empty() { Ok(text) } else { Err(undecodable(&text, "UTF-16")) }
}

/// The table that browsers use gives every byte a character; five bytes have none in the code page itself.
fn decode_windows_1252(bytes: &[u8]) -> Result<Cow<'_, str>, XmlError> {
    let decode = |bytes| encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0;
    match bytes.iter().position(|byte| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D)) {
        None => Ok(decode(bytes)),
        Some(at) => Err(undecodable(&decode(&bytes[..at]), "windows-1252")),
    }
}
