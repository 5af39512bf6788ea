//! FinishOrder (7.9, D-FO): places the order.

use jiff::civil::Date;
use ordergate_engine::order::{Item, Order, OrderKind, Priority, State, submission_entry};
use ordergate_engine::transaction::{Operation, Outcome, StateCode, Transaction, decide};
use ordergate_engine::{Actor, Document, OrderId, Protocol};
use ordergate_store::{Batch, Job, JobKey, JobPart, Write};

use crate::basket::{Basket, Line};
use crate::binding::Incoming;
use crate::call::{ATTEMPTS, Call, Failure, day, take_basket, transaction_refusal};
use crate::codes::ResponseCode;
use crate::describe::{item_document, order_document};
use crate::frame::{ResponseFrame, begin};
use crate::item::{write_header, write_lines};
use crate::message::Message;
use crate::{Context, shop};

const RESPONSE: &str = "FinalOrderResponse";

/// The request names the transaction.
pub(crate) async fn run(call: &Call<'_>) -> Result<Vec<u8>, Failure> {
    for _ in 0..ATTEMPTS {
        // 1: unknown: 420; not in state 2: 430, so that a second FinishOrder cannot order twice.
        let mut transaction = call.transaction().await?;
        let outcome = decide(&transaction, Operation::Finish, Some(call.is_test())).map_err(|refusal| {
            let order = placed(&transaction);
            Failure { order, ..Failure::refused(refusal, call.operation(), &transaction) }
        })?;
        let Outcome::State(state) = outcome else { return Err(call.gave_up()) };
        let mut basket = take_basket(&mut transaction)?;
        // The standard does not say what an empty order is. It is none: 430, and it can still be filled.
        if basket.lines.is_empty() {
            let state = Some(transaction.state.number());
            return Err(Failure { state, ..Failure::new(ResponseCode::NotApplicable, Message::EmptyOrder) });
        }
        basket.refresh(&call.find(basket.numbers(&[])).await?, call.today);
        basket.issued = Some(call.today);
        if let Some(order_id) = place(call, &transaction, state, &basket).await? {
            if call.has_shop(&transaction) {
                shop::tell(call).await?;
            }
            return Ok(answer(call, &transaction, state, &basket, &order_id));
        }
    }
    Err(call.gave_up())
}

/// Stores the final state and, unless it is a test, the order with its history and its first job, in one
/// batch. `None`: someone else was faster.
async fn place(call: &Call<'_>, transaction: &Transaction, state: StateCode, basket: &Basket) -> Result<Option<String>, Failure> {
    let mut batch = Batch::new();
    // 3: a test must not trigger an order or a delivery.
    if transaction.is_test {
        let mut basket = basket.clone();
        basket.note(call.now, "finished, as a test: nothing was ordered, and nobody is told of it".to_owned());
        batch.push(call.change(transaction, state, &basket, None));
        return Ok(call.commit(batch).await?.then(|| test_order_id(transaction)));
    }
    // 2: the order is handed to the seller's system and really placed.
    let id = call.context.store.next_order_id().await?;
    batch.push(call.change(transaction, state, &left(call, transaction, basket, id), Some(id)));
    let order = order_of(call, transaction, basket, id);
    // Where the seller's own system confirms orders, the order waits to be told.
    let due_at = if call.context.options.erp.confirm { Job::UNTIL_TOLD } else { call.now };
    let job = Job {
        key: JobKey { order: id, part: JobPart::Order },
        queue: Protocol::Veloconnect,
        priority: order.priority,
        due_at,
        attempts: 0,
    };
    let history = submission_entry(&order, Actor::account(&call.identity.name));
    batch.push(Write::InsertOrder(Box::new(order)));
    batch.push(Write::AppendHistory(history));
    batch.push(Write::InsertJob(job));
    if !call.commit(batch).await? {
        return Ok(None);
    }
    (call.context.wake)();
    Ok(Some(id.to_string()))
}

/// What the transaction keeps of the basket: all of it, or nothing where it goes on with an empty one.
fn left(call: &Call<'_>, transaction: &Transaction, basket: &Basket, order: OrderId) -> Basket {
    let mut left = basket.clone();
    left.note(call.now, format!("finished: order {order}"));
    if transaction.kind.is_permanent() {
        left.lines.clear();
        (left.pending, left.placed) = (call.has_shop(transaction), Some(order.to_string()));
    }
    left
}

/// The engine's order: one item for each line. Its reference is the TransactionID, by which the buyer knows it.
fn order_of(call: &Call<'_>, transaction: &Transaction, basket: &Basket, id: OrderId) -> Order {
    let item = |line: &Line| {
        let document = item_document(line);
        let (item_id, state) = (line.article.id.clone(), State::submitted(call.now));
        Item { item_id, state, result: None, listed: false, standing: false, document }
    };
    let document: Document = order_document(call, &transaction.key.id.0);
    Order {
        id,
        provider: call.identity.provider,
        owner: call.identity.account,
        protocol: Protocol::Veloconnect,
        kind: OrderKind::Articles,
        reference: Some(transaction.key.id.0.clone()),
        priority: Priority::Standard,
        submitted_at: call.now,
        state: State::submitted(call.now),
        revision: 0,
        document,
        items: basket.lines.iter().map(item).collect(),
    }
}

/// OrderID is a must even where there is no order.
fn test_order_id(transaction: &Transaction) -> String {
    format!("TEST-{}", transaction.key.id)
}

/// What an already placed transaction has become.
fn placed(transaction: &Transaction) -> Option<(String, Date)> {
    let issued = Basket::from_document(&transaction.context)?.issued?;
    Some((transaction.order.map_or_else(|| test_order_id(transaction), |id| id.to_string()), issued))
}

/// 4: the header with the seller's order number and today's date, and the lines.
fn answer(call: &Call<'_>, transaction: &Transaction, state: StateCode, basket: &Basket, order_id: &str) -> Vec<u8> {
    let id = &transaction.key.id.0;
    let frame = ResponseFrame { transaction: Some(id), state: Some(state.number()), ..call.success() };
    let mut w = begin(call.incoming.ns, RESPONSE, &frame);
    write_header(&mut w, order_id, call.today);
    write_lines(&mut w, call, basket);
    w.finish()
}

/// 3.3: a header is a must. It tells the order that the transaction has become, if it has; else it is empty.
pub(crate) fn refuse(context: &Context, incoming: &Incoming, failure: &Failure) -> Vec<u8> {
    let mut w = begin(incoming.ns, RESPONSE, &transaction_refusal(context, incoming, failure));
    match &failure.order {
        Some((id, issued)) => write_header(&mut w, id, *issued),
        None => write_header(&mut w, "", day(context.clock.now())),
    }
    w.finish()
}
