//! What clients are called with, and what they answer (06-141r6 §11, §13, §17). These are requests of the server.

use ordergate_xml::schema::{ComplexType, Element, one, optional};

use super::common::{ERROR_MESSAGE, ORDER_REQUEST_BASE_TYPE, ORDER_RESPONSE_BASE_TYPE, RESPONSE_STATUS, TIME_STAMP};
use super::get_quotation::ORDER_QUOTATION;
use super::get_status::ORDER_MONITOR_SPECIFICATION;
use super::{OS, complex, os};

pub static GET_QUOTATION_RESPONSE: Element = os("GetQuotationResponse", complex(&GET_QUOTATION_RESPONSE_REQUEST_TYPE));
pub static GET_QUOTATION_RESPONSE_ACK: Element = os("GetQuotationResponseAck", complex(&GET_QUOTATION_RESPONSE_ACK_TYPE));
pub static SUBMIT_RESPONSE: Element = os("SubmitResponse", complex(&STATUS_NOTIFICATION_TYPE));
pub static SUBMIT_RESPONSE_ACK: Element = os("SubmitResponseAck", complex(&STATUS_NOTIFICATION_ACK_TYPE));
pub static CANCEL_RESPONSE: Element = os("CancelResponse", complex(&STATUS_NOTIFICATION_TYPE));
pub static CANCEL_RESPONSE_ACK: Element = os("CancelResponseAck", complex(&STATUS_NOTIFICATION_ACK_TYPE));

pub static GET_QUOTATION_RESPONSE_REQUEST_TYPE: ComplexType = ComplexType::named(OS, "GetQuotationResponseRequestType")
    .extends(&ORDER_REQUEST_BASE_TYPE)
    .content(&[one(&RESPONSE_STATUS), optional(&ERROR_MESSAGE), one(&os("quotation", complex(&ORDER_QUOTATION)))]);

pub static GET_QUOTATION_RESPONSE_ACK_TYPE: ComplexType =
    ComplexType::named(OS, "GetQuotationResponseAckType").extends(&ORDER_RESPONSE_BASE_TYPE);

/// The content is that of GetStatus, full presentation.
pub static STATUS_NOTIFICATION_TYPE: ComplexType = ComplexType::named(OS, "StatusNotificationType")
    .extends(&ORDER_REQUEST_BASE_TYPE)
    .content(&[optional(&TIME_STAMP), one(&ORDER_MONITOR_SPECIFICATION)]);

pub static STATUS_NOTIFICATION_ACK_TYPE: ComplexType =
    ComplexType::named(OS, "StatusNotificationAckType").extends(&ORDER_RESPONSE_BASE_TYPE);
