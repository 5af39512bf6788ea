//! The character classes of XML 1.0 (fifth edition): productions 2 (Char), 4 (NameStartChar) and 4a (NameChar).

/// May be, or begin, a character that XML does not have: control characters, U+FFFE, U+FFFF.
pub(super) const SUSPECT: u8 = 1;
/// Means something in text.
pub(super) const IN_TEXT: u8 = 2;
/// Means something in the value of an attribute.
pub(super) const IN_VALUE: u8 = 4;
/// Cannot be written into text as it is, or may begin a character that cannot.
pub(crate) const ESCAPED_IN_TEXT: u8 = 8;
/// The same for the value of an attribute.
pub(crate) const ESCAPED_IN_VALUE: u8 = 16;
/// Not an ASCII character of a name.
const NO_NAME: u8 = 32;
/// Not an ASCII character that a name may start with.
const NO_NAME_START: u8 = 64;

/// What each byte of UTF-8 text may be.
static CLASS: [u8; 256] = {
    let mut table = [NO_NAME | NO_NAME_START; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        table[byte as usize] = ascii_class(byte);
        byte += 1;
    }
    table[0xEF] |= SUSPECT | ESCAPED_IN_TEXT | ESCAPED_IN_VALUE;
    table
};

const fn ascii_class(byte: u8) -> u8 {
    let c = byte as char;
    let mut class = match byte {
        b'<' | b'&' | b'\r' => IN_TEXT | IN_VALUE | ESCAPED_IN_TEXT | ESCAPED_IN_VALUE,
        b'>' => ESCAPED_IN_TEXT | ESCAPED_IN_VALUE,
        b']' => IN_TEXT,
        b'"' | b'\t' | b'\n' => IN_VALUE | ESCAPED_IN_VALUE,
        b'\'' => IN_VALUE,
        _ if is_char(c) => 0,
        _ => SUSPECT | ESCAPED_IN_TEXT | ESCAPED_IN_VALUE,
    };
    if !is_name_char(c) {
        class |= NO_NAME;
    }
    if !is_name_start(c) {
        class |= NO_NAME_START;
    }
    class
}

/// How many bytes come before the first one that is of one of the classes.
#[inline]
pub(crate) fn len_before(bytes: &[u8], classes: u8) -> usize {
    let stops = |byte: &u8| CLASS[*byte as usize] & classes != 0;
    // This is most of the work that a document makes, and half of that would be counting if it did not go by eights.
    let (eights, rest) = bytes.as_chunks::<8>();
    for (number, eight) in eights.iter().enumerate() {
        if let Some(at) = eight.iter().position(stops) {
            return 8 * number + at;
        }
    }
    8 * eights.len() + rest.iter().position(stops).unwrap_or(rest.len())
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
#[inline]
pub(crate) fn ncname_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let len = len_before(bytes, NO_NAME);
    match bytes.get(len) {
        Some(0x80..) => ncname_len_by_chars(text),
        _ if len > 0 && CLASS[bytes[0] as usize] & NO_NAME_START == 0 => len,
        _ => 0,
    }
}

#[cold]
fn ncname_len_by_chars(text: &str) -> usize {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_stops_wherever_it_stands() {
        for at in 0..9 {
            let mut bytes = [b'a'; 9];
            bytes[at] = b'\n';
            assert_eq!((len_before(&bytes, IN_VALUE), len_before(&bytes, IN_TEXT | SUSPECT)), (at, 9));
        }
    }

    #[test]
    fn names_by_bytes_are_names_by_characters() {
        let others = ['\u{B7}', '\u{C0}', '\u{D7}', '\u{300}', '\u{2028}', '\u{FFFE}'];
        for c in (0..0x80).map(char::from).chain(others) {
            for text in [format!("{c}"), format!("{c}a"), format!("a{c}"), format!("a-{c}b."), format!("é{c}")] {
                assert_eq!(ncname_len(&text), ncname_len_by_chars(&text), "{text:?}");
            }
        }
    }
}
