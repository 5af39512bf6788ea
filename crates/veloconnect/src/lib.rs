//! veloconnect 1.0 to 1.6: one file per operation.
//!
//! A request comes in one of two [bindings](binding), becomes one document, is checked against
//! [`schema()`], and goes to its operation, which asks the engine what may be and the store to keep it.
//! Every refusal is an answer of the operation's own kind, valid as the schema has it, with HTTP 200.
//!
//! Checks are made in this order: 405 and 406 (the document), 415 (which seller), 404 (offered at all), 410, 411 (who),
//! 420 (which transaction), 430 (its state), 435 (test or not). Whatever fails changes nothing.

pub mod articles;
mod basket;
mod binding;
mod call;
mod catalogue_options;
mod codes;
mod create_order;
mod create_text_search;
mod describe;
pub mod erp;
mod finish_order;
mod frame;
mod get_classification_scheme;
mod get_item_details;
mod get_item_details_list;
mod get_profile;
mod get_status;
mod item;
mod item_information;
mod language;
mod lenient;
mod life;
mod message;
mod modules;
mod new_transaction;
mod number;
mod operation;
mod options;
mod order_response;
pub mod receipts;
mod rollback;
pub mod schema;
mod search_result;
mod seller;
mod shop;
mod text;
mod transactions;
mod transmission;
mod update_order;
mod version;
mod view_order;

use std::fmt;
use std::sync::Arc;

use ordergate_door::{Answer, AuthError, Authenticate, Credentials, Door, Identity, NotReceived, Request, TooMany, Unread, Wake};
use ordergate_engine::time::Clock;
use ordergate_engine::{Protocol, ProviderId};
use ordergate_store::SharedStore;
use ordergate_xml::Limits;

pub use articles::{Articles, Lookup, MemoryArticles, StoredArticles, demo_articles};
pub use catalogue_options::{CatalogueOptions, CatalogueSource};
pub use codes::ResponseCode;
pub use describe::{are_readable, describe};
pub use lenient::Lenient;
pub use life::Keep;
pub use modules::Modules;
pub use options::{
    ErpOptions, Granularity, Language, LiveOptions, OptionsError, ReceiptOptions, SpecialRequest, UnitPrice, UnknownOperation,
    VeloconnectOptions,
};
pub use schema::schema;
pub use seller::{Seller, SellerOptions};
pub use shop::{ShopBasket, ShopContent, ShopError, ShopLine, ShopOptions};
pub use transactions::{TransactionSeen, transaction_seen};
pub use transmission::{ArticlesOf, ImportWaker, Importer, TransmissionOptions, columns};
pub use version::Version;

use crate::binding::{Incoming, Unrecognised};
use crate::call::{Call, Failure};
use crate::frame::RequestFrame;
use crate::message::Message;
use crate::operation::Handler;

const XML: &str = "application/xml; charset=utf-8";

/// What the door works with.
pub struct Context {
    pub store: SharedStore,
    pub authenticate: Arc<dyn Authenticate>,
    pub clock: Arc<dyn Clock>,
    pub articles: Arc<dyn Articles>,
    pub options: VeloconnectOptions,
    pub limits: Limits,
    /// Whether the public address is https: then the bindings are announced as URL-S and XML-POST-S.
    pub secure: bool,
    /// Called when an order was placed.
    pub wake: Wake,
    /// Told when there is something to import.
    pub import: ImportWaker,
    /// The seller's number.
    pub provider: ProviderId,
    pub seller: Seller,
    /// Who knows the baskets of the seller's web shop, for OrderInOnlineShop.
    pub shop: Option<Arc<dyn ShopBasket>>,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("provider", &self.provider).field("options", &self.options).finish_non_exhaustive()
    }
}

/// The veloconnect door of one seller. That of the seller at the common address may lead to the others, too.
#[derive(Debug)]
pub struct Veloconnect {
    context: Arc<Context>,
    /// Whom requests of version 1.0 to 1.2 can choose by their SellersID.
    others: Vec<Arc<Context>>,
    /// Whether anything is stored and looked up already.
    is_open: bool,
}

impl Door for Veloconnect {
    const PROTOCOL: Protocol = Protocol::Veloconnect;

    fn answer<'a>(&'a self, request: &'a Request<'a>) -> impl Future<Output = Answer> + Send + 'a {
        Self::answer(self, request)
    }

    fn refuse(&self, request: Unread<'_>, why: NotReceived) -> Answer {
        refuse_unread(why.status(), Message::NotReceived(why), self.language(request.accept_language))
    }

    fn too_many(&self, request: Unread<'_>, refused: TooMany) -> Answer {
        let language = self.language(request.accept_language);
        let answer = refuse_unread(TooMany::STATUS, Message::TooManyRequests(refused.seconds), language);
        Answer { headers: vec![refused.header()], ..answer }
    }
}

impl Veloconnect {
    pub fn new(context: Context) -> Self {
        Self::with_others(Arc::new(context), Vec::new())
    }

    /// The door at the common address.
    pub const fn with_others(context: Arc<Context>, others: Vec<Arc<Context>>) -> Self {
        Self { context, others, is_open: true }
    }

    /// A door that answers as if its store were away, which it is as long as the sellers' numbers cannot be had: what there
    /// is of the context's provider is not looked at.
    pub const fn closed(context: Arc<Context>, others: Vec<Arc<Context>>) -> Self {
        Self { context, others, is_open: false }
    }

    /// The answer at an address under the common one where no seller is: GetStatus, rule 4, in both of its ways at once.
    pub fn no_such_seller(&self, accept_language: Option<&str>) -> Answer {
        refuse_unread(404, Message::NoSuchSeller, self.language(accept_language))
    }

    /// The language for one whose account is not known: what the request says, or what is configured.
    fn language(&self, accept_language: Option<&str>) -> Language {
        accept_language.and_then(language::accepted).unwrap_or(self.context.options.language)
    }

    /// Answers one request, whatever it is.
    pub async fn answer(&self, request: &Request<'_>) -> Answer {
        let options = &self.context.options;
        if !options.enabled {
            return not_found("unknown", "veloconnect is not offered here");
        }
        let wanted = request.accept_language.and_then(language::accepted);
        let mut incoming = match binding::read(request, options, &self.context.limits, wanted.unwrap_or(options.language)) {
            Ok(incoming) => incoming,
            Err(unrecognised) => return self.unrecognised(&unrecognised),
        };
        let operation = incoming.operation.name;
        match self.serve(&mut incoming, request, wanted).await {
            Ok(body) => xml(operation, ResponseCode::Ok, body),
            Err(failure) => {
                let answer = xml(operation, failure.code, self.refuse(&incoming, &failure));
                match failure.too_many {
                    Some(refused) => Answer { status: TooMany::STATUS, headers: vec![refused.header()], ..answer },
                    None => answer,
                }
            }
        }
    }

    /// GetStatus, rule 4: a GetStatusResponse with 400 or 405, or the HTTP code 404 if so configured.
    fn unrecognised(&self, request: &Unrecognised) -> Answer {
        match self.context.options.unknown_operation {
            UnknownOperation::Answer405 => xml("unknown", request.code, get_status::unrecognised(request)),
            UnknownOperation::Http404 => not_found("unknown", &request.message.text(request.language)),
        }
    }

    /// `wanted` is the language that the request says.
    async fn serve(&self, incoming: &mut Incoming, request: &Request<'_>, wanted: Option<Language>) -> Result<Vec<u8>, Failure> {
        if let Some((code, message)) = &incoming.problem {
            return Err(Failure::new(*code, message.clone()));
        }
        // First: what is offered, and who is known, depends on it.
        let context = self.chosen(incoming)?;
        let operation = incoming.operation;
        if !context.options.offers(operation.name) {
            return Err(Failure::new(ResponseCode::NotSupported, Message::NotSupported(operation.name)));
        }
        if !self.is_open {
            return Err(Failure::new(ResponseCode::Internal, Message::Internal));
        }
        let identity = authenticate(context, incoming, request).await?;
        if wanted.is_none() {
            let own = identity.language.as_deref().and_then(Language::from_code);
            incoming.language = own.unwrap_or(context.options.language);
        }
        let call = Call::new(context, incoming, identity);
        match operation.handler {
            Handler::GetProfile => get_profile::run(&call).await,
            Handler::GetStatus => get_status::run(&call).await,
            Handler::Rollback => rollback::run(&call).await,
            Handler::GetItemDetails => get_item_details::run(&call).await,
            Handler::GetItemDetailsList => get_item_details_list::run(&call).await,
            Handler::CreateOrder => create_order::run(&call).await,
            Handler::UpdateOrder => update_order::run(&call).await,
            Handler::ViewOrder => view_order::run(&call).await,
            Handler::FinishOrder => finish_order::run(&call).await,
            Handler::CreateTextSearch => create_text_search::run(&call).await,
            Handler::SearchResult => search_result::run(&call).await,
            Handler::GetClassificationScheme => get_classification_scheme::run(&call).await,
            Handler::Transmit(channel) => transmission::transmit(&call, channel).await,
            Handler::Fetch(channel) => transmission::fetch(&call, channel).await,
            Handler::ReceiptQuery(kind) => receipts::query::run(&call, kind).await,
            Handler::ReceiptDetails(kind) => receipts::details::run(&call, kind).await,
        }
    }

    /// The seller that a request is for: up to 1.2 the one that it names, where sellers have ids (415), else the one whose
    /// address it was sent to. An operator who has not said which seller this is does not care.
    fn chosen(&self, incoming: &Incoming) -> Result<&Context, Failure> {
        let sellers = || std::iter::once(&self.context).chain(&self.others);
        let named = incoming.frame.seller.as_deref().filter(|_| incoming.version.knows_sellers_id());
        let Some(named) = named.filter(|_| sellers().any(|context| context.options.sellers_id.is_some())) else {
            return Ok(&self.context);
        };
        let chosen = sellers().find(|context| context.options.sellers_id.as_deref() == Some(named));
        chosen.map(AsRef::as_ref).ok_or_else(|| Failure::new(ResponseCode::UnknownSeller, Message::UnknownSeller))
    }

    /// A refusal, as the operation's own answer.
    fn refuse(&self, incoming: &Incoming, failure: &Failure) -> Vec<u8> {
        // An unknown seller refuses as the one at this address.
        let context = self.chosen(incoming).unwrap_or(&self.context);
        match incoming.operation.handler {
            Handler::GetProfile => get_profile::refuse(context, incoming, failure),
            Handler::GetStatus => get_status::refuse(context, incoming, failure),
            Handler::Rollback => rollback::refuse(context, incoming, failure),
            Handler::GetItemDetails => get_item_details::refuse(context, incoming, failure),
            Handler::GetItemDetailsList => get_item_details_list::refuse(context, incoming, failure),
            Handler::CreateOrder | Handler::UpdateOrder | Handler::ViewOrder => {
                order_response::refuse(context, incoming, failure)
            }
            Handler::FinishOrder => finish_order::refuse(context, incoming, failure),
            Handler::CreateTextSearch => create_text_search::refuse(context, incoming, failure),
            Handler::SearchResult => search_result::refuse(context, incoming, failure),
            Handler::GetClassificationScheme => get_classification_scheme::refuse(context, incoming, failure),
            Handler::Transmit(channel) => transmission::refuse_transmit(context, incoming, failure, channel),
            Handler::Fetch(channel) => transmission::refuse_fetch(context, incoming, failure, channel),
            Handler::ReceiptQuery(kind) => receipts::query::refuse(context, incoming, failure, kind),
            Handler::ReceiptDetails(kind) => receipts::details::refuse(context, incoming, failure, kind),
        }
    }
}

/// A GetStatusResponse to what was not read.
fn refuse_unread(status: u16, message: Message, language: Language) -> Answer {
    let (version, frame) = (Version::default(), RequestFrame::default());
    let unrecognised = Unrecognised { version, frame, code: ResponseCode::General, message, language };
    Answer { status, ..xml("unknown", unrecognised.code, get_status::unrecognised(&unrecognised)) }
}

/// Every request carries its credentials; there is no session (3.2).
async fn authenticate(context: &Context, incoming: &Incoming, request: &Request<'_>) -> Result<Identity, Failure> {
    let frame = &incoming.frame;
    let password = Credentials::Password { name: &frame.buyer, password: &frame.password, freshness: None };
    let asked = match request.vouched.credentials(Some(&frame.buyer)) {
        Ok(vouched) => {
            let shown = vouched.unwrap_or(password);
            context.authenticate.authenticate(context.provider, Protocol::Veloconnect, shown, request.client).await
        }
        Err(error) => Err(error),
    };
    let message = match asked.and_then(|identity| identity.check_customer().map(|()| identity)) {
        Ok(identity) => return Ok(identity),
        Err(AuthError::Store(error)) => return Err(error.into()),
        Err(AuthError::TooMany(refused)) => return Err(Failure::hasty(refused)),
        Err(AuthError::UnknownAccount) if context.options.reveal_unknown_buyer => {
            return Err(Failure::new(ResponseCode::UnknownBuyer, Message::UnknownBuyer));
        }
        // Who knows it has logged why.
        Err(AuthError::ServiceDown) => return Err(Failure::new(ResponseCode::Internal, Message::Internal)),
        Err(AuthError::Disabled | AuthError::NotCustomer) => Message::Disabled,
        Err(AuthError::Throttled) => Message::Throttled,
        Err(_) => Message::NotAuthenticated,
    };
    Err(Failure::new(ResponseCode::NotAuthenticated, message))
}

/// veloconnect 3, 5: whatever the ResponseCode, HTTP succeeds and the body is XML. (But who asks too often is told so by HTTP too.)
fn xml(operation: &'static str, code: ResponseCode, body: Vec<u8>) -> Answer {
    Answer { status: 200, content_type: XML, body, operation, result: code.text(), headers: Vec::new() }
}

fn not_found(operation: &'static str, text: &str) -> Answer {
    let body = format!("{text}\n").into_bytes();
    Answer { status: 404, content_type: "text/plain; charset=utf-8", body, operation, result: "404", headers: Vec::new() }
}
