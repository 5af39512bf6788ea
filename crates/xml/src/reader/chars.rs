//! The character classes of XML 1.0 (fifth edition): productions 2 (Char), 4 (NameStartChar) and 4a (NameChar).

/// Ordinary in text, attribute values, comments and the like.
pub(super) const PLAIN: u8 = 0;
/// A control character that XML does not have.
pub(super) const ILLEGAL: u8 = 1;
/// May begin U+FFFE or U+FFFF, which XML does not have either.
pub(super) const MAYBE_ILLEGAL: u8 = 2;
/// Means something somewhere: white space other than the blank, `<`, `&`, `]`, quotation marks.
pub(super) const SPECIAL: u8 = 3;

/// The class of each byte of UTF-8 text.
pub(super) static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [PLAIN; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = ILLEGAL;
        byte += 1;
    }
    let special = b"\t\n\r<&]\"'";
    let mut at = 0;
    while at < special.len() {
        table[special[at] as usize] = SPECIAL;
        at += 1;
    }
    table[0xEF] = MAYBE_ILLEGAL;
    table
}

/// Production 2.
pub(crate) const fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// Production 4 without the colon, which namespaces take out of names.
pub(crate) const fn is_name_start(c: char) -> bool {
    matches!(c,
        'A'..='Z' | '_' | 'a'..='z'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}'
        | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// Production 4a without the colon.
pub(crate) const fn is_name_char(c: char) -> bool {
    is_name_start(c) || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// The length in bytes of the NCName that `text` begins with; 0 if it begins with none.
pub(crate) fn ncname_len(text: &str) -> usize {
    let mut chars = text.char_indices();
    match chars.next() {
        Some((_, first)) if is_name_start(first) => {}
        _ => return 0,
    }
    chars.find(|&(_, c)| !is_name_char(c)).map_or(text.len(), |(at, _)| at)
}

/// White space: production 3.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
