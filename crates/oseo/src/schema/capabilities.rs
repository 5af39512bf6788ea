//! GetCapabilities and Capabilities (06-141r6 §8).

use ordergate_xml::schema::{ANY_URI, Attribute, BOOLEAN, ComplexType, Element, INTEGER, UNBOUNDED, many, one, optional};

use super::common::{COLLECTION_ID, SWE_ENCODING};
use super::ows::{CAPABILITIES_BASE_TYPE, GET_CAPABILITIES_TYPE, SERVICE_TYPE};
use super::{OS, complex, os, simple};

pub static GET_CAPABILITIES: Element = os("GetCapabilities", complex(&GET_CAPABILITIES_REQUEST));
static GET_CAPABILITIES_REQUEST: ComplexType = ComplexType::anonymous()
    .extends(&GET_CAPABILITIES_TYPE)
    .attributes(&[Attribute::required("service", &SERVICE_TYPE).fixed("OS")]);

pub static CAPABILITIES: Element = os("Capabilities", complex(&CAPABILITIES_DOCUMENT));
static CAPABILITIES_DOCUMENT: ComplexType = ComplexType::anonymous()
    .extends(&CAPABILITIES_BASE_TYPE)
    .content(&[optional(&os("Contents", complex(&ORDERING_SERVICE_CONTENTS_TYPE)))]);

const fn flag(name: &'static str) -> Attribute {
    Attribute::required(name, &BOOLEAN)
}

static SUPPORTED: ComplexType = ComplexType::anonymous().attributes(&[flag("supported")]);
static PROGRAMMING: ComplexType =
    ComplexType::anonymous().attributes(&[flag("supported"), Attribute::optional("SPS_URL", &ANY_URI)]);
static QUOTATION: ComplexType = ComplexType::anonymous().attributes(&[
    flag("supported"),
    flag("synchronous"),
    flag("asynchronous"),
    flag("monitoring"),
    flag("off-line"),
]);
static SUBMIT: ComplexType = ComplexType::anonymous().attributes(&[
    flag("asynchronous"),
    Attribute::optional("maxNumberOfProducts", &INTEGER),
    flag("globalDeliveryOptions"),
    flag("localDeliveryOptions"),
    flag("globalOrderOptions"),
    flag("localOrderOptions"),
]);
static GET_STATUS: ComplexType = ComplexType::anonymous().attributes(&[flag("orderSearch"), flag("orderRetrieve"), flag("full")]);
static CANCEL: ComplexType = ComplexType::anonymous().attributes(&[flag("supported"), flag("asynchronous")]);

pub static ORDERING_SERVICE_CONTENTS_TYPE: ComplexType = ComplexType::named(OS, "OrderingServiceContentsType").content(&[
    one(&os("ProductOrders", complex(&SUPPORTED))),
    one(&os("SubscriptionOrders", complex(&SUPPORTED))),
    one(&os("ProgrammingOrders", complex(&PROGRAMMING))),
    one(&os("GetQuotationCapabilities", complex(&QUOTATION))),
    one(&os("SubmitCapabilities", complex(&SUBMIT))),
    one(&os("GetStatusCapabilities", complex(&GET_STATUS))),
    one(&os("DescribeResultAccessCapabilities", complex(&SUPPORTED))),
    one(&os("CancelCapabilities", complex(&CANCEL))),
    many(&os("SupportedCollection", complex(&COLLECTION_CAPABILITY))),
    many(&os("ContentsType", complex(&ENCODING_TYPE))),
]);

pub static COLLECTION_CAPABILITY: ComplexType = ComplexType::named(OS, "CollectionCapability").content(&[
    one(&COLLECTION_ID),
    optional(&os("ProductOrders", complex(&SUPPORTED))),
    optional(&os("SubscriptionOrders", complex(&SUPPORTED))),
    optional(&os("DescribeResultAccessCapabilities", complex(&SUPPORTED))),
    optional(&os("CancelCapabilities", complex(&CANCEL))),
]);

pub static ENCODING_TYPE: ComplexType =
    ComplexType::named(OS, "EncodingType").content(&[one(&os("supportedEncoding", simple(&SWE_ENCODING))).occurs(1, UNBOUNDED)]);
