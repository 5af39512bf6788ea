//! Every route of the server, on one page.
//!
//! | path | methods | what |
//! |---|---|---|
//! | `/oseo` | POST, GET `?wsdl` | OSEO 1.0 |
//! | `/veloconnect`, `/veloconnect/{seller}` | GET, POST | veloconnect 1.0-1.6 |
//! | `/health/live`, `/health/ready` | GET | for orchestrators and load balancers |
//! | `/metrics` | GET | Prometheus |
//! | `/download/{token}/{name}` | GET | finished items that lie on the server's own disk (only with `download.root`) |
//! | `/work/{protocol}/{operation}` | POST | for workers that fetch items |
//! | `/import/veloconnect/{kind}` | POST | articles, stock and prices from an ERP |
//! | `/erp/veloconnect/documents` | POST | documents of the seller's own system |
//! | `/feed/oseo` | POST | products for subscriptions, and news of tasks |
//! | `/operator/{protocol}/...` | GET, POST | for operators: orders and pauses |
//!
//! The two doors are what a server spends its life on, so they are reached without a detour; the others are an
//! axum router's.

use std::pin::pin;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::Either;
use hyper::body::Body as _;
use ordergate_door::TooMany;
use ordergate_oseo::Oseo;
use ordergate_veloconnect::Veloconnect;

use crate::auth::Vouching;
use crate::client_address::{Sender, Senders};
use crate::door_route::Mounted;
use crate::download::{self, Downloads};
use crate::erp::{self, DocumentsRoute};
use crate::feed::{self, FeedRoute};
use crate::health::{self, Readiness};
use crate::http_json;
use crate::import::{self, ImportRoute};
use crate::listener::{Arrived, HttpAnswer, Site};
use crate::metrics::Metrics;
use crate::operator::{self, Operator};
use crate::rates::Rates;
use crate::request_body::RequestBody;
use crate::request_log::{Observer, Routed};
use crate::sellers::{self, Sellers};
use crate::work::{self, Work};

/// What the routes lead to.
pub(crate) struct Destinations {
    pub(crate) oseo: Option<Oseo>,
    pub(crate) veloconnect: Late,
    /// What reads the header that names the callers of OSEO, if one does.
    pub(crate) vouching: Option<Vouching>,
    /// For workers that fetch items, if any may.
    pub(crate) work: Option<Work>,
    /// For those who announce products, if any may.
    pub(crate) feed: Option<FeedRoute>,
    /// For operators.
    pub(crate) operator: Option<Operator>,
    /// For those who import articles, if any may.
    pub(crate) import: Option<ImportRoute>,
    /// For the seller's own system, if it may hand in documents.
    pub(crate) documents: Option<DocumentsRoute>,
    /// Who sends requests, and how many each may send.
    pub(crate) senders: Senders,
    pub(crate) rates: Arc<Rates>,
    pub(crate) readiness: Readiness,
    pub(crate) metrics: Metrics,
    pub(crate) body_bytes_max: usize,
    /// None if no files are offered.
    pub(crate) downloads: Option<Arc<Downloads>>,
}

/// The doors of veloconnect: closed ones, if there are any, until those that are open are there, if it is served.
pub(crate) struct Late {
    pub(crate) closed: Option<Sellers<Mounted<Veloconnect>>>,
    pub(crate) open: Arc<OnceLock<Option<Sellers<Mounted<Veloconnect>>>>>,
}

impl Late {
    fn now(&self) -> Option<&Sellers<Mounted<Veloconnect>>> {
        self.open.get().unwrap_or(&self.closed).as_ref()
    }
}

/// All routes, each request logged and measured.
pub(crate) struct Routes {
    oseo: Option<Mounted<Oseo>>,
    veloconnect: Late,
    downloads: Option<Arc<Downloads>>,
    work: Option<Work>,
    feed: Option<FeedRoute>,
    operator: Option<Operator>,
    import: Option<ImportRoute>,
    documents: Option<DocumentsRoute>,
    senders: Senders,
    rates: Arc<Rates>,
    others: Router,
    metrics: Metrics,
}

impl Routes {
    pub(crate) fn new(to: Destinations) -> Self {
        let body_bytes_max = to.body_bytes_max;
        Self {
            oseo: to.oseo.map(|door| Mounted::new(door, body_bytes_max, to.vouching)),
            veloconnect: to.veloconnect,
            downloads: to.downloads,
            work: to.work,
            import: to.import,
            feed: to.feed,
            operator: to.operator,
            documents: to.documents,
            senders: to.senders,
            rates: to.rates,
            others: others(to.readiness, to.metrics.clone()),
            metrics: to.metrics,
        }
    }

    /// The request stays where it is: one that is passed on leaves its room behind in every future that it passed through.
    async fn route<B: RequestBody>(&self, request: &mut Request<B>, arrived: Arrived, sender: Sender) -> Routed {
        if !is_watch(request.uri().path())
            && let Err(refused) = self.rates.address(sender.client, arrived.at.into_std())
        {
            return self.too_many(request, refused);
        }
        match (request.uri().path(), &self.oseo, self.veloconnect.now()) {
            ("/oseo", Some(oseo), _) => oseo.answer(request, sender).await,
            // In boxes, so that requests to the one door do not carry what those to the other and elsewhere need.
            (sellers::PATH, _, Some(doors)) => Box::pin(doors.common.answer(request, sender)).await,
            _ => Box::pin(self.elsewhere(request, arrived, sender)).await,
        }
    }

    async fn elsewhere<B: RequestBody>(&self, request: &mut Request<B>, arrived: Arrived, sender: Sender) -> Routed {
        if let Some(feed) = self.feed.as_ref().filter(|_| request.uri().path() == feed::PATH) {
            return feed.answer(request, sender).await;
        }
        if let Some(operator) = self.operator.as_ref().filter(|_| request.uri().path().starts_with(operator::PREFIX)) {
            return operator.answer(request, sender).await;
        }
        if let Some(import) = self.import.as_ref().filter(|_| request.uri().path().starts_with(import::PREFIX)) {
            return import.answer(request).await;
        }
        if let Some(documents) = self.documents.as_ref().filter(|_| request.uri().path() == erp::PATH) {
            return documents.answer(request).await;
        }
        if let Some(routed) = self.seller(request, sender).await {
            return routed;
        }
        match (request.uri().path(), &self.downloads, &self.work) {
            (path, Some(downloads), _) if path.starts_with(download::PATH) => {
                downloads.answer(request.method(), path, request.headers()).await
            }
            (path, _, Some(work)) if path.starts_with(work::PREFIX) => work.answer(request, sender).await,
            _ => Routed { response: self.others.answer(head_of(request), arrived).await, outcome: None },
        }
    }

    /// The answer of a seller with an address of its own, or that there is none at this address.
    async fn seller<B: RequestBody>(&self, request: &mut Request<B>, sender: Sender) -> Option<Routed> {
        let doors = self.veloconnect.now()?;
        let name = request.uri().path().strip_prefix(sellers::PATH)?.strip_prefix('/')?;
        match doors.by_name.get(name) {
            Some(seller) => Some(seller.answer(request, sender).await),
            None => Some(doors.common.no_such_seller(request.headers())),
        }
    }

    /// In the words of whatever is at the address.
    fn too_many<B>(&self, request: &Request<B>, refused: TooMany) -> Routed {
        let path = request.uri().path();
        let is_sellers = path.strip_prefix(sellers::PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        match (path, &self.oseo, self.veloconnect.now().filter(|_| is_sellers)) {
            ("/oseo", Some(oseo), _) => oseo.too_many(request.headers(), refused),
            (_, _, Some(doors)) => doors.common.too_many(request.headers(), refused),
            _ => Routed { response: http_json::too_many(refused).map(Either::Left), outcome: None },
        }
    }
}

/// What is asked by those who look after the server, who must not be shut out by others.
fn is_watch(path: &str) -> bool {
    path.starts_with("/health/") || path == "/metrics"
}

impl Site for Routes {
    fn has_long_bodies(&self, path: &str) -> bool {
        self.import.is_some() && path.starts_with(import::PREFIX)
    }

    #[expect(clippy::manual_async_fn, reason = "an async fn keeps room for the request twice")]
    fn answer<B: RequestBody>(&self, mut request: Request<B>, arrived: Arrived) -> impl Future<Output = HttpAnswer> + Send {
        async move {
            let head_only = request.method() == Method::HEAD;
            let sender = self.senders.sender(request.headers(), arrived.client.ip());
            let mut observer = Observer::new(&request, arrived, sender.client, &self.metrics);
            let answer = observer.observe(pin!(self.route(&mut request, arrived, sender))).await;
            if head_only { without_body(answer) } else { answer }
        }
    }
}

fn others(readiness: Readiness, metrics: Metrics) -> Router {
    health::routes(readiness).route("/metrics", get(move || async move { metrics.page() })).fallback(not_found)
}

/// What is asked and where, for handlers that look at nothing else of a request.
fn head_of<B>(request: &Request<B>) -> Request<Body> {
    let mut head = Request::new(Body::empty());
    request.method().clone_into(head.method_mut());
    request.uri().clone_into(head.uri_mut());
    head
}

async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "There is nothing at this address.\n").into_response()
}

/// The answer to a HEAD: what a GET would say, and how long it would be (RFC 9110 §9.3.2).
fn without_body(mut answer: HttpAnswer) -> HttpAnswer {
    if let Some(length) = answer.body().size_hint().exact() {
        answer.headers_mut().entry(CONTENT_LENGTH).or_insert_with(|| HeaderValue::from(length));
    }
    answer.map(|_| Either::Right(Body::empty()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use http_body_util::{BodyExt, Empty};
    use tokio::time::Instant;

    use super::*;
    use crate::client_address::ProxyOptions;
    use crate::limits_options::LimitsOptions;
    use crate::shutdown::Shutdown;

    async fn ask(routes: &Routes, method: Method, path: &str) -> (StatusCode, Option<String>, String) {
        let request = Request::builder().method(method).uri(path).body(Empty::new()).unwrap();
        let arrived = Arrived { client: "127.0.0.1:1".parse().unwrap(), at: Instant::now() };
        let (head, body) = routes.answer(request, arrived).await.into_parts();
        let length = head.headers.get(CONTENT_LENGTH).map(|length| length.to_str().unwrap().to_owned());
        (head.status, length, String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_head_is_answered_without_a_body_and_a_door_left_out_is_not_there() {
        let metrics = Metrics::new();
        let routes = Routes::new(Destinations {
            oseo: None,
            veloconnect: Late { closed: None, open: Arc::default() },
            vouching: None,
            work: None,
            feed: None,
            operator: None,
            import: None,
            documents: None,
            senders: Senders::new(&ProxyOptions::default()),
            rates: Arc::new(Rates::new(&LimitsOptions::default(), &metrics)),
            readiness: Readiness::new(Shutdown::new()),
            metrics: metrics.clone(),
            body_bytes_max: 1024,
            downloads: None,
        });
        let length = |n: &str| Some(n.to_owned());
        assert_eq!(ask(&routes, Method::GET, "/health/live").await, (StatusCode::OK, length("3"), "ok\n".to_owned()));
        assert_eq!(ask(&routes, Method::HEAD, "/health/live").await, (StatusCode::OK, length("3"), String::new()));
        let nothing = "There is nothing at this address.\n";
        for path in ["/oseo", "/veloconnect", "/download/1/a", "/work/oseo/claim", "/operator/oseo/orders", "/health/live/"] {
            assert_eq!(ask(&routes, Method::POST, path).await, (StatusCode::NOT_FOUND, length("34"), nothing.to_owned()));
        }
        let counted = r#"ordergate_requests_total{protocol="http",operation="other",result="client_error"} 6"#;
        assert!(metrics.render().contains(counted), "{}", metrics.render());
    }

    #[test]
    fn the_answer_to_a_head_says_how_long_a_doors_answer_would_be() {
        let answer = HttpAnswer::new(Either::Left("12345".into()));
        let answer = without_body(answer);
        assert_eq!(answer.headers()[CONTENT_LENGTH], "5");
        assert_eq!(answer.body().size_hint().exact(), Some(0));
    }
}
