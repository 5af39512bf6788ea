//! HTTP Basic (RFC 7617).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Name and password of an `Authorization: Basic` header. What is not UTF-8 is taken for Latin-1, as old clients send it.
pub fn basic_credentials(header: &str) -> Option<(String, String)> {
    let (scheme, rest) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = STANDARD.decode(rest.trim()).ok()?;
    let text = String::from_utf8(text).unwrap_or_else(|latin| latin.into_bytes().into_iter().map(char::from).collect());
    text.split_once(':').map(|(n, p)| (n.to_owned(), p.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_read() {
        let pair = |n: &str, p: &str| Some((n.to_owned(), p.to_owned()));
        assert_eq!(basic_credentials("Basic ZGVtbzpkZW1vLXNlY3JldA=="), pair("demo", "demo-secret"));
        assert_eq!(basic_credentials("basic ZGVtbzphOmI="), pair("demo", "a:b"));
        for bad in ["", "Basic", "Basic ***", "Bearer ZGVtbzph", "Basic ZGVtbw=="] {
            assert_eq!(basic_credentials(bad), None, "{bad}");
        }
    }
}
