//! An article: its master data, and what there is of it.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{BasePrice, Disposition, GroupMember, Information, Supply};

/// One article, at the prices that hold for whoever asks. Serialised, it is what a catalogue stores of it, and the
/// snapshot that an order keeps of what was agreed; what there is of it is not part of that. What is not said is left
/// out, and what a newer version says is overlooked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// The seller's order number.
    pub id: String,
    /// The number by which whoever asks knows it, where that is known (D-OBJ rule 3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyers_number: Option<String>,
    /// Lets a knowledgeable reader recognise the article (D-OBJ rule 1).
    pub description: String,
    /// The unit in which it is priced and kept (UN/CEFACT Rec. 20).
    pub unit: String,
    /// What a `PK` of it holds; always there if `unit` is `PK` (D-OBJ rules 6 and 9).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pack: Option<Pack>,
    /// Thirteen digits (D-OBJ rule 4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ean: Option<String>,
    /// The maker's own number; sent where there is no EAN (D-OBJ rule 5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<Manufacturer>,
    /// ISO 4217, of all prices.
    pub currency: String,
    /// Net, all in `unit`, ascending by the quantity from which they hold; the first holds from any quantity.
    pub prices: Vec<BasePrice>,
    /// Gross.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retail_price: Option<RetailPrice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<TaxCategory>,
    /// The groups of classification schemes that it belongs to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupMember>,
    /// The group of articles that are counted together for graduated prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale_price_group: Option<GroupMember>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub information: Vec<Information>,
    /// Only multiples of this many `unit`s can be ordered.
    #[serde(with = "rust_decimal::serde::str")]
    pub step: Decimal,
    #[serde(skip)]
    pub supply: Supply,
}

impl Article {
    /// The article as an order keeps it: without links, which may hold credentials and are not part of what is agreed.
    #[must_use]
    pub fn snapshot(&self) -> Self {
        Self { information: Vec::new(), ..self.clone() }
    }

    /// The number by which a buyer knows it: the one that he sent goes before the one that is known.
    pub(crate) fn buyers_number_or<'n>(&'n self, sent: Option<&'n str>) -> Option<&'n str> {
        sent.or(self.buyers_number.as_deref())
    }

    /// Whether there is information of disposition `product_data`.
    pub fn has_product_data(&self) -> bool {
        self.information.iter().any(|i| i.dispositions.contains(&Disposition::ProductData))
    }
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

/// How it is taxed: a category of UN/CEFACT 5305 (`S` for the standard rate, `AA` for a reduced one, `Z`, `E`, ...) of
/// value added tax.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxCategory {
    pub category: String,
    #[serde(default, with = "rust_decimal::serde::str_option", skip_serializing_if = "Option::is_none")]
    pub percent: Option<Decimal>,
}
