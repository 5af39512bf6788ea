//! GetStatus (1.1 section 6.3; 5.1): in which state are my transactions?
//!
//! Rule 1: "Jeder veloconnect-konforme Server muss die Operation GetStatus implementieren." It is
//! implemented, and listed in the profile, in every version, unless an operator switches it off as 1.3 allows.

use ordergate_engine::transaction::Kind;
use ordergate_store::TransactionStatus;

use crate::binding::{Incoming, Unrecognised};
use crate::call::{Call, Failure, refusal};
use crate::frame::{ResponseFrame, begin};
use crate::message::Message;
use crate::operation::Module;
use crate::schema::transaction::{TRANSACTION_1_4, TRANSACTION_1_6};
use crate::{Context, shop};

pub(crate) const RESPONSE: &str = "GetStatusResponse";

/// The request is a plain RequestType: what is asked about is its TransactionID, if it has one.
pub(crate) async fn run(call: &Call<'_>) -> Result<Vec<u8>, Failure> {
    let sent = call.incoming.frame.transaction.as_deref();
    // The leniency `empty_transaction_id`: there is a client that sends its parameters empty.
    match sent.filter(|id| !call.lenient().empty_transaction_id || !id.is_empty()) {
        Some(id) => one(call, id).await,
        None => all(call).await,
    }
}

/// Rule 2: an instance of this buyer with this id: 200 and one TransactionStatus with the id and the
/// present state; no such instance: 420. Asking changes nothing, and does not mind IsTest.
async fn one(call: &Call<'_>, id: &str) -> Result<Vec<u8>, Failure> {
    let transaction = call.transaction().await?;
    let state = transaction.state;
    let frame = ResponseFrame { transaction: Some(id), state: Some(state.number()), ..call.success() };
    let status = TransactionStatus { id: transaction.key.id.clone(), kind: transaction.kind, state };
    Ok(write(call.incoming.ns, &frame, &[status]))
}

/// Rule 3: no TransactionID: one TransactionStatus for each instance of this buyer (and seller, who was
/// checked before), 200 even if there is none.
async fn all(call: &Call<'_>) -> Result<Vec<u8>, Failure> {
    let options = &call.context.options;
    let max = options.list_max;
    let (provider, owner) = (call.identity.provider, call.identity.account);
    let mut found = call.context.store.transactions(provider, owner, options.list_final, max.saturating_add(1)).await?;
    if options.shop.enabled {
        let shop = shop::open(call).await?;
        let status = TransactionStatus { id: shop.key.id.clone(), kind: shop.kind, state: shop.state };
        match found.iter_mut().find(|listed| listed.id == status.id) {
            Some(listed) => *listed = status,
            None => found.push(status),
        }
    }
    let cut = found.len() > max;
    found.truncate(max);
    let message = cut.then(|| Message::ListCut(max).text(call.incoming.language));
    Ok(write(call.incoming.ns, &ResponseFrame { message, ..call.success() }, &found))
}

fn write(ns: &str, frame: &ResponseFrame<'_>, found: &[TransactionStatus]) -> Vec<u8> {
    let mut w = begin(ns, RESPONSE, frame);
    for status in found {
        // Its child is TransactionId, with a small d.
        w.start("TransactionStatus").leaf("TransactionId", &status.id.0);
        w.leaf("StatusCode", &status.state.number().to_string());
        if names(ns, status.kind) {
            w.leaf("Transaction", status.kind.name());
        }
        w.end();
    }
    w.finish()
}

/// Whether the module in this namespace has a word for the transaction; if not, it goes unnamed.
fn names(ns: &str, kind: Kind) -> bool {
    match kind {
        Kind::Order | Kind::OrderInOnlineShop | Kind::TextSearch => true,
        Kind::B2BStock | Kind::B2CStock => ns == TRANSACTION_1_4 || ns == TRANSACTION_1_6,
        Kind::B2BSale | Kind::B2XSale => ns == TRANSACTION_1_6,
    }
}

/// A refusal: the id that was sent, no TransactionStatus.
pub(crate) fn refuse(context: &Context, incoming: &Incoming, failure: &Failure) -> Vec<u8> {
    let transaction = incoming.frame.transaction.as_deref();
    write(incoming.ns, &ResponseFrame { transaction, ..refusal(context, incoming, failure) }, &[])
}

/// Rule 4: a request from which no operation can be told is answered with a GetStatusResponse, 400 or 405.
/// BuyersID is a must there: what was sent, or nothing.
pub(crate) fn unrecognised(request: &Unrecognised) -> Vec<u8> {
    let frame = ResponseFrame {
        buyer: &request.frame.buyer,
        code: Some(request.code),
        message: Some(request.message.text(request.language)),
        is_test: request.frame.is_test,
        ..ResponseFrame::default()
    };
    write(Module::Transaction.namespace(request.version), &frame, &[])
}
