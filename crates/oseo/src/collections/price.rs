//! What the products of a collection cost: table `[price]` of its file.

use rust_decimal::Decimal;

use super::{Component, Kind};
use crate::quotation::Unit;

/// A collection's price list. All amounts are in its unit.
#[derive(Debug, Clone)]
pub(crate) struct PriceList {
    pub unit: Unit,
    /// Nothing costs anything.
    pub free: bool,
    pub per_item: Decimal,
    /// Once for each order that has items of the collection.
    pub base_fee: Decimal,
    /// For each item of an order of priority FAST_TRACK.
    pub fast_track: Decimal,
    pub options: Vec<OptionSurcharge>,
    pub delivery: Vec<DeliverySurcharge>,
    /// `contractInformation` of the collection's items.
    pub contract: Option<String>,
}

/// For each item that is ordered with this value.
#[derive(Debug, Clone)]
pub(crate) struct OptionSurcharge {
    pub name: String,
    pub value: String,
    pub surcharge: Decimal,
}

/// For each item that is delivered in this way, and over this protocol or on this medium, if one is named.
#[derive(Debug, Clone)]
pub(crate) struct DeliverySurcharge {
    /// The element's name: `onlineDataAccess`, `onlineDataDelivery` or `mediaDelivery`.
    pub way: &'static str,
    pub word: Option<String>,
    pub surcharge: Decimal,
}

impl OptionSurcharge {
    /// Whether it is for this value of this option.
    pub fn is_for(&self, component: &Component, value: &str) -> bool {
        self.name == component.name && matches!(&component.kind, Kind::Scalar { scalar, .. } if scalar.same(&self.value, value))
    }
}

impl DeliverySurcharge {
    pub fn is_for(&self, way: &str, word: Option<&str>) -> bool {
        self.way == way && self.word.as_deref().is_none_or(|own| Some(own) == word)
    }
}
