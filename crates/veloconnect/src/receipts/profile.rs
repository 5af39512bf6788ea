//! What the profile says of receipts (section 6; veloconnect 67).

use ordergate_xml::XmlWriter;

use super::ReceiptOptions;
use crate::operation::{Handler, OPERATIONS};

/// veloconnect 67: of each kind both operations.
pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    let is_ours = |handler: Handler| matches!(handler, Handler::ReceiptQuery(_) | Handler::ReceiptDetails(_));
    OPERATIONS.iter().filter(move |operation| is_ours(operation.handler)).map(|operation| operation.name)
}

/// After the properties: which searches are not possible, and which offers are for everybody.
pub(crate) fn write_limits(w: &mut XmlWriter, options: &ReceiptOptions) {
    for query in options.unsupported() {
        w.leaf("UnsupportedQuery", query.text());
    }
    for request in &options.special_request {
        w.start("SpecialRequestReference").leaf("RequestReference", &request.reference);
        w.leaf("Description", &request.description).end();
    }
}
