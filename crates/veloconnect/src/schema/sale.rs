//! The modules sale-B2B-1.6 and sale-B2X-1.6, with what sale-1.6 gives to both: what retailers have sold.

use ordergate_xml::schema::{
    Attribute, BOOLEAN, ComplexType, DECIMAL, Element, INTEGER, NORMALIZED_STRING, SimpleType, Type, element, many, one,
    optional, sequence, some,
};

use super::stock::frame;
use super::transaction::{REQUEST_TYPE, TRANSACTION_REQUEST_TYPE, TRANSACTION_RESPONSE_TYPE};
use super::ubl;

pub const SALE_1_6: &str = "urn:veloconnect:sale-1.6";
pub const SALE_B2B_1_6: &str = "urn:veloconnect:sale-B2B-1.6";
pub const SALE_B2X_1_6: &str = "urn:veloconnect:sale-B2X-1.6";

pub static SALES_CHANNEL_TYPE: SimpleType =
    SimpleType::named(SALE_1_6, "SalesChannelType", &NORMALIZED_STRING).one_of(&["RETAIL", "ONLINE", "LEASING", "PARTNER"]);
pub static BIDEX_PRODUCT_GROUP_KEY_TYPE: SimpleType =
    SimpleType::named(SALE_1_6, "BidexProductGroupKeyType", &INTEGER).total_digits(6);

/// sale-B2B-1.6: to the supplier.
pub mod b2b {
    use super::{
        Attribute, BOOLEAN, ComplexType, DECIMAL, Element, INTEGER, NORMALIZED_STRING, REQUEST_TYPE, SALE_B2B_1_6,
        SALES_CHANNEL_TYPE, SimpleType, TRANSACTION_REQUEST_TYPE, TRANSACTION_RESPONSE_TYPE, Type, element, frame, many, one,
        optional, sequence, some, ubl,
    };

    frame!(
        SALE_B2B_1_6,
        "SaleTransmitB2BResponse",
        "GetStatusSaleTransmitB2BRequest",
        "GetStatusSaleTransmitB2BResponse",
        RESULT_LINE
    );

    pub static QUANTITY_FRACTION_TYPE: SimpleType = SimpleType::named(NS, "QuantityFractionType", &DECIMAL).fraction_digits(4);
    /// `SerialIDKind` of receipt-1.3.
    static SERIAL_ID_KIND: SimpleType = SimpleType::of(&NORMALIZED_STRING).one_of(&[
        "FrameNumber",
        "SerialNumber",
        "SerialNumberDisplay",
        "SerialNumberBattery",
        "SerialNumberMotor",
        "SerialNumberGearHub",
        "KeyNumberFrameLock",
        "KeyNumberBattery",
        "Other",
    ]);

    static ID: Element = element(NS, "ID", Type::Simple(&NORMALIZED_STRING));
    static QUANTITY_FRACTION: Element = element(NS, "QuantityFraction", Type::Simple(&QUANTITY_FRACTION_TYPE));
    static SALE_DATE: Element = element(NS, "SaleDate", Type::Complex(&ubl::DATE_TIME_TYPE));
    static DOCUMENT_NUMBER: Element = element(NS, "DocumentNumber", Type::Simple(&NORMALIZED_STRING));
    static SALES_PRICE_GROSS: Element = element(NS, "SalesPriceGross", Type::Complex(&ubl::PRICE_AMOUNT_TYPE));
    static SALES_PRICE_NET: Element = element(NS, "SalesPriceNet", Type::Complex(&ubl::PRICE_AMOUNT_TYPE));
    static POSTAL_CODE: Element = element(NS, "PostalCode", Type::Complex(&ubl::ZONE_TYPE));
    static SALES_CHANNEL: Element = element(NS, "SalesChannel", Type::Simple(&SALES_CHANNEL_TYPE));
    static SERIAL: ComplexType = ComplexType::anonymous()
        .text(&NORMALIZED_STRING)
        .attributes(&[Attribute::required("kind", &SERIAL_ID_KIND), Attribute::optional("description", &NORMALIZED_STRING)]);
    pub static SERIAL_ID: Element = element(NS, "SerialID", Type::Complex(&SERIAL));
    static SERIALS: ComplexType = ComplexType::anonymous().content(&[many(&SERIAL_ID)]);
    pub static SERIAL_NUMBERS: Element = element(NS, "SerialNumbers", Type::Complex(&SERIALS));

    static SALE: ComplexType = ComplexType::anonymous().content(&[
        one(&ID),
        one(&ubl::SELLERS_ITEM_IDENTIFICATION),
        optional(&ubl::BUYERS_ITEM_IDENTIFICATION),
        one(&QUANTITY_FRACTION),
        one(&SALE_DATE),
        optional(&DOCUMENT_NUMBER),
        optional(&SALES_PRICE_GROSS),
        optional(&SALES_PRICE_NET),
        optional(&POSTAL_CODE),
        optional(&SERIAL_NUMBERS),
        optional(&SALES_CHANNEL),
    ]);
    pub static LINE: Element = element(NS, "SaleTransmitB2BLine", Type::Complex(&SALE));
    static CREATE_DATE: Element = element(NS, "CreateDate", Type::Complex(&ubl::DATE_TIME_TYPE));
    static REQUEST_CONTENT: ComplexType =
        ComplexType::anonymous().extends(&REQUEST_TYPE).content(&[one(&CREATE_DATE), some(&LINE)]);
    pub static REQUEST: Element = element(NS, "SaleTransmitB2BRequest", Type::Complex(&REQUEST_CONTENT));

    static RESULT: ComplexType = ComplexType::anonymous().content(&[
        one(&ID),
        one(&ubl::SELLERS_ITEM_IDENTIFICATION),
        optional(&ubl::BUYERS_ITEM_IDENTIFICATION),
        one(&QUANTITY_FRACTION),
        one(&SALE_DATE),
    ]);
    pub static RESULT_LINE: Element = element(NS, "SaleTransmitB2BResponseLine", Type::Complex(&RESULT));
}

/// sale-B2X-1.6: to a third party.
pub mod b2x {
    use super::{
        BIDEX_PRODUCT_GROUP_KEY_TYPE, BOOLEAN, ComplexType, Element, INTEGER, NORMALIZED_STRING, REQUEST_TYPE, SALE_B2X_1_6,
        SALES_CHANNEL_TYPE, TRANSACTION_REQUEST_TYPE, TRANSACTION_RESPONSE_TYPE, Type, element, frame, one, optional, sequence,
        some, ubl,
    };

    frame!(
        SALE_B2X_1_6,
        "SaleTransmitB2XResponse",
        "GetStatusSaleTransmitB2XRequest",
        "GetStatusSaleTransmitB2XResponse",
        RESULT_LINE
    );

    static ID: Element = element(NS, "ID", Type::Simple(&NORMALIZED_STRING));
    static DESCRIPTION: Element = element(NS, "Description", Type::Complex(&ubl::DESCRIPTION_TYPE));
    static GROUP_KEY: Element = element(NS, "BidexProductGroupKey", Type::Simple(&BIDEX_PRODUCT_GROUP_KEY_TYPE));
    static SALE_DATE: Element = element(NS, "SaleDate", Type::Complex(&ubl::DATE_TIME_TYPE));
    static QUANTITY: Element = element(NS, "Quantity", Type::Complex(&ubl::QUANTITY_TYPE));
    static QUANTITY_WITHOUT_UNIT: Element = element(NS, "Quantity", Type::Complex(&ubl::QUANTITY_WITHOUT_UNIT_TYPE));
    static DOCUMENT_NUMBER: Element = element(NS, "DocumentNumber", Type::Simple(&NORMALIZED_STRING));
    static SALES_PRICE_GROSS: Element = element(NS, "SalesPriceGross", Type::Complex(&ubl::PRICE_AMOUNT_TYPE));
    static SALES_PRICE_NET: Element = element(NS, "SalesPriceNet", Type::Complex(&ubl::PRICE_AMOUNT_TYPE));
    static RECOMMENDED_RETAIL_PRICE: Element = element(NS, "RecommendedRetailPrice", Type::Complex(&ubl::PRICE_AMOUNT_TYPE));
    static POSTAL_CODE: Element = element(NS, "PostalCode", Type::Complex(&ubl::ZONE_TYPE));
    static SALES_CHANNEL: Element = element(NS, "SalesChannel", Type::Simple(&SALES_CHANNEL_TYPE));
    static CREATE_DATE: Element = element(NS, "CreateDate", Type::Complex(&ubl::DATE_TIME_TYPE));

    macro_rules! line {
        ($(#[$doc:meta])* $module:ident, $quantity:ident) => {
            $(#[$doc])*
            pub mod $module {
                use super::*;

                static SALE: ComplexType = ComplexType::anonymous().content(&[
                    one(&ID),
                    optional(&ubl::STANDARD_ITEM_IDENTIFICATION),
                    optional(&ubl::COMMODITY_CLASSIFICATION),
                    optional(&ubl::MANUFACTURERS_ITEM_IDENTIFICATION),
                    optional(&ubl::BUYERS_ITEM_IDENTIFICATION),
                    optional(&DESCRIPTION),
                    optional(&GROUP_KEY),
                    one(&SALE_DATE),
                    optional(&$quantity).occurs(0, 2),
                    optional(&DOCUMENT_NUMBER),
                    optional(&SALES_PRICE_GROSS),
                    optional(&SALES_PRICE_NET),
                    optional(&RECOMMENDED_RETAIL_PRICE),
                    optional(&POSTAL_CODE),
                    optional(&SALES_CHANNEL),
                ]);
                pub static LINE: Element = element(NS, "SaleTransmitB2XLine", Type::Complex(&SALE));
                static REQUEST_CONTENT: ComplexType =
                    ComplexType::anonymous().extends(&REQUEST_TYPE).content(&[one(&CREATE_DATE), some(&LINE)]);
                pub static REQUEST: Element = element(NS, "SaleTransmitB2XRequest", Type::Complex(&REQUEST_CONTENT));
            }
        };
    }
    line!(
        /// As the schema has it.
        #[allow(clippy::wildcard_imports)] // what the macro names
        exact,
        QUANTITY
    );
    line!(
        /// As lenient mode takes it: a quantity may lack its unit.
        #[allow(clippy::wildcard_imports)] // what the macro names
        tolerant,
        QUANTITY_WITHOUT_UNIT
    );

    static RESULT: ComplexType = ComplexType::anonymous().content(&[
        one(&ID),
        optional(&ubl::STANDARD_ITEM_IDENTIFICATION),
        optional(&ubl::COMMODITY_CLASSIFICATION),
        optional(&ubl::MANUFACTURERS_ITEM_IDENTIFICATION),
        optional(&ubl::BUYERS_ITEM_IDENTIFICATION),
        optional(&DESCRIPTION),
        one(&SALE_DATE),
        optional(&QUANTITY).occurs(0, 2),
        optional(&SALES_PRICE_GROSS),
        optional(&SALES_PRICE_NET),
    ]);
    pub static RESULT_LINE: Element = element(NS, "SaleTransmitB2XResponseLine", Type::Complex(&RESULT));
}
