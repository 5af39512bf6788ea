//! Texts from outside, before they are written into an answer.

/// Whether XML 1.0 has this character.
pub(crate) const fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// The text as XML can hold it: what cannot be written becomes U+FFFD, which no identifier of ours holds.
pub(crate) fn xml_text(text: String) -> String {
    if text.chars().all(is_xml_char) {
        return text;
    }
    text.chars().map(|c| if is_xml_char(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}

/// On one line, as `normalizedString` has it: there are clients that look for ids line by line.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c }).collect()
}

/// A text as messages quote it: at most 40 characters, on one line.
pub(crate) fn excerpt(text: &str) -> String {
    let mut quoted: String = text.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(40).is_some() {
        quoted.push('…');
    }
    quoted
}
