//! Headers of a download: ranges and conditions.

use crate::http_output::answers;
use crate::site::{content, with_site};

/// The first word is the method, and what follows it `file` or `folder`; the other lines, up to an empty one, are headers. What is
/// sent is what the answer says to send, and of the file nothing else. Gives the status.
pub fn downloads(data: &[u8]) -> u16 {
    let text: String = data.iter().map(|byte| char::from(*byte)).collect();
    let mut lines = text.split('\n');
    let (method, what) = lines.next().and_then(|line| line.split_once(' ')).unwrap_or(("GET", "file"));
    let (method, is_file) = (if method == "HEAD" { "HEAD" } else { "GET" }, what != "folder");
    let headers: String = lines.take_while(|line| !line.trim().is_empty()).flat_map(|line| [line, "\r\n"]).collect();
    let received = with_site(|site| {
        let path = if is_file { &site.file } else { &site.folder };
        let request = format!("{method} {path} HTTP/1.1\r\nHost: x\r\n{headers}Connection: close\r\n\r\n");
        let bytes: Vec<u8> = request.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
        site.converse(&bytes)
    });
    let Some(answer) = answers(&received, &[method == "HEAD"]).into_iter().find(|answer| answer.status >= 200) else { return 0 };
    let (whole, sent) = (content(), &answer.body);
    let is_sent = method == "GET" && is_file;
    match answer.status {
        200 if is_sent => assert_eq!(sent, &whole),
        206 if is_sent => {
            let range = answer.header("content-range").and_then(range).unwrap_or_else(|| panic!("{answer:?}"));
            assert_eq!(Some(&sent[..]), whole.get(range), "{answer:?}");
        }
        206 => panic!("a part of what has no parts: {answer:?}"),
        200 | 304 | 400 | 408 | 412 | 416 | 417 | 431 | 501 => {}
        other => panic!("{other}: {headers:?}"),
    }
    answer.status
}

/// The bytes that `bytes 0-9/1000` means.
fn range(text: &str) -> Option<std::ops::RangeInclusive<usize>> {
    let (range, length) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    (length == "1000").then_some(first.parse().ok()?..=last.parse().ok()?)
}
