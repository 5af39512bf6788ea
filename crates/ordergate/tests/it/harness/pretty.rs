//! Readable transcripts of requests and answers.

use std::fmt::Write as _;

use super::{Answer, Request};

/// XML with one element a line. For reading only: it does not keep white space.
pub fn pretty(xml: &str) -> String {
    let mut out = String::new();
    let mut depth = 0usize;
    let mut rest = xml.trim();
    while let Some(open) = rest.find('<') {
        let text = rest[..open].trim();
        if !text.is_empty() {
            out.push_str(text);
        }
        let Some(close) = rest[open..].find('>') else { break };
        let tag = &rest[open..=open + close];
        let after_text = !text.is_empty();
        let closing = tag.starts_with("</");
        if closing {
            depth = depth.saturating_sub(1);
        }
        let stays = closing && (after_text || out.ends_with('>') && ends_with_opening_of(&out, tag));
        if !stays && !out.is_empty() {
            let _ = write!(out, "\n{}", "  ".repeat(depth));
        }
        out.push_str(tag);
        if !closing && !tag.ends_with("/>") && !tag.starts_with("<?") {
            depth += 1;
        }
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest.trim());
    out
}

/// Whether the text ends with the start tag that this end tag closes: an empty element.
fn ends_with_opening_of(text: &str, end_tag: &str) -> bool {
    let name = end_tag.trim_start_matches("</").trim_end_matches('>');
    text.rfind('<').is_some_and(|at| {
        let tag = &text[at + 1..text.len() - 1];
        tag.split(' ').next() == Some(name) && !tag.ends_with('/')
    })
}

/// Request and answer, as a person would write them down.
pub fn transcript(request: &Request, answer: &Answer) -> String {
    let mut out = format!("> {} {}\n", request.method, request.target);
    for (name, value) in &request.headers {
        let _ = writeln!(out, "> {name}: {value}");
    }
    let _ = writeln!(out, "{}\n", pretty(&String::from_utf8_lossy(&request.body)));
    let _ = writeln!(out, "< {} {}", answer.status, answer.header("content-type").unwrap_or("(no content type)"));
    for name in ["allow", "www-authenticate"] {
        if let Some(value) = answer.header(name) {
            let _ = writeln!(out, "< {name}: {value}");
        }
    }
    out.push_str(&pretty(answer.text()));
    out
}
