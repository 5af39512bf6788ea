//! What documents are made of.

use jiff::civil::Date;
use ordergate_door::json::at_most;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize};

use super::decimal;

/// No document has more lines, or offered items.
pub(super) const LINES_MAX: usize = 20_000;
/// No other list of a document is longer.
const LIST_MAX: usize = 10_000;

pub(super) fn lines<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    at_most::<LINES_MAX, T, D>(from)
}

pub(super) fn list<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    at_most::<LIST_MAX, T, D>(from)
}

/// `VAT` (`cac:TaxSubTotal`): the tax at one rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Vat {
    #[serde(with = "decimal")]
    pub percent: Decimal,
    /// The net sum at this rate.
    #[serde(with = "decimal::optional", default, skip_serializing_if = "Option::is_none")]
    pub taxable: Option<Decimal>,
    #[serde(with = "decimal")]
    pub amount: Decimal,
}

/// `LineItem`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Line {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<LineReference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_confirmation: Option<LineReference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_note: Option<LineReference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_date: Option<Date>,
    #[serde(with = "decimal")]
    pub quantity: Decimal,
    /// Of `quantity` (UN/CEFACT Rec. 20).
    pub unit: String,
    pub item: Item,
    /// The pieces that have numbers of their own.
    #[serde(default, deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub instances: Vec<Instance>,
    /// Net, for one `unit`.
    #[serde(with = "decimal")]
    pub unit_price: Decimal,
    /// Net, for the line.
    #[serde(with = "decimal")]
    pub line_price: Decimal,
}

/// `LineReferenceType`: another document, and the line in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LineReference {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
}

/// `ItemInstance`: one piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Instance {
    #[serde(deserialize_with = "list")]
    pub serials: Vec<Serial>,
}

/// `SerialID`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Serial {
    /// As in the schema: `FrameNumber`, `SerialNumberBattery`, ...
    pub kind: String,
    pub value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// `cac:Item`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Item {
    /// The seller's order number.
    pub article: String,
    pub description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyers_article: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ean: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<Manufacturer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pack: Option<Pack>,
    /// The unit of `prices`; in a line it need not be said, and is then the line's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Net, graduated by quantity. In a line they need not be said, and are then the line's.
    #[serde(default, deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<Price>,
    /// Recommended, gross.
    #[serde(with = "decimal::optional", default, skip_serializing_if = "Option::is_none")]
    pub retail_price: Option<Decimal>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manufacturer {
    pub name: String,
    pub id: String,
}

/// What a `PK` holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pack {
    #[serde(with = "decimal")]
    pub quantity: Decimal,
    pub unit: String,
}

/// `cac:BasePrice`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Price {
    #[serde(with = "decimal")]
    pub amount: Decimal,
    /// The quantity that costs `amount`.
    #[serde(with = "decimal", default = "decimal::one")]
    pub per: Decimal,
    #[serde(with = "decimal::optional", default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Decimal>,
    #[serde(with = "decimal::optional", default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Decimal>,
}

/// `ValidRange`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Range {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thru: Option<Date>,
}

/// `cac:Party`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Party {
    /// A number that identifies it, such as a GLN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

/// `cac:Address`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Address {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Lines as they are printed: name, department, whatever has no field of its own.
    #[serde(default, deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    /// ISO 3166-1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}
