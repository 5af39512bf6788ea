//! What is answered about an article, and what it changes.

use std::collections::HashMap;

use jiff::civil::Date;
use ordergate_door::json::AtMost;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};

use crate::articles::{Article, BasePrice, Expected};
use crate::receipts::decimal;

/// Beyond this nothing is bought, and products of two numbers no longer fit.
const NUMBER_MAX: i64 = 1_000_000_000;
/// So many digits after the point.
const SCALE_MAX: u32 = 6;

/// The figures of an article. What is not said stays what it is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Figures {
    article: String,
    /// In the article's unit; null: any quantity.
    #[serde(default)]
    on_hand: Said<OneDecimal>,
    /// When more comes; null: nothing is expected.
    #[serde(default)]
    expected: Said<Date>,
    /// Net, for the buyer, graduated by quantity.
    #[serde(default, deserialize_with = "some_prices")]
    prices: Option<Vec<Price>>,
    /// What the figures are in, if it is said; they are not used if the article has another.
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    currency: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
struct OneDecimal(#[serde(with = "decimal")] Decimal);

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Price {
    amount: OneDecimal,
    #[serde(default)]
    per: Option<OneDecimal>,
    #[serde(default)]
    from: Option<OneDecimal>,
}

/// No article has more prices.
const PRICES_MAX: usize = 1_000;
/// No request has more articles.
const ARTICLES_MAX: usize = 20_000;

fn some_prices<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<Price>>, D::Error> {
    Ok(Option::<AtMost<Price, PRICES_MAX>>::deserialize(from)?.map(|prices| prices.0))
}

#[derive(Deserialize)]
struct Answer {
    articles: AtMost<Figures, ARTICLES_MAX>,
}

/// Tells null from what is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Said<T> {
    #[default]
    Nothing,
    Null,
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Said<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(from)?.map_or(Self::Null, Self::Value))
    }
}

impl<T> Said<T> {
    /// What was said, or else what is there.
    fn over(self, present: Option<T>) -> Option<T> {
        match self {
            Self::Nothing => present,
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }
}

impl Figures {
    /// The figures of an answer, by article. An answer that is wrong anywhere is believed nowhere.
    pub(super) fn read(answer: &[u8]) -> Result<HashMap<String, Self>, String> {
        let mut json = serde_json::Deserializer::from_slice(answer);
        let Answer { articles: AtMost(articles) } = serde_path_to_error::deserialize(&mut json)
            .map_err(|error| format!("the answer is wrong at {}: {}", error.path(), error.inner()))?;
        json.end().map_err(|error| format!("the answer goes on after its end: {error}"))?;
        for figures in &articles {
            figures.check().map_err(|problem| format!("the answer is wrong about article {:?}: {problem}", figures.article))?;
        }
        Ok(articles.into_iter().map(|figures| (figures.article.clone(), figures)).collect())
    }

    fn check(&self) -> Result<(), &'static str> {
        let is_sane = |value: Decimal| {
            value >= Decimal::ZERO && value <= Decimal::from(NUMBER_MAX) && value.normalize().scale() <= SCALE_MAX
        };
        if let Said::Value(on_hand) = self.on_hand
            && !is_sane(on_hand.0)
        {
            return Err("onHand is no quantity");
        }
        if matches!(self.expected, Said::Value(day) if day.year() < 1) {
            return Err("expected is no day that a buyer could be told");
        }
        let Some(prices) = &self.prices else { return Ok(()) };
        if prices.is_empty() {
            return Err("prices is empty");
        }
        let mut last = None;
        for price in prices {
            let from = price.from.map(|from| from.0);
            let numbers = [Some(price.amount.0), price.per.map(|per| per.0), from];
            if !numbers.into_iter().flatten().all(is_sane) || price.per.is_some_and(|per| per.0.is_zero()) {
                return Err("a price is none");
            }
            if last.is_some() && from <= last.unwrap_or_default() {
                return Err("prices do not ascend by from");
            }
            last = Some(from);
        }
        Ok(())
    }

    /// The article with these figures.
    pub(super) fn apply_to(&self, article: &Article) -> Result<Article, &'static str> {
        if self.unit.as_ref().is_some_and(|unit| *unit != article.unit) {
            return Err("they are in another unit");
        }
        if self.currency.as_ref().is_some_and(|currency| *currency != article.currency) {
            return Err("they are in another currency");
        }
        let mut live = article.clone();
        live.supply.on_hand = self.on_hand.over(article.supply.on_hand.map(OneDecimal)).map(|on_hand| on_hand.0);
        live.supply.expected = match self.expected {
            Said::Nothing => article.supply.expected,
            Said::Null => None,
            Said::Value(day) => Some(Expected::On(day)),
        };
        if let Some(prices) = &self.prices {
            live.prices = prices.iter().map(Price::base).collect();
        }
        Ok(live)
    }
}

impl Price {
    fn base(&self) -> BasePrice {
        let per = self.per.map_or(Decimal::ONE, |per| per.0);
        BasePrice { amount: self.amount.0, per, from: self.from.map(|from| from.0), to: None }
    }
}
