//! What customers send, and what they read from the answers.

use ordergate_engine::OrderId;
use ordergate_engine::order::Status;
use roxmltree::{Document, Node};

use crate::log::Seen;

const BASE: &str = "xmlns:os=\"http://www.opengis.net/oseo/1.0\" service=\"OS\" version=\"1.0.0\"";

/// What the header of a request says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Header {
    pub(crate) message_id: Option<String>,
    pub(crate) reply_to: Option<String>,
}

fn envelope(header: &Header, body: &str) -> String {
    let id = header.message_id.as_ref().map_or(String::new(), |id| format!("<wsa:MessageID>{id}</wsa:MessageID>"));
    let reply_to = header
        .reply_to
        .as_ref()
        .map_or(String::new(), |url| format!("<wsa:ReplyTo><wsa:Address>{url}</wsa:Address></wsa:ReplyTo>"));
    format!(
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:wsa=\"http://www.w3.org/2005/08/addressing\"><soap:Header>{id}{reply_to}</soap:Header>\
         <soap:Body>{body}</soap:Body></soap:Envelope>"
    )
}

pub(crate) fn submit(header: &Header, reference: &str, items: usize) -> String {
    let item = |n: usize| {
        format!(
            "<os:orderItem><os:itemId>{n}</os:itemId><os:productId><os:identifier>urn:scene:{n}</os:identifier></os:productId></os:orderItem>"
        )
    };
    let items: String = (0..items).map(item).collect();
    let notification = if header.reply_to.is_some() { "All" } else { "None" };
    let body = format!(
        "<os:Submit {BASE}><os:orderSpecification><os:orderReference>{reference}</os:orderReference>\
         <os:orderType>PRODUCT_ORDER</os:orderType>{items}</os:orderSpecification>\
         <os:statusNotification>{notification}</os:statusNotification></os:Submit>"
    );
    envelope(header, &body)
}

pub(crate) fn cancel(header: &Header, order: OrderId) -> String {
    let body = format!(
        "<os:Cancel {BASE}><os:orderId>{order}</os:orderId><os:statusNotification>None</os:statusNotification></os:Cancel>"
    );
    envelope(header, &body)
}

pub(crate) fn get_status(order: OrderId) -> String {
    let body =
        format!("<os:GetStatus {BASE}><os:orderId>{order}</os:orderId><os:presentation>full</os:presentation></os:GetStatus>");
    envelope(&Header::default(), &body)
}

/// An answer, as a customer reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Submitted(OrderId),
    Status(Seen),
    Cancelled,
    /// The server says that it is its own fault: whether the request did something is not known.
    NotNow,
    /// The server says that the request is at fault, and why.
    Refused(String),
}

impl Answer {
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?;
        let document = Document::parse(text).ok()?;
        let message = document.descendants().find(|node| node.has_tag_name("Body") || node.tag_name().name() == "Body")?;
        let message = message.first_element_child()?;
        match message.tag_name().name() {
            "SubmitAck" => Some(Self::Submitted(OrderId(text_of(message, "orderId")?.parse().ok()?))),
            "GetStatusResponse" => Some(Self::Status(seen(message)?)),
            "CancelAck" => Some(Self::Cancelled),
            "Fault" if text_of(message, "faultcode")?.ends_with("Server") => Some(Self::NotNow),
            "Fault" => Some(Self::Refused(text_of(message, "faultstring")?.to_owned())),
            _ => None,
        }
    }
}

fn seen(message: Node<'_, '_>) -> Option<Seen> {
    let order = message.descendants().find(|node| node.tag_name().name() == "orderStatusInfo")?;
    let items = message.descendants().filter(|node| node.tag_name().name() == "orderItemStatusInfo");
    let status = |info| Status::from_name(text_of(info, "status")?);
    Some(Seen { order: status(order)?, items: items.map(status).collect::<Option<_>>()? })
}

fn text_of<'d>(node: Node<'d, '_>, name: &str) -> Option<&'d str> {
    node.descendants().find(|node| node.tag_name().name() == name)?.text()
}
