//! `/operator/{protocol}/...`: what `ordergate order` and `ordergate queue` do, over HTTP, for accounts with the role operator. What
//! is asked and answered is described in `docs/operator-api.md`; every answer is JSON.

mod order;
mod query;
mod queue;
mod refusal;
mod shown;

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request};
use http_body_util::Either;
use ordergate_door::{Identity, Recall, Wake};
use ordergate_engine::time::Clock;
use ordergate_engine::{OrderId, Protocol, ProviderId};
use ordergate_fulfilment::{Delivers, Describe};
use ordergate_store::SharedStore;
use serde_json::Value;

use self::query::Query;
use self::refusal::Refusal;
use crate::auth::Callers;
use crate::client_address::Sender;
use crate::http_json::respond;
use crate::request_body::{RequestBody, read_body};
use crate::request_log::{Outcome, Routed};

/// What the paths of all operations begin with.
pub(crate) const PREFIX: &str = "/operator/";

/// No wish is nearly as long; the longest has a reason.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// Where operators act.
pub(crate) struct Operator {
    pub(crate) callers: Callers,
    pub(crate) store: SharedStore,
    pub(crate) clock: Arc<dyn Clock>,
    /// Which results this server delivers.
    pub(crate) delivers: Arc<dyn Delivers>,
    pub(crate) oseo: Site,
    pub(crate) veloconnect: Site,
}

/// What there is of one protocol.
pub(crate) struct Site {
    pub(crate) describe: Box<dyn Describe>,
    /// Tell this process's worker that there is something to do, or no longer.
    pub(crate) wake: Wake,
    pub(crate) recall: Recall,
}

/// An operation, by method and path.
#[derive(Debug, Clone, Copy)]
enum Operation {
    List,
    Show(OrderId),
    Act(OrderId, order::Verb),
    Pauses,
    Pause,
    Resume,
}

impl Operation {
    /// `GET orders`, `GET orders/17`, `POST orders/17/approve`, `GET queue`, `POST queue/pause`, `POST queue/resume`.
    fn of(method: &Method, path: &str) -> Result<Self, Refusal> {
        let parts: Vec<&str> = path.split('/').collect();
        let id = |text: &str| OrderId::parse(text).ok_or(Refusal::NotFound);
        let (expected, operation) = match parts[..] {
            ["orders"] => (Method::GET, Self::List),
            ["orders", order] => (Method::GET, Self::Show(id(order)?)),
            ["orders", order, verb] => {
                (Method::POST, Self::Act(id(order)?, order::Verb::from_name(verb).ok_or(Refusal::NotFound)?))
            }
            ["queue"] => (Method::GET, Self::Pauses),
            ["queue", "pause"] => (Method::POST, Self::Pause),
            ["queue", "resume"] => (Method::POST, Self::Resume),
            _ => return Err(Refusal::NotFound),
        };
        // A HEAD is a GET whose body is not sent.
        let is_expected = *method == expected || (*method == Method::HEAD && expected == Method::GET);
        if is_expected { Ok(operation) } else { Err(Refusal::Method(if expected == Method::GET { "GET" } else { "POST" })) }
    }

    /// The word for log and metrics.
    const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Show(_) => "show",
            Self::Act(_, verb) => verb.name(),
            Self::Pauses => "queue-list",
            Self::Pause => "queue-pause",
            Self::Resume => "queue-resume",
        }
    }
}

/// Who acts, and where.
struct Acting<'a> {
    operator: &'a Operator,
    protocol: Protocol,
    /// Whose orders these are: number, and name if the seller has one.
    provider: ProviderId,
    seller: Option<String>,
    name: String,
}

impl Acting<'_> {
    const fn site(&self) -> &Site {
        match self.protocol {
            Protocol::Oseo => &self.operator.oseo,
            Protocol::Veloconnect => &self.operator.veloconnect,
        }
    }
}

impl Operator {
    pub(crate) async fn answer<B: RequestBody>(&self, request: &mut Request<B>, sender: Sender) -> Routed {
        let path = request.uri().path().to_owned();
        let (protocol, rest) = path.strip_prefix(PREFIX).and_then(|rest| rest.split_once('/')).unwrap_or_default();
        let operation = Operation::of(request.method(), rest);
        let name = operation.as_ref().map_or("unknown", |operation| operation.name());
        let answered = self.carry_out(request, sender, protocol, operation).await;
        let result = answered.as_ref().map_or_else(Refusal::kind, |_| "ok");
        let outcome = Outcome { protocol: "operator", operation: name, result };
        let mut response = match answered {
            Ok(answer) => respond(http::StatusCode::OK, &answer),
            Err(refusal) => refusal.response(),
        };
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Routed { response: response.map(Either::Left), outcome: Some(outcome) }
    }

    /// Who asks comes first: a stranger learns nothing of what there is.
    async fn carry_out<B: RequestBody>(
        &self,
        request: &mut Request<B>,
        sender: Sender,
        protocol: &str,
        operation: Result<Operation, Refusal>,
    ) -> Result<Value, Refusal> {
        let protocol = Protocol::from_name(protocol).ok_or(Refusal::NotFound)?;
        let caller = self.callers.identify(protocol, request.headers(), sender).await?.ok_or(Refusal::Unauthorized)?;
        if !caller.is_operator() {
            return Err(Refusal::NotOperator);
        }
        let operation = operation?;
        let query = Query::read(request.uri().query().unwrap_or_default());
        let acting = self.acting(protocol, caller, &query).await?;
        if !matches!(operation, Operation::List) {
            query.has_nothing_else()?;
        }
        if request.method() != Method::POST {
            return match operation {
                Operation::List => order::list(&acting, &query.rest).await,
                Operation::Show(id) => order::show(&acting, id).await,
                _ => queue::list(&acting).await,
            };
        }
        check_json(request.headers())?;
        let body: Bytes = read_body(request.body_mut(), BODY_BYTES_MAX).await?;
        match operation {
            Operation::Act(id, verb) => order::act(&acting, id, verb, &body).await,
            Operation::Pause => queue::pause(&acting, &body).await,
            _ => queue::resume(&acting, &body).await,
        }
    }

    /// Acts for the seller that is named, which may be one that is configured no more; else for the one at the common address.
    async fn acting(&self, protocol: Protocol, caller: Identity, query: &Query) -> Result<Acting<'_>, Refusal> {
        let provider = match (&query.seller, protocol) {
            (None, _) => ProviderId::DEFAULT,
            (Some(name), Protocol::Veloconnect) => {
                let found = self.store.seller(name).await?;
                found.ok_or_else(|| Refusal::Value("seller: there is none of this name".to_owned()))?
            }
            (Some(_), Protocol::Oseo) => return Err(Refusal::Value("seller: oseo has none".to_owned())),
        };
        Ok(Acting { operator: self, protocol, provider, seller: query.seller.clone(), name: caller.name })
    }
}

/// Must be said: what a browser sends for another site's page is never JSON unless this server has agreed to it.
fn check_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = given.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") { Ok(()) } else { Err(Refusal::ContentType) }
}
