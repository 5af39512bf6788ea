//! What several messages share (06-141r6 §7.3).

use ordergate_xml::schema::{
    ANY_SIMPLE, ANY_URI, Attribute, ComplexType, DATE_TIME, Element, STRING, SimpleType, Type, one, optional,
};

use super::{OS, complex, os, simple};

/// All requests but GetCapabilities: `service` is "OS"; `version` is checked by the operations,
/// since the schema lets any five characters pass.
pub static ORDER_REQUEST_BASE_TYPE: ComplexType = ComplexType::named(OS, "OrderRequestBaseType").attributes(&[
    Attribute::required("service", &STRING).fixed("OS"),
    Attribute::required("version", &SimpleType::of(&STRING).length(0, 5)),
]);

pub static ORDER_RESPONSE_BASE_TYPE: ComplexType =
    ComplexType::named(OS, "OrderResponseBaseType").content(&[one(&RESPONSE_STATUS), optional(&ERROR_MESSAGE)]);

/// Not those of an order, which have the same name.
pub static RESPONSE_STATUS: Element = os("status", simple(&ORDER_RESPONSE_STATUS_TYPE));
pub static ERROR_MESSAGE: Element = os("errorMessage", simple(&ERROR_MESSAGE_TYPE));
static ERROR_MESSAGE_TYPE: SimpleType = SimpleType::of(&STRING).length(0, 255);

pub static ORDER_RESPONSE_STATUS_TYPE: SimpleType =
    SimpleType::named(OS, "OrderResponseStatusType", &STRING).one_of(&["success", "partial"]);

/// In the order of the schema, which is also the order of `ordergate_engine::order::Status::ALL`.
pub static ENUM_STATUS_TYPE: SimpleType = SimpleType::named(OS, "EnumStatusType", &STRING).one_of(&[
    "Submitted",
    "Accepted",
    "Cancelled",
    "Completed",
    "InProduction",
    "Suspended",
    "Failed",
    "Terminated",
    "Downloaded",
]);

pub static ENUM_ORDER_TYPE: SimpleType =
    SimpleType::named(OS, "EnumOrderType", &STRING).one_of(&["PRODUCT_ORDER", "SUBSCRIPTION_ORDER", "TASKING_ORDER"]);

/// Status of an order or an item, and a word about it.
pub static STATUS_TYPE: ComplexType = ComplexType::named(OS, "StatusType").content(&[
    one(&os("status", simple(&ENUM_STATUS_TYPE))),
    optional(&os("additionalStatusInfo", simple(&SimpleType::of(&STRING).length(1, 4000)))),
    optional(&os("missionSpecificStatusInfo", simple(&SimpleType::of(&STRING).length(0, 4000)))),
]);

pub static PRIORITY_TYPE: SimpleType = SimpleType::named(OS, "PriorityType", &STRING).one_of(&["STANDARD", "FAST_TRACK"]);
pub static SWE_ENCODING: SimpleType = SimpleType::named(OS, "SWEEncoding", &STRING).one_of(&["XMLEncoding", "TextEncoding"]);
pub static QUOTATION_ID_TYPE: SimpleType = SimpleType::named(OS, "QuotationIdType", &ANY_URI);

/// The chosen value of an option; `values` may hold anything (§7.3.7).
pub static PARAMETER_DATA_TYPE: ComplexType = ComplexType::named(OS, "ParameterDataType")
    .content(&[one(&os("encoding", simple(&SWE_ENCODING))), one(&os("values", Type::Any))]);

/// An element that holds one ParameterData: `option` and `sceneSelection`.
pub static HOLDS_PARAMETER_DATA: ComplexType = ComplexType::anonymous().content(&[one(&PARAMETER_DATA)]);

pub static ORDER_ID: Element = os("orderId", simple(&ANY_URI));
pub static ORDER_REFERENCE: Element = os("orderReference", simple(&SimpleType::of(&STRING).length(1, 30)));
pub static PRIORITY: Element = os("priority", simple(&PRIORITY_TYPE));
pub static STATUS_NOTIFICATION: Element =
    os("statusNotification", simple(&SimpleType::of(&STRING).one_of(&["None", "Final", "All"])));
pub static COLLECTION_ID: Element = os("collectionId", simple(&SimpleType::of(&STRING).length(1, 255)));
pub static IDENTIFIER: Element = os("identifier", simple(&STRING));
/// Extensibility (§7.3.14).
pub static EXTENSION: Element = os("extension", simple(&ANY_SIMPLE));
pub static PARAMETER_DATA: Element = os("ParameterData", complex(&PARAMETER_DATA_TYPE));
pub static TIME_STAMP: Element = os("timeStamp", simple(&DATE_TIME));
