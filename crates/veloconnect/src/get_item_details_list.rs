//! GetItemDetailsList (7.4, D-GIDL): GetItemDetails for many articles, in the order in which they are asked for.

use crate::Context;
use crate::binding::Incoming;
use crate::call::{Call, Failure, refusal};
use crate::codes::ResponseCode;
use crate::frame::begin;
use crate::get_item_details::Question;
use crate::item::{requested_ids, write_unknown};
use crate::message::Message;

const RESPONSE: &str = "GetItemDetailsListResponse";

/// The request: one or more RequestEntries. The answer: one ItemDetail for each (veloconnect 43).
pub(crate) async fn run(call: &Call<'_>) -> Result<Vec<u8>, Failure> {
    let entries = || call.incoming.document.root().children().filter(|c| c.name() == "RequestEntry");
    let (strict, max) = (!call.lenient().unit_case, call.context.options.entries_max);
    if entries().nth(max).is_some() {
        return Err(Failure::new(ResponseCode::General, Message::TooManyEntries(max)));
    }
    let questions = entries().map(|entry| Question::read(entry, strict)).collect::<Result<Vec<_>, _>>()?;
    let articles = call.find(questions.iter().map(Question::id)).await?;
    let mut w = begin(call.incoming.ns, RESPONSE, &call.success());
    for question in questions {
        w.start("ItemDetail");
        question.answer(&mut w, call, &articles);
        w.end();
    }
    Ok(w.finish())
}

/// 3.3: one ItemUnknown for each number that was sent, and at least one.
pub(crate) fn refuse(context: &Context, incoming: &Incoming, failure: &Failure) -> Vec<u8> {
    let mut ids = requested_ids(incoming.document.root());
    if ids.is_empty() {
        ids.push(String::new());
    }
    let mut w = begin(incoming.ns, RESPONSE, &refusal(context, incoming, failure));
    for id in ids {
        w.start("ItemDetail");
        write_unknown(&mut w, &id);
        w.end();
    }
    w.finish()
}
