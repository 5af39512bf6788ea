//! SubmitResponse, CancelResponse and GetQuotationResponse: requests to the client (§11, §13, §17).

use ordergate_door::{Callback, Draft};
use ordergate_engine::order::Order;
use ordergate_store::Channel;
use ordergate_xml::XmlWriter;

use super::Wish;
use crate::get_status::{Presentation, write_order};
use crate::schema::OS;
use crate::soap::{Binding, Fault, SOAP_11, SOAP_12, WSA};
use crate::{Exception, VERSION};

/// A callback that shows an order. Checklist OSEO 71: as GetStatus full does.
pub(crate) fn draft(action: &'static str, wish: &Wish, order: &Order) -> Draft {
    draft_of(action, wish, |w| write_order(order, Presentation::Full, w))
}

/// A callback that says what an order would cost (§11.1; checklist OSEO 27).
pub(crate) fn quotation_draft(wish: &Wish, quotation: impl FnOnce(&mut XmlWriter)) -> Draft {
    draft_of("GetQuotationResponse", wish, |w| {
        w.leaf("os:status", "success");
        quotation(w);
    })
}

/// A callback that says that there is no price: a fault in place of GetQuotationResponse, which must have a quotation. None for
/// a client that wants no faults.
pub(crate) fn quotation_fault(wish: &Wish, why: String) -> Option<Draft> {
    let binding = if wish.soap_12 { Binding::Soap12 } else { Binding::Soap11 };
    let fault = Fault::Ows(Exception::not_applicable(why));
    let envelope = envelope(wish, |w| fault.write(binding, w));
    Some(called("GetQuotationResponse", wish, wish.fault_address()?, envelope))
}

fn draft_of(action: &'static str, wish: &Wish, content: impl FnOnce(&mut XmlWriter)) -> Draft {
    let envelope = envelope(wish, |w| {
        w.start(&format!("os:{action}")).attr("xmlns:os", OS).attr("service", "OS").attr("version", VERSION);
        content(w);
        w.end();
    });
    called(action, wish, &wish.address, envelope)
}

fn called(action: &'static str, wish: &Wish, address: &str, envelope: String) -> Draft {
    let callback = Callback { soap_12: wish.soap_12, action: action.to_owned(), envelope };
    Draft {
        channel: Channel::Callback,
        destination: address.to_owned(),
        event: action.to_owned(),
        content: serde_json::to_vec(&callback).unwrap_or_default(),
    }
}

fn envelope(wish: &Wish, body: impl FnOnce(&mut XmlWriter)) -> String {
    let mut w = XmlWriter::new();
    w.start("soap:Envelope").attr("xmlns:soap", if wish.soap_12 { SOAP_12 } else { SOAP_11 });
    header(wish, &mut w);
    w.start("soap:Body");
    body(&mut w);
    w.end().end();
    let message = String::from_utf8(w.finish()).unwrap_or_default();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{message}")
}

/// Checklist OSEO 72. Each attempt to deliver has the same MessageID, by which a client knows what it has got before.
fn header(wish: &Wish, w: &mut XmlWriter) {
    w.start("soap:Header");
    w.start("wsa:MessageID").attr("xmlns:wsa", WSA).text(&format!("urn:uuid:{}", uuid::Uuid::now_v7())).end();
    if let Some(message_id) = &wish.message_id {
        // The standard's own relationship; WS-Addressing's default would be ".../addressing/reply".
        w.start("wsa:RelatesTo").attr("xmlns:wsa", WSA).attr("RelationshipType", "wsa:Response").text(message_id).end();
    }
    w.end();
}
