//! The frame: transaction-1.0, and what -1.4 and -1.6 say anew, which is GetStatus alone.
//!
//! The children of RequestType and ResponseType are in transaction-1.0 under whatever root they stand.

use ordergate_xml::schema::{
    BOOLEAN, ComplexType, Element, INTEGER, NORMALIZED_STRING, POSITIVE_INTEGER, STRING, SimpleType, Type, choice, element, many,
    one, optional,
};

use super::ubl::IDENTIFIER_TYPE;
use crate::codes::ResponseCode;

pub const TRANSACTION_1_0: &str = "urn:veloconnect:transaction-1.0";
pub const TRANSACTION_1_4: &str = "urn:veloconnect:transaction-1.4";
pub const TRANSACTION_1_6: &str = "urn:veloconnect:transaction-1.6";

const NS: &str = TRANSACTION_1_0;

pub static STATUS_CODE_TYPE: SimpleType = SimpleType::named(NS, "StatusCodeType", &INTEGER).between(1, 199);
/// A closed list: no other code may ever be sent.
pub static RESPONSE_CODE_TYPE: SimpleType =
    SimpleType::named(NS, "ResponseCodeType", &POSITIVE_INTEGER).one_of(&ResponseCode::TEXTS);
pub static TRANSACTION_TYPE: SimpleType =
    SimpleType::named(NS, "TransactionType", &NORMALIZED_STRING).one_of(&["Order", "OrderInOnlineShop", "TextSearch"]);

static PASSWORD: Element = element(NS, "Password", Type::Simple(&STRING));
pub static CREDENTIAL_TYPE: ComplexType = ComplexType::named(NS, "CredentialType").content(&[choice(&[one(&PASSWORD)])]);

static BUYERS_ID: Element = element(NS, "BuyersID", Type::Complex(&IDENTIFIER_TYPE));
static CREDENTIAL: Element = element(NS, "Credential", Type::Complex(&CREDENTIAL_TYPE));
static SELLERS_ID: Element = element(NS, "SellersID", Type::Complex(&IDENTIFIER_TYPE));
static TRANSACTION_ID: Element = element(NS, "TransactionID", Type::Simple(&NORMALIZED_STRING));
static IS_TEST: Element = element(NS, "IsTest", Type::Simple(&BOOLEAN));
static RESPONSE_CODE: Element = element(NS, "ResponseCode", Type::Simple(&RESPONSE_CODE_TYPE));
static RESPONSE_MESSAGE: Element = element(NS, "ResponseMessage", Type::Simple(&STRING));
static STATUS_CODE: Element = element(NS, "StatusCode", Type::Simple(&STATUS_CODE_TYPE));
static TRANSACTION_STATUS_ID: Element = element(NS, "TransactionId", Type::Simple(&NORMALIZED_STRING));
static TRANSACTION: Element = element(NS, "Transaction", Type::Simple(&TRANSACTION_TYPE));

pub static REQUEST_TYPE: ComplexType = ComplexType::named(NS, "RequestType").content(&[
    one(&BUYERS_ID),
    one(&CREDENTIAL),
    optional(&SELLERS_ID),
    optional(&TRANSACTION_ID),
    optional(&IS_TEST),
]);
pub static TRANSACTION_REQUEST_TYPE: ComplexType = ComplexType::named(NS, "TransactionRequestType")
    .restricts(&REQUEST_TYPE)
    .content(&[one(&BUYERS_ID), one(&CREDENTIAL), optional(&SELLERS_ID), one(&TRANSACTION_ID), optional(&IS_TEST)]);
pub static RESPONSE_TYPE: ComplexType = ComplexType::named(NS, "ResponseType").content(&[
    one(&BUYERS_ID),
    one(&RESPONSE_CODE),
    optional(&RESPONSE_MESSAGE),
    optional(&SELLERS_ID),
    optional(&TRANSACTION_ID),
    optional(&STATUS_CODE),
    optional(&IS_TEST),
]);
pub static TRANSACTION_RESPONSE_TYPE: ComplexType =
    ComplexType::named(NS, "TransactionResponseType").restricts(&RESPONSE_TYPE).content(&[
        one(&BUYERS_ID),
        one(&RESPONSE_CODE),
        optional(&RESPONSE_MESSAGE),
        optional(&SELLERS_ID),
        one(&TRANSACTION_ID),
        one(&STATUS_CODE),
        optional(&IS_TEST),
    ]);
/// Its child is `TransactionId`, with a small d; everywhere else it is `TransactionID`.
pub static TRANSACTION_STATUS_TYPE: ComplexType = ComplexType::named(NS, "TransactionStatusType").content(&[
    one(&TRANSACTION_STATUS_ID),
    one(&STATUS_CODE),
    optional(&TRANSACTION),
]);

static TRANSACTION_STATUS: Element = element(NS, "TransactionStatus", Type::Complex(&TRANSACTION_STATUS_TYPE));
static GET_STATUS_RESPONSE_TYPE: ComplexType =
    ComplexType::anonymous().extends(&RESPONSE_TYPE).content(&[many(&TRANSACTION_STATUS)]);

pub static GET_STATUS_REQUEST: Element = element(NS, "GetStatusRequest", Type::Complex(&REQUEST_TYPE));
pub static GET_STATUS_RESPONSE: Element = element(NS, "GetStatusResponse", Type::Complex(&GET_STATUS_RESPONSE_TYPE));
pub static ROLLBACK_REQUEST: Element = element(NS, "RollbackRequest", Type::Complex(&TRANSACTION_REQUEST_TYPE));
pub static ROLLBACK_RESPONSE: Element = element(NS, "RollbackResponse", Type::Complex(&TRANSACTION_RESPONSE_TYPE));

/// GetStatus as a later version of the module says it: the status in its own namespace, more transactions.
macro_rules! get_status {
    ($module:ident, $ns:expr, $transactions:expr) => {
        #[doc = concat!("GetStatus of ", stringify!($module), ".")]
        pub mod $module {
            use super::{
                ComplexType, Element, NORMALIZED_STRING, REQUEST_TYPE, RESPONSE_TYPE, STATUS_CODE_TYPE, SimpleType, Type,
                element, many, one, optional,
            };

            const NS: &str = $ns;

            pub static TRANSACTION_TYPE: SimpleType =
                SimpleType::named(NS, "TransactionType", &NORMALIZED_STRING).one_of($transactions);
            static ID: Element = element(NS, "TransactionId", Type::Simple(&NORMALIZED_STRING));
            static STATUS_CODE: Element = element(NS, "StatusCode", Type::Simple(&STATUS_CODE_TYPE));
            static TRANSACTION: Element = element(NS, "Transaction", Type::Simple(&TRANSACTION_TYPE));
            pub static TRANSACTION_STATUS_TYPE: ComplexType =
                ComplexType::named(NS, "TransactionStatusType").content(&[one(&ID), one(&STATUS_CODE), optional(&TRANSACTION)]);
            static TRANSACTION_STATUS: Element = element(NS, "TransactionStatus", Type::Complex(&TRANSACTION_STATUS_TYPE));
            static RESPONSE: ComplexType = ComplexType::anonymous().extends(&RESPONSE_TYPE).content(&[many(&TRANSACTION_STATUS)]);
            pub static GET_STATUS_REQUEST: Element = element(NS, "GetStatusRequest", Type::Complex(&REQUEST_TYPE));
            pub static GET_STATUS_RESPONSE: Element = element(NS, "GetStatusResponse", Type::Complex(&RESPONSE));
        }
    };
}

get_status!(v1_4, super::TRANSACTION_1_4, &["Order", "OrderInOnlineShop", "TextSearch", "B2BStock", "B2CStock"]);
get_status!(
    v1_6,
    super::TRANSACTION_1_6,
    &["Order", "OrderInOnlineShop", "TextSearch", "B2BStock", "B2CStock", "B2BSale", "B2XSale"]
);
