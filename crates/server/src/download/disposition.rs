//! `Content-Disposition` (RFC 6266): that a file is to be saved, and under which name.

use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but the unreserved characters (RFC 3986 §2.3): right in a URL's path and in an extended parameter (RFC 8187).
const UNRESERVED_ONLY: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A file's name as one segment of a URL's path.
pub(super) fn segment(name: &str) -> String {
    utf8_percent_encode(name, &UNRESERVED_ONLY).to_string()
}

/// The header: a name that every client understands, and the true one where that differs.
pub(super) fn attachment(name: &str) -> HeaderValue {
    let plain = |c: char| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' };
    let fallback: String = name.chars().map(plain).collect();
    let mut value = format!("attachment; filename=\"{fallback}\"");
    if fallback != name {
        value.push_str("; filename*=UTF-8''");
        value.push_str(&segment(name));
    }
    // All of it is printable ASCII.
    HeaderValue::from_str(&value).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_is_said_and_none_breaks_out() {
        for (name, value) in [
            ("a.zip", r#"attachment; filename="a.zip""#),
            ("a b.zip", r#"attachment; filename="a b.zip""#),
            ("szené.zip", r#"attachment; filename="szen_.zip"; filename*=UTF-8''szen%C3%A9.zip"#),
            ("50%\".zip", r#"attachment; filename="50__.zip"; filename*=UTF-8''50%25%22.zip"#),
            ("a\r\nX: y", r#"attachment; filename="a__X: y"; filename*=UTF-8''a%0D%0AX%3A%20y"#),
        ] {
            assert_eq!(attachment(name), value);
        }
    }
}
