//! What an article costs.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::{Article, Quantity};

/// A net price, graduated by quantity (`cac:BasePrice`; D-CT, D-OBJ rules 7 to 10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasePrice {
    #[serde(with = "rust_decimal::serde::str")]
    pub amount: Decimal,
    /// The quantity that costs `amount`, in the article's unit.
    #[serde(default = "one", with = "rust_decimal::serde::str", skip_serializing_if = "is_one")]
    pub per: Decimal,
    /// The quantities for which it holds, in the article's unit, both inclusive.
    #[serde(default, with = "rust_decimal::serde::str_option", skip_serializing_if = "Option::is_none")]
    pub from: Option<Decimal>,
    #[serde(default, with = "rust_decimal::serde::str_option", skip_serializing_if = "Option::is_none")]
    pub to: Option<Decimal>,
}

fn is_one(value: &Decimal) -> bool {
    *value == Decimal::ONE
}

const fn one() -> Decimal {
    Decimal::ONE
}

/// Prices of an article that hold for some buyers, in place of those for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopedPrices {
    pub scope: PriceScope,
    pub prices: Vec<BasePrice>,
}

/// Whom prices are for. A buyer's own come before those of his price group.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PriceScope {
    /// The buyer with this account name.
    Buyer(String),
    /// All buyers in this price group.
    Group(String),
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    #[serde(with = "rust_decimal::serde::str")]
    pub amount: Decimal,
    /// ISO 4217.
    pub currency: String,
}

/// Digits after the point of a unit price. A piece out of a pack may cost less than a cent.
const PRICE_SCALE_MAX: u32 = 4;

impl Article {
    /// The price that holds for a quantity in the article's unit: the last one that begins at or below it.
    pub fn base_price(&self, own_quantity: Decimal) -> Option<&BasePrice> {
        let holds = |price: &&BasePrice| price.from.is_none_or(|from| from <= own_quantity);
        self.prices.iter().rev().find(holds).or(self.prices.first())
    }

    /// The net price of one unit of this quantity, such that quantity times price is the line's total (D-CO 5).
    pub fn unit_price(&self, quantity: &Quantity) -> Option<Price> {
        let (of, per) = self.ratio(&quantity.unit)?;
        let base = self.base_price(quantity.value * of / per)?;
        let amount = base.amount * of / (base.per * per);
        let amount = amount.round_dp_with_strategy(PRICE_SCALE_MAX, RoundingStrategy::MidpointAwayFromZero);
        Some(Price { amount, currency: self.currency.clone() })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::tests::spokes;
    use super::*;

    fn quantity(value: &str, unit: &str) -> Quantity {
        Quantity { value: value.parse().unwrap(), unit: unit.into() }
    }

    /// veloconnect 58, and the price function at its edges.
    #[test]
    fn graduated_prices_per_unit() {
        let article = spokes();
        for (value, unit, price) in [
            ("1", "PK", "34.90"),
            ("9", "PK", "34.90"),
            ("10", "PK", "32.50"),
            ("50", "PK", "29.90"),
            ("900", "EA", "0.349"),
            ("1000", "EA", "0.325"),
        ] {
            let found = article.unit_price(&quantity(value, unit)).unwrap();
            assert_eq!(found.amount, price.parse().unwrap(), "{value} {unit}");
            assert_eq!(found.currency, "EUR");
        }
        assert_eq!(article.unit_price(&quantity("1", "KGM")), None);
    }

    /// D-CO 2a: up to the next valid value, in the buyer's unit where that is a round number.
    #[test]
    fn quantities_move_up_to_the_next_pack() {
        let article = spokes();
        for (sent, unit, got) in [
            ("150", "EA", ("200", "EA")),
            ("100", "EA", ("100", "EA")),
            ("1.2", "PK", ("2", "PK")),
            ("3", "PK", ("3", "PK")),
            ("51", "PR", ("100", "PR")),
        ] {
            let moved = article.orderable(&quantity(sent, unit)).unwrap();
            assert_eq!((moved.value.normalize().to_string().as_str(), moved.unit.as_str()), got, "{sent} {unit}");
        }
        assert_eq!(article.orderable(&quantity("1", "SET")), None);
    }

    #[test]
    fn a_moved_quantity_that_is_not_round_is_told_in_the_own_unit() {
        let mut article = (*spokes()).clone();
        article.unit = "EA".into();
        article.pack.as_mut().unwrap().quantity = Decimal::from(3);
        let moved = article.orderable(&quantity("0.5", "PK")).unwrap();
        assert_eq!((moved.value.to_string().as_str(), moved.unit.as_str()), ("2", "EA"));
    }
}
