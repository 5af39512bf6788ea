//! What the profile says of receipts beside their operations (section 6).

use ordergate_xml::XmlWriter;

use super::ReceiptOptions;

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
