//! The profile modules 1.1, 1.4, 1.5 and 1.6: one shape, growing lists.

use ordergate_xml::schema::{
    ANY_URI, ComplexType, Element, NORMALIZED_STRING, SimpleType, Type, choice, element, many, one, optional,
};

use super::transaction::{REQUEST_TYPE, RESPONSE_TYPE};
use super::ubl::TEXT_TYPE;

pub const PROFILE_1_1: &str = "urn:veloconnect:profile-1.1";
pub const PROFILE_1_4: &str = "urn:veloconnect:profile-1.4";
pub const PROFILE_1_5: &str = "urn:veloconnect:profile-1.5";
pub const PROFILE_1_6: &str = "urn:veloconnect:profile-1.6";

const BINDINGS: &[&str] = &["URL", "URL-S", "XML-POST", "XML-POST-S"];

/// One version of the module. The last part, from 1.4 on: UnsupportedQuery and SpecialRequestReference.
macro_rules! profile {
    ($module:ident, $ns:expr, $operations:expr, $transactions:expr, $keys:expr $(, $queries:expr)?) => {
        #[doc = concat!("The profile module ", stringify!($module), ".")]
        pub mod $module {
            use super::{
                ANY_URI, BINDINGS, ComplexType, Element, NORMALIZED_STRING, REQUEST_TYPE, RESPONSE_TYPE, SimpleType, TEXT_TYPE,
                Type, choice, element, many, one, optional,
            };

            const NS: &str = $ns;

            pub static OPERATION_TYPE: SimpleType =
                SimpleType::named(NS, "OperationType", &NORMALIZED_STRING).one_of($operations);
            pub static TRANSACTION_TYPE: SimpleType =
                SimpleType::named(NS, "TransactionType", &NORMALIZED_STRING).one_of($transactions);
            pub static BINDING_TYPE: SimpleType = SimpleType::named(NS, "BindingType", &NORMALIZED_STRING).one_of(BINDINGS);
            pub static PROPERTY_KEY_TYPE: SimpleType =
                SimpleType::named(NS, "PropertyKeyType", &NORMALIZED_STRING).one_of($keys);

            static TRANSACTION: Element = element(NS, "Transaction", Type::Simple(&TRANSACTION_TYPE));
            static OPERATION: Element = element(NS, "Operation", Type::Simple(&OPERATION_TYPE));
            static BINDING: Element = element(NS, "Binding", Type::Simple(&BINDING_TYPE));
            static URI: Element = element(NS, "URI", Type::Simple(&ANY_URI));
            pub static IMPLEMENTS_TYPE: ComplexType = ComplexType::named(NS, "ImplementsType").content(&[
                choice(&[one(&TRANSACTION), one(&OPERATION)]),
                one(&BINDING),
                optional(&URI),
            ]);
            static KEY: Element = element(NS, "Key", Type::Simple(&PROPERTY_KEY_TYPE));
            static VALUE: Element = element(NS, "Value", Type::Simple(&NORMALIZED_STRING));
            pub static PROPERTY_TYPE: ComplexType =
                ComplexType::named(NS, "PropertyType").content(&[one(&KEY), one(&VALUE)]);

            static IMPLEMENTS: Element = element(NS, "Implements", Type::Complex(&IMPLEMENTS_TYPE));
            static PROPERTY: Element = element(NS, "Property", Type::Complex(&PROPERTY_TYPE));
            profile!(@content $($queries)?);
            pub static VELOCONNECT_PROFILE: Element = element(NS, "VeloconnectProfile", Type::Complex(&PROFILE));

            static SELLER_NAME: Element = element(NS, "SellerName", Type::Complex(&TEXT_TYPE));
            static MESSAGE: Element = element(NS, "Message", Type::Complex(&TEXT_TYPE));
            static RESPONSE: ComplexType = ComplexType::anonymous().extends(&RESPONSE_TYPE).content(&[
                optional(&SELLER_NAME),
                optional(&MESSAGE),
                one(&VELOCONNECT_PROFILE),
            ]);
            pub static GET_PROFILE_REQUEST: Element = element(NS, "GetProfileRequest", Type::Complex(&REQUEST_TYPE));
            pub static GET_PROFILE_RESPONSE: Element = element(NS, "GetProfileResponse", Type::Complex(&RESPONSE));
        }
    };
    (@content) => {
        static PROFILE: ComplexType = ComplexType::anonymous().content(&[many(&IMPLEMENTS), many(&PROPERTY)]);
    };
    (@content $queries:expr) => {
        pub static UNSUPPORTED_QUERY_TYPE: SimpleType =
            SimpleType::named(NS, "UnsupportedQueryType", &NORMALIZED_STRING).one_of($queries);
        static REQUEST_REFERENCE: Element = element(NS, "RequestReference", Type::Simple(&NORMALIZED_STRING));
        static DESCRIPTION: Element = element(NS, "Description", Type::Simple(&NORMALIZED_STRING));
        pub static REQUEST_REFERENCE_TYPE: ComplexType =
            ComplexType::named(NS, "RequestReferenceType").content(&[one(&REQUEST_REFERENCE), one(&DESCRIPTION)]);
        static UNSUPPORTED_QUERY: Element = element(NS, "UnsupportedQuery", Type::Simple(&UNSUPPORTED_QUERY_TYPE));
        static SPECIAL_REQUEST_REFERENCE: Element =
            element(NS, "SpecialRequestReference", Type::Complex(&REQUEST_REFERENCE_TYPE));
        static PROFILE: ComplexType = ComplexType::anonymous().content(&[
            many(&IMPLEMENTS),
            many(&PROPERTY),
            many(&UNSUPPORTED_QUERY),
            many(&SPECIAL_REQUEST_REFERENCE),
        ]);
    };
}

const OPERATIONS_1_1: &[&str] = &["GetStatus", "Rollback", "GetItemDetails", "GetItemDetailsList", "GetClassificationScheme"];
const OPERATIONS_1_4: &[&str] = &[
    "GetStatus",
    "Rollback",
    "GetItemDetails",
    "GetItemDetailsList",
    "GetClassificationScheme",
    "OfferQuery",
    "OfferDetails",
    "OrderConfirmationQuery",
    "OrderConfirmationDetails",
    "DeliveryNoteQuery",
    "DeliveryNoteDetails",
    "InvoiceInformationQuery",
    "InvoiceInformationDetails",
    "StockTransmitB2B",
    "StockTransmitB2C",
];
const OPERATIONS_1_6: &[&str] = &[
    "GetStatus",
    "Rollback",
    "GetItemDetails",
    "GetItemDetailsList",
    "GetClassificationScheme",
    "OfferQuery",
    "OfferDetails",
    "OrderConfirmationQuery",
    "OrderConfirmationDetails",
    "DeliveryNoteQuery",
    "DeliveryNoteDetails",
    "InvoiceInformationQuery",
    "InvoiceInformationDetails",
    "StockTransmitB2B",
    "StockTransmitB2C",
    "SaleTransmitB2B",
    "SaleTransmitB2X",
];
const TRANSACTIONS_1_1: &[&str] = &["Order", "OrderInOnlineShop", "TextSearch"];
const TRANSACTIONS_1_4: &[&str] = &["Order", "OrderInOnlineShop", "TextSearch", "StockTransmitB2B", "StockTransmitB2C"];
const TRANSACTIONS_1_6: &[&str] =
    &["Order", "OrderInOnlineShop", "TextSearch", "StockTransmitB2B", "StockTransmitB2C", "SaleTransmitB2B", "SaleTransmitB2X"];
const KEYS_1_1: &[&str] = &[
    "RecommendedRetailPrice.Netto",
    "quantityUnitCode.EA",
    "OrderInOnlineShop.TransactionID",
    "Order.DeliveryDate",
    "Order.Availability",
    "Order.Backlog",
    "Order.BacklogDefault",
    "Order.ExpectingDelivery",
];
const KEYS_1_5: &[&str] = &[
    "RecommendedRetailPrice.Netto",
    "quantityUnitCode.EA",
    "OrderInOnlineShop.TransactionID",
    "Order.DeliveryDate",
    "Order.Availability",
    "Order.Backlog",
    "Order.BacklogDefault",
    "Order.ExpectingDelivery",
    "Catalog.ItemInformation.ProductData",
];
const UNSUPPORTED_QUERIES: &[&str] = &[
    "OrderConfirmation-OrderID",
    "DeliveryNote-OrderID",
    "Invoice-OrderID",
    "DeliveryNote-OrderConfirmationID",
    "Invoice-OrderConfirmationID",
    "Invoice-DeliveryNoteID",
];

profile!(v1_1, super::PROFILE_1_1, super::OPERATIONS_1_1, super::TRANSACTIONS_1_1, super::KEYS_1_1);
profile!(v1_4, super::PROFILE_1_4, super::OPERATIONS_1_4, super::TRANSACTIONS_1_4, super::KEYS_1_1, super::UNSUPPORTED_QUERIES);
profile!(v1_5, super::PROFILE_1_5, super::OPERATIONS_1_4, super::TRANSACTIONS_1_4, super::KEYS_1_5, super::UNSUPPORTED_QUERIES);
profile!(v1_6, super::PROFILE_1_6, super::OPERATIONS_1_6, super::TRANSACTIONS_1_6, super::KEYS_1_5, super::UNSUPPORTED_QUERIES);
