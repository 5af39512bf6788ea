//! What a handler works with, and what every one of them does alike.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use ordergate_door::{Identity, TooMany};
use ordergate_engine::transaction::{Key, Refusal, StateCode, Transaction};
use ordergate_engine::{Document, OrderId, Timestamp, TransactionId, TransmissionId};
use ordergate_store::{Batch, CommitError, StoreError, TransactionUpdate, Write};
use serde::{Deserialize, Serialize};

use crate::articles::{ArticlesError, Buyer, Found};
use crate::basket::{Basket, LineProblem};
use crate::binding::Incoming;
use crate::codes::ResponseCode;
use crate::frame::ResponseFrame;
use crate::lenient::Lenient;
use crate::message::Message;
use crate::operation::Module;
use crate::{Context, shop};

/// The revision of an instance that exists without being stored.
pub(crate) const NOT_STORED: i64 = -1;

/// How often an operation is decided anew because someone else changed the transaction meanwhile.
pub(crate) const ATTEMPTS: usize = 8;

/// A checked request of a known buyer.
pub(crate) struct Call<'c> {
    pub context: &'c Context,
    pub incoming: &'c Incoming,
    pub identity: Identity,
    pub now: Timestamp,
    /// The day of `now`, in UTC.
    pub today: Date,
}

/// Why an operation was not carried out. Nothing was changed.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub code: ResponseCode,
    pub message: Message,
    /// The state of the transaction, where it is known.
    pub state: Option<u8>,
    /// The order that the transaction has become, for a client that lost the answer saying so.
    pub order: Option<(String, Date)>,
    /// Whether asking too often was what was wrong.
    pub too_many: Option<TooMany>,
}

impl Failure {
    pub(crate) const fn new(code: ResponseCode, message: Message) -> Self {
        Self { code, message, state: None, order: None, too_many: None }
    }

    /// The request may be right, and no code says that it came too soon: 400.
    pub(crate) fn hasty(refused: TooMany) -> Self {
        let message = Message::TooManyRequests(refused.seconds);
        Self { too_many: Some(refused), ..Self::new(ResponseCode::General, message) }
    }

    /// What the engine refused: 430 before 435.
    pub(crate) fn refused(refusal: Refusal, operation: &'static str, transaction: &Transaction) -> Self {
        let state = transaction.state.number();
        let (code, message) = match refusal {
            Refusal::NotApplicable { .. } => (ResponseCode::NotApplicable, Message::NotApplicable { operation, state }),
            Refusal::TestMix => (ResponseCode::TestMix, Message::TestMix),
        };
        Self { state: Some(state), ..Self::new(code, message) }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        error.log("veloconnect: a request could not be answered");
        Self::new(ResponseCode::Internal, Message::Internal)
    }
}

impl From<ArticlesError> for Failure {
    fn from(error: ArticlesError) -> Self {
        match error {
            ArticlesError::Store(error) => error.into(),
            // The request is valid and the state right, yet what was found is no more; no other code says so.
            ArticlesError::Gone(_) => Self::new(ResponseCode::General, Message::CatalogueReplaced),
            ArticlesError::NotReady => {
                tracing::warn!("veloconnect: a question came before the catalogue was ready");
                Self::new(ResponseCode::Internal, Message::Internal)
            }
            other => {
                tracing::error!(error = %other, "veloconnect: articles cannot be had");
                Self::new(ResponseCode::Internal, Message::Internal)
            }
        }
    }
}

impl From<LineProblem> for Failure {
    /// The request is valid, yet cannot be carried out, and no other code says why: 400.
    fn from(problem: LineProblem) -> Self {
        Self::new(
            ResponseCode::General,
            match problem {
                LineProblem::Duplicate(id) => Message::DuplicateLine(id),
                LineProblem::BadQuantity(id) => Message::BadQuantity(id),
                LineProblem::UnknownUnit { article, unit, expected } => Message::UnknownUnit { article, unit, expected },
            },
        )
    }
}

impl<'c> Call<'c> {
    pub(crate) fn new(context: &'c Context, incoming: &'c Incoming, identity: Identity) -> Self {
        let now = context.clock.now();
        Self { context, incoming, identity, now, today: day(now) }
    }

    pub(crate) const fn operation(&self) -> &'static str {
        self.incoming.operation.name
    }

    /// Whether the request is a test; one that does not say is none (D-TEST 2).
    pub(crate) fn is_test(&self) -> bool {
        self.incoming.frame.is_test.unwrap_or(false)
    }

    /// The same where the leniency `absent_is_test` lets what is not said follow the transaction: there is a client that never
    /// says IsTest in Rollback and SearchResult, even within a test.
    pub(crate) fn is_test_unless_silent(&self) -> Option<bool> {
        if self.lenient().absent_is_test { self.incoming.frame.is_test } else { Some(self.is_test()) }
    }

    /// What is let pass although the standard does not allow it.
    pub(crate) const fn lenient(&self) -> Lenient {
        self.context.options.lenient()
    }

    /// An instance is identified by buyer, seller and TransactionID: another buyer's does not exist here.
    pub(crate) fn key(&self, id: &str) -> Key {
        let Identity { provider, account: owner, .. } = self.identity;
        Key { provider, owner, id: TransactionId(id.to_owned()) }
    }

    /// The namespace of the catalogue module in the version that is spoken.
    pub(crate) fn catalog_ns(&self) -> &'static str {
        Module::Catalog.namespace(self.incoming.version)
    }

    pub(crate) fn buyer(&self) -> Buyer {
        Buyer { account: self.identity.account, name: self.identity.name.clone() }
    }

    /// What there is under these order numbers, for this buyer.
    pub(crate) async fn find<'n>(&self, ids: impl IntoIterator<Item = &'n str> + Send) -> Result<Found, Failure> {
        Ok(Found::of(self.context.articles.as_ref(), &self.buyer(), ids).await?)
    }

    /// The instance that the request names, or 420.
    pub(crate) async fn transaction(&self) -> Result<Transaction, Failure> {
        if shop::is_named(self) {
            return shop::open(self).await;
        }
        let unknown = || Failure::new(ResponseCode::UnknownTransaction, Message::UnknownTransaction);
        let id = self.incoming.frame.transaction.as_deref().filter(|id| !id.is_empty()).ok_or_else(unknown)?;
        self.context.store.transaction(&self.key(id)).await?.ok_or_else(unknown)
    }

    /// What stores a changed instance.
    pub(crate) fn change(&self, transaction: &Transaction, state: StateCode, basket: &Basket, order: Option<OrderId>) -> Write {
        let (key, context, updated_at) = (transaction.key.clone(), basket.to_document(), self.now);
        if transaction.revision == NOT_STORED {
            let revision = NOT_STORED + 1;
            let first = Transaction { key, state, context, updated_at, revision, order, ..transaction.clone() };
            return Write::InsertTransaction(Box::new(first));
        }
        let expected_revision = transaction.revision;
        Write::UpdateTransaction(Box::new(TransactionUpdate { key, expected_revision, state, context, order, updated_at }))
    }

    /// Whether the shop has to be told of changes of this instance.
    pub(crate) fn has_shop(&self, transaction: &Transaction) -> bool {
        transaction.kind.is_permanent() && self.context.shop.is_some()
    }

    /// Stores a batch. `false`: someone else was faster; read and decide again.
    pub(crate) async fn commit(&self, batch: Batch) -> Result<bool, Failure> {
        match self.context.store.commit(batch).await {
            Ok(()) => Ok(true),
            Err(CommitError::Conflict(_)) => Ok(false),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }

    /// Others were faster every time.
    pub(crate) fn gave_up(&self) -> Failure {
        tracing::error!(operation = self.operation(), "veloconnect: gave up after {ATTEMPTS} conflicts");
        Failure::new(ResponseCode::Internal, Message::Internal)
    }

    /// The frame of a successful answer.
    pub(crate) fn success(&self) -> ResponseFrame<'_> {
        echo(self.context, self.incoming)
    }
}

/// The basket of an instance that the engine has found to be an order transaction.
pub(crate) fn stored_basket(transaction: &Transaction) -> Result<Basket, Failure> {
    Basket::from_document(&transaction.context).ok_or_else(|| {
        tracing::error!(transaction = %transaction.key.id, "veloconnect: the stored basket cannot be read");
        Failure::new(ResponseCode::Internal, Message::Internal)
    })
}

/// The same, taken out of the instance: as text a long one takes much memory, too.
pub(crate) fn take_basket(transaction: &mut Transaction) -> Result<Basket, Failure> {
    let basket = stored_basket(transaction)?;
    transaction.context = Document::default();
    Ok(basket)
}

/// What a transaction of the modules stock and sale keeps: which transmission it is about.
#[derive(Serialize, Deserialize)]
struct TransmissionDocument {
    transmission: TransmissionId,
}

pub(crate) fn transmission_document(id: TransmissionId) -> Document {
    // Serialising plain data with string keys into memory cannot fail.
    Document(serde_json::to_vec(&TransmissionDocument { transmission: id }).unwrap_or_default())
}

/// The transmission of an instance that was found to be of these modules.
pub(crate) fn stored_transmission(transaction: &Transaction) -> Result<TransmissionId, Failure> {
    let read: Result<TransmissionDocument, _> = serde_json::from_slice(&transaction.context.0);
    read.map(|document| document.transmission).map_err(|error| {
        tracing::error!(transaction = %transaction.key.id, %error, "veloconnect: the stored transaction cannot be read");
        Failure::new(ResponseCode::Internal, Message::Internal)
    })
}

/// The frame of a refusal.
pub(crate) fn refusal<'r>(context: &'r Context, incoming: &'r Incoming, failure: &Failure) -> ResponseFrame<'r> {
    let message = Some(failure.message.text(incoming.language));
    ResponseFrame { code: Some(failure.code), message, state: failure.state, ..echo(context, incoming) }
}

/// The same where TransactionID and StatusCode must be given (3.3): the id that was sent, or none; state 1
/// where no instance is known.
pub(crate) fn transaction_refusal<'r>(context: &'r Context, incoming: &'r Incoming, failure: &Failure) -> ResponseFrame<'r> {
    let transaction = Some(incoming.frame.transaction.as_deref().unwrap_or_default());
    ResponseFrame { transaction, state: Some(failure.state.unwrap_or(1)), ..refusal(context, incoming, failure) }
}

/// What every answer repeats of its request.
fn echo<'r>(context: &Context, incoming: &'r Incoming) -> ResponseFrame<'r> {
    let frame = &incoming.frame;
    // SellersID is never sent from 1.3 on (D-REQ), nor by a server that has one seller and does not care.
    let speaks = context.options.sellers_id.is_some() && incoming.version.knows_sellers_id();
    let seller = frame.seller.as_deref().filter(|_| speaks);
    ResponseFrame { buyer: &frame.buyer, seller, is_test: frame.is_test, ..ResponseFrame::default() }
}

/// The day of a point in time, in UTC.
pub(crate) fn day(now: Timestamp) -> Date {
    let at = jiff::Timestamp::from_microsecond(now.0).unwrap_or_default();
    TimeZone::UTC.to_datetime(at).date()
}
