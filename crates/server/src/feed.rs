//! `POST /feed/oseo`: products, and news of tasks, for those who wait for them. One JSON object to a line, in the form that
//! `docs/subscriptions.md` describes; the report is JSON.

use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use http_body_util::Either;
use ordergate_door::Wake;
use ordergate_engine::{Actor, Protocol};
use ordergate_oseo::feed::{Feed, FeedReport};
use ordergate_store::Role;

use crate::client_address::Sender;
use crate::http_json::respond;
use crate::request_body::{RequestBody, read_body};
use crate::request_log::{Outcome, Routed};
use crate::work::{Refusal, Workers, refused};

pub(crate) const PATH: &str = "/feed/oseo";

/// Which accounts may announce.
const ROLES: [Role; 2] = [Role::Worker, Role::Operator];

/// Who may announce, and where announcements go.
pub(crate) struct FeedRoute {
    workers: Workers,
    /// Makes a feed in the name of whoever announces.
    feed: Box<dyn Fn(Actor) -> Feed + Send + Sync>,
    wake: Wake,
    body_bytes_max: usize,
}

impl FeedRoute {
    pub(crate) fn new(
        workers: Workers,
        feed: impl Fn(Actor) -> Feed + Send + Sync + 'static,
        wake: Wake,
        body_bytes_max: usize,
    ) -> Self {
        Self { workers, feed: Box::new(feed), wake, body_bytes_max }
    }

    pub(crate) async fn answer<B: RequestBody>(&self, request: &mut Request<B>, sender: Sender) -> Routed {
        let answered = self.carry_out(request, sender).await;
        let result = match &answered {
            Ok(report) if report.errors.is_empty() => "ok",
            Ok(_) => "partial",
            Err(refusal) => refusal.kind(),
        };
        let outcome = Outcome { protocol: "feed", operation: "announce", result };
        let mut response = match answered {
            Ok(report) => respond(StatusCode::OK, &report),
            Err(refusal) => refused(&refusal),
        };
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Routed { response: response.map(Either::Left), outcome: Some(outcome) }
    }

    async fn carry_out<B: RequestBody>(&self, request: &mut Request<B>, sender: Sender) -> Result<FeedReport, Refusal> {
        let worker = self.workers.identify(Some(Protocol::Oseo), request.headers(), sender, &ROLES).await?;
        if request.method() != Method::POST {
            return Err(Refusal::Method);
        }
        if !is_lines(request.headers()) {
            return Err(Refusal::ContentType("application/x-ndjson"));
        }
        let body = read_body(request.body_mut(), self.body_bytes_max).await?;
        let text = std::str::from_utf8(&body).map_err(|error| Refusal::Malformed(error.to_string()))?;
        let fed = (self.feed)(worker.actor()).announce(text.lines(), 1).await;
        // What was fed before a failure is to be worked off too.
        (self.wake)();
        fed.map_err(|error| {
            error.log("not all that was announced could be fed");
            Refusal::Store
        })
    }
}

/// A body of which nothing is said is taken for what is expected. There is more than one name for lines of JSON, and one line
/// is plain JSON.
fn is_lines(headers: &HeaderMap) -> bool {
    const NAMES: [&str; 5] =
        ["application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/json"];
    let Some(given) = headers.get(CONTENT_TYPE) else { return true };
    let kind = given.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    NAMES.iter().any(|name| kind.eq_ignore_ascii_case(name))
}
