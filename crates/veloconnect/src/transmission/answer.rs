//! The answers: to a transmission, and what became of its lines.

use ordergate_engine::TransactionId;
use ordergate_engine::transaction::StateCode;
use ordergate_xml::XmlWriter;

use super::channel::{Channel, Line, text};
use crate::Context;
use crate::binding::Incoming;
use crate::call::{Call, Failure, transaction_refusal};
use crate::frame::{ResponseFrame, begin};
use crate::message::Message;

/// Which lines are told of: from where on, how many, of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Window {
    pub start: usize,
    pub count: usize,
    pub total: usize,
}

impl Window {
    /// What was asked for, within what there is and what is told at most (8.2).
    pub(super) fn clamp(start: i128, count: i128, total: usize, most: usize) -> Self {
        let bound = |number: i128, most: usize| usize::try_from(number.max(0)).unwrap_or(usize::MAX).min(most);
        let start = bound(start, total.saturating_sub(1));
        Self { start, count: bound(count, (total - start).min(most)), total }
    }

    /// Whether the last line is told of, or there is none.
    pub(super) const fn is_last(self) -> bool {
        self.start + self.count == self.total
    }
}

/// To a transmission: its transaction, and its state.
pub(super) fn transmitted(
    call: &Call<'_>,
    channel: &Channel,
    id: &TransactionId,
    state: StateCode,
    message: Option<&Message>,
) -> Vec<u8> {
    let message = message.map(|message| message.text(call.incoming.language));
    let frame = ResponseFrame { transaction: Some(&id.0), state: Some(state.number()), message, ..call.success() };
    begin(call.incoming.ns, channel.response, &frame).finish()
}

/// What became of some lines.
pub(super) fn fetched(
    call: &Call<'_>,
    channel: &Channel,
    id: &TransactionId,
    state: StateCode,
    window: Window,
    lines: &[(Line, Option<bool>)],
) -> Vec<u8> {
    let frame = ResponseFrame { transaction: Some(&id.0), state: Some(state.number()), ..call.success() };
    let mut w = begin(call.incoming.ns, channel.status_response, &frame);
    write_window(&mut w, window);
    for (line, is_known) in lines {
        (channel.write)(&mut w, line, *is_known);
    }
    w.finish()
}

fn write_window(w: &mut XmlWriter, window: Window) {
    for (name, number) in [("StartIndex", window.start), ("Count", window.count), ("TotalCount", window.total)] {
        w.leaf(name, &number.to_string());
    }
}

pub(crate) fn refuse_transmit(context: &Context, incoming: &Incoming, failure: &Failure, channel: &Channel) -> Vec<u8> {
    begin(incoming.ns, channel.response, &transaction_refusal(context, incoming, failure)).finish()
}

/// 3.3: the three numbers are a must.
pub(crate) fn refuse_fetch(context: &Context, incoming: &Incoming, failure: &Failure, channel: &Channel) -> Vec<u8> {
    let mut w = begin(incoming.ns, channel.status_response, &transaction_refusal(context, incoming, failure));
    write_window(&mut w, Window::default());
    w.finish()
}

pub(super) fn write_identification(w: &mut XmlWriter, name: &str, id: &str) {
    w.start(name).leaf("cac:ID", id).end();
}

/// A must.
pub(super) fn write_sellers(w: &mut XmlWriter, line: &Line) {
    write_identification(w, "cac:SellersItemIdentification", text(line, "sellersArticle").unwrap_or_default());
}

pub(super) fn write_buyers(w: &mut XmlWriter, line: &Line) {
    if let Some(id) = text(line, "buyersArticle") {
        write_identification(w, "cac:BuyersItemIdentification", id);
    }
}

pub(super) fn write_standard(w: &mut XmlWriter, line: &Line) {
    let Some(id) = text(line, "standardArticle") else { return };
    w.start("cac:StandardItemIdentification").start("cac:ID");
    if let Some(scheme) = text(line, "standardScheme") {
        w.attr("identificationSchemeID", scheme);
    }
    w.text(id).end().end();
}

pub(super) fn write_manufacturers(w: &mut XmlWriter, line: &Line) {
    let Some(id) = text(line, "manufacturersArticle") else { return };
    w.start("cac:ManufacturersItemIdentification").leaf("cac:ID", id);
    if let Some(name) = text(line, "manufacturer") {
        w.start("cac:IssuerParty").start("cac:PartyName").leaf("cbc:Name", name).end().end();
    }
    w.end();
}

/// Whether the seller has the article (still); left out where that cannot be told.
pub(super) fn write_available(w: &mut XmlWriter, is_known: Option<bool>) {
    if let Some(is_known) = is_known {
        w.leaf("Available", if is_known { "true" } else { "false" });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// veloconnect 64, as far as it is said of SearchResult: what is asked for is clamped, and the answer tells the real values.
    #[test]
    fn what_is_asked_for_is_clamped() {
        for ((start, count, total), (clamped_start, clamped_count, is_last)) in [
            ((0, 10, 25), (0, 10, false)),
            ((20, 10, 25), (20, 5, true)),
            ((-7, 25, 25), (0, 12, false)),
            ((99, 1, 25), (24, 1, true)),
            ((3, -1, 25), (3, 0, false)),
            ((0, i128::MAX, 5), (0, 5, true)),
            ((i128::MIN, i128::MAX, 0), (0, 0, true)),
        ] {
            let window = Window::clamp(start, count, total, 12);
            assert_eq!(
                (window.start, window.count, window.is_last()),
                (clamped_start, clamped_count, is_last),
                "{start} {count}"
            );
        }
    }
}
