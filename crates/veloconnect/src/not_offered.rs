//! Operations of the standard that this server does not offer: 404, in their own answer (veloconnect 8).

use crate::Context;
use crate::binding::Incoming;
use crate::call::{Failure, refusal, transaction_refusal};
use crate::frame::begin;
use crate::get_status;
use crate::operation::Envelope;

/// 3.3: filled as far as the answer must be to be valid.
pub(crate) fn refuse(context: &Context, incoming: &Incoming, failure: &Failure, envelope: Envelope) -> Vec<u8> {
    let in_transaction = transaction_refusal(context, incoming, failure);
    let ns = incoming.ns;
    match envelope {
        Envelope::Plain(response) => begin(ns, response, &refusal(context, incoming, failure)).finish(),
        Envelope::TotalCount(response) => {
            let mut w = begin(ns, response, &in_transaction);
            w.leaf("TotalCount", "0");
            w.finish()
        }
        Envelope::ResultPage(response) => {
            let mut w = begin(ns, response, &in_transaction);
            w.leaf("StartIndex", "0").leaf("Count", "0").leaf("TotalCount", "0");
            w.leaf("ResultFormat", "COUNT");
            w.finish()
        }
        Envelope::GetStatus => get_status::refuse_for(context, incoming, failure),
    }
}
