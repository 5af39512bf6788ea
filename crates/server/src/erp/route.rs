//! `POST /erp/veloconnect/documents`: documents of the seller's system, as JSON; the report is JSON.

use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use http_body_util::Either;
use ordergate_door::Wake;
use ordergate_engine::{Actor, ProviderId};
use ordergate_veloconnect::receipts::batch::Report;
use ordergate_veloconnect::receipts::intake::Intake;
use percent_encoding::percent_decode_str;

use crate::auth::WorkersFile;
use crate::http_json::respond;
use crate::request_body::{RequestBody, read_body};
use crate::request_log::{Outcome, Routed};
use crate::sellers::{Numbers, SellerError};
use crate::work::{Refusal, refused, worker_of};

pub(crate) const PATH: &str = "/erp/veloconnect/documents";

/// Who may hand documents in, and where they go.
pub(crate) struct DocumentsRoute {
    tokens: WorkersFile,
    /// Makes an intake of a seller, in the name of whoever hands them in.
    intake: Box<dyn Fn(ProviderId, Actor) -> Intake + Send + Sync>,
    sellers: Numbers,
    wake: Wake,
    body_bytes_max: usize,
}

impl DocumentsRoute {
    pub(crate) fn new(
        tokens: WorkersFile,
        intake: impl Fn(ProviderId, Actor) -> Intake + Send + Sync + 'static,
        sellers: Numbers,
        wake: Wake,
        body_bytes_max: usize,
    ) -> Self {
        Self { tokens, intake: Box::new(intake), sellers, wake, body_bytes_max }
    }

    pub(crate) async fn answer<B: RequestBody>(&self, request: &mut Request<B>) -> Routed {
        let answered = self.carry_out(request).await;
        let result = match &answered {
            Ok(report) if report.refused == 0 => "ok",
            Ok(report) if report.taken == 0 => "unusable-value",
            Ok(_) => "partial",
            Err(refusal) => refusal.kind(),
        };
        let outcome = Outcome { protocol: "erp", operation: "documents", result };
        let mut response = match answered {
            // Whoever looks at nothing but the status must not take it for done.
            Ok(report) if report.refused > 0 => respond(StatusCode::UNPROCESSABLE_ENTITY, &report),
            Ok(report) => respond(StatusCode::OK, &report),
            Err(refusal) => refused(&refusal),
        };
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Routed { response: response.map(Either::Left), outcome: Some(outcome) }
    }

    /// Who asks comes first: a stranger learns nothing of buyers.
    async fn carry_out<B: RequestBody>(&self, request: &mut Request<B>) -> Result<Report, Refusal> {
        let name = worker_of(&self.tokens, request.headers()).await?;
        if request.method() != Method::POST {
            return Err(Refusal::Method);
        }
        if !is_json(request.headers()) {
            return Err(Refusal::ContentType("application/json"));
        }
        let (provider, _) = self.seller(request.uri().query().unwrap_or_default())?;
        let body = read_body(request.body_mut(), self.body_bytes_max).await?;
        let text = std::str::from_utf8(&body).map_err(|error| Refusal::Malformed(format!("not UTF-8: {error}")))?;
        let taken = (self.intake)(provider, Actor::erp(&name)).take_all(text).await;
        // What was taken before a failure moves orders too.
        (self.wake)();
        taken.map_err(|error| {
            error.log("not all documents could be taken in");
            Refusal::Store
        })
    }
}

impl DocumentsRoute {
    /// The seller that the query names.
    fn seller(&self, query: &str) -> Result<(ProviderId, &str), Refusal> {
        let mut named = None;
        for part in query.split('&').filter(|part| !part.is_empty()) {
            match part.split_once('=') {
                Some(("seller", name)) => named = Some(percent_decode_str(name).decode_utf8_lossy()),
                _ => return Err(Refusal::Value("the only parameter there may be is seller".to_owned())),
            }
        }
        self.sellers.of(named.as_deref()).map_err(|error| match error {
            SellerError::NoSuchSeller => Refusal::Value(error.to_string()),
            SellerError::NotYet => Refusal::Store,
        })
    }
}

/// A body of which nothing is said is taken for what is expected; lines of JSON have more than one name.
fn is_json(headers: &HeaderMap) -> bool {
    const NAMES: [&str; 5] =
        ["application/json", "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"];
    let Some(given) = headers.get(CONTENT_TYPE) else { return true };
    let kind = given.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    NAMES.iter().any(|name| kind.eq_ignore_ascii_case(name))
}
