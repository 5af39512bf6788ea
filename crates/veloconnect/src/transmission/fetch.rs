//! GetItemStatusStockTransmitB2B, GetItemStatusStockTransmitB2C, GetStatusSaleTransmitB2B, GetStatusSaleTransmitB2X: what
//! became of the lines.
//!
//! veloconnect 70: unknown: 420; another state than 84, 85 and 184: 430; else 200. While lines are being imported (84), and
//! when all were fetched (184), there is nothing to tell.

use std::fmt::Display;

use ordergate_engine::transaction::{Operation, Outcome, Refusal, Transaction, decide};
use ordergate_store::{Batch, Progress, TransactionUpdate, Transmission, TransmittedLine, Write};

use super::answer::{Window, fetched};
use super::channel::{Channel, Line};
use super::field::check_fragments;
use crate::call::{ATTEMPTS, Call, Failure, stored_transmission};
use crate::codes::ResponseCode;
use crate::frame::read_boolean;
use crate::message::Message;

/// The state in which there is something to tell.
const IMPORTED: u8 = 85;

/// The request names the transaction, and says which lines it wants, and whether to leave it open after the last.
pub(crate) async fn run(call: &Call<'_>, channel: &Channel) -> Result<Vec<u8>, Failure> {
    for _ in 0..ATTEMPTS {
        let transaction = call.transaction().await?;
        let refused = |refusal| Failure::refused(refusal, call.operation(), &transaction);
        // Of another kind: 430.
        if transaction.kind != channel.kind {
            return Err(refused(Refusal::NotApplicable { kind: transaction.kind, state: transaction.state }));
        }
        let transmission = transmission(call, &transaction).await?;
        let window = window(call, &transaction, &transmission);
        let closes = transaction.state.number() == IMPORTED && window.is_last() && !do_not_close(call);
        let outcome = decide(&transaction, Operation::Fetch { closes }, Some(call.is_test())).map_err(refused)?;
        let Outcome::State(state) = outcome else { return Err(call.gave_up()) };
        let lines = lines(call, channel, &transmission, window).await?;
        if state == transaction.state || close(call, &transaction, state).await? {
            return Ok(fetched(call, channel, &transaction.key.id, state, window, &lines));
        }
    }
    Err(call.gave_up())
}

/// What the transaction is about; forgotten before the transaction, it is as unknown as that.
async fn transmission(call: &Call<'_>, transaction: &Transaction) -> Result<Transmission, Failure> {
    let id = stored_transmission(transaction)?;
    let found = call.context.store.transmission(id).await?;
    found.ok_or_else(|| Failure::new(ResponseCode::UnknownTransaction, Message::UnknownTransaction))
}

/// Nothing, unless there is something to tell.
fn window(call: &Call<'_>, transaction: &Transaction, transmission: &Transmission) -> Window {
    if transaction.state.number() != IMPORTED || !matches!(transmission.progress, Progress::Imported { .. }) {
        return Window::default();
    }
    let root = call.incoming.document.root();
    let number = |name: &str| {
        let text = root.children().find(|child| child.name() == name).map(|child| child.text().trim().to_owned());
        // The schema allows for 24 digits.
        text.as_deref().and_then(|text| text.parse::<i128>().ok()).unwrap_or(0)
    };
    let most = call.context.options.transmissions.result_lines_max;
    Window::clamp(number("StartIndex"), number("Count"), transmission.lines, most)
}

fn do_not_close(call: &Call<'_>) -> bool {
    let root = call.incoming.document.root();
    let said = root.children().find(|child| child.name() == "DoNotClose");
    said.and_then(|said| read_boolean(&said.text())).unwrap_or(false)
}

async fn lines(
    call: &Call<'_>,
    channel: &Channel,
    transmission: &Transmission,
    window: Window,
) -> Result<Vec<(Line, Option<bool>)>, Failure> {
    if window.count == 0 {
        return Ok(Vec::new());
    }
    let found = call.context.store.transmitted_lines(transmission.id, window.start, window.count).await?;
    if found.len() != window.count {
        tracing::error!(transmission = %transmission.id, "veloconnect: lines of a transmission are missing");
        return Err(Failure::new(ResponseCode::Internal, Message::Internal));
    }
    found.iter().map(|line| read(line, channel)).collect()
}

fn read(line: &TransmittedLine, channel: &Channel) -> Result<(Line, Option<bool>), Failure> {
    let unreadable = |error: &dyn Display| {
        tracing::error!(%error, position = line.position, "veloconnect: a stored line cannot be read");
        Failure::new(ResponseCode::Internal, Message::Internal)
    };
    let facts = serde_json::from_slice(&line.content.0).map_err(|error| unreadable(&error))?;
    check_fragments(&facts, channel.fields).map_err(|error| unreadable(&error))?;
    Ok((facts, line.is_known))
}

/// `false`: someone else was faster.
async fn close(
    call: &Call<'_>,
    transaction: &Transaction,
    state: ordergate_engine::transaction::StateCode,
) -> Result<bool, Failure> {
    let mut batch = Batch::new();
    batch.push(Write::UpdateTransaction(Box::new(TransactionUpdate {
        key: transaction.key.clone(),
        expected_revision: transaction.revision,
        state,
        context: transaction.context.clone(),
        order: None,
        updated_at: call.now,
    })));
    call.commit(batch).await
}
