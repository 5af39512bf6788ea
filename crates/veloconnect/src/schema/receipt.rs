//! The module receipt-1.3: offers, order confirmations, delivery notes and invoices, searched for and fetched.

use ordergate_xml::schema::{
    ANY_URI, Attribute, ComplexType, Element, NORMALIZED_STRING, SimpleType, Type, element, many, one, optional, some,
};

use super::transaction::{REQUEST_TYPE, RESPONSE_TYPE};
use super::ubl;

pub const RECEIPT_1_3: &str = "urn:veloconnect:receipt-1.3";

const NS: &str = RECEIPT_1_3;

const fn text(name: &'static str) -> Element {
    element(NS, name, Type::Simple(&NORMALIZED_STRING))
}

static FROM_DATE: Element = element(NS, "FromDate", Type::Complex(&ubl::DATE_TYPE));
static THRU_DATE: Element = element(NS, "ThruDate", Type::Complex(&ubl::DATE_TYPE));
pub static DATE_RANGE_TYPE: ComplexType =
    ComplexType::named(NS, "DateRangeType").content(&[optional(&FROM_DATE), optional(&THRU_DATE)]);
pub static DATE_RANGE: Element = element(NS, "DateRange", Type::Complex(&DATE_RANGE_TYPE));
static VALID_RANGE: Element = element(NS, "ValidRange", Type::Complex(&DATE_RANGE_TYPE));

static OFFER_ID: Element = text("OfferID");
static ORDER_CONFIRMATION_ID: Element = text("OrderConfirmationID");
static DELIVERY_NOTE_ID: Element = text("DeliveryNoteID");
static INVOICE_ID: Element = text("InvoiceID");
static ORDER_ID: Element = text("OrderID");
static UNKNOWN_ID: Element = text("UnknownID");
static REQUEST_REFERENCE: Element = text("RequestReference");
static REQUEST_DATE: Element = element(NS, "RequestDate", Type::Complex(&ubl::DATE_TYPE));
static DESCRIPTION: Element = text("Description");

macro_rules! queries {
    ($($module:ident: $query:literal [$($criterion:expr),+], $header:ident, $details:literal $ids:expr, $document:ident;)+) => {$(
        #[doc = concat!($query, " and ", $details, ", requests and responses.")]
        pub mod $module {
            use super::*;

            static QUERY: ComplexType =
                ComplexType::anonymous().extends(&REQUEST_TYPE).content(&[optional(&DATE_RANGE), $($criterion),+]);
            pub static QUERY_REQUEST: Element = element(NS, concat!($query, "Request"), Type::Complex(&QUERY));
            static FOUND: ComplexType =
                ComplexType::anonymous().extends(&RESPONSE_TYPE).content(&[optional(&DATE_RANGE), many(&$header)]);
            pub static QUERY_RESPONSE: Element = element(NS, concat!($query, "Response"), Type::Complex(&FOUND));
            static DETAILS: ComplexType = ComplexType::anonymous().extends(&REQUEST_TYPE).content(&[$ids]);
            pub static DETAILS_REQUEST: Element = element(NS, concat!($details, "Request"), Type::Complex(&DETAILS));
            static FETCHED: ComplexType =
                ComplexType::anonymous().extends(&RESPONSE_TYPE).content(&[many(&$document), many(&UNKNOWN_ID)]);
            pub static DETAILS_RESPONSE: Element = element(NS, concat!($details, "Response"), Type::Complex(&FETCHED));
        }
    )+};
}

queries! {
    offer: "OfferQuery" [optional(&REQUEST_REFERENCE), optional(&REQUEST_DATE)], OFFER_HEADER,
        "OfferDetails" some(&OFFER_ID), OFFER;
    // The schema lets an OrderConfirmationDetailsRequest, and no other, name no id.
    order_confirmation: "OrderConfirmationQuery" [many(&ORDER_ID)], ORDER_CONFIRMATION_HEADER,
        "OrderConfirmationDetails" many(&ORDER_CONFIRMATION_ID), ORDER_CONFIRMATION;
    delivery_note: "DeliveryNoteQuery" [many(&ORDER_ID), many(&ORDER_CONFIRMATION_ID)], DELIVERY_NOTE_HEADER,
        "DeliveryNoteDetails" some(&DELIVERY_NOTE_ID), DELIVERY_NOTE;
    invoice: "InvoiceInformationQuery" [many(&ORDER_ID), many(&ORDER_CONFIRMATION_ID), many(&DELIVERY_NOTE_ID)], INVOICE_HEADER,
        "InvoiceInformationDetails" some(&INVOICE_ID), INVOICE;
}

// The header has RequestReference before RequestDate, the offer itself after it, and each has Description in another place.
static OFFER_HEADER_TYPE: ComplexType = ComplexType::anonymous().content(&[
    one(&OFFER_ID),
    one(&ubl::ISSUE_DATE),
    optional(&REQUEST_REFERENCE),
    optional(&REQUEST_DATE),
    optional(&VALID_RANGE),
    optional(&DESCRIPTION),
]);
pub static OFFER_HEADER: Element = element(NS, "OfferHeader", Type::Complex(&OFFER_HEADER_TYPE));
static OFFER_TYPE: ComplexType = ComplexType::anonymous().content(&[
    one(&OFFER_ID),
    one(&ubl::ISSUE_DATE),
    optional(&REQUEST_DATE),
    optional(&REQUEST_REFERENCE),
    optional(&VALID_RANGE),
    optional(&ubl::PARTY),
    optional(&DESCRIPTION),
    optional(&OFFER_URL),
    some(&ubl::ITEM),
]);
pub static OFFER: Element = element(NS, "Offer", Type::Complex(&OFFER_TYPE));
static OFFER_URL: Element = element(NS, "OfferURL", Type::Simple(&ANY_URI));

static ORDER_CONFIRMATION_HEADER_TYPE: ComplexType = ComplexType::anonymous().content(&[
    one(&ORDER_CONFIRMATION_ID),
    one(&ubl::ISSUE_DATE),
    optional(&DESCRIPTION),
    many(&ORDER_ID),
]);
pub static ORDER_CONFIRMATION_HEADER: Element =
    element(NS, "OrderConfirmationHeader", Type::Complex(&ORDER_CONFIRMATION_HEADER_TYPE));
static ORDER_CONFIRMATION_TYPE: ComplexType = ComplexType::anonymous().content(&[
    one(&ORDER_CONFIRMATION_ID),
    one(&ubl::ISSUE_DATE),
    optional(&DESCRIPTION),
    optional(&ubl::PARTY),
    some(&LINE_ITEM),
]);
pub static ORDER_CONFIRMATION: Element = element(NS, "OrderConfirmation", Type::Complex(&ORDER_CONFIRMATION_TYPE));

static DELIVERY_NOTE_HEADER_TYPE: ComplexType = ComplexType::anonymous().content(&[
    one(&DELIVERY_NOTE_ID),
    one(&ubl::ISSUE_DATE),
    optional(&DESCRIPTION),
    many(&ORDER_ID),
    many(&ORDER_CONFIRMATION_ID),
]);
pub static DELIVERY_NOTE_HEADER: Element = element(NS, "DeliveryNoteHeader", Type::Complex(&DELIVERY_NOTE_HEADER_TYPE));
static TRACKING_URL: Element = element(NS, "TrackingURL", Type::Simple(&ANY_URI));
static DELIVERY_NOTE_TYPE: ComplexType = ComplexType::anonymous().content(&[
    one(&DELIVERY_NOTE_ID),
    one(&ubl::ISSUE_DATE),
    optional(&DESCRIPTION),
    many(&TRACKING_URL),
    optional(&ubl::PARTY),
    optional(&ubl::DELIVERY_ADDRESS),
    some(&LINE_ITEM),
]);
pub static DELIVERY_NOTE: Element = element(NS, "DeliveryNote", Type::Complex(&DELIVERY_NOTE_TYPE));

static INVOICE_HEADER_TYPE: ComplexType = ComplexType::anonymous().content(&[
    one(&INVOICE_ID),
    one(&ubl::ISSUE_DATE),
    optional(&DESCRIPTION),
    many(&ORDER_ID),
    many(&ORDER_CONFIRMATION_ID),
    many(&DELIVERY_NOTE_ID),
]);
pub static INVOICE_HEADER: Element = element(NS, "InvoiceHeader", Type::Complex(&INVOICE_HEADER_TYPE));
static INVOICE_URL: Element = element(NS, "InvoiceURL", Type::Simple(&ANY_URI));
static GROSS_SUM: Element = element(NS, "GrossSum", Type::Complex(&ubl::PRICE_AMOUNT_TYPE));
static NET_SUM: Element = element(NS, "NetSum", Type::Complex(&ubl::PRICE_AMOUNT_TYPE));
static VAT: Element = element(NS, "VAT", Type::Complex(&ubl::TAX_SUB_TOTAL_TYPE));
static INVOICE_TYPE: ComplexType = ComplexType::anonymous().content(&[
    one(&INVOICE_ID),
    one(&ubl::ISSUE_DATE),
    optional(&DESCRIPTION),
    optional(&INVOICE_URL),
    optional(&ubl::PARTY),
    one(&GROSS_SUM),
    one(&NET_SUM),
    some(&VAT),
    some(&LINE_ITEM),
]);
pub static INVOICE: Element = element(NS, "Invoice", Type::Complex(&INVOICE_TYPE));

static REFERENCE_ID: Element = text("ID");
static LINE_ID: Element = text("LineID");
pub static LINE_REFERENCE_TYPE: ComplexType =
    ComplexType::named(NS, "LineReferenceType").content(&[one(&REFERENCE_ID), optional(&LINE_ID)]);
static LINE_ORDER: Element = element(NS, "OrderID", Type::Complex(&LINE_REFERENCE_TYPE));
static LINE_ORDER_CONFIRMATION: Element = element(NS, "OrderConfirmationID", Type::Complex(&LINE_REFERENCE_TYPE));
static LINE_DELIVERY_NOTE: Element = element(NS, "DeliveryNoteID", Type::Complex(&LINE_REFERENCE_TYPE));
static UNIT_PRICE: Element = element(NS, "UnitPrice", Type::Complex(&ubl::PRICE_AMOUNT_TYPE));
static LINE_PRICE: Element = element(NS, "LinePrice", Type::Complex(&ubl::PRICE_AMOUNT_TYPE));
static LINE_ITEM_TYPE: ComplexType = ComplexType::anonymous().content(&[
    one(&LINE_ID),
    optional(&LINE_ORDER),
    optional(&LINE_ORDER_CONFIRMATION),
    optional(&LINE_DELIVERY_NOTE),
    optional(&ubl::DELIVERY_DATE),
    one(&ubl::QUANTITY),
    one(&ubl::ITEM),
    many(&ITEM_INSTANCE),
    one(&UNIT_PRICE),
    one(&LINE_PRICE),
]);
pub static LINE_ITEM: Element = element(NS, "LineItem", Type::Complex(&LINE_ITEM_TYPE));

/// What a serial number is of.
pub const SERIAL_KINDS: &[&str] = &[
    "FrameNumber",
    "SerialNumber",
    "SerialNumberDisplay",
    "SerialNumberBattery",
    "SerialNumberMotor",
    "SerialNumberGearHub",
    "KeyNumberFrameLock",
    "KeyNumberBattery",
    "Other",
];
pub static SERIAL_ID_KIND: SimpleType = SimpleType::named(NS, "SerialIDKind", &NORMALIZED_STRING).one_of(SERIAL_KINDS);
pub static SERIAL_ID_TYPE: ComplexType = ComplexType::named(NS, "SerialIDType")
    .text(&NORMALIZED_STRING)
    .attributes(&[Attribute::required("kind", &SERIAL_ID_KIND), Attribute::optional("description", &NORMALIZED_STRING)]);
static SERIAL_ID: Element = element(NS, "SerialID", Type::Complex(&SERIAL_ID_TYPE));
static ITEM_INSTANCE_TYPE: ComplexType = ComplexType::anonymous().content(&[many(&SERIAL_ID)]);
pub static ITEM_INSTANCE: Element = element(NS, "ItemInstance", Type::Complex(&ITEM_INSTANCE_TYPE));
