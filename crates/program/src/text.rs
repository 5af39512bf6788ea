//! Makes what a program said fit to be shown in a status: one line, no control characters, short.

/// The most characters that a program's own words may take in a status text. OSEO allows 4000 for
/// an order, which names all its failed items.
pub const WORDS_CHARACTERS_MAX: usize = 500;

/// One line of text: control characters and what XML cannot carry become spaces, runs of white
/// space become one, the rest is cut.
pub fn one_line(text: &str) -> String {
    one_line_of(text, WORDS_CHARACTERS_MAX)
}

/// The same, of so many characters at most.
pub fn one_line_of(text: &str, characters_max: usize) -> String {
    let mut line = String::new();
    let mut characters = 0;
    for c in text.chars() {
        let c = if is_printable(c) { c } else { ' ' };
        if c.is_whitespace() && (line.is_empty() || line.ends_with(' ')) {
            continue;
        }
        if characters == characters_max {
            line.pop();
            line.push('…');
            return line;
        }
        line.push(if c.is_whitespace() { ' ' } else { c });
        characters += 1;
    }
    line.truncate(line.trim_end().len());
    line
}

/// The last line of a program's output that says something.
pub fn last_line(output: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(output);
    text.lines().rev().map(one_line).find(|line| !line.is_empty())
}

/// Whether a character may stand in a status text: XML 1.0 §2.2 forbids the rest, or it moves a terminal's cursor.
pub fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_said_becomes_one_short_line() {
        assert_eq!(one_line("  a\tb\r\n\u{1b}[31m c\u{FFFF} \u{0} "), "a b [31m c");
        assert_eq!(one_line("\u{7}\n"), "");
        let long = one_line(&"ü".repeat(2000));
        assert_eq!((long.chars().count(), long.ends_with("ü…")), (WORDS_CHARACTERS_MAX, true));
        assert_eq!(last_line(b"first\nlast \xff one\n\n \n").as_deref(), Some("last \u{FFFD} one"));
        assert_eq!(last_line(b"\n\n"), None);
    }
}
