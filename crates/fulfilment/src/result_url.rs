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
        && url.chars().all(|c| is_printable(c) && !c.is_whitespace())
        && url.chars().take(RESULT_CHARACTERS_MAX + 1).count() <= RESULT_CHARACTERS_MAX
        && (!file_url::is_file_url(url) || file_url::path_of(url).is_some())
}
