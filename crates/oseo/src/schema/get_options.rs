//! GetOptions and GetOptionsResponse (06-141r6 §9).

use ordergate_xml::schema::{ANY_URI, ComplexType, Element, STRING, SimpleType, choice, many, one, optional, some};

use super::common::{COLLECTION_ID, ENUM_ORDER_TYPE, IDENTIFIER, ORDER_REQUEST_BASE_TYPE, ORDER_RESPONSE_BASE_TYPE, TIME_STAMP};
use super::delivery::{PACKAGE_MEDIUM, PROTOCOL};
use super::order::{PAYMENT_METHOD, PRODUCT_ORDER_OPTIONS_ID, TASKING_REQUEST_ID};
use super::swe::ABSTRACT_DATA_COMPONENT_PROPERTY_TYPE;
use super::{OS, complex, os, simple};

pub static GET_OPTIONS: Element = os("GetOptions", complex(&ORDER_OPTIONS_REQUEST_TYPE));
pub static GET_OPTIONS_RESPONSE: Element = os("GetOptionsResponse", complex(&ORDER_OPTIONS_RESPONSE_TYPE));

pub static ORDER_OPTIONS_REQUEST_TYPE: ComplexType = ComplexType::named(OS, "OrderOptionsRequestType")
    .extends(&ORDER_REQUEST_BASE_TYPE)
    .content(&[optional(&TIME_STAMP), choice(&[one(&COLLECTION_ID), some(&IDENTIFIER), one(&TASKING_REQUEST_ID)])]);

pub static ORDER_OPTIONS_RESPONSE_TYPE: ComplexType =
    ComplexType::named(OS, "OrderOptionsResponseType").extends(&ORDER_RESPONSE_BASE_TYPE).content(&[many(&ORDER_OPTIONS)]);

pub static ORDER_OPTIONS: Element = os("orderOptions", complex(&COMMON_ORDER_OPTIONS_TYPE));
pub static COMMON_ORDER_OPTIONS_TYPE: ComplexType = ComplexType::named(OS, "CommonOrderOptionsType").content(&[
    one(&PRODUCT_ORDER_OPTIONS_ID),
    optional(&IDENTIFIER),
    optional(&os("description", simple(&SimpleType::of(&STRING).length(0, 255)))),
    one(&os("orderType", simple(&ENUM_ORDER_TYPE))),
    many(&os("option", complex(&PARAMETER_DESCRIPTOR_TYPE))),
    some(&os("productDeliveryOptions", complex(&PRODUCT_DELIVERY_OPTIONS))),
    optional(&os("orderOptionInfoURL", simple(&ANY_URI))),
    many(&os("paymentOptions", complex(&PAYMENT_OPTION_DEFINITION_TYPE))),
    many(&os("sceneSelectionOption", complex(&SCENE_SELECTION_OPTION))),
]);

/// The components that a description may hold are those of [`super::swe`].
pub static PARAMETER_DESCRIPTOR_TYPE: ComplexType = ComplexType::named(OS, "ParameterDescriptorType")
    .extends(&ABSTRACT_DATA_COMPONENT_PROPERTY_TYPE)
    .content(&[optional(&os("grouping", simple(&SimpleType::of(&STRING).length(0, 40))))]);

static PRODUCT_DELIVERY_OPTIONS: ComplexType = ComplexType::anonymous().content(&[choice(&[
    one(&os("onlineDataAccess", complex(&PROTOCOLS))),
    one(&os("onlineDataDelivery", complex(&PROTOCOLS))),
    one(&os("mediaDelivery", complex(&MEDIA))),
])]);
static PROTOCOLS: ComplexType = ComplexType::anonymous().content(&[some(&PROTOCOL)]);
static MEDIA: ComplexType = ComplexType::anonymous().content(&[some(&os("packageMedium", simple(&PACKAGE_MEDIUM)))]);

pub static PAYMENT_OPTION_DEFINITION_TYPE: ComplexType = ComplexType::named(OS, "PaymentOptionDefinitionType")
    .content(&[one(&PAYMENT_METHOD), optional(&os("paymentOptionInfoURL", simple(&ANY_URI)))]);

static SCENE_SELECTION_OPTION: ComplexType = ComplexType::anonymous().content(&[
    optional(&os("name", simple(&SimpleType::of(&STRING).length(0, 60)))),
    optional(&os("description", simple(&SimpleType::of(&STRING).length(0, 4000)))),
    many(&os("sceneSelectionParameter", complex(&SCENE_SELECTION_DESCRIPTOR_TYPE))),
]);

/// Restrictions between parameters are not declared here, so none are described.
pub static SCENE_SELECTION_DESCRIPTOR_TYPE: ComplexType =
    ComplexType::named(OS, "SceneSelectionDescriptorType").extends(&ABSTRACT_DATA_COMPONENT_PROPERTY_TYPE);
