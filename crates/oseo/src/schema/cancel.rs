//! Cancel and CancelAck (06-141r6 §16).

use ordergate_xml::schema::{ComplexType, Element, one, optional};

use super::common::{ORDER_ID, ORDER_REQUEST_BASE_TYPE, ORDER_RESPONSE_BASE_TYPE, STATUS_NOTIFICATION, TIME_STAMP};
use super::{OS, complex, os};

pub static CANCEL: Element = os("Cancel", complex(&CANCEL_REQUEST_TYPE));
pub static CANCEL_ACK: Element = os("CancelAck", complex(&CANCEL_REQUEST_ACK_TYPE));

pub static CANCEL_REQUEST_TYPE: ComplexType = ComplexType::named(OS, "CancelRequestType")
    .extends(&ORDER_REQUEST_BASE_TYPE)
    .content(&[optional(&TIME_STAMP), one(&ORDER_ID), one(&STATUS_NOTIFICATION)]);

pub static CANCEL_REQUEST_ACK_TYPE: ComplexType =
    ComplexType::named(OS, "CancelRequestAckType").extends(&ORDER_RESPONSE_BASE_TYPE);
