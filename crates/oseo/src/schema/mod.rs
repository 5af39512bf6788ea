//! The messages of OSEO 1.0 as tables, after the model of 06-141r6 §7.3 and its annex B.
//!
//! What is read is validated with them, the WSDL publishes them, and the tests hold our own answers
//! against them. Only messages that this server handles are here.

mod callbacks;
mod cancel;
mod capabilities;
mod common;
mod delivery;
mod describe_result_access;
mod get_options;
mod get_quotation;
mod get_status;
mod order;
pub mod ows;
mod submit;
pub mod swe;

use ordergate_engine::order::Priority;
use ordergate_xml::schema::{ComplexType, Element, Schema, SimpleType, Type, element};

pub use callbacks::{
    CANCEL_RESPONSE, CANCEL_RESPONSE_ACK, GET_QUOTATION_RESPONSE, GET_QUOTATION_RESPONSE_ACK, SUBMIT_RESPONSE,
    SUBMIT_RESPONSE_ACK,
};
pub use cancel::{CANCEL, CANCEL_ACK};
pub use capabilities::{CAPABILITIES, GET_CAPABILITIES};
pub(crate) use delivery::{PACKAGE_MEDIUM, PROTOCOL_TYPE};
pub use describe_result_access::{DESCRIBE_RESULT_ACCESS, DESCRIBE_RESULT_ACCESS_RESPONSE};
pub use get_options::{GET_OPTIONS, GET_OPTIONS_RESPONSE};
pub use get_quotation::{GET_QUOTATION, GET_QUOTATION_ACK};
pub use get_status::{GET_STATUS, GET_STATUS_RESPONSE, ORDER_MONITOR_SPECIFICATION};
pub use order::ORDER_SPECIFICATION;
pub use submit::{SUBMIT, SUBMIT_ACK};

/// The OSEO namespace.
pub const OS: &str = "http://www.opengis.net/oseo/1.0";

const fn os(name: &'static str, ty: Type) -> Element {
    element(OS, name, ty)
}

const fn simple(ty: &'static SimpleType) -> Type {
    Type::Simple(ty)
}

const fn complex(ty: &'static ComplexType) -> Type {
    Type::Complex(ty)
}

/// The word of the schema for a priority.
pub(crate) const fn priority_word(priority: Priority) -> &'static str {
    match priority {
        Priority::Standard => "STANDARD",
        Priority::FastTrack => "FAST_TRACK",
    }
}

/// Everything declared globally.
pub static SCHEMA: Schema = Schema {
    elements: &[
        &GET_CAPABILITIES,
        &CAPABILITIES,
        &GET_OPTIONS,
        &GET_OPTIONS_RESPONSE,
        &get_options::ORDER_OPTIONS,
        &GET_QUOTATION,
        &GET_QUOTATION_ACK,
        &get_quotation::CONTRACT_INFORMATION,
        &SUBMIT,
        &SUBMIT_ACK,
        &GET_STATUS,
        &GET_STATUS_RESPONSE,
        &DESCRIBE_RESULT_ACCESS,
        &DESCRIBE_RESULT_ACCESS_RESPONSE,
        &CANCEL,
        &CANCEL_ACK,
        &GET_QUOTATION_RESPONSE,
        &GET_QUOTATION_RESPONSE_ACK,
        &SUBMIT_RESPONSE,
        &SUBMIT_RESPONSE_ACK,
        &CANCEL_RESPONSE,
        &CANCEL_RESPONSE_ACK,
        &ORDER_SPECIFICATION,
        &ORDER_MONITOR_SPECIFICATION,
        &common::ORDER_ID,
        &common::ORDER_REFERENCE,
        &common::PRIORITY,
        &common::STATUS_NOTIFICATION,
        &common::COLLECTION_ID,
        &common::IDENTIFIER,
        &common::EXTENSION,
        &common::PARAMETER_DATA,
        &delivery::DELIVERY_OPTIONS,
        &delivery::PROTOCOL,
        &order::ITEM_ID,
        &order::PRODUCT_ORDER_OPTIONS_ID,
        &order::PAYMENT_METHOD,
        &order::PRODUCT_ID,
        &order::TASKING_REQUEST_ID,
        &order::SUBSCRIPTION_ID,
        &ows::EXCEPTION_REPORT,
        &ows::EXCEPTION,
        &ows::GET_CAPABILITIES,
        &ows::SERVICE_IDENTIFICATION,
        &ows::SERVICE_PROVIDER,
        &ows::OPERATIONS_METADATA,
        &ows::OPERATION,
        &ows::DCP,
        &ows::HTTP,
        &ows::LANGUAGE,
        &ows::TITLE,
        &ows::ABSTRACT,
        &ows::KEYWORDS,
        &ows::FEES,
        &ows::ACCESS_CONSTRAINTS,
        &ows::INDIVIDUAL_NAME,
        &ows::POSITION_NAME,
        &ows::ROLE,
        &ows::CONTACT_INFO,
    ],
    types: &[
        &common::ORDER_REQUEST_BASE_TYPE,
        &common::ORDER_RESPONSE_BASE_TYPE,
        &common::STATUS_TYPE,
        &common::PARAMETER_DATA_TYPE,
        &delivery::DELIVERY_OPTIONS_TYPE,
        &delivery::DELIVERY_INFORMATION_TYPE,
        &delivery::DELIVERY_ADDRESS_TYPE,
        &delivery::ONLINE_ADDRESS_TYPE,
        &order::COMMON_ORDER_SPECIFICATION,
        &order::ORDER_SPECIFICATION_TYPE,
        &order::COMMON_ORDER_ITEM_TYPE,
        &order::PAYMENT_OPTION_SELECTED_VALUE,
        &order::ORDER_ITEM_ID_TYPE,
        &order::PRODUCT_ID_TYPE,
        &order::TASKING_REQUEST_ID_TYPE,
        &order::SUBSCRIPTION_ID_TYPE,
        &get_options::ORDER_OPTIONS_REQUEST_TYPE,
        &get_options::ORDER_OPTIONS_RESPONSE_TYPE,
        &get_options::COMMON_ORDER_OPTIONS_TYPE,
        &get_options::PARAMETER_DESCRIPTOR_TYPE,
        &get_options::PAYMENT_OPTION_DEFINITION_TYPE,
        &get_options::SCENE_SELECTION_DESCRIPTOR_TYPE,
        &get_quotation::GET_QUOTATION_REQUEST_TYPE,
        &get_quotation::GET_QUOTATION_ACK_TYPE,
        &get_quotation::ORDER_QUOTATION,
        &get_quotation::ORDER_ITEM_GROUP_PRICE,
        &get_quotation::ORDER_ITEM_PRICE,
        &get_quotation::CURRENCY_TYPE,
        &get_quotation::PROVIDER_TYPE,
        &submit::SUBMIT_ORDER_REQUEST_TYPE,
        &submit::SUBMIT_ORDER_RESPONSE_TYPE,
        &get_status::GET_STATUS_REQUEST_TYPE,
        &get_status::GET_STATUS_RESPONSE_TYPE,
        &get_status::ORDER_SEARCH_CRITERIA_TYPE,
        &get_status::COMMON_ORDER_MONITOR_SPECIFICATION,
        &get_status::COMMON_ORDER_STATUS_ITEM_TYPE,
        &describe_result_access::DESCRIBE_RESULT_ACCESS_REQUEST_TYPE,
        &describe_result_access::DESCRIBE_RESULT_ACCESS_RESPONSE_TYPE,
        &describe_result_access::ITEM_URL_TYPE,
        &describe_result_access::ON_LINE_ACCESS_ADDRESS_TYPE,
        &cancel::CANCEL_REQUEST_TYPE,
        &cancel::CANCEL_REQUEST_ACK_TYPE,
        &callbacks::GET_QUOTATION_RESPONSE_REQUEST_TYPE,
        &callbacks::GET_QUOTATION_RESPONSE_ACK_TYPE,
        &callbacks::STATUS_NOTIFICATION_TYPE,
        &callbacks::STATUS_NOTIFICATION_ACK_TYPE,
        &capabilities::ORDERING_SERVICE_CONTENTS_TYPE,
        &capabilities::COLLECTION_CAPABILITY,
        &capabilities::ENCODING_TYPE,
        &ows::GET_CAPABILITIES_TYPE,
        &ows::CAPABILITIES_BASE_TYPE,
        &ows::ACCEPT_VERSIONS_TYPE,
        &ows::SECTIONS_TYPE,
        &ows::ACCEPT_FORMATS_TYPE,
        &ows::EXCEPTION_TYPE,
        &ows::DESCRIPTION_TYPE,
        &ows::LANGUAGE_STRING_TYPE,
        &ows::KEYWORDS_TYPE,
        &ows::CODE_TYPE,
        &ows::ONLINE_RESOURCE_TYPE,
        &ows::REQUEST_METHOD_TYPE,
        &ows::RESPONSIBLE_PARTY_SUBSET_TYPE,
        &ows::CONTACT_TYPE,
        &ows::TELEPHONE_TYPE,
        &ows::ADDRESS_TYPE,
    ],
    simple_types: &[
        &common::ENUM_STATUS_TYPE,
        &common::ENUM_ORDER_TYPE,
        &common::ORDER_RESPONSE_STATUS_TYPE,
        &common::PRIORITY_TYPE,
        &common::SWE_ENCODING,
        &common::QUOTATION_ID_TYPE,
        &delivery::PACKAGE_MEDIUM,
        &delivery::PROTOCOL_TYPE,
        &delivery::ENUM_PACKAGING_TYPE,
        &get_status::PRESENTATION_TYPE,
        &ows::VERSION_TYPE,
        &ows::MIME_TYPE,
        &ows::SERVICE_TYPE,
        &ows::UPDATE_SEQUENCE_TYPE,
    ],
};
