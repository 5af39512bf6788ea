//! How a catalogue in the store writes down its articles: JSON, in parts that change at different times.

use ordergate_store::StoredArticle;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Error;

use super::{Article, BasePrice, ClassificationScheme, Lookup, Manufacturer, Supply};

/// A trait of a catalogue: some article has information of disposition `product_data`.
pub const PRODUCT_DATA: i64 = 1;

/// What hardly ever changes.
#[derive(Serialize, Deserialize)]
struct Document<A> {
    /// Without prices and supply.
    article: A,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    alternatives: Vec<String>,
}

/// In place of a [`Document`], for a number that is obsolete.
#[derive(Serialize, Deserialize)]
struct Replaced {
    replaced_by: Vec<String>,
}

/// The article without prices, supply and buyer's number, but with what may be taken instead, which does not come and go with stock.
pub fn document(article: &Article) -> Vec<u8> {
    let bare = Article { prices: Vec::new(), supply: Supply::default(), ..article.clone() };
    json(&Document { article: bare, alternatives: article.supply.alternatives.clone() })
}

/// The same with other alternatives.
pub fn with_alternatives(document: &[u8], alternatives: Vec<String>) -> Result<Vec<u8>, Error> {
    let Document::<Article> { article, .. } = serde_json::from_slice(document)?;
    Ok(json(&Document { article, alternatives }))
}

/// An obsolete number.
pub fn replaced(by: &[String]) -> Vec<u8> {
    json(&Replaced { replaced_by: by.to_vec() })
}

/// Graduated prices; up to where each holds is not stored, because that depends on the article.
pub fn prices(prices: &[BasePrice]) -> Vec<u8> {
    json(&prices.iter().map(|price| BasePrice { to: None, ..price.clone() }).collect::<Vec<_>>())
}

/// The number by which a buyer knows an article.
pub fn buyers_number(number: &str) -> Vec<u8> {
    number.as_bytes().to_vec()
}

/// What there is, without alternatives.
pub fn supply(supply: &Supply) -> Vec<u8> {
    json(&Supply { alternatives: Vec::new(), ..supply.clone() })
}

pub fn classification(schemes: &[ClassificationScheme]) -> Vec<u8> {
    json(&schemes)
}

pub fn schemes(document: &[u8]) -> Result<Vec<ClassificationScheme>, Error> {
    serde_json::from_slice(document)
}

/// The article of a row that is one.
pub fn article(row: &StoredArticle) -> Result<Article, Error> {
    let Document::<Article> { mut article, alternatives } = serde_json::from_slice(&row.document)?;
    article.prices = serde_json::from_slice(&row.prices)?;
    graduate(&mut article.prices, article.step);
    article.supply = Supply { alternatives, ..serde_json::from_slice(&row.supply)? };
    article.buyers_number = row.buyers_number.as_ref().map(|number| String::from_utf8_lossy(number).into_owned());
    Ok(article)
}

/// What a row is about.
pub fn lookup(row: &StoredArticle) -> Result<Lookup, Error> {
    if row.place < 0 {
        let Replaced { replaced_by } = serde_json::from_slice(&row.document)?;
        return Ok(Lookup::Replaced(replaced_by));
    }
    Ok(Lookup::Known(article(row)?.into()))
}

/// What an article is found by, beside its number.
#[derive(Debug, Deserialize)]
pub(super) struct Texts {
    pub description: String,
    #[serde(default)]
    pub ean: Option<String>,
    #[serde(default)]
    pub manufacturer: Option<Manufacturer>,
}

pub(super) fn texts(row: &StoredArticle) -> Result<Texts, Error> {
    let Document::<Texts> { article, .. } = serde_json::from_slice(&row.document)?;
    Ok(article)
}

/// Each price holds up to the last orderable quantity before the next one begins.
pub(super) fn graduate(prices: &mut [BasePrice], step: Decimal) {
    for at in 1..prices.len() {
        prices[at - 1].to = prices[at].from.map(|from| from - step);
    }
}

/// Nothing of it can fail to be written.
fn json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}
