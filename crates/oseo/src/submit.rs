//! Submit (06-141r6 §12): takes product orders, acknowledged once they are durable.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::Arc;

use ordergate_door::Identity;
use ordergate_engine::order::{Item, Order, OrderKind, State, submission_entry};
use ordergate_engine::{Actor, OrderId, Protocol, Timestamp};
use ordergate_store::{Batch, CommitError, ConflictOn, Items, Job, JobKey, JobPart, QuotedItem, QuotedOrder, Write};
use ordergate_xml::{Node, XmlWriter, validate};

use crate::chosen::Choices;
use crate::collections::Catalogue;
use crate::notification::Wish;
use crate::order_type::{kind_of, not_offered, subject};
use crate::schema::{self, OS};
use crate::soap::Envelope;
use crate::standing::{self, Awaited, Reader};
use crate::version::check_version;
use crate::{Approval, Context, Exception, Outcome, Reply, delivery, notification, order_document, submit_quotation};

/// What the customer reads while an operator has not decided.
const AWAITS_APPROVAL: &str = "awaits approval by an operator";

/// How often a fresh id is tried before the store is taken to be broken.
pub(crate) const ATTEMPTS_MAX: usize = 3;

/// A checked order with all of its message that will be stored. Hundreds may wait for one flush of the disk: they wait without
/// their messages, which are larger.
pub(crate) struct Ready {
    caller: Identity,
    message_id: Option<String>,
    kind: OrderKind,
    approval: Approval,
    now: Timestamp,
    checked: Checked,
    passwords: Vec<String>,
    /// Gone when it was given to the store.
    specified: Option<QuotedOrder>,
}

pub(crate) async fn handle(context: &Context, envelope: &Envelope<'_>, caller: Identity) -> Result<Outcome, Exception> {
    let message = envelope.message;
    validate(message, &schema::SCHEMA)?;
    check_version(message)?;
    if let Some(id) = message.child(OS, "quotationId") {
        return submit_quotation::handle(context, envelope, &caller, id).await.map(Outcome::Reply);
    }
    let Some(specification) = message.child(OS, "orderSpecification") else {
        return Err(Exception::missing("orderSpecification", "the order is missing"));
    };
    let catalogue = context.collections.current();
    let now = context.clock.now();
    let message_id = envelope.header.message_id.as_deref();
    let checked = match check(context, &catalogue, envelope, specification, now) {
        Ok(checked) => checked,
        Err(refused) => {
            // What was taken once stays taken, though the options may have changed since.
            let first = answered_before(context, message_id, &caller).await?.ok_or(refused)?;
            return Ok(Outcome::Reply(acknowledge(first.id, first.reference.as_deref())));
        }
    };
    let kind = kind_of(specification);
    Ok(Outcome::Order(Box::new(Ready {
        message_id: message_id.map(str::to_owned),
        kind,
        approval: approval(context, &catalogue, kind, specification.children_named(OS, "orderItem")),
        now,
        checked,
        passwords: delivery::passwords(context, specification),
        specified: Some(order_document::of_specification(specification)),
        caller,
    })))
}

/// What the message specifies.
pub(crate) fn specified(envelope: &Envelope<'_>) -> Option<QuotedOrder> {
    envelope.message.child(OS, "orderSpecification").map(order_document::of_specification)
}

impl Ready {
    /// Stores the order and acknowledges it. `again` tells what was specified, should others have been faster.
    pub(crate) async fn store(
        mut self: Box<Self>,
        context: &Context,
        again: impl Fn() -> Option<QuotedOrder> + Send + Sync,
    ) -> Result<Reply, Exception> {
        for _ in 0..ATTEMPTS_MAX {
            // A retry of a message that was answered before gets the first answer.
            if let Some(first) = answered_before(context, self.message_id.as_deref(), &self.caller).await? {
                return Ok(acknowledge(first.id, first.reference.as_deref()));
            }
            let specified = self.specified.take().or_else(&again);
            let specified = specified.ok_or_else(|| Exception::given_up("the message cannot be read a second time"))?;
            check_open_items(context, &self.caller, specified.items.len()).await?;
            let id = context.store.next_order_id().await?;
            let reference = specified.reference.clone();
            match context.store.commit(self.batch(context, id, specified)?).await {
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

    fn batch(&self, context: &Context, id: OrderId, specified: QuotedOrder) -> Result<Batch, Exception> {
        let order = new_order(id, self.kind, specified, &self.caller, self.approval, self.now);
        let standing: Vec<Write> = standing::writes(&order, self.checked.awaited.clone()).collect();
        let wish = self.checked.wish.as_ref();
        let mut batch = batch(order, self.message_id.as_deref(), &self.caller, self.approval, wish);
        batch.writes.extend(standing);
        batch.writes.extend(delivery::keep(context, &self.passwords, id)?);
        Ok(batch)
    }
}

/// What is found out by checking.
struct Checked {
    /// Whom to call.
    wish: Option<Wish>,
    /// What the items wait for, unless they are products.
    awaited: Vec<Awaited>,
}

/// What the schema cannot say.
fn check(
    context: &Context,
    catalogue: &Arc<Catalogue>,
    envelope: &Envelope<'_>,
    specification: Node<'_>,
    now: Timestamp,
) -> Result<Checked, Exception> {
    let wish = notification::wish(envelope, context.callbacks.as_ref())?;
    let awaited = check_specification(context, catalogue, specification, "/Submit/orderSpecification", now)?;
    delivery::check(context, specification, "/Submit/orderSpecification")?;
    Ok(Checked { wish, awaited })
}

/// What the schema cannot say of an order, whatever is asked about it. `path` is where it stands. Gives what the items wait
/// for, unless they are products.
pub(crate) fn check_specification(
    context: &Context,
    catalogue: &Arc<Catalogue>,
    specification: Node<'_>,
    path: &str,
    now: Timestamp,
) -> Result<Vec<Awaited>, Exception> {
    let kind = kind_of(specification);
    check_kind(catalogue, kind)?;
    let items: Vec<Node<'_>> = specification.children_named(OS, "orderItem").collect();
    let reference = specification.child(OS, "orderReference").map(Node::text);
    let most = context.options.items_max_of(kind, reference.as_deref());
    if items.len() > most {
        let diagnosis = format!("the order has {} items; this server takes at most {most}", items.len());
        return Err(Exception::invalid("orderItem", diagnosis));
    }
    let choices = Choices::new(&context.options, catalogue, specification, path);
    let reader = Reader { context, catalogue, choices: &choices, now };
    let mut awaited = Vec::new();
    let mut ids = HashSet::with_capacity(items.len());
    // One after the other in the same room: an order may have thousands of items.
    let mut place = String::with_capacity(path.len() + 20);
    for (n, item) in items.into_iter().enumerate() {
        place.clear();
        let _ = write!(place, "{path}/orderItem[{}]", n + 1);
        let path = place.as_str();
        let id = item.child(OS, "itemId").map(Node::text).unwrap_or_default();
        if !ids.insert(id) {
            let diagnosis = format!("{}, {path}/itemId: another item of the order has the same itemId", item.position());
            return Err(Exception::invalid("itemId", diagnosis));
        }
        let subject = subject(kind, item, path)?;
        if kind == OrderKind::Product {
            choices.check(item, path)?;
        } else {
            awaited.push(reader.read(kind, subject, item, path)?);
        }
    }
    Ok(awaited)
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

/// Product orders are taken of some collections and refused of others; the rest has to be offered at all.
fn check_kind(catalogue: &Catalogue, kind: OrderKind) -> Result<(), Exception> {
    match kind {
        OrderKind::Subscription if !catalogue.takes(kind) => {
            Err(not_offered(kind, "subscription orders are not offered by this server"))
        }
        OrderKind::Tasking if !catalogue.takes(kind) => Err(not_offered(kind, "tasking orders are not offered by this server")),
        _ => Ok(()),
    }
}

/// A product that names no collection belongs to one nonetheless, if it is declared so.
pub(crate) fn approval<'d>(
    context: &Context,
    catalogue: &Catalogue,
    kind: OrderKind,
    items: impl Iterator<Item = Node<'d>>,
) -> Approval {
    let approval = &context.options.approval;
    if approval.collections.is_empty() {
        return approval.of(kind, std::iter::empty());
    }
    let collection = |item: Node<'_>| {
        if let Some(subscription) = item.child(OS, "subscriptionId") {
            return subscription.child(OS, "collectionId").map(|c| c.text().into_owned());
        }
        let product = item.child(OS, "productId")?;
        let by_identifier = || Some(catalogue.of_product(product.child(OS, "identifier")?.text().trim())?.id.clone());
        product.child(OS, "collectionId").map(|c| c.text().into_owned()).or_else(by_identifier)
    };
    let collections: Vec<Option<String>> = items.map(collection).collect();
    approval.of(kind, collections.iter().map(Option::as_deref))
}

pub(crate) async fn answered_before(
    context: &Context,
    message_id: Option<&str>,
    caller: &Identity,
) -> Result<Option<Order>, Exception> {
    let Some(message_id) = message_id else { return Ok(None) };
    match context.store.remembered_message(caller.account, message_id).await? {
        Some(id) => Ok(context.store.order(id, Items::Without).await?),
        None => Ok(None),
    }
}

/// The order as it will be stored, of what was specified (checklist OSEO 51: its time is that of submission).
pub(crate) fn new_order(
    id: OrderId,
    kind: OrderKind,
    specified: QuotedOrder,
    caller: &Identity,
    approval: Approval,
    now: Timestamp,
) -> Order {
    let info = (approval == Approval::Operator).then(|| AWAITS_APPROVAL.to_owned());
    let QuotedOrder { reference, priority, document, items } = specified;
    let standing = kind != OrderKind::Product;
    let new_item = |QuotedItem { item_id, document }| {
        let state = State::submitted(now);
        Item { item_id, state, result: None, listed: false, standing, document }
    };
    Order {
        id,
        provider: caller.provider,
        owner: caller.account,
        protocol: Protocol::Oseo,
        kind,
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
