//! `xs:anyURI` as libxml2 decides it: RFC 3986, after blanks, what RFC 2396 calls unwise and everything
//! outside ASCII have been replaced by something harmless.

/// What is left after one character that may stand in a segment of a path (`pchar`).
fn pchar(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b'%', a, b, rest @ ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => Some(rest),
        [byte, rest @ ..] if is_plain(*byte) || matches!(byte, b':' | b'@') => Some(rest),
        _ => None,
    }
}

/// `unreserved` and `sub-delims`, and what libxml2 replaces before it looks.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !(33..127).contains(&byte) || b"-._~!$&'()*+,;=<>\"{}|\\^`".contains(&byte)
}

/// Everything from the front that `pchar` or `more` allow.
fn skip<'t>(mut text: &'t [u8], more: &[u8]) -> &'t [u8] {
    loop {
        text = match (pchar(text), text) {
            (Some(rest), _) => rest,
            (None, [byte, rest @ ..]) if more.contains(byte) => rest,
            _ => return text,
        }
    }
}

pub(super) fn is_any_uri(text: &str) -> bool {
    let text = text.as_bytes();
    scheme(text).and_then(hierarchical).is_some_and(ends) || relative(text).is_some_and(ends)
}

/// What follows a scheme and its colon.
fn scheme(text: &[u8]) -> Option<&[u8]> {
    let len = text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')).count();
    text[len..].strip_prefix(b":").filter(|_| text[0].is_ascii_alphabetic())
}

fn hierarchical(text: &[u8]) -> Option<&[u8]> {
    match text.strip_prefix(b"//") {
        Some(rest) => authority(rest).map(|rest| if rest.starts_with(b"/") { skip(rest, b"/") } else { rest }),
        None => Some(path(text)),
    }
}

/// A path that does not begin with two slashes, and may be empty.
fn path(text: &[u8]) -> &[u8] {
    if text.starts_with(b"//") { &text[1..] } else { skip(text, b"/") }
}

fn relative(text: &[u8]) -> Option<&[u8]> {
    if text.starts_with(b"/") {
        return hierarchical(text);
    }
    // A colon in the first segment would make a scheme of what stands before it.
    let segment = text.len() - text.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).map_or(0, |at| text.len() - at);
    let colon = text[..segment].contains(&b':');
    (!colon).then(|| path(text))
}

fn authority(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text;
    while let Some(next) = pchar(rest).filter(|_| rest[0] != b'@') {
        rest = next;
    }
    let host = rest.strip_prefix(b"@").unwrap_or(text);
    let after = host_end(host)?;
    match after.strip_prefix(b":") {
        None => Some(after),
        Some(port) => {
            let digits = port.iter().take_while(|byte| byte.is_ascii_digit()).count();
            (digits > 0).then(|| &port[digits..])
        }
    }
}

fn host_end(text: &[u8]) -> Option<&[u8]> {
    if text.starts_with(b"[") {
        let end = text.iter().position(|byte| *byte == b']')?;
        return Some(&text[end + 1..]);
    }
    let mut rest = text;
    while let Some(next) = pchar(rest).filter(|_| !matches!(rest[0], b':' | b'@')) {
        rest = next;
    }
    Some(rest)
}

/// Query, fragment, and then the end.
fn ends(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"?").map_or(text, |query| skip(query, b"/?"));
    let text = text.strip_prefix(b"#").map_or(text, |fragment| skip(fragment, b"/?[]"));
    text.is_empty()
}
