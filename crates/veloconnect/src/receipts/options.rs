//! The section `[veloconnect.receipts]` of the configuration.

use serde::Deserialize;

use crate::options::OptionsError;

/// Settings of the receipt module.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct ReceiptOptions {
    /// The most headers that a search gives; a cut answer says so.
    pub list_max: usize,
    /// The most documents that are given at once.
    pub details_max: usize,
    /// Searches that the documents of this seller do not have the references for: said in the profile, and answered 404.
    pub unsupported_queries: Vec<UnsupportedQuery>,
    /// References of offers that all buyers should notice.
    pub special_request: Vec<SpecialRequest>,
}

impl Default for ReceiptOptions {
    fn default() -> Self {
        Self { list_max: 1000, details_max: 100, unsupported_queries: Vec::new(), special_request: Vec::new() }
    }
}

/// A search that may be missing (`UnsupportedQueryType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum UnsupportedQuery {
    #[serde(rename = "OrderConfirmation-OrderID")]
    OrderConfirmationOrder,
    #[serde(rename = "DeliveryNote-OrderID")]
    DeliveryNoteOrder,
    #[serde(rename = "Invoice-OrderID")]
    InvoiceOrder,
    #[serde(rename = "DeliveryNote-OrderConfirmationID")]
    DeliveryNoteOrderConfirmation,
    #[serde(rename = "Invoice-OrderConfirmationID")]
    InvoiceOrderConfirmation,
    #[serde(rename = "Invoice-DeliveryNoteID")]
    InvoiceDeliveryNote,
}

impl UnsupportedQuery {
    /// In the order of the schema's list.
    const ALL: [Self; 6] = [
        Self::OrderConfirmationOrder,
        Self::DeliveryNoteOrder,
        Self::InvoiceOrder,
        Self::DeliveryNoteOrderConfirmation,
        Self::InvoiceOrderConfirmation,
        Self::InvoiceDeliveryNote,
    ];

    pub const fn text(self) -> &'static str {
        match self {
            Self::OrderConfirmationOrder => "OrderConfirmation-OrderID",
            Self::DeliveryNoteOrder => "DeliveryNote-OrderID",
            Self::InvoiceOrder => "Invoice-OrderID",
            Self::DeliveryNoteOrderConfirmation => "DeliveryNote-OrderConfirmationID",
            Self::InvoiceOrderConfirmation => "Invoice-OrderConfirmationID",
            Self::InvoiceDeliveryNote => "Invoice-DeliveryNoteID",
        }
    }
}

/// `SpecialRequestReference`: a reference under which offers for everybody are found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct SpecialRequest {
    pub reference: String,
    pub description: String,
}

impl ReceiptOptions {
    pub(crate) fn supports(&self, query: UnsupportedQuery) -> bool {
        !self.unsupported_queries.contains(&query)
    }

    /// Each once, however often it is configured.
    pub(crate) fn unsupported(&self) -> impl Iterator<Item = UnsupportedQuery> {
        UnsupportedQuery::ALL.into_iter().filter(|query| !self.supports(*query))
    }

    pub(crate) fn validate(&self) -> Result<(), OptionsError> {
        for (name, number) in [("receipts.list_max", self.list_max), ("receipts.details_max", self.details_max)] {
            if number == 0 {
                return Err(OptionsError::Zero(name));
            }
        }
        for request in &self.special_request {
            for text in [&request.reference, &request.description] {
                if text.trim().is_empty() {
                    return Err(OptionsError::Empty("receipts.special_request"));
                }
                if !text.chars().all(crate::text::is_xml_char) {
                    return Err(OptionsError::Character("receipts.special_request"));
                }
            }
        }
        Ok(())
    }
}
