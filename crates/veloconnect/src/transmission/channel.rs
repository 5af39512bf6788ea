//! What the four transactions differ in.

use std::fmt;

use ordergate_engine::transaction::Kind;
use ordergate_xml::XmlWriter;
use serde_json::{Map, Value};

use super::field::Field;
use super::{sale_b2b, sale_b2x, stock_b2b, stock_b2c};

/// A line as it is stored: what was sent, flat, as JSON.
pub(crate) type Line = Map<String, Value>;

/// One of the four transactions.
pub(crate) struct Channel {
    pub kind: Kind,
    /// The profile's word for it.
    pub name: &'static str,
    pub line: &'static str,
    pub response: &'static str,
    pub status_response: &'static str,
    /// What is kept of a line.
    pub fields: &'static [Field],
    /// What a line is kept under; nothing if the line does not say what it is about.
    pub subject: fn(&Line) -> Option<String>,
    /// Why a line cannot be used, if so, beyond what the schema tells.
    pub problem: fn(&Line) -> Option<Problem>,
    /// Writes what became of a line.
    pub write: fn(&mut XmlWriter, &Line, Option<bool>),
}

/// Why a line is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Problem {
    /// It does not say what it is about.
    NoSubject,
    /// What it is about has a name too long to keep.
    LongSubject,
    /// It lacks what goods must have, and what services must have.
    NeitherGoodsNorService,
}

impl Problem {
    pub(crate) const fn english(self) -> &'static str {
        match self {
            Self::NoSubject => "no article number",
            Self::LongSubject => "the article number or ID is too long",
            Self::NeitherGoodsNorService => {
                "neither goods (article number, quantity) nor a service (classification, description, price)"
            }
        }
    }

    pub(crate) const fn german(self) -> &'static str {
        match self {
            Self::NoSubject => "keine Artikelnummer",
            Self::LongSubject => "Artikelnummer oder ID ist zu lang",
            Self::NeitherGoodsNorService => {
                "weder Ware (Artikelnummer, Menge) noch Dienstleistung (Klassifikation, Beschreibung, Preis)"
            }
        }
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Channel {
    pub(crate) const STOCK_B2B: &'static Self = &stock_b2b::CHANNEL;
    pub(crate) const STOCK_B2C: &'static Self = &stock_b2c::CHANNEL;
    pub(crate) const SALE_B2B: &'static Self = &sale_b2b::CHANNEL;
    pub(crate) const SALE_B2X: &'static Self = &sale_b2x::CHANNEL;

    /// The channel of a transaction; for others than these four there is none.
    pub(crate) const fn of(kind: Kind) -> Option<&'static Self> {
        match kind {
            Kind::B2BStock => Some(&stock_b2b::CHANNEL),
            Kind::B2CStock => Some(&stock_b2c::CHANNEL),
            Kind::B2BSale => Some(&sale_b2b::CHANNEL),
            Kind::B2XSale => Some(&sale_b2x::CHANNEL),
            Kind::Order | Kind::OrderInOnlineShop | Kind::TextSearch => None,
        }
    }
}

/// The text of a field; numbers are texts too.
pub(crate) fn text<'l>(line: &'l Line, key: &str) -> Option<&'l str> {
    line.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// The keys that the lines of a transaction may have, in the order of the schema.
pub fn columns(kind: Kind) -> Vec<&'static str> {
    Channel::of(kind).map(|channel| channel.fields.iter().map(|field| field.key).collect()).unwrap_or_default()
}
