//! The order and its items (06-141r6 §7.3.6, §7.3.10, §7.3.11).

use ordergate_xml::schema::{ANY_URI, ComplexType, Element, STRING, SimpleType, choice, many, one, optional, some};

use super::common::{COLLECTION_ID, ENUM_ORDER_TYPE, EXTENSION, HOLDS_PARAMETER_DATA, IDENTIFIER, ORDER_REFERENCE, PRIORITY};
use super::delivery::{DELIVERY_ADDRESS_TYPE, DELIVERY_INFORMATION_TYPE, DELIVERY_OPTIONS, ENUM_PACKAGING_TYPE};
use super::{OS, complex, os, simple};

/// What is said about the order as a whole; GetStatus returns it in every presentation.
pub static COMMON_ORDER_SPECIFICATION: ComplexType = ComplexType::named(OS, "CommonOrderSpecification").content(&[
    optional(&ORDER_REFERENCE),
    optional(&os("orderRemark", simple(&SimpleType::of(&STRING).length(1, 4000)))),
    optional(&os("deliveryInformation", complex(&DELIVERY_INFORMATION_TYPE))),
    optional(&os("invoiceAddress", complex(&DELIVERY_ADDRESS_TYPE))),
    optional(&os("packaging", simple(&ENUM_PACKAGING_TYPE)).nillable()),
    many(&os("option", complex(&HOLDS_PARAMETER_DATA))),
    optional(&DELIVERY_OPTIONS),
    optional(&PRIORITY),
    one(&os("orderType", simple(&ENUM_ORDER_TYPE))),
    many(&EXTENSION),
]);

pub static ORDER_SPECIFICATION: Element = os("orderSpecification", complex(&ORDER_SPECIFICATION_TYPE));

/// The official schema repeats a sequence of one item; to repeat the item accepts the same documents,
/// and SOAP toolkits make a plain list of it.
pub static ORDER_SPECIFICATION_TYPE: ComplexType = ComplexType::named(OS, "OrderSpecification")
    .extends(&COMMON_ORDER_SPECIFICATION)
    .content(&[some(&os("orderItem", complex(&COMMON_ORDER_ITEM_TYPE)))]);

pub static COMMON_ORDER_ITEM_TYPE: ComplexType = ComplexType::named(OS, "CommonOrderItemType").content(&[
    one(&ITEM_ID),
    optional(&PRODUCT_ORDER_OPTIONS_ID),
    optional(&os("orderItemRemark", simple(&SimpleType::of(&STRING).length(0, 4000)))),
    many(&os("option", complex(&HOLDS_PARAMETER_DATA))),
    many(&os("sceneSelection", complex(&HOLDS_PARAMETER_DATA))),
    optional(&DELIVERY_OPTIONS),
    optional(&os("payment", complex(&PAYMENT_OPTION_SELECTED_VALUE))),
    many(&EXTENSION),
    choice(&[one(&PRODUCT_ID), one(&TASKING_REQUEST_ID), one(&SUBSCRIPTION_ID)]),
]);

pub static PAYMENT_OPTION_SELECTED_VALUE: ComplexType = ComplexType::named(OS, "PaymentOptionSelectedValue").content(&[
    one(&PAYMENT_METHOD),
    choice(&[
        optional(&os("orderAccount", simple(&SimpleType::of(&STRING).length(1, 20)))),
        optional(&os("creditCardInfo", simple(&SimpleType::of(&STRING).length(0, 255)))),
    ]),
]);

pub static ITEM_ID: Element = os("itemId", simple(&SimpleType::of(&STRING).length(1, 80)));
pub static PRODUCT_ORDER_OPTIONS_ID: Element = os("productOrderOptionsId", simple(&SimpleType::of(&STRING).length(1, 40)));
pub static PAYMENT_METHOD: Element = os("paymentMethod", simple(&SimpleType::of(&STRING).length(1, 40)));
pub static PRODUCT_ID: Element = os("productId", complex(&PRODUCT_ID_TYPE));
pub static TASKING_REQUEST_ID: Element = os("taskingRequestId", complex(&TASKING_REQUEST_ID_TYPE));
pub static SUBSCRIPTION_ID: Element = os("subscriptionId", complex(&SUBSCRIPTION_ID_TYPE));

pub static ORDER_ITEM_ID_TYPE: ComplexType = ComplexType::named(OS, "OrderItemIdType");
pub static PRODUCT_ID_TYPE: ComplexType =
    ComplexType::named(OS, "ProductIdType").extends(&ORDER_ITEM_ID_TYPE).content(&[one(&IDENTIFIER), optional(&COLLECTION_ID)]);
pub static SUBSCRIPTION_ID_TYPE: ComplexType =
    ComplexType::named(OS, "SubscriptionIdType").extends(&ORDER_ITEM_ID_TYPE).content(&[one(&COLLECTION_ID)]);
pub static TASKING_REQUEST_ID_TYPE: ComplexType =
    ComplexType::named(OS, "TaskingRequestIdType").extends(&ORDER_ITEM_ID_TYPE).content(&[one(&os("ID", simple(&ANY_URI)))]);
