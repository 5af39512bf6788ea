//! OfferQuery, OrderConfirmationQuery, DeliveryNoteQuery, InvoiceInformationQuery: the headers of what a buyer was issued.
//!
//! The range always relates to the day of issue (veloconnect 69). Of several ids of one kind one must be referred to;
//! criteria of different kinds, and the range, must all be met.

use jiff::civil::Date;
use ordergate_engine::Timestamp;
use ordergate_store::{FoundReceipt, ReceiptKind, ReceiptQuery};
use ordergate_xml::Node;

use super::write::write_range;
use super::{Header, Names, first_moment};
use crate::Context;
use crate::binding::Incoming;
use crate::call::{Call, Failure, refusal};
use crate::codes::ResponseCode;
use crate::frame::{ResponseFrame, begin};
use crate::item;
use crate::message::Message;
use crate::text::one_line;

/// The days that were asked for.
#[derive(Debug, Clone, Copy, Default)]
struct Days {
    from: Option<Date>,
    thru: Option<Date>,
}

pub(crate) async fn run(call: &Call<'_>, kind: ReceiptKind) -> Result<Vec<u8>, Failure> {
    let (names, options) = (Names::of(kind), &call.context.options.receipts);
    let root = call.incoming.document.root();
    let days = days(root);
    let max = options.list_max;
    let query = ReceiptQuery {
        provider: call.identity.provider,
        owner: call.identity.account,
        kind,
        from: days.and_then(|days| days.from).map_or(Timestamp::MIN, first_moment),
        until: days.and_then(|days| days.thru).map_or(Timestamp::MAX, first_moment),
        references: criteria(call, names)?,
        limit: max.saturating_add(1),
    };
    let mut found = call.context.store.receipts(&query).await?;
    let cut = found.len() > max;
    found.truncate(max);
    let message = cut.then(|| Message::ReceiptsCut(max).text(call.context.options.language));
    Ok(write(call, names, &ResponseFrame { message, ..call.success() }, days, &found))
}

/// What the receipts must refer to.
fn criteria(call: &Call<'_>, names: &Names) -> Result<Vec<(ordergate_store::Referred, Vec<String>)>, Failure> {
    let (root, options) = (call.incoming.document.root(), &call.context.options);
    let mut wanted = Vec::new();
    for criterion in names.criteria {
        let text = |node: Node<'_>| {
            let text = one_line(&node.text());
            if options.strict { text } else { text.trim().to_owned() }
        };
        let mut ids: Vec<String> = root.children().filter(|c| c.name() == criterion.element).map(text).collect();
        if ids.is_empty() {
            continue;
        }
        if let Some(query) = criterion.unsupported.filter(|query| !options.receipts.supports(*query)) {
            return Err(Failure::new(ResponseCode::NotSupported, Message::QueryNotSupported(query.text())));
        }
        if criterion.what == ordergate_store::Referred::RequestDate {
            ids = ids.iter().map(|day| item::date(day).to_string()).collect();
        }
        wanted.push((criterion.what, ids));
    }
    Ok(wanted)
}

/// `DateRange`, if there is one.
fn days(root: Node<'_>) -> Option<Days> {
    let range = root.children().find(|c| c.name() == "DateRange")?;
    let end = |name: &str| range.children().find(|c| c.name() == name).map(|day| item::date(&day.text()));
    Some(Days { from: end("FromDate"), thru: end("ThruDate") })
}

fn write(call: &Call<'_>, names: &Names, frame: &ResponseFrame<'_>, days: Option<Days>, found: &[FoundReceipt]) -> Vec<u8> {
    let mut w = begin(call.incoming.ns, names.found, frame);
    if let Some(days) = days {
        write_range(&mut w, "DateRange", days.from, days.thru);
    }
    for receipt in found {
        match Header::from_json(&receipt.header.0) {
            Some(header) => header.write(&mut w, names, &receipt.id),
            None => {
                tracing::error!(kind = ?names.kind, id = receipt.id, "veloconnect: the stored header of a receipt cannot be read");
            }
        }
    }
    w.finish()
}

pub(crate) fn refuse(context: &Context, incoming: &Incoming, failure: &Failure, kind: ReceiptKind) -> Vec<u8> {
    begin(incoming.ns, Names::of(kind).found, &refusal(context, incoming, failure)).finish()
}
