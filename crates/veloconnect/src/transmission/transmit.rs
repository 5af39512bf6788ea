//! StockTransmitB2B, StockTransmitB2C, SaleTransmitB2B, SaleTransmitB2X: lines arrive.

use ordergate_engine::TransmissionId;
use ordergate_engine::transaction::{StateCode, Transaction, create};
use ordergate_store::{Batch, NewTransmission, Progress, Transmission, Write};
use uuid::Uuid;

use super::answer::transmitted;
use super::channel::{Channel, Line};
use super::import::{complete, import};
use super::known::are_known;
use super::request::Sent;
use crate::call::{ATTEMPTS, Call, Failure, transmission_document};
use crate::life::check_room;

/// The request: CreateDate, Frequence of stock, and one or more lines. A TransactionID in it means nothing.
pub(crate) async fn run(call: &Call<'_>, channel: &Channel) -> Result<Vec<u8>, Failure> {
    check_room(call, channel.kind).await?;
    let sent = Sent::read(call, channel)?;
    let message = sent.message();
    let at_once = sent.usable.len() <= call.context.options.transmissions.import_at_once_max;
    // 84, or 85 if all is done before the answer.
    let state = create(channel.kind, !at_once).ok_or_else(|| call.gave_up())?;
    let (transmission, lines) = store_form(call, channel, sent, at_once).await?;
    for _ in 0..ATTEMPTS {
        let id = TransmissionId::from(call.context.store.next_order_id().await?);
        let key = call.key(&Uuid::now_v7().simple().to_string());
        let transmission = Transmission { id, key, ..transmission.clone() };
        let transaction = transaction(call, &transmission, state);
        let mut batch = Batch::new();
        batch.push(Write::InsertTransaction(Box::new(transaction)));
        batch.push(Write::InsertTransmission(Box::new(NewTransmission {
            transmission: transmission.clone(),
            lines: lines.clone(),
        })));
        if at_once {
            import(&mut batch, &transmission, 0..transmission.lines, call.now);
            complete(&mut batch, &transmission);
        }
        if call.commit(batch).await? {
            if !at_once {
                call.context.import.wake();
            }
            return Ok(transmitted(call, channel, &transmission.key.id, state, message.as_ref()));
        }
    }
    Err(call.gave_up())
}

/// The transmission but for its ids, and its lines; what is imported at once is looked up now.
async fn store_form(
    call: &Call<'_>,
    channel: &Channel,
    sent: Sent,
    at_once: bool,
) -> Result<(Transmission, Vec<ordergate_store::TransmittedLine>), Failure> {
    let is_known = if at_once {
        let facts: Vec<&Line> = sent.usable.iter().map(|line| &line.facts).collect();
        are_known(call.context.articles.as_ref(), &call.buyer(), &facts).await?
    } else {
        Vec::new()
    };
    let progress = if at_once {
        Progress::Imported { at: call.now }
    } else {
        Progress::Importing { due_at: call.now, attempts: 0, imported: 0 }
    };
    let transmission = Transmission {
        id: TransmissionId(0),
        key: call.key(""),
        kind: channel.kind,
        is_test: call.is_test(),
        received_at: call.now,
        as_of: sent.as_of,
        is_complete: sent.is_complete,
        lines: sent.usable.len(),
        left_out: sent.left_out.len(),
        revision: 0,
        progress,
    };
    Ok((transmission, sent.stored(|position| is_known.get(position).copied().flatten())))
}

fn transaction(call: &Call<'_>, transmission: &Transmission, state: StateCode) -> Transaction {
    Transaction {
        key: transmission.key.clone(),
        kind: transmission.kind,
        state,
        is_test: transmission.is_test,
        created_at: call.now,
        updated_at: call.now,
        revision: 0,
        order: None,
        context: transmission_document(transmission.id),
    }
}
