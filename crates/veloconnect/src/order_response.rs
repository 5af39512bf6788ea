//! `OrderResponse`: the answer that CreateOrder, UpdateOrder and ViewOrder share.

use crate::Context;
use crate::basket::{Basket, Unmatched};
use crate::binding::Incoming;
use crate::call::{Call, Failure, transaction_refusal};
use crate::frame::{ResponseFrame, begin};
use crate::item::{write_lines, write_replacement, write_unknown};

const RESPONSE: &str = "OrderResponse";

/// All lines of the transaction, and the numbers of this request that made none.
pub(crate) fn write(call: &Call<'_>, id: &str, state: u8, basket: &Basket, unmatched: &Unmatched) -> Vec<u8> {
    let frame = ResponseFrame { transaction: Some(id), state: Some(state), ..call.success() };
    let mut w = begin(call.incoming.ns, RESPONSE, &frame);
    write_lines(&mut w, call, basket);
    for (id, by) in &unmatched.replaced {
        write_replacement(&mut w, id, by);
    }
    for id in &unmatched.unknown {
        write_unknown(&mut w, id);
    }
    w.finish()
}

/// 3.3: no lines, but TransactionID and StatusCode.
pub(crate) fn refuse(context: &Context, incoming: &Incoming, failure: &Failure) -> Vec<u8> {
    begin(incoming.ns, RESPONSE, &transaction_refusal(context, incoming, failure)).finish()
}
