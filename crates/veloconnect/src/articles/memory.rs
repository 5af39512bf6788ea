//! Articles from a TOML file, kept in memory.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{Article, Articles, BasePrice, Expected, Lookup, Manufacturer, Pack, RetailPrice, Supply, normalize_ean};
use crate::text::is_xml_char;

/// Why a file of articles cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ArticlesError {
    #[error("cannot read {0}: {1}")]
    Read(String, std::io::Error),
    #[error("not a file of articles: {0}")]
    Parse(#[from] toml::de::Error),
    #[error("article {id}: {problem}")]
    Article { id: String, problem: String },
}

/// All articles, by order number.
#[derive(Debug, Clone, Default)]
pub struct MemoryArticles {
    articles: HashMap<String, Lookup>,
    eans: HashSet<String>,
    /// The makers who have a number.
    parts: HashMap<String, Vec<String>>,
}

/// Makers write themselves in capitals or not.
fn same_maker(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

impl Articles for MemoryArticles {
    fn find(&self, id: &str) -> Lookup {
        self.articles.get(id).cloned().unwrap_or(Lookup::Unknown)
    }

    fn has_ean(&self, ean: &str) -> Option<bool> {
        Some(self.eans.contains(ean))
    }

    fn has_part(&self, manufacturer: Option<&str>, id: &str) -> Option<bool> {
        let makers = self.parts.get(id);
        Some(makers.is_some_and(|makers| manufacturer.is_none_or(|name| makers.iter().any(|maker| same_maker(maker, name)))))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default = "euro")]
    currency: String,
    #[serde(default, rename = "article")]
    articles: Vec<Entry>,
}

fn euro() -> String {
    "EUR".to_owned()
}

/// One article as the file has it. All numbers are strings, so that no decimal is bent on the way.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    #[serde(default)]
    description: String,
    #[serde(default = "piece")]
    unit: String,
    pack: Option<Pack>,
    ean: Option<String>,
    manufacturer: Option<Manufacturer>,
    #[serde(default)]
    prices: Vec<PriceEntry>,
    retail_price: Option<RetailPrice>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    step: Option<Decimal>,
    /// Leave it out for what never runs out.
    #[serde(default, with = "rust_decimal::serde::str_option")]
    stock: Option<Decimal>,
    expected: Option<ExpectedEntry>,
    #[serde(default)]
    alternatives: Vec<String>,
    /// The number is obsolete; order one of these instead.
    #[serde(default)]
    replaced_by: Vec<String>,
}

fn piece() -> String {
    "EA".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceEntry {
    #[serde(with = "rust_decimal::serde::str")]
    amount: Decimal,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    per: Option<Decimal>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    from: Option<Decimal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedEntry {
    date: Option<String>,
    days: Option<u16>,
}

impl MemoryArticles {
    pub fn from_file(path: &Path) -> Result<Self, ArticlesError> {
        let text = std::fs::read_to_string(path).map_err(|e| ArticlesError::Read(path.display().to_string(), e))?;
        Self::from_toml(&text)
    }

    pub fn from_toml(text: &str) -> Result<Self, ArticlesError> {
        let file: File = toml::from_str(text)?;
        let mut articles = HashMap::with_capacity(file.articles.len());
        let mut mentioned = Vec::new();
        for entry in file.articles {
            let id = entry.id.clone();
            let named = entry.replaced_by.iter().chain(&entry.alternatives).cloned();
            mentioned.extend(named.map(|other| (id.clone(), other)));
            let lookup = entry.lookup(&file.currency).map_err(|problem| ArticlesError::Article { id: id.clone(), problem })?;
            if articles.insert(id.clone(), lookup).is_some() {
                return Err(ArticlesError::Article { id, problem: "the number is given twice".into() });
            }
        }
        for (id, other) in mentioned {
            if !matches!(articles.get(&other), Some(Lookup::Known(_))) {
                return Err(ArticlesError::Article { id, problem: format!("there is no article {other} to take instead") });
            }
        }
        Ok(Self::new(articles))
    }

    fn new(articles: HashMap<String, Lookup>) -> Self {
        let mut new = Self { articles, ..Self::default() };
        for lookup in new.articles.values() {
            let Lookup::Known(article) = lookup else { continue };
            new.eans.extend(article.ean.clone());
            if let Some(maker) = &article.manufacturer {
                new.parts.entry(maker.id.clone()).or_default().push(maker.name.clone());
            }
        }
        new
    }

    /// How many order numbers there are, obsolete ones included.
    pub fn len(&self) -> usize {
        self.articles.len()
    }

    pub fn is_empty(&self) -> bool {
        self.articles.is_empty()
    }

    /// The order numbers, sorted.
    pub fn ids(&self) -> Vec<&str> {
        let mut ids: Vec<_> = self.articles.keys().map(String::as_str).collect();
        ids.sort_unstable();
        ids
    }
}

impl Entry {
    fn lookup(self, currency: &str) -> Result<Lookup, String> {
        let texts = [Some(&self.id), Some(&self.description), self.manufacturer.as_ref().map(|m| &m.name)];
        if texts.into_iter().flatten().any(|t| !t.chars().all(is_xml_char)) {
            return Err("a text holds a character that XML does not allow".into());
        }
        if self.id.is_empty() || self.id.trim() != self.id {
            return Err("an order number is not empty and has no space at its ends".into());
        }
        if !self.replaced_by.is_empty() {
            return Ok(Lookup::Replaced(self.replaced_by));
        }
        let step = self.step.unwrap_or(Decimal::ONE);
        self.check(step)?;
        let ean = self.ean.as_deref().map(normalize_ean).transpose().map_err(|e| e.to_string())?;
        let expected = self.expected.as_ref().map(ExpectedEntry::read).transpose()?;
        Ok(Lookup::Known(Arc::new(Article {
            prices: graduate(&self.prices, step),
            id: self.id,
            description: self.description,
            unit: self.unit,
            pack: self.pack,
            ean,
            manufacturer: self.manufacturer,
            currency: currency.to_owned(),
            retail_price: self.retail_price,
            step,
            supply: Supply { on_hand: self.stock, expected, alternatives: self.alternatives },
        })))
    }

    fn check(&self, step: Decimal) -> Result<(), String> {
        let number = |n: &Decimal| *n > Decimal::ZERO && *n <= Decimal::from(1_000_000) && n.scale() <= 4;
        let unit = |u: &str| (2..=3).contains(&u.len()) && u.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let units = [Some(&self.unit), self.pack.as_ref().map(|p| &p.unit), self.retail_price.as_ref().map(|r| &r.unit)];
        let amounts = self.prices.iter().map(|p| p.amount).chain(self.retail_price.as_ref().map(|r| r.amount));
        let ascending = self.prices.windows(2).all(|w| w[0].from.unwrap_or_default() < w[1].from.unwrap_or_default());
        let first_from_any = self.prices.first().is_some_and(|p| p.from.is_none());
        let others_from_some = self.prices.iter().skip(1).all(|p| p.from.is_some());
        match () {
            () if self.description.trim().is_empty() => Err("the description is missing".into()),
            () if !units.into_iter().flatten().all(|u| unit(u)) => Err("a unit is two or three capital letters".into()),
            () if self.unit == "PK" && self.pack.is_none() => Err("what is sold in PK needs a pack".into()),
            () if self.pack.as_ref().is_some_and(|p| p.unit == "PK" || !number(&p.quantity)) => {
                Err("a pack holds a positive quantity of another unit".into())
            }
            () if !number(&step) || !self.prices.iter().filter_map(|p| p.per.as_ref()).all(number) => {
                Err("step and per are positive, at most 1000000, with at most 4 decimals".into())
            }
            () if amounts.into_iter().any(|a| a < Decimal::ZERO || a > Decimal::from(1_000_000) || a.scale() > 4) => {
                Err("an amount is not negative, at most 1000000, with at most 4 decimals".into())
            }
            () if !first_from_any || !others_from_some || !ascending => {
                Err("prices: the first has no from, the others have ascending ones".into())
            }
            () if self.stock.is_some_and(|s| s < Decimal::ZERO || s > Decimal::from(1_000_000_000)) => {
                Err("stock is not negative".into())
            }
            () => Ok(()),
        }
    }
}

/// Each price holds up to the last orderable quantity before the next one begins.
fn graduate(prices: &[PriceEntry], step: Decimal) -> Vec<BasePrice> {
    let next = prices.iter().skip(1).map(|p| p.from.map(|from| from - step)).chain([None]);
    let one = Decimal::ONE;
    prices.iter().zip(next).map(|(p, to)| BasePrice { amount: p.amount, per: p.per.unwrap_or(one), from: p.from, to }).collect()
}

impl ExpectedEntry {
    fn read(&self) -> Result<Expected, String> {
        match (&self.date, self.days) {
            (Some(_), Some(_)) => Err("expected: either a date or days".into()),
            (Some(date), None) => date.parse::<Date>().map(Expected::On).map_err(|e| format!("expected: {e}")),
            (None, Some(days)) => Ok(Expected::InDays(days)),
            (None, None) => Ok(Expected::Sometime),
        }
    }
}

/// A small bicycle wholesaler's range, for demonstrations and tests.
pub fn demo_articles() -> MemoryArticles {
    MemoryArticles::from_toml(include_str!("demo.toml")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The interface contract of the demo: at least 40 parts, among them one of each kind.
    #[test]
    fn the_demo_range_is_what_it_promises() {
        let demo = MemoryArticles::from_toml(include_str!("demo.toml")).unwrap();
        assert!(demo.len() >= 40, "{}", demo.len());
        assert_eq!(demo.find("ALT-1"), Lookup::Replaced(vec!["100-SP263".into()]));
        assert_eq!(demo.find("NIX-9"), Lookup::Unknown);
        let known: Vec<_> =
            demo.ids().into_iter().filter_map(|id| if let Lookup::Known(a) = demo.find(id) { Some(a) } else { None }).collect();
        let any = |f: &dyn Fn(&Article) -> bool| known.iter().any(|a| f(a));
        let empty = Some(Decimal::ZERO);
        assert!(any(&|a| a.description.contains('ü')), "umlauts");
        assert!(any(&|a| a.supply.expected.is_none() && a.supply.on_hand == empty), "not available");
        assert!(any(&|a| a.supply.expected.is_none() && a.supply.on_hand.is_some_and(|n| n > Decimal::ZERO)), "partially");
        assert!(any(&|a| a.supply.expected.is_some()), "expected");
        assert!(any(&|a| a.ean.is_none() && a.manufacturer.is_some()), "no EAN");
        for unit in ["EA", "PR", "PK", "SET", "MTR"] {
            assert!(any(&|a| a.unit == unit), "{unit}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said() {
        let file = |rest: &str| format!("[[article]]\nid = \"A\"\n{rest}");
        let price = "description = \"Ding\"\nprices = [{ amount = \"1.00\" }]\n";
        for (text, problem) in [
            (file("description = \"Ding\""), "prices: the first"),
            (file("prices = [{ amount = \"1.00\" }]"), "description is missing"),
            (file(&format!("{price}ean = \"4000000000007\"")), "check digit must be 6"),
            (file(&format!("{price}unit = \"PK\"")), "needs a pack"),
            (file(&format!("{price}step = \"0\"")), "step and per"),
            (file(&format!("{price}expected = {{ date = \"soon\" }}")), "expected:"),
            (file("replaced_by = [\"B\"]"), "no article B"),
            (format!("{}{}", file(price), file(price)), "given twice"),
            (file("descriptoin = \"Ding\""), "unknown field"),
        ] {
            let error = MemoryArticles::from_toml(&text).unwrap_err().to_string();
            assert!(error.contains(problem), "{error} should say: {problem}");
        }
    }
}
