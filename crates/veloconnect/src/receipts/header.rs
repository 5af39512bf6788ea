//! The header of a receipt: what a search tells of it, kept apart from the document so that searches need not read that.

use jiff::civil::Date;
use ordergate_store::{ReceiptKind, Referred};
use ordergate_xml::XmlWriter;
use serde::{Deserialize, Serialize};

use super::document::{Document, Range};
use super::names::Names;
use super::write::write_range;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    issued: Date,
    description: Option<String>,
    valid: Option<Range>,
    request_reference: Option<String>,
    request_date: Option<Date>,
    orders: Vec<String>,
    order_confirmations: Vec<String>,
    delivery_notes: Vec<String>,
}

impl Header {
    /// `None` for what is no receipt.
    pub(crate) fn of(document: &Document) -> Option<Self> {
        let references = document.references();
        let ids = |what: Referred| references.iter().filter(|r| r.what == what).map(|r| r.id.clone()).collect();
        let (description, valid, request_reference, request_date) = match document {
            Document::Offer(offer) => {
                (&offer.description, offer.valid.clone(), offer.request_reference.clone(), offer.request_date)
            }
            Document::OrderConfirmation(confirmation) => (&confirmation.description, None, None, None),
            Document::DeliveryNote(note) => (&note.description, None, None, None),
            Document::Invoice(invoice) => (&invoice.description, None, None, None),
            Document::OrderRejection(_) => return None,
        };
        Some(Self {
            issued: document.issued()?,
            description: description.clone(),
            valid,
            request_reference,
            request_date,
            orders: ids(Referred::Order),
            order_confirmations: ids(Referred::OrderConfirmation),
            delivery_notes: ids(Referred::DeliveryNote),
        })
    }

    pub(crate) fn to_json(&self) -> Vec<u8> {
        // Serialising plain data into memory cannot fail.
        serde_json::to_vec(self).unwrap_or_default()
    }

    pub(crate) fn from_json(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    /// In the order of the schema; an OfferHeader has its reference before its date, and its description last.
    pub(crate) fn write(&self, w: &mut XmlWriter, names: &Names, id: &str) {
        w.start(names.header).leaf(names.id, id).leaf("cbc:IssueDate", &self.issued.to_string());
        if names.kind == ReceiptKind::Offer {
            if let Some(reference) = &self.request_reference {
                w.leaf("RequestReference", reference);
            }
            if let Some(date) = self.request_date {
                w.leaf("RequestDate", &date.to_string());
            }
            if let Some(range) = &self.valid {
                write_range(w, "ValidRange", range.from, range.thru);
            }
        }
        if let Some(description) = &self.description {
            w.leaf("Description", description);
        }
        let lists = [
            ("OrderID", &self.orders),
            ("OrderConfirmationID", &self.order_confirmations),
            ("DeliveryNoteID", &self.delivery_notes),
        ];
        for (name, ids) in lists {
            for id in ids {
                w.leaf(name, id);
            }
        }
        w.end();
    }
}
