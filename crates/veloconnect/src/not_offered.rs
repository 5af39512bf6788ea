//! Operations of the standard that this server does not offer: 404, in their own answer (veloconnect 8).

use crate::Context;
use crate::binding::Incoming;
use crate::call::{Failure, transaction_refusal};
use crate::frame::begin;
use crate::get_status;
use crate::operation::Envelope;

/// 3.3: filled as far as the answer must be to be valid.
pub(crate) fn refuse(context: &Context, incoming: &Incoming, failure: &Failure, envelope: Envelope) -> Vec<u8> {
    let in_transaction = transaction_refusal(context, incoming, failure);
    let ns = incoming.ns;
    match envelope {
        Envelope::Transaction(response) => begin(ns, response, &in_transaction).finish(),
        Envelope::TotalCount(response) => {
            let mut w = begin(ns, response, &in_transaction);
            w.leaf("TotalCount", "0");
            w.finish()
        }
        Envelope::Page(response) | Envelope::ResultPage(response) => {
            let mut w = begin(ns, response, &in_transaction);
            w.leaf("StartIndex", "0").leaf("Count", "0").leaf("TotalCount", "0");
            if matches!(envelope, Envelope::ResultPage(_)) {
                w.leaf("ResultFormat", "COUNT");
            }
            w.finish()
        }
        Envelope::GetStatus => get_status::refuse_for(context, incoming, failure),
    }
}
