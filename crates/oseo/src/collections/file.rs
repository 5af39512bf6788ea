//! A collection's file as it is written: TOML keys, before anything is checked but their types.

use std::fmt;

use ordergate_engine::order::OrderKind;
use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

use super::price_file::PriceFile;

/// A collection.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
#[allow(clippy::struct_excessive_bools)] // each is a key of its own
pub struct CollectionFile {
    pub(super) id: String,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) default: bool,
    pub(super) identifier: Option<String>,
    #[serde(default = "yes")]
    pub(super) product: bool,
    #[serde(default)]
    pub(super) subscription: bool,
    #[serde(default)]
    pub(super) tasking: bool,
    #[serde(default)]
    pub(super) order_options: Vec<OrderOptionsFile>,
    pub(super) price: Option<PriceFile>,
}

const fn yes() -> bool {
    true
}

/// `[[order_options]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct OrderOptionsFile {
    pub id: String,
    pub description: Option<String>,
    #[serde(default)]
    pub order_type: OrderType,
    pub identifier: Option<String>,
    #[serde(default)]
    pub option: Vec<ComponentFile>,
    pub delivery: Option<DeliveryFile>,
    #[serde(default)]
    pub payment: Vec<PaymentFile>,
    #[serde(default)]
    pub scene_selection: Vec<SceneSelectionFile>,
    pub info_url: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub(super) enum OrderType {
    #[default]
    #[serde(rename = "PRODUCT_ORDER")]
    Product,
    #[serde(rename = "SUBSCRIPTION_ORDER")]
    Subscription,
    #[serde(rename = "TASKING_ORDER")]
    Tasking,
}

impl OrderType {
    pub const fn kind(self) -> OrderKind {
        match self {
            Self::Product => OrderKind::Product,
            Self::Subscription => OrderKind::Subscription,
            Self::Tasking => OrderKind::Tasking,
        }
    }
}

/// `[order_options.delivery]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct DeliveryFile {
    #[serde(default)]
    pub online_data_access: Vec<String>,
    #[serde(default)]
    pub online_data_delivery: Vec<String>,
    #[serde(default)]
    pub media_delivery: Vec<String>,
}

/// `[[order_options.payment]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct PaymentFile {
    pub method: String,
    pub info_url: Option<String>,
}

/// `[[order_options.scene_selection]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct SceneSelectionFile {
    pub name: Option<String>,
    pub description: Option<String>,
    #[serde(default)]
    pub parameter: Vec<ComponentFile>,
}

/// `[[order_options.option]]` and whatever else is a component. Which keys may stand together, `kind` says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct ComponentFile {
    pub name: String,
    pub kind: KindName,
    pub definition: Option<String>,
    pub label: Option<String>,
    pub description: Option<String>,
    pub grouping: Option<String>,
    pub required: Option<bool>,
    pub default: Option<Given>,
    pub values: Option<Vec<Word>>,
    pub pattern: Option<String>,
    pub intervals: Option<Vec<Given>>,
    pub uom: Option<String>,
    pub code_space: Option<String>,
    pub of: Option<Box<ComponentFile>>,
    pub min: Option<usize>,
    pub max: Option<usize>,
    pub field: Option<Vec<ComponentFile>>,
    pub item: Option<Vec<ComponentFile>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum KindName {
    Boolean,
    Text,
    Category,
    Count,
    CountRange,
    Quantity,
    QuantityRange,
    Time,
    TimeRange,
    List,
    Record,
    Choice,
}

impl KindName {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Text => "text",
            Self::Category => "category",
            Self::Count => "count",
            Self::CountRange => "count-range",
            Self::Quantity => "quantity",
            Self::QuantityRange => "quantity-range",
            Self::Time => "time",
            Self::TimeRange => "time-range",
            Self::List => "list",
            Self::Record => "record",
            Self::Choice => "choice",
        }
    }
}

/// A value as text, whether it was written as a string, a number or a truth value.
#[derive(Debug, Clone)]
pub(super) struct Word(pub String);

/// One word, or several.
#[derive(Debug, Clone)]
pub(super) enum Given {
    One(String),
    Several(Vec<String>),
}

struct GivenVisitor {
    several: bool,
}

impl<'de> Visitor<'de> for GivenVisitor {
    type Value = Given;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a number, true or false")?;
        if self.several { f.write_str(", or an array of them") } else { Ok(()) }
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Given, E> {
        Ok(Given::One(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Given, E> {
        Ok(Given::One(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Given, E> {
        Ok(Given::One(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Given, E> {
        Ok(Given::One(value.to_string()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Given, E> {
        Ok(Given::One(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Given, A::Error> {
        if !self.several {
            return Err(A::Error::invalid_type(serde::de::Unexpected::Seq, &self));
        }
        let mut words = Vec::new();
        while let Some(Word(word)) = items.next_element()? {
            words.push(word);
        }
        Ok(Given::Several(words))
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(GivenVisitor { several: false })? {
            Given::One(word) => Ok(Self(word)),
            // The visitor lets no array pass.
            Given::Several(words) => Ok(Self(words.concat())),
        }
    }
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(GivenVisitor { several: true })
    }
}
