//! `file:` URLs (RFC 8089): how a processor names a finished item that lies on the server's own disk.

use std::path::{Component, Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// All but the unreserved characters (RFC 3986 §2.3) and what separates the names of a path.
const IN_A_PATH: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Whether it is a `file:` URL, if perhaps a malformed one.
pub fn is_file_url(url: &str) -> bool {
    after_scheme(url).is_some()
}

/// The absolute path that a `file:` URL names: of this machine (no host, or `localhost`), in UTF-8, with nothing after it.
pub fn path_of(url: &str) -> Option<PathBuf> {
    let rest = after_scheme(url)?;
    let path = match rest.strip_prefix("//") {
        Some(rest) => {
            let (host, _) = rest.split_once('/')?;
            let is_here = host.is_empty() || host.eq_ignore_ascii_case("localhost");
            is_here.then(|| &rest[host.len()..])?
        }
        None => rest,
    };
    if path.contains(['?', '#']) {
        return None;
    }
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let names_a_file = path.starts_with('/') && !path.ends_with('/') && !path.contains('\0');
    names_a_file.then(|| PathBuf::from(path.as_ref())).filter(|path| path.file_name().is_some())
}

/// The `file:` URL of an absolute path; none if the path is not absolute, or not in UTF-8.
pub fn of_path(path: &Path) -> Option<String> {
    let is_absolute = path.components().next() == Some(Component::RootDir);
    let text = path.to_str().filter(|_| is_absolute)?;
    Some(format!("file://{}", utf8_percent_encode(text, &IN_A_PATH)))
}

fn after_scheme(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once(':')?;
    scheme.eq_ignore_ascii_case("file").then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_this_machine_and_nothing_else() {
        for (url, path) in [
            ("file:///data/out/17/a.zip", Some("/data/out/17/a.zip")),
            ("file:/data/a.zip", Some("/data/a.zip")),
            ("FILE://LocalHost/data/a%20b%C3%A4.zip", Some("/data/a bä.zip")),
            ("file:///data/../etc/passwd", Some("/data/../etc/passwd")),
            ("file://elsewhere/data/a.zip", None),
            ("file:a.zip", None),
            ("file:", None),
            ("file:///", None),
            ("file:///data/", None),
            ("file:///data/..", None),
            ("file:///data/a%00.zip", None),
            ("file:///data/a%FF.zip", None),
            ("file:///data/a.zip?x", None),
            ("file:///data/a.zip#x", None),
            ("https://data.example/a.zip", None),
        ] {
            assert_eq!(path_of(url).as_deref(), path.map(Path::new), "{url}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let path = Path::new("/data/50 % ä?#/a.zip");
        let url = of_path(path).unwrap_or_default();
        assert_eq!(url, "file:///data/50%20%25%20%C3%A4%3F%23/a.zip");
        assert_eq!(path_of(&url).as_deref(), Some(path));
        assert_eq!(of_path(Path::new("data/a.zip")), None);
    }
}
