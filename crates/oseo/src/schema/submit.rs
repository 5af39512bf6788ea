//! Submit and SubmitAck (06-141r6 §12).

use ordergate_xml::schema::{ComplexType, Element, choice, one, optional};

use super::common::{
    ORDER_ID, ORDER_REFERENCE, ORDER_REQUEST_BASE_TYPE, ORDER_RESPONSE_BASE_TYPE, QUOTATION_ID_TYPE, STATUS_NOTIFICATION,
    TIME_STAMP,
};
use super::order::ORDER_SPECIFICATION;
use super::{OS, complex, os, simple};

pub static SUBMIT: Element = os("Submit", complex(&SUBMIT_ORDER_REQUEST_TYPE));
pub static SUBMIT_ACK: Element = os("SubmitAck", complex(&SUBMIT_ORDER_RESPONSE_TYPE));

pub static SUBMIT_ORDER_REQUEST_TYPE: ComplexType =
    ComplexType::named(OS, "SubmitOrderRequestType").extends(&ORDER_REQUEST_BASE_TYPE).content(&[
        optional(&TIME_STAMP),
        choice(&[one(&ORDER_SPECIFICATION), one(&os("quotationId", simple(&QUOTATION_ID_TYPE)))]),
        one(&STATUS_NOTIFICATION),
    ]);

pub static SUBMIT_ORDER_RESPONSE_TYPE: ComplexType = ComplexType::named(OS, "SubmitOrderResponseType")
    .extends(&ORDER_RESPONSE_BASE_TYPE)
    .content(&[one(&ORDER_ID), optional(&ORDER_REFERENCE)]);
