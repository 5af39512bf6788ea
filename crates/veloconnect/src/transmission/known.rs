//! Whether the seller has the articles of lines.

use super::channel::{Line, text};
use crate::articles::{Articles, Lookup, normalize_ean};

/// For each line; `None` where that cannot be told: nothing in it is looked up by.
pub(super) fn are_known(articles: &dyn Articles, lines: &[&Line]) -> Vec<Option<bool>> {
    lines.iter().map(|line| is_known(articles, line)).collect()
}

/// By the seller's own number where there is one, else by any of the others.
fn is_known(articles: &dyn Articles, line: &Line) -> Option<bool> {
    if let Some(id) = text(line, "sellersArticle") {
        // What is replaced is no longer sold.
        return Some(matches!(articles.find(id), Lookup::Known(_)));
    }
    let ean = text(line, "standardArticle").and_then(|ean| normalize_ean(ean).ok()).and_then(|ean| articles.has_ean(&ean));
    let part = || text(line, "manufacturersArticle").and_then(|id| articles.has_part(text(line, "manufacturer"), id));
    match ean {
        Some(true) => ean,
        _ => part().or(ean),
    }
}
