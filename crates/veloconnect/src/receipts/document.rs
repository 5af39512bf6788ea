//! Receipts as the seller's own system hands them over: JSON, typed. `docs/erp.md` describes it field by field.

use jiff::civil::Date;
use ordergate_store::{ReceiptKind, Reference, Referred};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::decimal;
pub use super::parts::{Address, Instance, Item, Line, LineReference, Manufacturer, Pack, Party, Price, Range, Serial, Vat};
use super::parts::{lines, list};

/// A document of the seller's system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Document {
    Offer(Offer),
    OrderConfirmation(OrderConfirmation),
    DeliveryNote(DeliveryNote),
    Invoice(Invoice),
    /// No receipt, but the word that an order, or some lines of it, will not be delivered.
    OrderRejection(OrderRejection),
}

/// `Offer`: articles at the prices that are offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Offer {
    /// The buyer's login name: the BuyersID.
    pub buyer: String,
    pub id: String,
    pub issued: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_date: Option<Date>,
    /// The buyer's own name for the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_reference: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<Range>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<Party>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// ISO 4217, of all amounts.
    pub currency: String,
    #[serde(deserialize_with = "lines")]
    pub items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrderConfirmation {
    pub buyer: String,
    pub id: String,
    pub issued: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<Party>,
    pub currency: String,
    #[serde(deserialize_with = "lines")]
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeliveryNote {
    pub buyer: String,
    pub id: String,
    pub issued: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where the parcels can be followed.
    #[serde(default, deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub tracking_urls: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<Party>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_address: Option<Address>,
    pub currency: String,
    #[serde(deserialize_with = "lines")]
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Invoice {
    pub buyer: String,
    pub id: String,
    pub issued: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where the invoice itself can be fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<Party>,
    pub currency: String,
    #[serde(with = "decimal")]
    pub gross_sum: Decimal,
    #[serde(with = "decimal")]
    pub net_sum: Decimal,
    #[serde(deserialize_with = "list")]
    pub vat: Vec<Vat>,
    #[serde(deserialize_with = "lines")]
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrderRejection {
    pub buyer: String,
    /// Our number of the order (`OrderID`).
    pub order: String,
    /// Shown to whoever asks what became of the order.
    pub reason: String,
    /// Article numbers; all lines if there are none.
    #[serde(default, deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub articles: Vec<String>,
}

impl Document {
    pub fn buyer(&self) -> &str {
        match self {
            Self::Offer(of) => &of.buyer,
            Self::OrderConfirmation(of) => &of.buyer,
            Self::DeliveryNote(of) => &of.buyer,
            Self::Invoice(of) => &of.buyer,
            Self::OrderRejection(of) => &of.buyer,
        }
    }

    /// Its own number; a rejection has that of its order.
    pub fn id(&self) -> &str {
        match self {
            Self::Offer(of) => &of.id,
            Self::OrderConfirmation(of) => &of.id,
            Self::DeliveryNote(of) => &of.id,
            Self::Invoice(of) => &of.id,
            Self::OrderRejection(of) => &of.order,
        }
    }

    /// As the JSON calls it.
    pub const fn kind_name(&self) -> &'static str {
        match self {
            Self::Offer(_) => "offer",
            Self::OrderConfirmation(_) => "orderConfirmation",
            Self::DeliveryNote(_) => "deliveryNote",
            Self::Invoice(_) => "invoice",
            Self::OrderRejection(_) => "orderRejection",
        }
    }

    /// What it is kept as; a rejection is not.
    pub const fn receipt(&self) -> Option<ReceiptKind> {
        match self {
            Self::Offer(_) => Some(ReceiptKind::Offer),
            Self::OrderConfirmation(_) => Some(ReceiptKind::OrderConfirmation),
            Self::DeliveryNote(_) => Some(ReceiptKind::DeliveryNote),
            Self::Invoice(_) => Some(ReceiptKind::Invoice),
            Self::OrderRejection(_) => None,
        }
    }

    pub const fn issued(&self) -> Option<Date> {
        match self {
            Self::Offer(of) => Some(of.issued),
            Self::OrderConfirmation(of) => Some(of.issued),
            Self::DeliveryNote(of) => Some(of.issued),
            Self::Invoice(of) => Some(of.issued),
            Self::OrderRejection(_) => None,
        }
    }

    pub fn lines(&self) -> &[Line] {
        match self {
            Self::OrderConfirmation(of) => &of.lines,
            Self::DeliveryNote(of) => &of.lines,
            Self::Invoice(of) => &of.lines,
            Self::Offer(_) | Self::OrderRejection(_) => &[],
        }
    }

    /// As it is kept.
    pub(super) fn to_json(&self) -> Vec<u8> {
        // Serialising plain data into memory cannot fail.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The orders that it names, each once.
    pub(super) fn orders(&self) -> Vec<String> {
        match self {
            Self::OrderRejection(rejection) => vec![rejection.order.clone()],
            _ => self.references().into_iter().filter(|r| r.what == Referred::Order).map(|r| r.id).collect(),
        }
    }

    /// By what it is found, each once, in the order of its lines.
    pub fn references(&self) -> Vec<Reference> {
        let mut all: Vec<Reference> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        let mut add = |what, id: &str| {
            let reference = Reference { what, id: id.to_owned() };
            if seen.insert(reference.clone()) {
                all.push(reference);
            }
        };
        if let Self::Offer(offer) = self {
            if let Some(id) = &offer.request_reference {
                add(Referred::Request, id);
            }
            if let Some(date) = offer.request_date {
                add(Referred::RequestDate, &date.to_string());
            }
        }
        let kind = self.receipt();
        for line in self.lines() {
            let named = [
                (Referred::Order, &line.order),
                (Referred::OrderConfirmation, &line.order_confirmation),
                (Referred::DeliveryNote, &line.delivery_note),
            ];
            for (what, reference) in named {
                if let Some(reference) = reference.as_ref().filter(|_| kind.is_some_and(|kind| may_refer(kind, what))) {
                    add(what, &reference.id);
                }
            }
        }
        all
    }
}

/// What the header of a kind of receipt can name (and a search for it can ask for).
pub(crate) const fn may_refer(kind: ReceiptKind, what: Referred) -> bool {
    match kind {
        ReceiptKind::Offer => matches!(what, Referred::Request | Referred::RequestDate),
        ReceiptKind::OrderConfirmation => matches!(what, Referred::Order),
        ReceiptKind::DeliveryNote => matches!(what, Referred::Order | Referred::OrderConfirmation),
        ReceiptKind::Invoice => matches!(what, Referred::Order | Referred::OrderConfirmation | Referred::DeliveryNote),
    }
}
