//! The module order-1.1: items and the order transaction.

use ordergate_xml::schema::{
    ComplexType, Element, NORMALIZED_STRING, SimpleType, Type, choice, element, many, one, optional, sequence, some,
};

use super::transaction::{REQUEST_TYPE, RESPONSE_TYPE, TRANSACTION_REQUEST_TYPE, TRANSACTION_RESPONSE_TYPE};
use super::ubl;

pub const ORDER_1_1: &str = "urn:veloconnect:order-1.1";

const NS: &str = ORDER_1_1;

/// The requests that hold quantities, with the quantity as the schema has it or as lenient mode takes it.
macro_rules! requests {
    ($(#[$doc:meta])* $module:ident, $quantity:ident) => {
        $(#[$doc])*
        pub mod $module {
            use super::{
                ComplexType, Element, NS, REQUEST_TYPE, TRANSACTION_REQUEST_TYPE, Type, element, one, optional, some, ubl,
            };

            static LINE: ComplexType = ComplexType::anonymous().content(&[
                one(&ubl::SELLERS_ITEM_IDENTIFICATION),
                one(&ubl::$quantity),
                optional(&ubl::BUYERS_ITEM_IDENTIFICATION),
                optional(&ubl::DELIVERY_DATE),
                optional(&ubl::BACKLOG_INDICATOR),
            ]);
            pub static ORDER_REQUEST_LINE: Element = element(NS, "OrderRequestLine", Type::Complex(&LINE));
            static ENTRY: ComplexType =
                ComplexType::anonymous().content(&[one(&ubl::SELLERS_ITEM_IDENTIFICATION), optional(&ubl::$quantity)]);
            pub static REQUEST_ENTRY: Element = element(NS, "RequestEntry", Type::Complex(&ENTRY));

            static CREATE_ORDER: ComplexType =
                ComplexType::anonymous().extends(&REQUEST_TYPE).content(&[some(&ORDER_REQUEST_LINE)]);
            pub static CREATE_ORDER_REQUEST: Element = element(NS, "CreateOrderRequest", Type::Complex(&CREATE_ORDER));
            static UPDATE_ORDER: ComplexType =
                ComplexType::anonymous().extends(&TRANSACTION_REQUEST_TYPE).content(&[some(&ORDER_REQUEST_LINE)]);
            pub static UPDATE_ORDER_REQUEST: Element = element(NS, "UpdateOrderRequest", Type::Complex(&UPDATE_ORDER));
            static DETAILS: ComplexType = ComplexType::anonymous()
                .extends(&REQUEST_TYPE)
                .content(&[one(&ubl::SELLERS_ITEM_IDENTIFICATION), optional(&ubl::$quantity)]);
            pub static GET_ITEM_DETAILS_REQUEST: Element = element(NS, "GetItemDetailsRequest", Type::Complex(&DETAILS));
            static DETAILS_LIST: ComplexType =
                ComplexType::anonymous().extends(&REQUEST_TYPE).content(&[some(&REQUEST_ENTRY)]);
            pub static GET_ITEM_DETAILS_LIST_REQUEST: Element =
                element(NS, "GetItemDetailsListRequest", Type::Complex(&DETAILS_LIST));
        }
    };
}

requests!(
    /// As the schema has them.
    exact,
    QUANTITY
);
requests!(
    /// As lenient mode takes them: a quantity may lack its unit.
    tolerant,
    QUANTITY_WITHOUT_UNIT
);

pub static VIEW_ORDER_REQUEST: Element = element(NS, "ViewOrderRequest", Type::Complex(&TRANSACTION_REQUEST_TYPE));
pub static FINISH_ORDER_REQUEST: Element = element(NS, "FinishOrderRequest", Type::Complex(&TRANSACTION_REQUEST_TYPE));

pub static AVAILABILITY_CODE_TYPE: SimpleType = SimpleType::named(NS, "AvailabilityCodeType", &NORMALIZED_STRING).one_of(&[
    "available",
    "partially_available",
    "expecting_delivery",
    "not_available",
]);
static CODE: Element = element(NS, "Code", Type::Simple(&AVAILABILITY_CODE_TYPE));
static AVAILABLE_QUANTITY: Element = element(NS, "AvailableQuantity", Type::Complex(&ubl::QUANTITY_TYPE));
static EXPECTED_DELIVERY_DATE: Element = element(NS, "ExpectedDeliveryDate", Type::Complex(&ubl::DATE_TYPE));
pub static AVAILABILITY_TYPE: ComplexType = ComplexType::named(NS, "AvailabilityType").content(&[
    one(&CODE),
    optional(&AVAILABLE_QUANTITY),
    optional(&EXPECTED_DELIVERY_DATE),
    many(&ubl::ITEM_REPLACEMENT),
]);
pub static AVAILABILITY: Element = element(NS, "Availability", Type::Complex(&AVAILABILITY_TYPE));

static REPLACEMENT: ComplexType =
    ComplexType::anonymous().content(&[one(&ubl::SELLERS_ITEM_IDENTIFICATION), some(&ubl::ITEM_REPLACEMENT)]);
pub static REQUEST_REPLACEMENT: Element = element(NS, "RequestReplacement", Type::Complex(&REPLACEMENT));
static UNKNOWN: ComplexType = ComplexType::anonymous().content(&[one(&ubl::SELLERS_ITEM_IDENTIFICATION)]);
pub static ITEM_UNKNOWN: Element = element(NS, "ItemUnknown", Type::Complex(&UNKNOWN));

static RESPONSE_LINE: ComplexType = ComplexType::anonymous().content(&[
    one(&ubl::QUANTITY),
    one(&ubl::ITEM),
    one(&ubl::UNIT_PRICE),
    optional(&AVAILABILITY),
    optional(&ubl::DELIVERY_DATE),
    optional(&ubl::BACKLOG_INDICATOR),
]);
pub static ORDER_RESPONSE_LINE: Element = element(NS, "OrderResponseLine", Type::Complex(&RESPONSE_LINE));
static ORDER_RESPONSE_TYPE: ComplexType = ComplexType::anonymous().extends(&TRANSACTION_RESPONSE_TYPE).content(&[
    many(&ORDER_RESPONSE_LINE),
    many(&REQUEST_REPLACEMENT),
    many(&ITEM_UNKNOWN),
]);
pub static ORDER_RESPONSE: Element = element(NS, "OrderResponse", Type::Complex(&ORDER_RESPONSE_TYPE));

static ORDER_ID: Element = element(NS, "OrderID", Type::Simple(&NORMALIZED_STRING));
static HEADER: ComplexType = ComplexType::anonymous().content(&[one(&ORDER_ID), one(&ubl::ISSUE_DATE)]);
pub static ORDER_HEADER: Element = element(NS, "OrderHeader", Type::Complex(&HEADER));
static FINAL_ORDER_RESPONSE_TYPE: ComplexType =
    ComplexType::anonymous().extends(&TRANSACTION_RESPONSE_TYPE).content(&[one(&ORDER_HEADER), many(&ORDER_RESPONSE_LINE)]);
pub static FINAL_ORDER_RESPONSE: Element = element(NS, "FinalOrderResponse", Type::Complex(&FINAL_ORDER_RESPONSE_TYPE));

static DETAIL: ComplexType = ComplexType::anonymous().content(&[choice(&[
    sequence(&[one(&ubl::ITEM), optional(&AVAILABILITY)]),
    one(&REQUEST_REPLACEMENT),
    one(&ITEM_UNKNOWN),
])]);
pub static ITEM_DETAIL: Element = element(NS, "ItemDetail", Type::Complex(&DETAIL));
static DETAILS_RESPONSE: ComplexType = ComplexType::anonymous().extends(&RESPONSE_TYPE).content(&[choice(&[
    sequence(&[one(&ubl::ITEM), optional(&AVAILABILITY)]),
    one(&REQUEST_REPLACEMENT),
    one(&ITEM_UNKNOWN),
])]);
pub static GET_ITEM_DETAILS_RESPONSE: Element = element(NS, "GetItemDetailsResponse", Type::Complex(&DETAILS_RESPONSE));
static DETAILS_LIST_RESPONSE: ComplexType = ComplexType::anonymous().extends(&RESPONSE_TYPE).content(&[some(&ITEM_DETAIL)]);
pub static GET_ITEM_DETAILS_LIST_RESPONSE: Element =
    element(NS, "GetItemDetailsListResponse", Type::Complex(&DETAILS_LIST_RESPONSE));
