//! Text, comments, instructions, references and sections where they may be and where not.

use super::{Mutants, excerpt};
use crate::Part;

/// Put at every kind of place.
const ANYWHERE: [&str; 24] = [
    "x",
    " ",
    "\n\t\r\n",
    "\u{a0}",
    "\u{feff}",
    "\u{2028}",
    "<!-- c -->",
    "<!---->",
    "<!-- a -- b -->",
    "<?pi some data?>",
    "<?XML bad?>",
    "<![CDATA[]]>",
    "<![CDATA[ ]]>",
    "<![CDATA[x]]>",
    "&#32;",
    "&#x20;",
    "&#160;",
    "&#120;",
    "&amp;",
    "&nbsp;",
    "&#0;",
    "&#xFFFE;",
    "&",
    "]]>",
];

/// Put at one place of the document only: what they are about is the reader's business alone.
const ILL_FORMED: [&str; 12] =
    ["<", "</x>", "<x", "&amp", "&#;", "&#x;", "&#xD800;", "&#x110000;", "\u{1}", "\u{fffe}", "<![CDATA[", "<!DOCTYPE a>"];

pub(super) fn all(mutants: &mut Mutants<'_>, path: &[usize]) {
    let tree = mutants.tree.at(path);
    let text = tree.text().map(str::to_owned);
    for raw in ANYWHERE {
        put_in(mutants, path, raw);
    }
    if path.len() == 1 {
        for raw in ILL_FORMED {
            put_in(mutants, path, raw);
        }
    }
    if let Some(text) = text {
        rewritten(mutants, path, &text);
    }
}

fn put_in(mutants: &mut Mutants<'_>, path: &[usize], raw: &str) {
    let len = mutants.tree.at(path).content.len();
    let mut places = vec![0, len / 2, len];
    places.dedup();
    for at in places {
        let essential = at == 0 && matches!(raw, "x" | " " | "<![CDATA[]]>");
        mutants.change_if(path, &format!("{raw:?} put in at {at}"), essential, |tree| {
            tree.content.insert(at, Part::Raw(raw.to_owned()));
        });
    }
}

/// The same text, or almost, written in other ways.
fn rewritten(mutants: &mut Mutants<'_>, path: &[usize], text: &str) {
    let half = text.char_indices().map(|(at, _)| at).nth(text.chars().count() / 2).unwrap_or(0);
    let (start, end) = text.split_at(half);
    if text.contains('&') {
        return;
    }
    let references = super::references(text);
    let ways = [
        references,
        format!("<![CDATA[{text}]]>"),
        format!("{start}<!-- c -->{end}"),
        format!("{start}<?pi?>{end}"),
        format!("{start}<![CDATA[{end}]]>"),
        format!("{start}&#32;{end}"),
        format!("{start}&undefined;{end}"),
        format!("<!-- c -->{text}<!-- c -->"),
        format!("{start}<b/>{end}"),
    ];
    for raw in ways {
        let what = format!("written as {}", excerpt(&raw));
        mutants.change(path, &what, |tree| tree.content = vec![Part::Raw(raw)]);
    }
}
