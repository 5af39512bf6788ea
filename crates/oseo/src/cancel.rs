//! Cancel (06-141r6 §16): a customer withdraws an order.

use ordergate_door::Identity;
use ordergate_engine::order::{Command, Order, Status, apply, decide, entries_of};
use ordergate_engine::{Actor, OrderId, Timestamp};
use ordergate_store::{Batch, CommitError, ConflictOn, Items, NotificationKey, Write};
use ordergate_xml::{Node, XmlWriter, validate};

use crate::notification::Wish;
use crate::schema::{self, OS};
use crate::soap::Envelope;
use crate::version::check_version;
use crate::{Context, Exception, Reply, notification, own_order};

/// Each lost race means that the order moved on; so many in a row mean that something is wrong.
const RACES_MAX: u32 = 100;

/// What the customer reads.
const BY_CUSTOMER: &str = "cancelled at the customer's request";
const BY_OPERATOR: &str = "cancelled by an operator";

/// What is still to be produced is cancelled at once, and the answer is final: the standard lets a server only begin to cancel
/// (requirement 118), and have the customer look for the outcome with GetStatus.
pub(crate) async fn handle(context: &Context, envelope: &Envelope<'_>, caller: &Identity) -> Result<Reply, Exception> {
    let message = envelope.message;
    validate(message, &schema::SCHEMA)?;
    check_version(message)?;
    let callback = notification::wish(envelope, context.callbacks.as_ref())?;
    let id = message.child(OS, "orderId").map(Node::text).unwrap_or_default();
    let message_id = envelope.header.message_id.as_deref().map(remembered_as);
    for _ in 0..RACES_MAX {
        let mut order = own_order::retrieve(context, caller, id.trim(), Items::With).await?;
        let used_for = used_for(context, caller, message_id.as_deref()).await?;
        if used_for == Some(order.id) {
            // A client that lost the answer asks again.
            return Ok(acknowledge(&order));
        }
        // An id that was used for another order says nothing about this one.
        let message_id = message_id.as_deref().filter(|_| used_for.is_none());
        let mut batch = cancel(&mut order, caller, message_id, context.clock.now())?;
        batch.writes.extend(callback.as_ref().and_then(|wish| respond(context, wish, &order)));
        match context.store.commit(batch).await {
            Ok(()) => {
                (context.recall)(order.id);
                return Ok(acknowledge(&order));
            }
            // A worker took a step meanwhile, or the same message was answered by another process.
            Err(CommitError::Conflict(ConflictOn::Order | ConflictOn::Message)) => {}
            Err(CommitError::Conflict(other)) => return Err(Exception::given_up(&other.to_string())),
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Err(Exception::given_up("the order never stood still"))
}

/// CancelResponse (§17), once: what becomes of the cancellation is known at once, so Final and All are the same.
fn respond(context: &Context, wish: &Wish, order: &Order) -> Option<Write> {
    let (now, patience) = (context.clock.now(), context.callbacks.as_ref()?.patience_micros);
    let key = NotificationKey::at_revision(order.id, order.revision, 0);
    let draft = notification::draft("CancelResponse", wish, order);
    Some(Write::Notify(Box::new(draft.notification(key, now, now.plus_micros(patience)))))
}

/// A client may use one message id for the Submit and the Cancel of an order; the two must not be taken for each other.
fn remembered_as(message_id: &str) -> String {
    format!("Cancel {message_id}")
}

/// The order that a Cancel with this message id was carried out on.
async fn used_for(context: &Context, caller: &Identity, message_id: Option<&str>) -> Result<Option<OrderId>, Exception> {
    match message_id {
        Some(message_id) => Ok(context.store.remembered_message(caller.account, message_id).await?),
        None => Ok(None),
    }
}

/// Decides, and carries out on the order in memory: all that is not final is cancelled, and all work for it ends
/// (checklist OSEO 67-70).
fn cancel(order: &mut Order, caller: &Identity, message_id: Option<&str>, now: Timestamp) -> Result<Batch, Exception> {
    let (who, reason) = if order.owner == caller.account {
        (Actor::account(&caller.name), BY_CUSTOMER)
    } else {
        (Actor::operator(&caller.name), BY_OPERATOR)
    };
    let command = Command::Cancel { reason: reason.to_owned() };
    let changes = decide(order, &command).map_err(|_| nothing_left(order))?;
    let history = entries_of(order.id, &changes, now, &who, reason);
    let mut batch = Batch::new();
    batch.order_changes(order, &changes, history, now);
    batch.push(Write::DeleteJobsOf(order.id));
    if let Some(message_id) = message_id {
        let (owner, message_id) = (caller.account, message_id.to_owned());
        batch.push(Write::RememberMessage { owner, message_id, order: order.id, at: now });
    }
    apply(order, &changes, now);
    Ok(batch)
}

/// Checklist OSEO 70: what is over cannot be cancelled, and to say otherwise would mislead.
fn nothing_left(order: &Order) -> Exception {
    Exception::invalid(
        "orderId",
        format!("order {} is {}: nothing of it can be cancelled any more", order.id, order.state.status),
    )
}

/// CancelAck. Checklist OSEO 67, 68: `partial` when items were final before (at most 255 characters).
fn acknowledge(order: &Order) -> Reply {
    // To unsubscribe is to end the subscription; the products that came before stay what they are.
    let only_standing = order.items.iter().any(|item| item.standing);
    let items = || order.items.iter().filter(|item| item.standing || !only_standing);
    let all = items().count();
    let kept = items().filter(|item| item.state.status != Status::Cancelled).count();
    let result = if kept == 0 { "success" } else { "partial" };
    let mut w = XmlWriter::new();
    w.start("os:CancelAck").attr("xmlns:os", OS).leaf("os:status", result);
    if kept > 0 {
        let message =
            format!("{kept} of {all} items were final before and could not be cancelled; GetStatus says how each ended.");
        w.leaf("os:errorMessage", &message);
    }
    w.end();
    Reply { xml: w.finish(), result }
}
