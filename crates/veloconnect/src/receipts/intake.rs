//! Takes documents of the seller's system in: each is kept for its buyer, and moves the orders that it names, in one commit.
//!
//! The same document again changes nothing, so that whoever is not sure sends again. A corrected one takes the place of the
//! one before, which is kept aside.

use std::sync::Arc;

use ordergate_engine::order::{Order, Refusal, apply, decide, entries_of};
use ordergate_engine::time::Clock;
use ordergate_engine::{AccountId, Actor, Document as Bytes, OrderId, Protocol, ProviderId, Timestamp};
use ordergate_store::{
    Batch, CommitError, Items, Receipt, ReceiptKey, ReceiptKind, ReceiptQuery, Referred, SharedStore, StoreError, Write,
};
use serde::Serialize;

use super::document::Document;
use super::moves::{Planned, plan};
use super::read::{BadDocument, read, stored};
use super::{Header, first_moment};

/// Each lost race means that someone else moved an order on.
const ATTEMPTS: usize = 50;

/// Where documents are taken in.
#[derive(Debug, Clone)]
pub struct Intake {
    pub store: SharedStore,
    pub clock: Arc<dyn Clock>,
    /// The seller.
    pub provider: ProviderId,
    /// In whose name orders are moved.
    pub who: Actor,
}

/// What became of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    pub kind: &'static str,
    pub buyer: String,
    pub id: String,
    pub outcome: Outcome,
    /// The orders of ours that it names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<Moved>,
    /// What it names and was not found: no reason to refuse it, since orders are also made by telephone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// New.
    Stored,
    /// It took the place of an earlier content.
    Replaced,
    /// It was here before; nothing was changed.
    Same,
    /// It is not kept (a rejection), but orders were moved.
    Applied,
}

/// An order that a document names, as it is then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    pub order: String,
    pub status: &'static str,
    /// How many of its lines the document has brought to an end.
    pub lines: usize,
}

/// Why a document was not taken in. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    #[error(transparent)]
    Bad(#[from] BadDocument),
    /// The engine does not have it so.
    #[error("order {order}: {refusal}")]
    Refused { order: OrderId, refusal: Refusal },
    #[error("the order is changed by someone else all the time; send the document again")]
    Busy,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Intake {
    /// Takes in one document, given as JSON.
    pub async fn take(&self, json: &str) -> Result<Taken, IntakeError> {
        let document = read(json)?;
        let owner = self.buyer(&document).await?;
        for _ in 0..ATTEMPTS {
            if let Some(taken) = self.attempt(&document, owner).await? {
                return Ok(taken);
            }
        }
        Err(IntakeError::Busy)
    }

    /// Whose the document is. A locked buyer keeps getting receipts for what was ordered before.
    async fn buyer(&self, document: &Document) -> Result<AccountId, IntakeError> {
        let account = self.store.account(self.provider, Protocol::Veloconnect, document.buyer()).await?;
        let unknown = || BadDocument::new("buyer", format!("there is no buyer {:?}", document.buyer()));
        Ok(account.ok_or_else(unknown)?.id)
    }

    /// `None`: someone else was faster.
    async fn attempt(&self, document: &Document, owner: AccountId) -> Result<Option<Taken>, IntakeError> {
        let (outcome, put) = self.receipt(document, owner).await?;
        let mut batch = Batch::new();
        batch.writes.extend(put);
        let (mut orders, mut notes) = (Vec::new(), Vec::new());
        if outcome != Outcome::Same {
            for id in document.orders() {
                match self.order(&id, owner).await? {
                    Some(mut order) => {
                        let earlier = self.delivered_before(document, owner, &id).await?;
                        let planned = plan(document, &order, &earlier, &mut notes);
                        orders.push(self.carry_out(&mut order, planned, &mut batch)?);
                    }
                    None => notes.push(format!("order {id} is none of this buyer's here")),
                }
            }
        }
        if batch.writes.is_empty() {
            return Ok(Some(taken(document, Outcome::Same, orders, notes)));
        }
        match self.store.commit(batch).await {
            Ok(()) => Ok(Some(taken(document, outcome, orders, notes))),
            Err(CommitError::Conflict(_)) => Ok(None),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }

    /// An order of this buyer that came by veloconnect. The seller's system has orders of its own, under numbers of its own.
    async fn order(&self, id: &str, owner: AccountId) -> Result<Option<Order>, StoreError> {
        let Some(number) = id.parse().ok().map(OrderId).filter(|number| number.to_string() == id) else { return Ok(None) };
        let order = self.store.order(number, Items::With).await?;
        Ok(order.filter(|o| (o.provider, o.owner, o.protocol) == (self.provider, owner, Protocol::Veloconnect)))
    }

    /// The other delivery notes about an order, which tell how much of it is still to come.
    async fn delivered_before(&self, document: &Document, owner: AccountId, order: &str) -> Result<Vec<Document>, StoreError> {
        if document.receipt() != Some(ReceiptKind::DeliveryNote) {
            return Ok(Vec::new());
        }
        let (provider, kind) = (self.provider, ReceiptKind::DeliveryNote);
        let references = vec![(Referred::Order, vec![order.to_owned()])];
        let (from, until) = (Timestamp::MIN, Timestamp::MAX);
        let query = ReceiptQuery { provider, owner, kind, from, until, references, limit: usize::MAX };
        let mut notes = Vec::new();
        for found in self.store.receipts(&query).await?.into_iter().filter(|found| found.id != document.id()) {
            let key = ReceiptKey { provider, owner, kind, id: found.id };
            let note = self.store.receipt(&key).await?;
            notes.extend(note.and_then(|note| stored(&note.document.0)));
        }
        Ok(notes)
    }

    fn carry_out(&self, order: &mut Order, planned: Planned, batch: &mut Batch) -> Result<Moved, IntakeError> {
        let now = self.clock.now();
        for (command, why) in &planned.commands {
            let changes = decide(order, command).map_err(|refusal| IntakeError::Refused { order: order.id, refusal })?;
            let history = entries_of(order.id, &changes, now, &self.who, why);
            batch.order_changes(order, &changes, history, now);
            apply(order, &changes, now);
        }
        batch.writes.extend(planned.writes);
        Ok(Moved { order: order.id.to_string(), status: order.state.status.name(), lines: planned.lines })
    }

    /// What is to be kept, and what that is beside what is there.
    async fn receipt(&self, document: &Document, owner: AccountId) -> Result<(Outcome, Option<Write>), IntakeError> {
        let Some((kind, header)) = document.receipt().zip(Header::of(document)) else { return Ok((Outcome::Applied, None)) };
        let Some(issued) = document.issued() else { return Ok((Outcome::Applied, None)) };
        let key = ReceiptKey { provider: self.provider, owner, kind, id: document.id().to_owned() };
        let content = Bytes(document.to_json());
        let present = self.store.receipt(&key).await?;
        let (outcome, revision) = match &present {
            Some(present) if present.document == content => return Ok((Outcome::Same, None)),
            Some(present) => (Outcome::Replaced, present.revision + 1),
            None => (Outcome::Stored, 1),
        };
        let receipt = Receipt {
            key,
            issued_on: first_moment(issued),
            revision,
            stored_at: self.clock.now(),
            header: Bytes(header.to_json()),
            document: content,
        };
        Ok((outcome, Some(Write::PutReceipt { receipt: Box::new(receipt), references: document.references() })))
    }
}

fn taken(document: &Document, outcome: Outcome, orders: Vec<Moved>, notes: Vec<String>) -> Taken {
    Taken { kind: document.kind_name(), buyer: document.buyer().to_owned(), id: document.id().to_owned(), outcome, orders, notes }
}
