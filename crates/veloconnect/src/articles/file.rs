//! Articles as a TOML file gives them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Error as _};

use super::file_pieces::{Pieces, pieces};
use super::memory::{Contents, Offered};
use super::{
    Article, BasePrice, ClassificationScheme, Expected, FileError, GroupMember, Information, Manufacturer, Pack, PriceScope,
    RetailPrice, ScopedPrices, Supply, TaxCategory, checks, normalize_ean,
};

#[derive(Deserialize)]
struct File {
    #[serde(default = "euro")]
    currency: String,
    #[serde(default, rename = "price_group")]
    price_groups: Vec<PriceGroup>,
    #[serde(default, rename = "scheme")]
    schemes: Vec<ClassificationScheme>,
    #[serde(default, rename = "article")]
    articles: Vec<Entry>,
}

/// A piece of it.
#[derive(Deserialize)]
struct OnlyArticles {
    #[serde(rename = "article")]
    articles: Vec<Entry>,
}

fn euro() -> String {
    "EUR".to_owned()
}

/// Buyers who pay the same.
#[derive(Deserialize)]
struct PriceGroup {
    id: String,
    buyers: Vec<String>,
}

/// One article as the file has it. All numbers are strings, so that no decimal is bent on the way.
#[derive(Deserialize)]
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
    /// Prices of single buyers and of price groups.
    #[serde(default)]
    special_prices: Vec<SpecialEntry>,
    /// The numbers by which single buyers know it.
    #[serde(default)]
    buyers_numbers: Vec<BuyersNumber>,
    retail_price: Option<RetailPrice>,
    tax: Option<TaxCategory>,
    #[serde(default)]
    groups: Vec<GroupMember>,
    scale_price_group: Option<GroupMember>,
    #[serde(default)]
    information: Vec<Information>,
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
struct PriceEntry {
    #[serde(with = "rust_decimal::serde::str")]
    amount: Decimal,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    per: Option<Decimal>,
    #[serde(default, with = "rust_decimal::serde::str_option")]
    from: Option<Decimal>,
}

#[derive(Deserialize)]
struct SpecialEntry {
    buyer: Option<String>,
    group: Option<String>,
    prices: Vec<PriceEntry>,
}

#[derive(Deserialize)]
struct BuyersNumber {
    buyer: String,
    number: String,
}

#[derive(Deserialize)]
struct ExpectedEntry {
    date: Option<String>,
    days: Option<u16>,
}

/// Reads a file and checks every part of it.
pub(super) fn read(text: &str) -> Result<Contents, FileError> {
    read_pieces(text).unwrap_or_else(|| read_whole(text))
}

/// What is wrong is then told by its place in the file.
fn read_whole(text: &str) -> Result<Contents, FileError> {
    let file = parse::<File>(text)?;
    let mut reading = Reading::new(file.currency);
    reading.add(file.articles)?;
    reading.finish(file.schemes, file.price_groups)
}

/// Reads it piece by piece; `None` if it cannot be read so.
fn read_pieces(text: &str) -> Option<Result<Contents, FileError>> {
    let Pieces { rest, articles } = pieces(text);
    let rest = parse::<File>(&rest).ok().filter(|rest| rest.articles.is_empty())?;
    let mut reading = Reading::new(rest.currency);
    for piece in articles {
        let OnlyArticles { articles } = parse(piece).ok()?;
        if let Err(error) = reading.add(articles) {
            return Some(Err(error));
        }
    }
    Some(reading.finish(rest.schemes, rest.price_groups))
}

/// What was read so far.
struct Reading {
    currency: String,
    contents: Contents,
    ids: HashSet<String>,
    /// By which article, and which one.
    mentioned: Vec<(String, String)>,
}

impl Reading {
    fn new(currency: String) -> Self {
        Self { currency, contents: Contents::default(), ids: HashSet::new(), mentioned: Vec::new() }
    }

    fn add(&mut self, entries: Vec<Entry>) -> Result<(), FileError> {
        for entry in entries {
            let id = entry.id.clone();
            let wrong = |problem: String| FileError::Article { id: id.clone(), problem };
            if !self.ids.insert(id.clone()) {
                return Err(wrong("the number is given twice".into()));
            }
            let named = entry.replaced_by.iter().chain(&entry.alternatives).cloned();
            self.mentioned.extend(named.map(|other| (id.clone(), other)));
            match entry.read(&self.currency).map_err(wrong)? {
                Read::Offered(offered) => self.contents.articles.push(*offered),
                Read::Replaced(by) => self.contents.replaced.push((id, by)),
            }
        }
        Ok(())
    }

    /// Checks what is said about more than one article.
    fn finish(self, schemes: Vec<ClassificationScheme>, groups: Vec<PriceGroup>) -> Result<Contents, FileError> {
        let Self { mut contents, mentioned, .. } = self;
        contents.price_groups = price_groups(groups)?;
        let known: HashSet<_> = contents.articles.iter().map(|offered| offered.article.id.as_str()).collect();
        for (id, other) in mentioned {
            if !known.contains(other.as_str()) {
                return Err(FileError::Article { id, problem: format!("there is no article {other} to take instead") });
            }
        }
        checks::schemes(&schemes).map_err(|(id, problem)| FileError::Scheme { id, problem })?;
        let known_schemes = checks::Schemes::new(&schemes);
        for Offered { article, .. } in &contents.articles {
            let wrong = |wrong: checks::Wrong| FileError::Article { id: article.id.clone(), problem: wrong.problem };
            known_schemes.check(article).map_err(wrong)?;
        }
        contents.articles.shrink_to_fit();
        contents.schemes = schemes;
        Ok(contents)
    }
}

/// A field that is not known is most likely one that was meant to be another.
fn parse<T: DeserializeOwned>(text: &str) -> Result<T, FileError> {
    let mut unknown = None;
    let file = serde_ignored::deserialize(toml::Deserializer::parse(text)?, |path| {
        unknown.get_or_insert_with(|| path.to_string());
    })?;
    match unknown {
        None => Ok(file),
        Some(path) => Err(FileError::Parse(toml::de::Error::custom(format!("unknown field {path}")))),
    }
}

fn price_groups(groups: Vec<PriceGroup>) -> Result<HashMap<String, String>, FileError> {
    let mut of_buyer = HashMap::new();
    for group in groups {
        for buyer in group.buyers {
            if let Some(other) = of_buyer.insert(buyer.clone(), group.id.clone()) {
                let problem = format!("buyer {buyer} is in group {other} already");
                return Err(FileError::PriceGroup { id: group.id, problem });
            }
        }
    }
    Ok(of_buyer)
}

/// What an entry means.
enum Read {
    Offered(Box<Offered>),
    Replaced(Vec<String>),
}

impl Entry {
    fn read(self, currency: &str) -> Result<Read, String> {
        checks::id(&self.id)?;
        if !self.replaced_by.is_empty() {
            return Ok(Read::Replaced(self.replaced_by));
        }
        let step = self.step.unwrap_or(Decimal::ONE);
        let scoped = self.special_prices.into_iter().map(|special| special.read(step)).collect::<Result<Vec<_>, _>>()?;
        let article = Article {
            prices: graduate(&self.prices, step),
            id: self.id,
            buyers_number: None,
            description: self.description,
            unit: self.unit,
            pack: self.pack,
            ean: self.ean.as_deref().map(normalize_ean).transpose().map_err(|e| e.to_string())?,
            manufacturer: self.manufacturer,
            currency: currency.to_owned(),
            retail_price: self.retail_price,
            tax: self.tax,
            groups: self.groups,
            scale_price_group: self.scale_price_group,
            information: self.information,
            step,
            supply: Supply {
                on_hand: self.stock,
                expected: self.expected.as_ref().map(ExpectedEntry::read).transpose()?,
                alternatives: self.alternatives,
            },
        };
        checks::article(&article)?;
        scoped.iter().try_for_each(|special| checks::prices(&special.prices))?;
        let numbers = numbers(self.buyers_numbers)?;
        Ok(Read::Offered(Box::new(Offered { article: Arc::new(article), scoped, numbers })))
    }
}

/// By buyer.
fn numbers(entries: Vec<BuyersNumber>) -> Result<HashMap<String, String>, String> {
    let mut numbers = HashMap::with_capacity(entries.len());
    for BuyersNumber { buyer, number } in entries {
        checks::id(&number)?;
        if numbers.insert(buyer.clone(), number).is_some() {
            return Err(format!("the buyer {buyer} has two numbers for it"));
        }
    }
    Ok(numbers)
}

impl SpecialEntry {
    fn read(self, step: Decimal) -> Result<ScopedPrices, String> {
        let scope = match (self.buyer, self.group) {
            (Some(buyer), None) => PriceScope::Buyer(buyer),
            (None, Some(group)) => PriceScope::Group(group),
            _ => return Err("special_prices are for a buyer or for a group".into()),
        };
        Ok(ScopedPrices { scope, prices: graduate(&self.prices, step) })
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
