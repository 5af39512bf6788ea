//! Submit by `quotationId` (06-141r6 §12.3.1): orders what was quoted, at the price that was told.

use std::sync::Arc;

use ordergate_door::Identity;
use ordergate_engine::order::OrderKind;
use ordergate_store::{CommitError, ConflictOn, Quotation, QuotationState, Write};
use ordergate_xml::builtin::format_date_time;
use ordergate_xml::{Document, Node};

use crate::chosen::Choices;
use crate::collections::Catalogue;
use crate::get_quotation::{check_in_force, retrieve};
use crate::soap::Envelope;
use crate::submit::{ATTEMPTS_MAX, acknowledge, answered_before, approval, batch, check_open_items, new_order};
use crate::{Context, Exception, Reply, notification, order_document};

const PATH: &str = "/Submit/quotationId";

/// Checklist OSEO 38. What was chosen was held against the options when it was quoted, and is not held against them again. What was quoted can be ordered
/// while it is valid, whether or not quotations are given now.
pub(crate) async fn handle(
    context: &Context,
    envelope: &Envelope<'_>,
    caller: &Identity,
    id: Node<'_>,
) -> Result<Reply, Exception> {
    for _ in 0..ATTEMPTS_MAX {
        // A retry of a message that was answered before gets the first answer.
        if let Some(first) = answered_before(context, envelope.header.message_id.as_deref(), caller).await? {
            return Ok(acknowledge(first.id, first.reference.as_deref()));
        }
        let wish = notification::wish(envelope, context.callbacks.as_ref())?;
        let quotation = retrieve(context, caller, id, PATH).await?;
        let now = context.clock.now();
        check_in_force(&quotation, now, id, PATH)?;
        check_can_be_ordered(&quotation, id)?;
        let specified = quotation.order;
        let approval = {
            let catalogue = context.collections.current();
            let items = trees(specified.items.iter().map(|item| &item.document))?;
            check_collections(context, &catalogue, &trees([&specified.document])?, &items)?;
            approval(context, &catalogue, OrderKind::Product, items.iter().map(Document::root))
        };
        check_open_items(context, caller, specified.items.len()).await?;
        let order = new_order(context.store.next_order_id().await?, OrderKind::Product, specified, caller, approval, now);
        let (order_id, reference) = (order.id, order.reference.clone());
        let mut batch = batch(order, envelope.header.message_id.as_deref(), caller, approval, wish.as_ref());
        batch.push(Write::OrderQuotation { id: quotation.id, order: order_id, at: now });
        match context.store.commit(batch).await {
            Ok(()) => {
                (context.wake)();
                return Ok(acknowledge(order_id, reference.as_deref()));
            }
            // Another Submit was faster, or the same one was answered by another process: look again.
            Err(CommitError::Conflict(ConflictOn::Quotation | ConflictOn::Message | ConflictOn::Order)) => {}
            Err(CommitError::Conflict(other)) => return Err(Exception::given_up(&other.to_string())),
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Err(Exception::given_up("the quotation never stood still"))
}

fn check_can_be_ordered(quotation: &Quotation, id: Node<'_>) -> Result<(), Exception> {
    let number = quotation.id;
    let problem = match &quotation.state {
        QuotationState::Priced { .. } => return Ok(()),
        QuotationState::BeingPriced { .. } => {
            format!("quotation {number} has no price yet; GetQuotation tells when it has")
        }
        QuotationState::Refused { reason, .. } => format!("there is no price for quotation {number}: {reason}"),
        QuotationState::Ordered { order, at, .. } => {
            format!("quotation {number} was ordered as order {order} at {}", format_date_time(at.0))
        }
    };
    Err(Exception::invalid("quotationId", format!("{}, {PATH}: {problem}", id.position())))
}

/// What is stored, as trees.
fn trees<'s>(documents: impl IntoIterator<Item = &'s ordergate_engine::Document>) -> Result<Vec<Document>, Exception> {
    let read = documents.into_iter().map(order_document::tree).collect::<Option<Vec<_>>>();
    read.ok_or_else(|| Exception::given_up("a stored quotation is not readable"))
}

/// The collections must still be there, and take orders.
fn check_collections(
    context: &Context,
    catalogue: &Arc<Catalogue>,
    order: &[Document],
    items: &[Document],
) -> Result<(), Exception> {
    let Some(order) = order.first() else { return Ok(()) };
    let choices = Choices::new(&context.options, catalogue, order.root(), PATH);
    items.iter().try_for_each(|item| choices.takes(item.root()).map(drop))
}
