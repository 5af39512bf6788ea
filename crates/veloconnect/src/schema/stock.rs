//! The modules stock-B2B-1.4 and stock-B2C-1.4, with what stock-1.4 gives to both: what retailers have.

use ordergate_xml::schema::{
    ANY_URI, BOOLEAN, ComplexType, Element, INTEGER, NORMALIZED_STRING, STRING, SimpleType, Type, element, one, optional,
    sequence, some,
};

use super::transaction::{REQUEST_TYPE, TRANSACTION_REQUEST_TYPE, TRANSACTION_RESPONSE_TYPE};
use super::ubl;

pub const STOCK_1_4: &str = "urn:veloconnect:stock-1.4";
pub const STOCK_B2B_1_4: &str = "urn:veloconnect:stock-B2B-1.4";
pub const STOCK_B2C_1_4: &str = "urn:veloconnect:stock-B2C-1.4";

pub static FREQUENCE_TYPE: SimpleType =
    SimpleType::named(STOCK_1_4, "FrequenceType", &NORMALIZED_STRING).one_of(&["Complete", "Incremental"]);
pub static AVAILABILITY_TYPE: SimpleType =
    SimpleType::named(STOCK_1_4, "AvailabilityType", &STRING).one_of(&["Available", "LimitedAvailable", "NotAvailable"]);

/// BIDEX: new, used, presentation article, test article, damaged.
pub static CONDITION_TYPE: SimpleType =
    SimpleType::named(STOCK_B2C_1_4, "ConditionType", &NORMALIZED_STRING).one_of(&["CO10", "CO20", "CO30", "CO40", "CO50"]);
/// BIDEX: no assembly required, by consumer possible, by specialist recommended, by specialist required, other.
pub static ASSEMBLY_CONDITION: SimpleType =
    SimpleType::named(STOCK_B2C_1_4, "AssemblyCondition", &NORMALIZED_STRING).one_of(&["AC10", "AC20", "AC30", "AC40", "AC90"]);
/// Declared, but of no element.
pub static SHIPPING_TYPE: SimpleType = SimpleType::named(STOCK_B2C_1_4, "ShippingType", &STRING).length(0, 256);
pub static SPECIAL_PRICE_NAME_TYPE: ComplexType =
    ComplexType::named(STOCK_B2C_1_4, "SpecialPriceNameType").extends(&ubl::NAME_TYPE);
pub static SPECIAL_PRICE_DATE_TYPE: ComplexType =
    ComplexType::named(STOCK_B2C_1_4, "SpecialPriceDateType").extends(&ubl::DATE_TYPE);

/// What both modules have alike: the answer to a transmission, and the question for its result.
macro_rules! frame {
    ($ns:expr, $response:literal, $status_request:literal, $status_response:literal, $result_line:ident) => {
        const NS: &str = $ns;

        static RESPONSE_CONTENT: ComplexType = ComplexType::anonymous().extends(&TRANSACTION_RESPONSE_TYPE);
        pub static RESPONSE: Element = element(NS, $response, Type::Complex(&RESPONSE_CONTENT));

        static START_INDEX: Element = element(NS, "StartIndex", Type::Simple(&INTEGER));
        static COUNT: Element = element(NS, "Count", Type::Simple(&INTEGER));
        static TOTAL_COUNT: Element = element(NS, "TotalCount", Type::Simple(&INTEGER));
        static DO_NOT_CLOSE: Element = element(NS, "DoNotClose", Type::Simple(&BOOLEAN));
        static STATUS_REQUEST_CONTENT: ComplexType = ComplexType::anonymous().extends(&TRANSACTION_REQUEST_TYPE).content(&[
            one(&START_INDEX),
            one(&COUNT),
            optional(&DO_NOT_CLOSE),
        ]);
        pub static STATUS_REQUEST: Element = element(NS, $status_request, Type::Complex(&STATUS_REQUEST_CONTENT));
        static STATUS_RESPONSE_CONTENT: ComplexType = ComplexType::anonymous().extends(&TRANSACTION_RESPONSE_TYPE).content(&[
            one(&START_INDEX),
            one(&COUNT),
            one(&TOTAL_COUNT),
            sequence(&[some(&$result_line)]).occurs(0, 1),
        ]);
        pub static STATUS_RESPONSE: Element = element(NS, $status_response, Type::Complex(&STATUS_RESPONSE_CONTENT));
    };
}
pub(super) use frame;

/// The request and its line, with the quantity as the schema has it or as lenient mode takes it.
macro_rules! request {
    ($module:ident, $request:literal, $line:literal, [$($content:expr),+]) => {
        pub mod $module {
            use super::*;

            static CREATE_DATE: Element = element(NS, "CreateDate", Type::Complex(&ubl::DATE_TIME_TYPE));
            static FREQUENCE: Element = element(NS, "Frequence", Type::Simple(&FREQUENCE_TYPE));
            static LINE_CONTENT: ComplexType = ComplexType::anonymous().content(&[$($content),+]);
            pub static LINE: Element = element(NS, $line, Type::Complex(&LINE_CONTENT));
            static REQUEST_CONTENT: ComplexType = ComplexType::anonymous().extends(&REQUEST_TYPE).content(&[
                one(&CREATE_DATE),
                one(&FREQUENCE),
                some(&LINE),
            ]);
            pub static REQUEST: Element = element(NS, $request, Type::Complex(&REQUEST_CONTENT));
        }
    };
}

/// stock-B2B-1.4: to the supplier.
#[allow(clippy::wildcard_imports)] // what the macros name
pub mod b2b {
    use super::*;

    frame!(
        STOCK_B2B_1_4,
        "StockTransmitB2BResponse",
        "GetItemStatusStockTransmitB2BRequest",
        "GetItemStatusStockTransmitB2BResponse",
        RESULT_LINE
    );

    static AVAILABILITY: Element = element(NS, "Availability", Type::Simple(&AVAILABILITY_TYPE));
    static AVAILABLE: Element = element(NS, "Available", Type::Simple(&BOOLEAN));
    static RESULT: ComplexType = ComplexType::anonymous().content(&[
        one(&ubl::SELLERS_ITEM_IDENTIFICATION),
        optional(&ubl::BUYERS_ITEM_IDENTIFICATION),
        optional(&AVAILABLE),
    ]);
    pub static RESULT_LINE: Element = element(NS, "StockTransmitB2BResponseLine", Type::Complex(&RESULT));

    request!(
        exact,
        "StockTransmitB2BRequest",
        "StockTransmitB2BLine",
        [
            one(&ubl::SELLERS_ITEM_IDENTIFICATION),
            optional(&ubl::BUYERS_ITEM_IDENTIFICATION),
            optional(&ubl::QUANTITY),
            one(&AVAILABILITY)
        ]
    );
    request!(
        tolerant,
        "StockTransmitB2BRequest",
        "StockTransmitB2BLine",
        [
            one(&ubl::SELLERS_ITEM_IDENTIFICATION),
            optional(&ubl::BUYERS_ITEM_IDENTIFICATION),
            optional(&ubl::QUANTITY_WITHOUT_UNIT),
            one(&AVAILABILITY)
        ]
    );
}

/// stock-B2C-1.4: to market places and web shops.
#[allow(clippy::wildcard_imports)] // what the macros name
pub mod b2c {
    use super::*;

    frame!(
        STOCK_B2C_1_4,
        "StockTransmitB2CResponse",
        "GetItemStatusStockTransmitB2CRequest",
        "GetItemStatusStockTransmitB2CResponse",
        RESULT_LINE
    );

    pub static MARKET_PLACE_ITEM_IDENTIFICATION: Element =
        element(NS, "MarketPlaceItemIdentification", Type::Complex(&ubl::ITEM_IDENTIFICATION_TYPE));
    pub static SPECIAL_PRICE: Element = element(NS, "SpecialPrice", Type::Complex(&ubl::BASE_PRICE_TYPE));
    static AVAILABILITY: Element = element(NS, "Availability", Type::Simple(&AVAILABILITY_TYPE));
    static SPECIAL_PRICE_NAME: Element = element(NS, "SpecialPriceName", Type::Complex(&SPECIAL_PRICE_NAME_TYPE));
    static SPECIAL_PRICE_START: Element = element(NS, "SpecialPriceStart", Type::Complex(&SPECIAL_PRICE_DATE_TYPE));
    static SPECIAL_PRICE_END: Element = element(NS, "SpecialPriceEnd", Type::Complex(&SPECIAL_PRICE_DATE_TYPE));
    static SHIPPING: Element = element(NS, "Shipping", Type::Complex(&ubl::BASE_PRICE_TYPE));
    static TAX_CATEGORY: Element = element(NS, "TaxCategory", Type::Complex(&ubl::TAX_CATEGORY_TYPE));
    static ORDERABLE: Element = element(NS, "Orderable", Type::Simple(&BOOLEAN));
    static URL: Element = element(NS, "Url", Type::Simple(&ANY_URI));
    static DELIVERY_MIN: Element = element(NS, "DeliveryMin", Type::Simple(&INTEGER));
    static DELIVERY_MAX: Element = element(NS, "DeliveryMax", Type::Simple(&INTEGER));
    static ASSEMBLY: Element = element(NS, "Assembly", Type::Simple(&ASSEMBLY_CONDITION));
    static CONDITION: Element = element(NS, "Condition", Type::Simple(&CONDITION_TYPE));
    static AVAILABLE: Element = element(NS, "Available", Type::Simple(&BOOLEAN));
    static RESULT: ComplexType = ComplexType::anonymous().content(&[
        optional(&ubl::STANDARD_ITEM_IDENTIFICATION),
        optional(&ubl::MANUFACTURERS_ITEM_IDENTIFICATION),
        optional(&MARKET_PLACE_ITEM_IDENTIFICATION),
        optional(&ubl::BUYERS_ITEM_IDENTIFICATION),
        optional(&AVAILABLE),
    ]);
    pub static RESULT_LINE: Element = element(NS, "StockTransmitB2CResponseLine", Type::Complex(&RESULT));

    macro_rules! line {
        ($module:ident, $quantity:ident) => {
            request!(
                $module,
                "StockTransmitB2CRequest",
                "StockTransmitB2CLine",
                [
                    optional(&ubl::STANDARD_ITEM_IDENTIFICATION),
                    optional(&ubl::MANUFACTURERS_ITEM_IDENTIFICATION),
                    optional(&MARKET_PLACE_ITEM_IDENTIFICATION),
                    optional(&ubl::BUYERS_ITEM_IDENTIFICATION),
                    optional(&ubl::$quantity),
                    optional(&AVAILABILITY),
                    optional(&ubl::BASE_PRICE),
                    optional(&SPECIAL_PRICE),
                    optional(&SPECIAL_PRICE_NAME),
                    optional(&SPECIAL_PRICE_START),
                    optional(&SPECIAL_PRICE_END),
                    optional(&SHIPPING),
                    optional(&TAX_CATEGORY),
                    optional(&ORDERABLE),
                    optional(&URL),
                    optional(&DELIVERY_MIN),
                    optional(&DELIVERY_MAX),
                    optional(&ASSEMBLY),
                    optional(&CONDITION)
                ]
            );
        };
    }
    line!(exact, QUANTITY);
    line!(tolerant, QUANTITY_WITHOUT_UNIT);
}
