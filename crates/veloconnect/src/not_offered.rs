//! Operations of the standard that this server does not offer: 404, in their own answer (veloconnect 8).

use crate::Context;
use crate::binding::Incoming;
use crate::call::{Failure, refusal};
use crate::frame::begin;
use crate::operation::Envelope;

/// 3.3: filled as far as the answer must be to be valid.
pub(crate) fn refuse(context: &Context, incoming: &Incoming, failure: &Failure, envelope: Envelope) -> Vec<u8> {
    let Envelope::Plain(response) = envelope;
    begin(incoming.ns, response, &refusal(context, incoming, failure)).finish()
}
