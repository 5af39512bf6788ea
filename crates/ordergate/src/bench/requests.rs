//! The requests that are sent: rendered once, but for what differs from one to the next.

use std::ops::RangeInclusive;

use ordergate_bench::load::{Requests, get, post, post_into};

const ENVELOPE_OPEN: &str = concat!(
    r#"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:os="http://www.opengis.net/oseo/1.0""#,
    r#" xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><soapenv:Header>"#,
    r"<wsse:Security><wsse:UsernameToken><wsse:Username>demo</wsse:Username><wsse:Password>demo-secret</wsse:Password>",
    r"</wsse:UsernameToken></wsse:Security></soapenv:Header><soapenv:Body>"
);
const ENVELOPE_CLOSE: &str = "</soapenv:Body></soapenv:Envelope>";

/// A SOAP message in its envelope, with the demo user's identity.
pub(super) fn envelope(message: &str) -> String {
    format!("{ENVELOPE_OPEN}{message}{ENVELOPE_CLOSE}")
}

/// Writes a SOAP request.
pub(super) fn soap(host: &str, message: &str, out: &mut Vec<u8>) {
    post_into(out, "/oseo", host, "text/xml; charset=utf-8", &[], envelope(message).as_bytes());
}

/// GetStatus of one order after another.
pub(super) struct Retrieve {
    pub(super) host: String,
    pub(super) ids: RangeInclusive<i64>,
    pub(super) presentation: &'static str,
}

impl Requests for Retrieve {
    fn next(&self, client: usize, n: u64, out: &mut Vec<u8>) {
        // A large odd step visits ids in no order that a cache could foresee.
        let step = (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (client as u64).wrapping_mul(0xD1B5_4A32_D192_ED03)) >> 16;
        let (first, last) = self.ids.clone().into_inner();
        let id = first + i64::try_from(step).unwrap_or_default() % (last - first + 1);
        soap(&self.host, &retrieve(id, self.presentation), out);
    }
}

fn retrieve(id: i64, presentation: &str) -> String {
    format!(
        r#"<os:GetStatus service="OS" version="1.0.0"><os:orderId>{id}</os:orderId><os:presentation>{presentation}</os:presentation></os:GetStatus>"#
    )
}

/// A search for a reference.
pub(super) fn search(reference: &str) -> String {
    format!(
        r#"<os:GetStatus service="OS" version="1.0.0"><os:filteringCriteria><os:orderReference>{reference}</os:orderReference></os:filteringCriteria><os:presentation>brief</os:presentation></os:GetStatus>"#
    )
}

/// A search for everything: as many hits as the store has orders.
pub(super) fn search_all() -> String {
    r#"<os:GetStatus service="OS" version="1.0.0"><os:filteringCriteria/><os:presentation>full</os:presentation></os:GetStatus>"#
        .to_owned()
}

/// A Submit of five products.
pub(super) fn submit(reference: &str) -> String {
    let item = |n: usize| {
        format!(
            "<os:orderItem><os:itemId>item_{n:02}</os:itemId><os:productId><os:identifier>urn:ordergate:demo:scenes:bench-{n}</os:identifier>\
             <os:collectionId>{}</os:collectionId></os:productId></os:orderItem>",
            crate::demo::COLLECTION
        )
    };
    let items: String = (1..=5).map(item).collect();
    format!(
        r#"<os:Submit service="OS" version="1.0.0"><os:orderSpecification><os:orderReference>{reference}</os:orderReference><os:orderRemark>bench</os:orderRemark><os:deliveryOptions><os:onlineDataAccess><os:protocol>https</os:protocol></os:onlineDataAccess></os:deliveryOptions><os:priority>STANDARD</os:priority><os:orderType>PRODUCT_ORDER</os:orderType>{items}</os:orderSpecification><os:statusNotification>None</os:statusNotification></os:Submit>"#
    )
}

/// A veloconnect request in the URL binding.
pub(super) fn veloconnect(host: &str, operation: &str, rest: &str) -> Vec<u8> {
    get(&format!("/veloconnect?RequestName={operation}Request&BuyersID=K4711&Password=geheim{rest}"), host, &[])
}

/// The same as a form.
pub(super) fn veloconnect_form(host: &str, operation: &str, rest: &str) -> Vec<u8> {
    let body = format!("RequestName={operation}Request&BuyersID=K4711&Password=geheim{rest}");
    post("/veloconnect", host, "application/x-www-form-urlencoded", &[], body.as_bytes())
}
