//! OSEO 1.0 (OGC 06-141r6), the ordering service for Earth-observation products.
//!
//! A request goes through [`Door::answer`]: read the document, open its envelope ([`soap`]), find out
//! who asks, check the message against its [`schema`], let the operation do its work, write the
//! answer in the envelope it came in. Each operation is one file: [`get_capabilities`],
//! [`get_options`], [`get_quotation`], [`submit`], [`get_status`], [`describe_result_access`], [`cancel`]; the service description is in [`wsdl`].

mod approval;
mod cancel;
mod chosen;
pub mod collections;
mod delivery;
mod describe;
mod describe_result_access;
pub mod exception;
pub mod feed;
pub mod get_capabilities;
mod get_options;
mod get_quotation;
pub mod get_status;
mod identity;
mod notification;
mod operation;
mod options;
pub mod order_document;
mod order_type;
mod own_order;
mod packaging;
pub mod quotation;
mod result_links;
pub mod schema;
pub mod soap;
mod standing;
pub mod submit;
mod submit_quotation;
mod version;
pub mod wsdl;

use std::sync::Arc;

use ordergate_door::{Answer, Authenticate, Door, Method, NotReceived, Recall, Request, TooMany, Unread, Wake};
use ordergate_engine::time::Clock;
use ordergate_engine::{Protocol, ProviderId};
use ordergate_store::{QuotedOrder, SharedStore};
use ordergate_xml::{Document, Limits, XmlError};

pub use approval::{Approval, ApprovalOptions};
pub use collections::Collections;
pub use delivery::{Deliveries, delivered_by};
pub use describe::{collection, describe};
pub use exception::{Code, Exception};
pub use notification::{Callbacks, NotificationOptions, OseoAnnouncer};
pub use options::{ForeignOrders, MassiveOptions, OseoOptions, OtherCollections, SubscriptionOptions};
pub use packaging::Packaging;
pub use quotation::Quotations;
pub use result_links::{Link, LocalResult, NoLinks, ResultLinks};

use operation::Operation;
use soap::{Envelope, Fault};

/// The version of the standard that is served.
pub const VERSION: &str = "1.0.0";

/// What the door needs from the rest of the server.
#[derive(Clone)]
#[allow(missing_debug_implementations)] // `Wake` is a closure
pub struct Context {
    pub store: SharedStore,
    pub authenticate: Arc<dyn Authenticate>,
    pub clock: Arc<dyn Clock>,
    pub options: OseoOptions,
    /// The collections that are declared with their options.
    pub collections: Collections,
    pub limits: Limits,
    pub provider: ProviderId,
    /// Where clients reach this door: the absolute URL of `POST /oseo`.
    pub url: String,
    /// Called after a Submit is stored.
    pub wake: Wake,
    /// Called after a Cancel is stored.
    pub recall: Recall,
    /// Makes callbacks possible; none if customers are not called.
    pub callbacks: Option<Callbacks>,
    /// Offers what lies on the server's own disk.
    pub links: Arc<dyn ResultLinks>,
    /// Prices orders; without it GetQuotation is not offered.
    pub quotations: Option<Quotations>,
    /// Pushes results to customers' addresses; none if that is left to the operator's processors.
    pub deliveries: Option<Arc<dyn Deliveries>>,
}

/// The OSEO door.
pub struct Oseo {
    pub(crate) context: Context,
}

impl std::fmt::Debug for Oseo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Oseo").field("url", &self.context.url).finish_non_exhaustive()
    }
}

/// What an operation answers: the message inside the Body, and whether it is complete.
pub(crate) struct Reply {
    pub xml: Vec<u8>,
    /// `"success"` or `"partial"`.
    pub result: &'static str,
}

/// What comes of a message.
pub(crate) enum Outcome {
    Reply(Reply),
    /// An order to be stored, which takes until the disk has it.
    Order(Box<submit::Ready>),
}

impl Door for Oseo {
    const PROTOCOL: Protocol = Protocol::Oseo;

    fn answer<'a>(&'a self, request: &'a Request<'a>) -> impl Future<Output = Answer> + Send + 'a {
        self.answer_request(request)
    }

    fn refuse(&self, request: Unread<'_>, why: NotReceived) -> Answer {
        let answer = soap::answer_early(request.content_type, &Exception::not_applicable(why.to_string()));
        Answer { status: why.status(), ..answer }
    }

    fn too_many(&self, request: Unread<'_>, refused: TooMany) -> Answer {
        soap::answer_early(request.content_type, &Exception::too_many(refused))
    }
}

impl Oseo {
    pub fn new(context: Context) -> Self {
        Self { context }
    }

    /// Answers one HTTP request to `/oseo`.
    async fn answer_request(&self, request: &Request<'_>) -> Answer {
        if request.method == Method::Get {
            return self.answer_get(request.query);
        }
        if let Some(refused) = soap::refuse_content_type(request.content_type) {
            return refused;
        }
        let document = match self.read(request) {
            Ok(document) => document,
            Err(error) => return soap::answer_unreadable(request.content_type, &error),
        };
        let envelope = match soap::open(&document) {
            Ok(envelope) => envelope,
            Err((binding, fault)) => return soap::answer_fault(binding, "unknown", &fault),
        };
        let operation = Operation::of(envelope.message);
        let (binding, name) = (envelope.binding, operation.name());
        let replied = match self.handle(&envelope, operation, request).await {
            Ok(Outcome::Reply(reply)) => Ok(reply),
            Ok(Outcome::Order(order)) => {
                drop(document);
                order.store(&self.context, || self.specified_again(request)).await
            }
            Err(exception) => Err(exception),
        };
        match replied {
            Ok(reply) => soap::answer_success(binding, name, reply),
            Err(exception) => soap::answer_fault(binding, name, &Fault::Ows(exception)),
        }
    }

    fn read(&self, request: &Request<'_>) -> Result<Document, XmlError> {
        Document::parse(request.body, soap::charset(request.content_type), &self.context.limits)
    }

    /// What a Submit that was read and checked specifies.
    fn specified_again(&self, request: &Request<'_>) -> Option<QuotedOrder> {
        let document = self.read(request).ok()?;
        submit::specified(&soap::open(&document).ok()?)
    }

    /// The order of the seed's workflow: authenticate, validate, dispatch.
    async fn handle(
        &self,
        envelope: &Envelope<'_>,
        operation: Operation<'_>,
        request: &Request<'_>,
    ) -> Result<Outcome, Exception> {
        let reply = match operation {
            Operation::GetCapabilities => get_capabilities::handle(&self.context, envelope.message),
            Operation::GetOptions => {
                identity::authenticate(&self.context, envelope, request).await?;
                get_options::handle(&self.context, envelope.message)
            }
            Operation::GetStatus => {
                let caller = identity::authenticate(&self.context, envelope, request).await?;
                get_status::handle(&self.context, envelope.message, &caller).await
            }
            Operation::GetQuotation => {
                let Some(quotations) = &self.context.quotations else {
                    return Err(Exception::operation_not_supported(operation.name()));
                };
                let caller = identity::customer(identity::authenticate(&self.context, envelope, request).await?)?;
                get_quotation::handle(&self.context, quotations, envelope, &caller).await
            }
            Operation::Submit => {
                let caller = identity::customer(identity::authenticate(&self.context, envelope, request).await?)?;
                return submit::handle(&self.context, envelope, caller).await;
            }
            Operation::DescribeResultAccess => {
                let caller = identity::authenticate(&self.context, envelope, request).await?;
                describe_result_access::handle(&self.context, envelope.message, &caller).await
            }
            Operation::Cancel => {
                let caller = identity::authenticate(&self.context, envelope, request).await?;
                cancel::handle(&self.context, envelope, &caller).await
            }
            Operation::Unknown(name) => Err(Exception::operation_unknown(name, &operation::offered(&self.context))),
        };
        reply.map(Outcome::Reply)
    }

    /// `GET /oseo?wsdl` is the only GET: OSEO itself has none (06-141r6 §7.4).
    fn answer_get(&self, query: Option<&str>) -> Answer {
        let asks_wsdl = |q: &str| q.split('&').any(|p| p.split('=').next().is_some_and(|n| n.eq_ignore_ascii_case("wsdl")));
        if query.is_some_and(asks_wsdl) {
            return Answer {
                status: 200,
                content_type: "text/xml; charset=utf-8",
                body: wsdl::document(&self.context.url, &operation::offered(&self.context)).into_bytes(),
                operation: "WSDL",
                result: "success",
                headers: Vec::new(),
            };
        }
        Answer {
            status: 405,
            content_type: "text/plain; charset=utf-8",
            body: b"OSEO requests are sent by POST; GET /oseo?wsdl gives the service description.\n".to_vec(),
            operation: "unknown",
            result: "method-not-allowed",
            headers: vec![("Allow", "POST".to_owned())],
        }
    }
}
