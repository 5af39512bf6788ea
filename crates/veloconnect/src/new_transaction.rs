//! What the operations that begin a transaction do alike.

use ordergate_engine::transaction::{Key, Kind, StateCode, Transaction, create};
use ordergate_engine::{Document, TransactionId};
use ordergate_store::{Batch, Write};
use uuid::Uuid;

use crate::call::{ATTEMPTS, Call, Failure};
use crate::codes::ResponseCode;
use crate::message::Message;

/// Begins an instance: in the state that the engine says, under an id that the server makes (veloconnect 21).
/// `something` says whether there is anything to work on.
pub(crate) async fn begin(
    call: &Call<'_>,
    kind: Kind,
    something: bool,
    context: Document,
) -> Result<(TransactionId, StateCode), Failure> {
    let max = call.context.options.open_max;
    let state =
        create(kind, something).ok_or_else(|| Failure::new(ResponseCode::NoTransaction, Message::TooManyTransactions(max)))?;
    for _ in 0..ATTEMPTS {
        let key: Key = call.key(&Uuid::now_v7().simple().to_string());
        let id = key.id.clone();
        let transaction = Transaction {
            key,
            kind,
            state,
            is_test: call.is_test(),
            created_at: call.now,
            updated_at: call.now,
            revision: 0,
            order: None,
            context: context.clone(),
        };
        let mut batch = Batch::new();
        batch.push(Write::InsertTransaction(Box::new(transaction)));
        if call.commit(batch).await? {
            return Ok((id, state));
        }
    }
    Err(call.gave_up())
}
