//! An article: its master data, and what there is of it.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{BasePrice, Supply};

/// One article. Serialised, it is the snapshot that an order keeps of what was agreed; what there was
/// of it at the time is not part of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// The seller's order number.
    pub id: String,
    /// Lets a knowledgeable reader recognise the article (D-OBJ rule 1).
    pub description: String,
    /// The unit in which it is priced and kept (UN/CEFACT Rec. 20).
    pub unit: String,
    /// What a `PK` of it holds; always there if `unit` is `PK` (D-OBJ rules 6 and 9).
    pub pack: Option<Pack>,
    /// Thirteen digits (D-OBJ rule 4).
    pub ean: Option<String>,
    /// The maker's own number; sent where there is no EAN (D-OBJ rule 5).
    pub manufacturer: Option<Manufacturer>,
    /// ISO 4217, of all prices.
    pub currency: String,
    /// Net, all in `unit`, ascending by the quantity from which they hold; the first holds from any quantity.
    pub prices: Vec<BasePrice>,
    /// Gross.
    pub retail_price: Option<RetailPrice>,
    /// Only multiples of this many `unit`s can be ordered.
    #[serde(with = "rust_decimal::serde::str")]
    pub step: Decimal,
    #[serde(skip)]
    pub supply: Supply,
}

/// The content of one `PK`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pack {
    #[serde(with = "rust_decimal::serde::str")]
    pub quantity: Decimal,
    pub unit: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manufacturer {
    pub name: String,
    pub id: String,
}

/// A recommended retail price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetailPrice {
    #[serde(with = "rust_decimal::serde::str")]
    pub amount: Decimal,
    pub unit: String,
}
