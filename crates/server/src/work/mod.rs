//! `/work/{protocol}/{operation}`: items for workers outside the server. What is asked and answered is described in
//! `docs/fulfilment.md`; every answer is JSON.

mod refusal;
mod wish;
mod workers;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{Either, Full};
use ordergate_engine::Protocol;
use ordergate_fulfilment::PullQueue;
use ordergate_store::Role;
use serde_json::{Value, json};

pub(crate) use self::refusal::Refusal;
use self::wish::{ClaimWish, CompleteWish, FailWish, HeartbeatWish};
pub(crate) use self::workers::{Workers, worker_of};
use crate::client_address::Sender;
use crate::http_json::{Unknown, read, respond, too_many};
use crate::request_body::{RequestBody, read_body};
use crate::request_log::{Outcome, Routed};

/// What the paths of all operations begin with.
pub(crate) const PREFIX: &str = "/work/";

/// No wish is nearly as long; the longest has a progress message.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// Who may ask, and where the items are.
pub(crate) struct Work {
    workers: Workers,
    oseo: Option<PullQueue>,
    veloconnect: Option<PullQueue>,
}

#[derive(Clone, Copy)]
enum Operation {
    Claim,
    Heartbeat,
    Complete,
    Fail,
}

impl Operation {
    fn from_name(name: &str) -> Option<Self> {
        [Self::Claim, Self::Heartbeat, Self::Complete, Self::Fail].into_iter().find(|operation| operation.name() == name)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Heartbeat => "heartbeat",
            Self::Complete => "complete",
            Self::Fail => "fail",
        }
    }
}

impl Work {
    /// A protocol without a queue has no items to be fetched.
    pub(crate) const fn new(workers: Workers, oseo: Option<PullQueue>, veloconnect: Option<PullQueue>) -> Self {
        Self { workers, oseo, veloconnect }
    }

    pub(crate) async fn answer<B: RequestBody>(&self, request: &mut Request<B>, sender: Sender) -> Routed {
        let path = request.uri().path().to_owned();
        let (protocol, operation) = path.strip_prefix(PREFIX).and_then(|rest| rest.split_once('/')).unwrap_or_default();
        let operation = Operation::from_name(operation);
        let answered = self.carry_out(request, sender, protocol, operation).await;
        let result = answered.as_ref().map_or_else(Refusal::kind, |_| "ok");
        let outcome = Outcome { protocol: "work", operation: operation.map_or("unknown", Operation::name), result };
        let mut response = match answered {
            Ok(answer) => respond(StatusCode::OK, &answer),
            Err(refusal) => refused(&refusal),
        };
        // Each answer is for one worker at one moment.
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Routed { response: response.map(Either::Left), outcome: Some(outcome) }
    }

    /// Who asks comes first: a stranger learns nothing of what there is.
    async fn carry_out<B: RequestBody>(
        &self,
        request: &mut Request<B>,
        sender: Sender,
        protocol: &str,
        operation: Option<Operation>,
    ) -> Result<Value, Refusal> {
        let protocol = Protocol::from_name(protocol);
        let worker = self.workers.identify(protocol, request.headers(), sender, &[Role::Worker]).await?.name;
        let queue = protocol.and_then(|protocol| self.queue(protocol));
        let (queue, operation) = queue.zip(operation).ok_or(Refusal::NotFound)?;
        if request.method() != Method::POST {
            return Err(Refusal::Method);
        }
        if !is_json(request.headers()) {
            return Err(Refusal::ContentType("application/json"));
        }
        let body = read_body(request.body_mut(), BODY_BYTES_MAX).await?;
        match operation {
            // A service is told of its items; it only answers here.
            Operation::Claim if !queue.is_fetched() => Err(Refusal::NotFound),
            Operation::Claim => claim(queue, &worker, &wish_in(&body)?).await,
            Operation::Heartbeat => heartbeat(queue, &worker, &wish_in(&body)?).await,
            Operation::Complete => complete(queue, &worker, wish_in(&body)?).await,
            Operation::Fail => fail(queue, &worker, &wish_in(&body)?).await,
        }
    }

    const fn queue(&self, protocol: Protocol) -> Option<&PullQueue> {
        match protocol {
            Protocol::Oseo => self.oseo.as_ref(),
            Protocol::Veloconnect => self.veloconnect.as_ref(),
        }
    }
}

/// A body of which nothing is said is taken for what is expected.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(given) = headers.get(CONTENT_TYPE) else { return true };
    let kind = given.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/json")
}

fn wish_in<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    read(body).map_err(Refusal::Malformed)
}

async fn claim(queue: &PullQueue, worker: &str, wish: &ClaimWish) -> Result<Value, Refusal> {
    let (limit, lease_seconds) = (wish.limit()?, wish.lease_seconds(queue)?);
    let items = queue.claim(worker, limit, lease_seconds).await?;
    Ok(json!({ "lease_seconds": lease_seconds, "items": items }))
}

async fn heartbeat(queue: &PullQueue, worker: &str, wish: &HeartbeatWish) -> Result<Value, Refusal> {
    let lease = queue.heartbeat(worker, &wish::claim(&wish.claim)?, wish.message.as_deref()).await?;
    Ok(json!(lease))
}

async fn complete(queue: &PullQueue, worker: &str, wish: CompleteWish) -> Result<Value, Refusal> {
    queue.complete(worker, &wish::claim(&wish.claim)?, wish.result).await?;
    Ok(json!({}))
}

async fn fail(queue: &PullQueue, worker: &str, wish: &FailWish) -> Result<Value, Refusal> {
    queue.fail(worker, &wish::claim(&wish.claim)?, &wish.error, wish.retry).await?;
    Ok(json!({}))
}

pub(crate) fn refused(refusal: &Refusal) -> Response<Full<Bytes>> {
    if let Refusal::Unknown(Unknown::TooMany(hasty)) = refusal {
        return too_many(*hasty);
    }
    let mut response = respond(refusal.status(), &json!({ "error": refusal.to_string() }));
    if let Some((name, value)) = refusal.header() {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
