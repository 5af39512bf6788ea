//! Submit (06-141r6 §12): takes product orders, acknowledged once they are durable.

use std::collections::HashSet;
use std::sync::Arc;

use ordergate_door::Identity;
use ordergate_engine::order::{Item, Order, OrderKind, State, submission_entry};
use ordergate_engine::{Actor, OrderId, Protocol, Timestamp};
use ordergate_store::{Batch, CommitError, ConflictOn, Items, Job, JobKey, JobPart, QuotedItem, QuotedOrder, Write};
use ordergate_xml::{Node, XmlWriter, validate};

use crate::chosen::Choices;
use crate::collections::Catalogue;
use crate::notification::Wish;
use crate::schema::{self, OS};
use crate::soap::Envelope;
use crate::version::check_version;
use crate::{Approval, Code, Context, Exception, Reply, delivery, notification, order_document, submit_quotation};

/// What the customer reads while an operator has not decided.
const AWAITS_APPROVAL: &str = "awaits approval by an operator";

/// How often a fresh id is tried before the store is taken to be broken.
pub(crate) const ATTEMPTS_MAX: usize = 3;

pub(crate) async fn handle(context: &Context, envelope: &Envelope<'_>, caller: &Identity) -> Result<Reply, Exception> {
    let message = envelope.message;
    validate(message, &schema::SCHEMA)?;
    check_version(message)?;
    if let Some(id) = message.child(OS, "quotationId") {
        return submit_quotation::handle(context, envelope, caller, id).await;
    }
    let Some(specification) = message.child(OS, "orderSpecification") else {
        return Err(Exception::missing("orderSpecification", "the order is missing"));
    };
    let catalogue = context.collections.current();
    let wish = match check(context, &catalogue, envelope, specification) {
        Ok(wish) => wish,
        Err(refused) => {
            // What was taken once stays taken, though the options may have changed since.
            let first = answered_before(context, envelope, caller).await?.ok_or(refused)?;
            return Ok(acknowledge(first.id, first.reference.as_deref()));
        }
    };
    let now = context.clock.now();
    let approval = approval(context, &catalogue, specification.children_named(OS, "orderItem"));
    for _ in 0..ATTEMPTS_MAX {
        // A retry of a message that was answered before gets the first answer.
        if let Some(first) = answered_before(context, envelope, caller).await? {
            return Ok(acknowledge(first.id, first.reference.as_deref()));
        }
        check_open_items(context, caller, specification.children_named(OS, "orderItem").count()).await?;
        let order = read_order(context, specification, caller, approval, now).await?;
        let (id, reference) = (order.id, order.reference.clone());
        let passwords = delivery::passwords(context, specification, id)?;
        let mut batch = batch(order, envelope.header.message_id.as_deref(), caller, approval, wish.as_ref());
        batch.writes.extend(passwords);
        match context.store.commit(batch).await {
            Ok(()) => {
                (context.wake)();
                return Ok(acknowledge(id, reference.as_deref()));
            }
            Err(CommitError::Conflict(ConflictOn::Message | ConflictOn::Order)) => {}
            Err(CommitError::Conflict(other)) => return Err(Exception::given_up(&other.to_string())),
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Err(Exception::given_up("the store refused every new order id"))
}

/// What the schema cannot say. Gives whether the customer is to be called.
fn check(
    context: &Context,
    catalogue: &Arc<Catalogue>,
    envelope: &Envelope<'_>,
    specification: Node<'_>,
) -> Result<Option<Wish>, Exception> {
    let wish = notification::wish(envelope, context.callbacks.as_ref())?;
    check_specification(context, catalogue, specification, "/Submit/orderSpecification")?;
    delivery::check(context, specification, "/Submit/orderSpecification")?;
    Ok(wish)
}

/// What the schema cannot say of an order, whatever is asked about it. `path` is where it stands.
pub(crate) fn check_specification(
    context: &Context,
    catalogue: &Arc<Catalogue>,
    specification: Node<'_>,
    path: &str,
) -> Result<(), Exception> {
    check_order_type(specification)?;
    let items: Vec<Node<'_>> = specification.children_named(OS, "orderItem").collect();
    if items.len() > context.options.items_max {
        let diagnosis = format!("the order has {} items; this server takes at most {}", items.len(), context.options.items_max);
        return Err(Exception::invalid("orderItem", diagnosis));
    }
    let choices = Choices::new(&context.options, catalogue, specification, path);
    let mut ids = HashSet::new();
    for (n, item) in items.into_iter().enumerate() {
        let path = format!("{path}/orderItem[{}]", n + 1);
        let id = item.child(OS, "itemId").map(Node::text).unwrap_or_default();
        if !ids.insert(id) {
            let diagnosis = format!("{}, {path}/itemId: another item of the order has the same itemId", item.position());
            return Err(Exception::invalid("itemId", diagnosis));
        }
        check_product(item, &path)?;
        choices.check(item, &path)?;
    }
    Ok(())
}

/// A limit of fairness, not of safety: two orders of one user at the same moment may pass it together.
pub(crate) async fn check_open_items(context: &Context, caller: &Identity, wanted: usize) -> Result<(), Exception> {
    let most = context.options.open_items_max;
    if most == 0 {
        return Ok(());
    }
    let open = context.store.open_items(caller.provider, caller.account).await?;
    if open + wanted <= most {
        return Ok(());
    }
    let diagnosis = format!(
        "the order has {wanted} items, and the orders of this user that are not over have {open}; this server takes at most {most} together"
    );
    Err(Exception::invalid("orderItem", diagnosis))
}

fn check_order_type(specification: Node<'_>) -> Result<(), Exception> {
    match specification.child(OS, "orderType").map(Node::text).as_deref() {
        Some("SUBSCRIPTION_ORDER") => Err(Exception::order_type_not_supported(
            Code::SubscriptionNotSupported,
            "subscription orders are not offered by this server",
        )),
        Some("TASKING_ORDER") => Err(Exception::order_type_not_supported(
            Code::FutureProductNotSupported,
            "tasking orders are not offered by this server",
        )),
        _ => Ok(()),
    }
}

/// A product order names products (§7.3.11).
fn check_product(item: Node<'_>, path: &str) -> Result<(), Exception> {
    if item.child(OS, "productId").is_some() {
        return Ok(());
    }
    let found = ["subscriptionId", "taskingRequestId"].into_iter().find(|n| item.child(OS, n).is_some()).unwrap_or("nothing");
    let diagnosis = format!("{}, {path}: a PRODUCT_ORDER names products by productId; found {found}", item.position());
    Err(Exception::invalid(found, diagnosis))
}

/// A product that names no collection belongs to one nonetheless, if it is declared so.
pub(crate) fn approval<'d>(context: &Context, catalogue: &Catalogue, items: impl Iterator<Item = Node<'d>>) -> Approval {
    let collection = |item: Node<'_>| {
        let product = item.child(OS, "productId")?;
        let by_identifier = || Some(catalogue.of_product(product.child(OS, "identifier")?.text().trim())?.id.clone());
        product.child(OS, "collectionId").map(|c| c.text().into_owned()).or_else(by_identifier)
    };
    let collections: Vec<Option<String>> = items.map(collection).collect();
    context.options.approval.of(collections.iter().map(Option::as_deref))
}

pub(crate) async fn answered_before(
    context: &Context,
    envelope: &Envelope<'_>,
    caller: &Identity,
) -> Result<Option<Order>, Exception> {
    let Some(message_id) = &envelope.header.message_id else { return Ok(None) };
    match context.store.remembered_message(caller.account, message_id).await? {
        Some(id) => Ok(context.store.order(id, Items::Without).await?),
        None => Ok(None),
    }
}

/// The order as it will be stored (checklist OSEO 51: its time is that of submission).
async fn read_order(
    context: &Context,
    specification: Node<'_>,
    caller: &Identity,
    approval: Approval,
    now: Timestamp,
) -> Result<Order, Exception> {
    let id = context.store.next_order_id().await?;
    Ok(new_order(id, order_document::of_specification(specification), caller, approval, now))
}

/// A submitted order, of what was specified.
pub(crate) fn new_order(id: OrderId, specified: QuotedOrder, caller: &Identity, approval: Approval, now: Timestamp) -> Order {
    let info = (approval == Approval::Operator).then(|| AWAITS_APPROVAL.to_owned());
    let QuotedOrder { reference, priority, document, items } = specified;
    let new_item =
        |QuotedItem { item_id, document }| Item { item_id, state: State::submitted(now), result: None, listed: false, document };
    Order {
        id,
        provider: caller.provider,
        owner: caller.account,
        protocol: Protocol::Oseo,
        kind: OrderKind::Product,
        reference,
        priority,
        submitted_at: now,
        state: State { info, ..State::submitted(now) },
        revision: 1,
        document,
        items: items.into_iter().map(new_item).collect(),
    }
}

/// Order, history, work to do, whom to tell, and the message to remember: one commit.
pub(crate) fn batch(order: Order, message_id: Option<&str>, caller: &Identity, approval: Approval, wish: Option<&Wish>) -> Batch {
    let mut batch = Batch::new();
    let wish = wish.map(|wish| Write::WishNotifications { order: order.id, wish: wish.to_document() });
    let now = order.submitted_at;
    let due_at = if approval == Approval::Operator { Job::UNTIL_TOLD } else { now };
    if let Some(message_id) = message_id {
        let (owner, message_id) = (caller.account, message_id.to_owned());
        batch.push(Write::RememberMessage { owner, message_id, order: order.id, at: now });
    }
    let key = JobKey { order: order.id, part: JobPart::Order };
    let job = Job { key, queue: Protocol::Oseo, priority: order.priority, due_at, attempts: 0 };
    let history = submission_entry(&order, Actor::account(&caller.name));
    batch.push(Write::InsertOrder(Box::new(order)));
    batch.push(Write::AppendHistory(history));
    batch.push(Write::InsertJob(job));
    batch.writes.extend(wish);
    batch
}

/// SubmitAck (§12.4.1; checklist OSEO 30, 31).
pub(crate) fn acknowledge(id: OrderId, reference: Option<&str>) -> Reply {
    let mut w = XmlWriter::new();
    w.start("os:SubmitAck").attr("xmlns:os", OS).leaf("os:status", "success").leaf("os:orderId", &id.to_string());
    if let Some(reference) = reference {
        w.leaf("os:orderReference", reference);
    }
    w.end();
    Reply { xml: w.finish(), result: "success" }
}
