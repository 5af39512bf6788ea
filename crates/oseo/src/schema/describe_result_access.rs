//! DescribeResultAccess and its response (06-141r6 §15).

use ordergate_xml::schema::{ANY_URI, ComplexType, DATE_TIME, Element, STRING, SimpleType, Type, many, one, optional};

use super::common::{ORDER_ID, ORDER_REQUEST_BASE_TYPE, ORDER_RESPONSE_BASE_TYPE, TIME_STAMP};
use super::order::{ITEM_ID, PRODUCT_ID};
use super::{OS, complex, os, simple};

pub static DESCRIBE_RESULT_ACCESS: Element = os("DescribeResultAccess", complex(&DESCRIBE_RESULT_ACCESS_REQUEST_TYPE));
pub static DESCRIBE_RESULT_ACCESS_RESPONSE: Element =
    os("DescribeResultAccessResponse", complex(&DESCRIBE_RESULT_ACCESS_RESPONSE_TYPE));

pub static DESCRIBE_RESULT_ACCESS_REQUEST_TYPE: ComplexType =
    ComplexType::named(OS, "DescribeResultAccessRequestType").extends(&ORDER_REQUEST_BASE_TYPE).content(&[
        optional(&TIME_STAMP),
        one(&ORDER_ID),
        one(&os("subFunction", simple(&SimpleType::of(&STRING).one_of(&["allReady", "nextReady"])))),
    ]);

pub static DESCRIBE_RESULT_ACCESS_RESPONSE_TYPE: ComplexType = ComplexType::named(OS, "DescribeResultAccessResponseType")
    .extends(&ORDER_RESPONSE_BASE_TYPE)
    .content(&[many(&os("URLs", complex(&ITEM_URL_TYPE)))]);

pub static ITEM_URL_TYPE: ComplexType = ComplexType::named(OS, "ItemURLType").content(&[
    one(&ITEM_ID),
    optional(&PRODUCT_ID),
    one(&os("itemAddress", complex(&ON_LINE_ACCESS_ADDRESS_TYPE))),
    optional(&os("expirationDate", simple(&DATE_TIME))),
]);

/// The service that holds the item, and the item there.
pub static ON_LINE_ACCESS_ADDRESS_TYPE: ComplexType = ComplexType::named(OS, "OnLineAccessAddressType").content(&[
    optional(&os("ServiceAddress", complex(&SERVICE_ADDRESS))),
    one(&os("ResourceAddress", complex(&RESOURCE_ADDRESS))),
]);

static SERVICE_ADDRESS: ComplexType = ComplexType::anonymous().content(&[
    optional(&os("type", simple(&STRING))),
    one(&URL),
    one(&os("info_URL", simple(&ANY_URI))),
    optional(&os("infoRequest", Type::Any)),
]);

static RESOURCE_ADDRESS: ComplexType = ComplexType::anonymous().content(&[one(&URL), optional(&os("serviceRequest", Type::Any))]);

static URL: Element = os("URL", simple(&ANY_URI));
