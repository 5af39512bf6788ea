//! Texts that a value may be replaced by, chosen by what it looks like.

use super::{Mutants, Vocabulary, excerpt};
use crate::Part;

/// Lengths at and around the bounds that schemas set.
const LENGTHS: [usize; 34] = [
    1, 2, 4, 5, 6, 7, 8, 9, 11, 12, 13, 17, 18, 19, 20, 21, 29, 30, 31, 39, 40, 41, 79, 80, 81, 254, 255, 256, 257, 1024, 1025,
    3999, 4000, 4001,
];

const ANY: [&str; 24] = [
    "",
    " ",
    "\n",
    "x",
    "0",
    "1",
    "-1",
    "true",
    "2014-06-24",
    "2014-06-24T14:31:45Z",
    "1.5",
    "a b",
    " a",
    "a ",
    "a\tb",
    "é",
    "日本",
    "𝄞",
    "100%",
    "urn:x",
    "http://a b/",
    "http://example.org:x/",
    "a:b:c",
    "p:a",
];

const BOOLEANS: [&str; 16] =
    ["true", "false", "1", "0", "TRUE", "True", "yes", "2", "", " true", "true ", "\ntrue\t", "t", "00", "01", "-0"];

const NUMBERS: [&str; 52] = [
    "0",
    "-0",
    "+0",
    "00",
    "1",
    "+1",
    "-1",
    "01",
    "1.",
    ".5",
    "1.0",
    "1.50",
    "-.5",
    ".",
    "+",
    "-",
    "1e3",
    "1E3",
    "INF",
    "NaN",
    "1,5",
    "1 000",
    "0x10",
    " 1",
    "1 ",
    "\n1\n",
    "--1",
    "+-1",
    "2",
    "10",
    "99",
    "127",
    "128",
    "199",
    "200",
    "201",
    "255",
    "256",
    "32767",
    "32768",
    "65536",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "9223372036854775807",
    "9223372036854775808",
    "123456789012345678901234",
    "1234567890123456789012345",
    "0.000000000000000000000001",
    "١",
    "1_000",
];

const DATES: [&str; 66] = [
    "2014-06-24",
    "2014-06-24Z",
    "2014-06-24+02:00",
    "2014-06-24-14:00",
    "2014-06-24+14:01",
    "2014-6-24",
    "2014-02-29",
    "2012-02-29",
    "2000-02-29",
    "1900-02-29",
    "2014-04-31",
    "2014-00-01",
    "2014-13-01",
    "2014-01-00",
    "2014-01-32",
    "0000-01-01",
    "0001-01-01",
    "-0001-01-01",
    "12014-01-01",
    "02014-01-01",
    "+2014-01-01",
    "14-01-01",
    "20140624",
    "24.06.2014",
    "2014/06/24",
    " 2014-06-24",
    "2014-06-24 ",
    "2014-06-24z",
    "2014-06",
    "2014-06-24T14:31:45",
    "2014-06-24T14:31:45Z",
    "2014-06-24T14:31:45.322658Z",
    "2014-06-24T14:31:45.3226581234567Z",
    "2014-06-24T14:31:45.",
    "2014-06-24T14:31:45.Z",
    "2014-06-24T14:31:45,5Z",
    "2014-06-24T24:00:00Z",
    "2014-06-24T24:00:00.000Z",
    "2014-06-24T24:00:01Z",
    "2014-06-24T24:01:00Z",
    "2014-06-24T25:00:00Z",
    "2014-06-30T23:59:60Z",
    "2016-12-31T23:59:60Z",
    "2014-06-24T23:60:00Z",
    "2014-06-24T14:31Z",
    "2014-06-24T14:31:45+02:00",
    "2014-06-24T14:31:45-14:00",
    "2014-06-24T14:31:45+14:00",
    "2014-06-24T14:31:45+14:01",
    "2014-06-24T14:31:45+2:00",
    "2014-06-24T14:31:45+0200",
    "2014-06-24T14:31:45+02",
    "2014-06-24 14:31:45",
    "2014-06-24t14:31:45z",
    "2014-06-24T1:31:45Z",
    "-0044-03-15T12:00:00Z",
    "0000-06-24T14:31:45Z",
    "12014-06-24T14:31:45Z",
    "99999999999-01-01T00:00:00Z",
    "9223372036854775808-01-01T00:00:00Z",
    " 2014-06-24T14:31:45Z",
    "2014-06-24T14:31:45Z ",
    "2014-06-24T14:31:45 ",
    "\n2014-06-24T14:31:45Z\n",
    "2014-02-29T00:00:00Z",
    "now",
];

const URIS: [&str; 44] = [
    "http://example.org/",
    "http://example.org",
    "HTTP://EXAMPLE.ORG/",
    "http://example.org:80/a?b=c#d",
    "http://example.org:/",
    "http://example.org:a/",
    "http://example.org/a b",
    "http://example.org/ä",
    "http://example.org/%41",
    "http://example.org/%4",
    "http://example.org/%zz",
    "http://user:pw@host/",
    "http://u@v@w/",
    "http://[::1]/",
    "http://[::1",
    "http://",
    "http:",
    "://a",
    ":",
    ":a",
    "//host/path",
    "/path",
    "path",
    "path with blanks",
    "a:b",
    "1:b",
    "#",
    "#a",
    "#a#b",
    "?a?b",
    "a|b",
    "a\\b",
    "a^b",
    "a{b}",
    "a[b]",
    "a`b",
    "urn:a:b",
    "urn:",
    "mailto:a@b.c",
    "C:\\x",
    "\ta",
    " a ",
    "日本",
    "é:a",
];

/// What a value is replaced by.
pub(super) fn of(value: &str, vocabulary: &Vocabulary) -> Vec<String> {
    let mut texts: Vec<String> = ANY.map(str::to_owned).to_vec();
    let is_number = !value.is_empty() && value.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
    let bytes = value.as_bytes();
    let is_date = bytes.len() >= 10 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-' && bytes[7] == b'-';
    if is_date {
        texts.extend(DATES.map(str::to_owned));
    } else if matches!(value, "true" | "false" | "0" | "1") {
        texts.extend(BOOLEANS.map(str::to_owned));
    }
    if is_number && !is_date {
        texts.extend(NUMBERS.map(str::to_owned));
    } else if value.contains(':') && !is_date {
        texts.extend(URIS.map(str::to_owned));
    }
    if !is_number && !is_date {
        texts.extend(words(value));
    }
    texts.extend(vocabulary.texts.iter().cloned());
    texts.extend([value.to_uppercase(), value.to_lowercase(), format!("{value}x"), format!("x{value}")]);
    texts.extend(
        [" ", "\n", "\t", "  ", "\u{a0}"].iter().flat_map(|space| [format!("{space}{value}"), format!("{value}{space}")]),
    );
    texts.push(format!("{value}{value}"));
    texts.push(format!("{value} {value}"));
    texts.push(value.replace(' ', "  "));
    texts.push(value.replace(' ', "\n"));
    texts.extend(value.char_indices().nth(1).map(|(at, _)| value[at..].to_owned()));
    texts.extend(value.char_indices().next_back().map(|(at, _)| value[..at].to_owned()));
    texts
}

/// Texts of every length that matters, of characters that take one, two and four bytes.
fn words(value: &str) -> Vec<String> {
    let mut texts: Vec<String> = LENGTHS.iter().map(|length| "x".repeat(*length)).collect();
    let wide = LENGTHS.iter().filter(|length| **length <= 256);
    texts.extend(wide.clone().step_by(2).map(|length| "é".repeat(*length)));
    texts.extend(wide.skip(1).step_by(3).map(|length| "𝄞".repeat(*length)));
    texts.extend(["x  x", " x x ", "x\nx", "x&#13;x", "x&#10;x", "x&amp;x", "&lt;&gt;"].map(str::to_owned));
    let mut letters = value.chars();
    texts.extend(letters.next().map(|first| format!("{}{}", first.to_uppercase(), letters.as_str().to_lowercase())));
    texts
}

/// Whether a comparison should not go without this text instead of `value`: it lies at a bound, or is of another type.
pub(super) fn is_essential(text: &str, value: &str) -> bool {
    const BOUNDS: [usize; 11] = [5, 8, 12, 18, 20, 30, 40, 80, 255, 1024, 4000];
    let at_bound = BOUNDS.contains(&text.len()) || BOUNDS.contains(&(text.len().saturating_sub(1)));
    (at_bound && text.bytes().all(|byte| byte == b'x')) || ESSENTIAL.contains(&text) || text == format!("{value}x")
}

const ESSENTIAL: [&str; 13] = [
    "",
    " ",
    "x",
    "0",
    "-1",
    "2",
    "200",
    "1.5",
    "2014-06-24",
    "2014-02-29",
    "2014-06-24T14:31:45Z",
    "2014-06-24T24:00:00Z",
    "http://example.org:x/",
];

pub(super) fn all(mutants: &mut Mutants<'_>, path: &[usize]) {
    let tree = mutants.tree.at(path);
    if tree.has_elements() {
        return;
    }
    let (name, value) = (tree.local_name(), tree.text().unwrap_or_default());
    let words = mutants.vocabulary.words.iter().filter(|words| words.0 == name).flat_map(|words| words.1);
    let words: Vec<String> = words.map(|word| (*word).to_owned()).collect();
    for text in of(value, mutants.vocabulary).into_iter().chain(words.clone()) {
        let (what, essential) = (format!("set to {:?}", excerpt(&text)), is_essential(&text, value) || words.contains(&text));
        mutants.change_if(path, &what, essential, |tree| tree.content = vec![Part::Raw(text)]);
    }
}
