//! GetClassificationScheme (8.3, D-GCS): how are articles grouped?

use ordergate_xml::XmlWriter;

use crate::Context;
use crate::articles::ClassificationScheme;
use crate::binding::Incoming;
use crate::call::{Call, Failure, refusal};
use crate::codes::ResponseCode;
use crate::frame::begin;
use crate::message::Message;

const RESPONSE: &str = "GetClassificationSchemeResponse";

/// The request has nothing but its frame. The answer: all schemes in use (veloconnect 66). A seller who has none does not
/// offer the operation: an answer without a scheme is not possible.
pub(crate) async fn run(call: &Call<'_>) -> Result<Vec<u8>, Failure> {
    let schemes = call.context.articles.schemes().await?;
    if schemes.is_empty() {
        return Err(Failure::new(ResponseCode::NotSupported, Message::NotSupported(call.operation())));
    }
    let mut w = begin(call.incoming.ns, RESPONSE, &call.success());
    for scheme in &schemes {
        write_scheme(&mut w, scheme);
    }
    Ok(w.finish())
}

fn write_scheme(w: &mut XmlWriter, scheme: &ClassificationScheme) {
    w.start("ClassificationScheme");
    if !scheme.single_mapping {
        w.attr("singleMapping", "false");
    }
    w.leaf("ClassificationSchemeID", &scheme.id);
    if let Some(uri) = &scheme.uri {
        w.leaf("ClassificationSchemeURI", uri);
    }
    for group in &scheme.groups {
        w.start("ClassificationSchemeGroup").leaf("ID", &group.id);
        if let Some(parent) = &group.parent {
            w.leaf("ParentID", parent);
        }
        w.leaf("Description", &group.description).end();
    }
    w.end();
}

/// 3.3: a scheme is a must: one without name and place.
pub(crate) fn refuse(context: &Context, incoming: &Incoming, failure: &Failure) -> Vec<u8> {
    let mut w = begin(incoming.ns, RESPONSE, &refusal(context, incoming, failure));
    w.start("ClassificationScheme").empty("ClassificationSchemeID").empty("ClassificationSchemeURI").end();
    w.finish()
}
