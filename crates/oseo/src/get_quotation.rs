//! GetQuotation (06-141r6 §10): what an order would cost.

use ordergate_door::Identity;
use ordergate_engine::order::OrderKind;
use ordergate_engine::{OrderId, QuotationId, Timestamp};
use ordergate_store::{Batch, CommitError, ConflictOn, Quotation, QuotationState, StoreError, Write};
use ordergate_xml::builtin::format_date_time;
use ordergate_xml::{Node, XmlWriter, validate};

use crate::notification::Wish;
use crate::order_type::{kind_of, not_offered};
use crate::quotation::{Mode, PricingRequest, Quotations, REASON_MAX, Settled, inserted, quotation_of, settle, write};
use crate::schema::{self, OS};
use crate::soap::Envelope;
use crate::submit::{ATTEMPTS_MAX, check_specification};
use crate::version::check_version;
use crate::{Context, Exception, Reply, notification, order_document};

/// Checklist OSEO 26, 28, 29.
pub(crate) async fn handle(
    context: &Context,
    quotations: &Quotations,
    envelope: &Envelope<'_>,
    caller: &Identity,
) -> Result<Reply, Exception> {
    let message = envelope.message;
    validate(message, &schema::SCHEMA)?;
    check_version(message)?;
    if let Some(id) = message.child(OS, "quotationId") {
        let quotation = retrieve(context, caller, id, "/GetQuotation/quotationId").await?;
        check_in_force(&quotation, context.clock.now(), id, "/GetQuotation/quotationId")?;
        return Ok(acknowledge(&quotation));
    }
    let Some(specification) = message.child(OS, "orderSpecification") else {
        return Err(Exception::missing("orderSpecification", "the order is missing"));
    };
    let message_id = envelope.header.message_id.as_deref().map(remembered_as);
    if let Some(first) = answered_before(context, caller, message_id.as_deref()).await? {
        return Ok(acknowledge(&first));
    }
    let catalogue = context.collections.current();
    check_kind(specification)?;
    check_specification(context, &catalogue, specification, "/GetQuotation/orderSpecification", context.clock.now())?;
    let wish = notification::quotation_wish(envelope, context.callbacks.as_ref())?;
    check_open_quotations(context, quotations, caller).await?;
    new_quotation(context, quotations, specification, caller, Asked { message_id, wish }).await
}

/// A limit against those who ask without end. Of requests at the same time each may be the last that fits.
async fn check_open_quotations(context: &Context, quotations: &Quotations, caller: &Identity) -> Result<(), Exception> {
    let most = quotations.options.open_max;
    if most == 0 {
        return Ok(());
    }
    let open = context.store.open_quotations(caller.provider, caller.account, context.clock.now()).await?;
    if open < most {
        return Ok(());
    }
    Err(Exception::not_applicable(format!(
        "this user has {open} quotations that are open, and may have {most}; order of them, or ask again when one has expired"
    )))
}

/// What a subscription or a task will bring is not known when its price is asked for.
fn check_kind(specification: Node<'_>) -> Result<(), Exception> {
    match kind_of(specification) {
        OrderKind::Subscription | OrderKind::Tasking => {
            Err(not_offered(kind_of(specification), "this server tells the prices of product orders only"))
        }
        OrderKind::Product | OrderKind::Articles => Ok(()),
    }
}

/// A quotation of the caller's own; someone else's looks like none.
pub(crate) async fn retrieve(context: &Context, caller: &Identity, id: Node<'_>, path: &str) -> Result<Quotation, Exception> {
    let text = id.text();
    let missing = || {
        let shown: String = text.trim().chars().take(80).collect();
        Exception::invalid("quotationId", format!("{}, {path}: there is no quotation \"{shown}\" of this user", id.position()))
    };
    let parsed = QuotationId::parse(text.trim()).ok_or_else(missing)?;
    let found = context.store.quotation(parsed).await?;
    let own = found.filter(|q| (q.provider, q.owner) == (caller.provider, caller.account)).ok_or_else(missing)?;
    check_readable(&own)?;
    Ok(own)
}

/// What it says goes into answers, and into an order, as it is stored.
fn check_readable(quotation: &Quotation) -> Result<(), StoreError> {
    let prices = match &quotation.state {
        QuotationState::Priced { prices, .. } => Some(prices),
        _ => None,
    };
    let order = std::iter::once(&quotation.order.document).chain(quotation.order.items.iter().map(|item| &item.document));
    if order_document::are_readable(order.chain(prices)) {
        return Ok(());
    }
    Err(StoreError::Corrupt(format!("quotation {} holds no XML", quotation.id)))
}

/// Whether its price, if it has one, still holds.
pub(crate) fn check_in_force(quotation: &Quotation, now: Timestamp, id: Node<'_>, path: &str) -> Result<(), Exception> {
    match &quotation.state {
        QuotationState::Priced { valid_until, .. } if *valid_until <= now => {
            let until = format_date_time(valid_until.0);
            let diagnosis = format!("{}, {path}: quotation {} was valid until {until}", id.position(), quotation.id);
            Err(Exception::invalid("quotationId", diagnosis))
        }
        _ => Ok(()),
    }
}

/// A client may use one message id for the GetQuotation and the Submit of an order.
fn remembered_as(message_id: &str) -> String {
    format!("GetQuotation {message_id}")
}

/// A client that lost the answer asks again: it gets the quotation that it got, while there is one.
async fn answered_before(context: &Context, caller: &Identity, message_id: Option<&str>) -> Result<Option<Quotation>, Exception> {
    let Some(message_id) = message_id else { return Ok(None) };
    match context.store.remembered_message(caller.account, message_id).await? {
        Some(id) => {
            let first = context.store.quotation(QuotationId::from(id)).await?;
            first.as_ref().map(check_readable).transpose()?;
            Ok(first)
        }
        None => Ok(None),
    }
}

/// What the header of a request says.
struct Asked {
    message_id: Option<String>,
    /// Who is to be called if the price is not told at once.
    wish: Option<Wish>,
}

async fn new_quotation(
    context: &Context,
    quotations: &Quotations,
    specification: Node<'_>,
    caller: &Identity,
    mut asked: Asked,
) -> Result<Reply, Exception> {
    let order = order_document::of_specification(specification);
    let now = context.clock.now();
    let id = context.store.next_order_id().await?;
    let mut quotation = quotation_of(id, (caller.provider, caller.account), order, now);
    if quotations.options.mode == Mode::Synchronous {
        quotation.state = price_now(context, quotations, &quotation).await?;
        if let QuotationState::Refused { reason, .. } = &quotation.state {
            return Ok(refuse(None, reason));
        }
    }
    for _ in 0..ATTEMPTS_MAX {
        match context.store.commit(insertion(&quotation, caller, &asked, now)).await {
            Ok(()) => {
                if matches!(quotation.state, QuotationState::BeingPriced { .. }) {
                    quotations.wake();
                }
                return Ok(acknowledge(&quotation));
            }
            Err(CommitError::Conflict(ConflictOn::Message)) => {
                match answered_before(context, caller, asked.message_id.as_deref()).await? {
                    Some(first) => return Ok(acknowledge(&first)),
                    // What this message got first is forgotten by now.
                    None => asked.message_id = None,
                }
            }
            Err(CommitError::Conflict(ConflictOn::Quotation)) => {
                quotation.id = QuotationId::from(context.store.next_order_id().await?);
            }
            Err(CommitError::Conflict(other)) => return Err(Exception::given_up(&other.to_string())),
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Err(Exception::given_up("the store refused every new quotation id"))
}

/// The price, or why there is none, while the customer waits.
async fn price_now(context: &Context, quotations: &Quotations, quotation: &Quotation) -> Result<QuotationState, Exception> {
    // Never closed.
    let _place = quotations.at_once.acquire().await;
    let request = PricingRequest {
        id: quotation.id,
        created_at: quotation.created_at,
        order: &quotation.order,
        attempt: 1,
        attempts_max: 1,
    };
    let verdict = quotations.pricing.price(&request).await;
    match settle(&context.options, &quotation.order, verdict, context.clock.now()) {
        Settled::Finished(state) => Ok(state),
        Settled::Failed(reason) => {
            tracing::warn!(quotation = %quotation.id, reason, "an order could not be priced");
            Err(Exception::not_now("the price of the order cannot be told now; try again later"))
        }
    }
}

/// The quotation, whom to tell, and the message to remember: one commit.
fn insertion(quotation: &Quotation, caller: &Identity, asked: &Asked, now: Timestamp) -> Batch {
    let mut batch = inserted(quotation);
    let (owner, order) = (caller.account, OrderId(quotation.id.0));
    if let Some(message_id) = asked.message_id.clone() {
        batch.push(Write::RememberMessage { owner, message_id, order, at: now });
    }
    if let (Some(wish), QuotationState::BeingPriced { .. }) = (&asked.wish, &quotation.state) {
        batch.push(Write::WishNotifications { order, wish: wish.to_document() });
    }
    batch
}

/// GetQuotationAck: the quotation, or its id while it is being priced (§10.4.1).
fn acknowledge(quotation: &Quotation) -> Reply {
    match &quotation.state {
        QuotationState::Refused { reason, .. } => refuse(Some(quotation.id), reason),
        QuotationState::BeingPriced { .. } => {
            let mut w = ack("success");
            w.leaf("os:quotationId", &quotation.id.to_string()).end();
            Reply { xml: w.finish(), result: "success" }
        }
        QuotationState::Priced { prices, valid_until } | QuotationState::Ordered { prices, valid_until, .. } => {
            let mut w = ack("success");
            write::quotation(quotation.id, *valid_until, prices, &mut w);
            w.end();
            Reply { xml: w.finish(), result: "success" }
        }
    }
}

/// There is no price: the schema has no other place for it than `errorMessage`, of at most 255 characters.
fn refuse(id: Option<QuotationId>, reason: &str) -> Reply {
    let mut w = ack("partial");
    w.leaf("os:errorMessage", &reason.chars().take(REASON_MAX).collect::<String>());
    if let Some(id) = id {
        w.leaf("os:quotationId", &id.to_string());
    }
    w.end();
    Reply { xml: w.finish(), result: "partial" }
}

fn ack(status: &str) -> XmlWriter {
    let mut w = XmlWriter::new();
    w.start("os:GetQuotationAck").attr("xmlns:os", OS).leaf("os:status", status);
    w
}
