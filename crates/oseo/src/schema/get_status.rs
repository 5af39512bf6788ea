//! GetStatus and GetStatusResponse (06-141r6 §14).

use ordergate_xml::schema::{ComplexType, DATE_TIME, Element, STRING, SimpleType, Type, choice, many, one, optional};

use super::common::{
    ENUM_STATUS_TYPE, EXTENSION, ORDER_ID, ORDER_REFERENCE, ORDER_REQUEST_BASE_TYPE, ORDER_RESPONSE_BASE_TYPE, STATUS_TYPE,
    TIME_STAMP,
};
use super::order::{COMMON_ORDER_ITEM_TYPE, COMMON_ORDER_SPECIFICATION};
use super::{OS, complex, os, simple};

pub static GET_STATUS: Element = os("GetStatus", complex(&GET_STATUS_REQUEST_TYPE));
pub static GET_STATUS_RESPONSE: Element = os("GetStatusResponse", complex(&GET_STATUS_RESPONSE_TYPE));
pub static ORDER_MONITOR_SPECIFICATION: Element = os("orderMonitorSpecification", complex(&COMMON_ORDER_MONITOR_SPECIFICATION));

pub static GET_STATUS_REQUEST_TYPE: ComplexType =
    ComplexType::named(OS, "GetStatusRequestType").extends(&ORDER_REQUEST_BASE_TYPE).content(&[
        optional(&TIME_STAMP),
        choice(&[one(&ORDER_ID), one(&os("filteringCriteria", complex(&ORDER_SEARCH_CRITERIA_TYPE)))]),
        one(&os("presentation", simple(&PRESENTATION_TYPE))),
    ]);

pub static PRESENTATION_TYPE: SimpleType = SimpleType::named(OS, "PresentationType", &STRING).one_of(&["brief", "full"]);

/// The schema gives `lastUpdateEnd` no type; what it may hold is decided where it is read.
pub static ORDER_SEARCH_CRITERIA_TYPE: ComplexType = ComplexType::named(OS, "OrderSearchCriteriaType").content(&[
    optional(&os("lastUpdate", simple(&DATE_TIME))),
    optional(&os("lastUpdateEnd", Type::Any)),
    many(&os("orderStatus", simple(&ENUM_STATUS_TYPE))),
    optional(&ORDER_REFERENCE),
    many(&EXTENSION),
]);

pub static GET_STATUS_RESPONSE_TYPE: ComplexType = ComplexType::named(OS, "GetStatusResponseType")
    .extends(&ORDER_RESPONSE_BASE_TYPE)
    .content(&[many(&ORDER_MONITOR_SPECIFICATION)]);

pub static COMMON_ORDER_MONITOR_SPECIFICATION: ComplexType =
    ComplexType::named(OS, "CommonOrderMonitorSpecification").extends(&COMMON_ORDER_SPECIFICATION).content(&[
        one(&ORDER_ID),
        one(&os("orderStatusInfo", complex(&STATUS_TYPE))),
        optional(&os("orderDateTime", simple(&DATE_TIME))),
        many(&os("orderItem", complex(&COMMON_ORDER_STATUS_ITEM_TYPE))),
    ]);

pub static COMMON_ORDER_STATUS_ITEM_TYPE: ComplexType = ComplexType::named(OS, "CommonOrderStatusItemType")
    .extends(&COMMON_ORDER_ITEM_TYPE)
    .content(&[one(&os("orderItemStatusInfo", complex(&STATUS_TYPE)))]);
