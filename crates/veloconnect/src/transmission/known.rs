//! Whether the seller has the articles of lines.

use super::channel::{Line, text};
use crate::articles::{Articles, ArticlesError, Buyer, Lookup, PartNumber, normalize_ean};

/// For each line; `None` where that cannot be told: nothing in it is looked up by. By the seller's own number where there is one, else
/// by any of the others.
pub(super) async fn are_known(
    articles: &dyn Articles,
    buyer: &Buyer,
    lines: &[&Line],
) -> Result<Vec<Option<bool>>, ArticlesError> {
    let of = |line: &&Line, name| text(line, name).map(str::to_owned);
    let numbers: Vec<_> = lines.iter().map(|line| of(line, "sellersArticle")).collect();
    let eans: Vec<_> = lines.iter().map(|line| text(line, "standardArticle").and_then(|ean| normalize_ean(ean).ok())).collect();
    let part =
        |line: &&Line| of(line, "manufacturersArticle").map(|id| PartNumber { manufacturer: of(line, "manufacturer"), id });
    let parts: Vec<_> = lines.iter().map(part).collect();
    let given = |number: &Option<String>| number.is_some();
    let known = articles.find(buyer, &asked(&numbers)).await?.into_iter().map(|found| matches!(found, Lookup::Known(_)));
    // What is replaced is no longer sold.
    let by_number = spread(numbers.iter().map(given), known);
    let by_ean = spread(eans.iter().map(given), articles.have_eans(&asked(&eans)).await?.into_iter());
    let by_part = spread(parts.iter().map(Option::is_some), articles.have_parts(&asked(&parts)).await?.into_iter());
    let verdict = |((number, ean), part): ((Option<bool>, Option<bool>), Option<bool>)| match (number, ean) {
        (Some(_), _) => number,
        (None, Some(true)) => ean,
        _ => part.or(ean),
    };
    Ok(by_number.into_iter().zip(by_ean).zip(by_part).map(verdict).collect())
}

/// What is asked about: what there is.
fn asked<T: Clone>(each: &[Option<T>]) -> Vec<T> {
    each.iter().flatten().cloned().collect()
}

/// The answers, at the places of what was asked about.
fn spread(asked: impl Iterator<Item = bool>, mut answers: impl Iterator<Item = bool>) -> Vec<Option<bool>> {
    asked.map(|asked| if asked { answers.next() } else { None }).collect()
}
