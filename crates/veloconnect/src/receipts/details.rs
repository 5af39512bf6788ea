//! OfferDetails, OrderConfirmationDetails, DeliveryNoteDetails, InvoiceInformationDetails: the documents with these ids.
//!
//! As many documents and UnknownIDs together as ids were asked for (veloconnect 68), each in the order of the request. What
//! another buyer was issued does not exist.

use ordergate_store::{ReceiptKey, ReceiptKind};
use ordergate_xml::Node;

use super::Names;
use super::read::stored;
use super::write::write_document;
use crate::Context;
use crate::binding::Incoming;
use crate::call::{Call, Failure, refusal};
use crate::codes::ResponseCode;
use crate::frame::begin;
use crate::message::Message;
use crate::text::one_line;

pub(crate) async fn run(call: &Call<'_>, kind: ReceiptKind) -> Result<Vec<u8>, Failure> {
    let (names, options) = (Names::of(kind), &call.context.options);
    let text = |node: Node<'_>| {
        let text = one_line(&node.text());
        if options.strict { text } else { text.trim().to_owned() }
    };
    let ids: Vec<String> = call.incoming.document.root().children().filter(|c| c.name() == names.id).map(text).collect();
    let max = options.receipts.details_max;
    if ids.len() > max {
        return Err(Failure::new(ResponseCode::General, Message::TooManyReceipts(max)));
    }
    let mut w = begin(call.incoming.ns, names.fetched, &call.success());
    let mut unknown = Vec::new();
    for id in ids {
        let key = ReceiptKey { provider: call.identity.provider, owner: call.identity.account, kind, id };
        let Some(receipt) = call.context.store.receipt(&key).await? else {
            unknown.push(key.id);
            continue;
        };
        let Some(document) = stored(&receipt.document.0) else {
            tracing::error!(?kind, id = key.id, "veloconnect: a stored receipt cannot be read");
            return Err(Failure::new(ResponseCode::Internal, Message::Internal));
        };
        write_document(&mut w, &document);
    }
    for id in unknown {
        w.leaf("UnknownID", &id);
    }
    Ok(w.finish())
}

pub(crate) fn refuse(context: &Context, incoming: &Incoming, failure: &Failure, kind: ReceiptKind) -> Vec<u8> {
    begin(incoming.ns, Names::of(kind).fetched, &refusal(context, incoming, failure)).finish()
}
