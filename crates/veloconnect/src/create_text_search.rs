//! CreateTextSearch (8.1, D-CTS): which articles have all these words?

use ordergate_engine::transaction::Kind;

use crate::Context;
use crate::binding::Incoming;
use crate::call::{Call, Failure, transaction_refusal};
use crate::codes::ResponseCode;
use crate::frame::{ResponseFrame, begin};
use crate::life::check_room;
use crate::message::Message;
use crate::new_transaction;

const RESPONSE: &str = "CreateTextSearchResponse";

/// Nobody looks for more. Each word is looked for in all articles.
const TEXT_CHARACTERS_MAX: usize = 1_000;

/// The request: a SearchString, or none, which means the same as an empty one: all articles (3). A TransactionID in it
/// means nothing.
pub(crate) async fn run(call: &Call<'_>) -> Result<Vec<u8>, Failure> {
    check_room(call, Kind::TextSearch).await?;
    let root = call.incoming.document.root();
    let text = root.children().find(|c| c.name() == "SearchString").map(|c| c.text().into_owned()).unwrap_or_default();
    if text.chars().nth(TEXT_CHARACTERS_MAX).is_some() {
        return Err(Failure::new(ResponseCode::General, Message::LongSearch(TEXT_CHARACTERS_MAX)));
    }
    // 2: every word, as a part of number, description or EAN.
    let hits = call.context.articles.search(&text).await?;
    // 1: each search has a context of its own; 4: with hits in state 2, without any it is over.
    let (id, state) = new_transaction::begin(call, Kind::TextSearch, !hits.is_empty(), hits.to_document()).await?;
    let frame = ResponseFrame { transaction: Some(&id.0), state: Some(state.number()), ..call.success() };
    let mut w = begin(call.incoming.ns, RESPONSE, &frame);
    w.leaf("TotalCount", &hits.len().to_string());
    Ok(w.finish())
}

/// 3.3: TransactionID, StatusCode and TotalCount are a must.
pub(crate) fn refuse(context: &Context, incoming: &Incoming, failure: &Failure) -> Vec<u8> {
    let mut w = begin(incoming.ns, RESPONSE, &transaction_refusal(context, incoming, failure));
    w.leaf("TotalCount", "0");
    w.finish()
}
