//! What the kinds of receipts are called, and what they can be searched by.

use ordergate_store::{ReceiptKind, Referred};

use super::UnsupportedQuery;

/// One kind, in the words of the schema.
#[derive(Debug)]
pub(crate) struct Names {
    pub kind: ReceiptKind,
    /// `...QueryResponse`
    pub found: &'static str,
    /// `...DetailsResponse`
    pub fetched: &'static str,
    pub header: &'static str,
    pub id: &'static str,
    pub criteria: &'static [Criterion],
}

/// An element of the search beside the range of days.
#[derive(Debug)]
pub(crate) struct Criterion {
    pub element: &'static str,
    pub what: Referred,
    /// What the profile says if it is not supported; there is no word for the criteria of offers.
    pub unsupported: Option<UnsupportedQuery>,
}

const fn by(element: &'static str, what: Referred, unsupported: UnsupportedQuery) -> Criterion {
    Criterion { element, what, unsupported: Some(unsupported) }
}

static OFFER: Names = Names {
    kind: ReceiptKind::Offer,
    found: "OfferQueryResponse",
    fetched: "OfferDetailsResponse",
    header: "OfferHeader",
    id: "OfferID",
    criteria: &[
        Criterion { element: "RequestReference", what: Referred::Request, unsupported: None },
        Criterion { element: "RequestDate", what: Referred::RequestDate, unsupported: None },
    ],
};

static ORDER_CONFIRMATION: Names = Names {
    kind: ReceiptKind::OrderConfirmation,
    found: "OrderConfirmationQueryResponse",
    fetched: "OrderConfirmationDetailsResponse",
    header: "OrderConfirmationHeader",
    id: "OrderConfirmationID",
    criteria: &[by("OrderID", Referred::Order, UnsupportedQuery::OrderConfirmationOrder)],
};

static DELIVERY_NOTE: Names = Names {
    kind: ReceiptKind::DeliveryNote,
    found: "DeliveryNoteQueryResponse",
    fetched: "DeliveryNoteDetailsResponse",
    header: "DeliveryNoteHeader",
    id: "DeliveryNoteID",
    criteria: &[
        by("OrderID", Referred::Order, UnsupportedQuery::DeliveryNoteOrder),
        by("OrderConfirmationID", Referred::OrderConfirmation, UnsupportedQuery::DeliveryNoteOrderConfirmation),
    ],
};

static INVOICE: Names = Names {
    kind: ReceiptKind::Invoice,
    found: "InvoiceInformationQueryResponse",
    fetched: "InvoiceInformationDetailsResponse",
    header: "InvoiceHeader",
    id: "InvoiceID",
    criteria: &[
        by("OrderID", Referred::Order, UnsupportedQuery::InvoiceOrder),
        by("OrderConfirmationID", Referred::OrderConfirmation, UnsupportedQuery::InvoiceOrderConfirmation),
        by("DeliveryNoteID", Referred::DeliveryNote, UnsupportedQuery::InvoiceDeliveryNote),
    ],
};

impl Names {
    pub(crate) const fn of(kind: ReceiptKind) -> &'static Self {
        match kind {
            ReceiptKind::Offer => &OFFER,
            ReceiptKind::OrderConfirmation => &ORDER_CONFIRMATION,
            ReceiptKind::DeliveryNote => &DELIVERY_NOTE,
            ReceiptKind::Invoice => &INVOICE,
        }
    }
}
