//! Where a finished item is found.

use crate::file_url;
use ordergate_program::text::is_printable;

/// A result longer than this is no URL that clients could use.
const RESULT_CHARACTERS_MAX: usize = 2000;

/// Whether it names a place: an absolute URL of printable characters, and of a `file:` URL a file of this machine.
pub fn is_usable(url: &str) -> bool {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme
        && has_sound_authority(&url[scheme.len() + 1..])
        && url.chars().all(|c| is_printable(c) && !c.is_whitespace())
        && url.chars().take(RESULT_CHARACTERS_MAX + 1).count() <= RESULT_CHARACTERS_MAX
        && (!file_url::is_file_url(url) || file_url::path_of(url).is_some())
}

/// Whether user, host and port, if there are any, are written as RFC 3986 §3.2 has them. What is odd in a path can be written otherwise
/// when it is told; a host cannot.
fn has_sound_authority(after_scheme: &str) -> bool {
    let Some(rest) = after_scheme.strip_prefix("//") else { return true };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (name, port) = match host.strip_prefix('[').map(|inside| inside.split_once(']')) {
        Some(Some((name, ""))) => (name, None),
        Some(Some((name, after))) => (name, Some(after.strip_prefix(':').unwrap_or("?"))),
        Some(None) => return false,
        None => host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port))),
    };
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    let is_code = |after: &str| after.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    let is_escaped = authority.split('%').skip(1).all(is_code);
    !user.contains(['@', '[', ']']) && !name.contains(['[', ']']) && is_escaped && port.is_none_or(is_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_written_as_one() {
        for good in [
            "https://x.example/a[1]?b=%",
            "https://u%40d:p@x.example:8443",
            "https://[2001:db8::1]:8443/",
            "urn:x:1",
            "s3://bucket/a",
        ] {
            assert!(is_usable(good), "{good}");
        }
        for bad in [
            "https://x.e]ample/1",
            "https://[::1/",
            "https://x:/",
            "https://x:8o/",
            "https://a@b@c/",
            "https://[::1]8/",
            "https://%zz/",
        ] {
            assert!(!is_usable(bad), "{bad}");
        }
    }
}
