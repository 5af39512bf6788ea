//! GetQuotation and GetQuotationAck (06-141r6 §10).

use ordergate_xml::schema::{ComplexType, DATE_TIME, DOUBLE, Element, STRING, SimpleType, choice, one, optional, some};

use super::common::{ORDER_REQUEST_BASE_TYPE, ORDER_RESPONSE_BASE_TYPE, QUOTATION_ID_TYPE, TIME_STAMP};
use super::order::{ITEM_ID, ORDER_SPECIFICATION, PRODUCT_ID, SUBSCRIPTION_ID, TASKING_REQUEST_ID};
use super::{OS, complex, os, simple};

pub static GET_QUOTATION: Element = os("GetQuotation", complex(&GET_QUOTATION_REQUEST_TYPE));
pub static GET_QUOTATION_ACK: Element = os("GetQuotationAck", complex(&GET_QUOTATION_ACK_TYPE));

pub static GET_QUOTATION_REQUEST_TYPE: ComplexType = ComplexType::named(OS, "GetQuotationRequestType")
    .extends(&ORDER_REQUEST_BASE_TYPE)
    .content(&[optional(&TIME_STAMP), choice(&[one(&ORDER_SPECIFICATION), one(&os("quotationId", simple(&QUOTATION_ID_TYPE)))])]);

pub static GET_QUOTATION_ACK_TYPE: ComplexType = ComplexType::named(OS, "GetQuotationAckType")
    .extends(&ORDER_RESPONSE_BASE_TYPE)
    .content(&[choice(&[one(&os("quotationId", simple(&QUOTATION_ID_TYPE))), one(&os("quotation", complex(&ORDER_QUOTATION)))])
        .occurs(0, 1)]);

pub static ORDER_QUOTATION: ComplexType = ComplexType::named(OS, "OrderQuotation").content(&[
    one(&os("quotationId", simple(&QUOTATION_ID_TYPE))),
    optional(&os("validityTime", simple(&DATE_TIME))),
    optional(&os("price", complex(&CURRENCY_TYPE))),
    some(&os("orderItemGroupPrice", complex(&ORDER_ITEM_GROUP_PRICE))),
    optional(&CONTRACT_INFORMATION),
]);

pub static ORDER_ITEM_GROUP_PRICE: ComplexType = ComplexType::named(OS, "OrderItemGroupPrice").content(&[
    one(&os("provider", complex(&PROVIDER_TYPE))),
    optional(&os("quotationId", simple(&QUOTATION_ID_TYPE))),
    optional(&os("validityTime", simple(&DATE_TIME))),
    one(&os("price", complex(&CURRENCY_TYPE))),
    optional(&os("balance", complex(&CURRENCY_TYPE))),
    some(&os("orderItemPrice", complex(&ORDER_ITEM_PRICE))),
    optional(&CONTRACT_INFORMATION),
]);

pub static ORDER_ITEM_PRICE: ComplexType = ComplexType::named(OS, "OrderItemPrice").content(&[
    one(&ITEM_ID),
    choice(&[one(&PRODUCT_ID), one(&TASKING_REQUEST_ID), one(&SUBSCRIPTION_ID)]),
    optional(&os("price", complex(&CURRENCY_TYPE))),
    optional(&os("priceInformation", simple(&SimpleType::of(&STRING).length(0, 255)))),
    optional(&CONTRACT_INFORMATION),
]);

/// An amount of money, or of a quota.
pub static CURRENCY_TYPE: ComplexType = ComplexType::named(OS, "CurrencyType")
    .content(&[one(&os("value", simple(&DOUBLE))), one(&os("currency", simple(&SimpleType::of(&STRING).length(0, 10))))]);

pub static PROVIDER_TYPE: ComplexType = ComplexType::named(OS, "ProviderType").content(&[
    one(&os("serviceName", simple(&SimpleType::of(&STRING).length(0, 40)))),
    one(&os("organization", simple(&SimpleType::of(&STRING).length(0, 40)))),
]);

pub static CONTRACT_INFORMATION: Element = os("contractInformation", simple(&SimpleType::of(&STRING).length(0, 1024)));
