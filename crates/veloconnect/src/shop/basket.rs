//! The basket as the web shop has it, and who asks the shop.

use std::fmt;

use async_trait::async_trait;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::articles::Found;
use crate::basket::{Basket, RequestLine, Rules};
use jiff::civil::Date;

/// A line of the shop's basket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopLine {
    /// The seller's number.
    pub article: String,
    #[serde(with = "rust_decimal::serde::str")]
    pub quantity: Decimal,
    /// Left out: the article's own.
    #[serde(default)]
    pub unit: Option<String>,
    /// The buyer's own number for the article.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "buyersArticle")]
    pub buyers_article: Option<String>,
}

/// What the shop says, and what it is told: the lines; and the order that they became, if it was placed here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShopContent {
    pub lines: Vec<ShopLine>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
}

/// Why the shop cannot be asked or told. For the log.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct ShopError(pub String);

/// Asks and tells the shop. It must answer within a time limit of its own.
#[async_trait]
pub trait ShopBasket: Send + Sync + fmt::Debug {
    /// The buyer's basket.
    async fn read(&self, buyer: &str) -> Result<ShopContent, ShopError>;

    /// Puts this into the place of the buyer's basket.
    async fn write(&self, buyer: &str, content: &ShopContent) -> Result<(), ShopError>;
}

/// What the shop is told of a basket.
pub(super) fn content(basket: &Basket) -> ShopContent {
    let lines = basket.lines.iter().map(|line| ShopLine {
        article: line.article.id.clone(),
        quantity: line.quantity.value,
        unit: Some(line.quantity.unit.clone()),
        buyers_article: line.buyers_number().map(str::to_owned),
    });
    ShopContent { lines: lines.collect(), order: basket.placed.clone() }
}

/// The basket after the shop's: a line that is the same stays as it was agreed, the others are new. What cannot be ordered is
/// left out.
pub(super) fn merged(stored: &Basket, shop: &ShopContent, articles: &Found, rules: Rules, today: Date) -> Basket {
    let mut merged = Basket { lines: Vec::new(), issued: None, placed: None, ..stored.clone() };
    for line in &shop.lines {
        let request = RequestLine {
            id: line.article.clone(),
            value: line.quantity,
            unit: line.unit.clone(),
            buyers_id: line.buyers_article.clone(),
            delivery_date: None,
            backlog: None,
        };
        if merged.lines.iter().any(|other| other.article.id == line.article) {
            tracing::warn!(
                article = line.article,
                "veloconnect: the shop's basket has two lines of one article; the first counts"
            );
            continue;
        }
        let before = merged.lines.len();
        if let Err(problem) = merged.apply(&[request], articles, rules, today) {
            tracing::warn!(article = line.article, ?problem, "veloconnect: a line of the shop's basket cannot be ordered");
            continue;
        }
        let Some(new) = merged.lines.get_mut(before) else {
            tracing::warn!(article = line.article, "veloconnect: the shop's basket has an article that is not known here");
            continue;
        };
        let same = stored.lines.iter().find(|old| old.article.id == new.article.id && old.quantity == new.quantity);
        if let Some(same) = same {
            *new = same.clone();
        }
    }
    merged
}
