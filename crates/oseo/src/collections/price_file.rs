//! Table `[price]` of a collection's file as it is written.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

use super::file::Word;

/// `[price]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct PriceFile {
    pub currency: String,
    #[serde(default)]
    pub free: bool,
    pub per_item: Option<Amount>,
    pub base_fee: Option<Amount>,
    pub fast_track: Option<Amount>,
    pub contract: Option<String>,
    #[serde(default)]
    pub option: Vec<OptionFile>,
    #[serde(default)]
    pub delivery: Vec<DeliveryPriceFile>,
}

/// `[[price.option]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct OptionFile {
    pub name: String,
    pub value: Word,
    pub surcharge: Amount,
}

/// `[[price.delivery]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct DeliveryPriceFile {
    pub way: Way,
    pub by: Option<String>,
    pub surcharge: Amount,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Way {
    OnlineDataAccess,
    OnlineDataDelivery,
    MediaDelivery,
}

/// An amount as it was written. TOML's fractions are binary, so those are refused: nobody could tell what was meant.
#[derive(Debug)]
pub(super) struct Amount(pub String);

struct AmountVisitor;

impl Visitor<'_> for AmountVisitor {
    type Value = Amount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount: a whole number, or a string with a decimal number in it")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Amount, E> {
        Ok(Amount(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Amount, E> {
        Ok(Amount(value.to_string()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Amount, E> {
        Ok(Amount(value.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AmountVisitor)
    }
}
