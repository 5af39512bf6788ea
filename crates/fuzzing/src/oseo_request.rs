//! A whole request to the OSEO door.

use std::sync::Arc;

use ordergate_door::{Answer, Door, Method, Request};
use ordergate_engine::{OrderId, ProviderId, QuotationId};
use ordergate_oseo::quotation::{Pricing, PricingKind, QuotationOptions, QuotationWaker, Quotations, pricing_of};
use ordergate_oseo::schema::{OS, SCHEMA, ows};
use ordergate_oseo::{Callbacks, Collections, Context, Oseo, OseoOptions, OtherCollections};
use ordergate_outgoing::{Reach, check_url};
use ordergate_server::config::parse_collections;
use ordergate_xml::{Document, Limits, Node, validate};

use crate::authenticate::FewAccounts;
use crate::http_input::HttpInput;
use crate::store::{FOREIGN, MemoryStore};
use crate::{Noon, finish, shown};

pub(crate) struct OseoDoor {
    door: Oseo,
    store: Arc<MemoryStore>,
    pub(crate) authenticate: Arc<FewAccounts>,
}

impl OseoDoor {
    /// One that has a price list.
    pub(crate) fn new() -> Self {
        Self::with_pricing(None)
    }

    /// One that asks for prices there.
    pub(crate) fn with_pricing(pricing: Option<Arc<dyn Pricing>>) -> Self {
        Self::over(&Arc::new(MemoryStore::new()), pricing)
    }

    /// One over this store.
    pub(crate) fn over(store: &Arc<MemoryStore>, pricing: Option<Arc<dyn Pricing>>) -> Self {
        let (store, authenticate) = (Arc::clone(store), Arc::new(FewAccounts::default()));
        let quotation = QuotationOptions { pricing: PricingKind::PriceList, ..QuotationOptions::default() };
        let options = OseoOptions { other_collections: OtherCollections::Accept, quotation, ..OseoOptions::default() };
        let collections = collections();
        let pricing = pricing.or_else(|| pricing_of(&options, &collections));
        let quotations = pricing.map(|p| Quotations::new(p, options.quotation.clone(), QuotationWaker::default()));
        let door = Oseo::new(Context {
            store: Arc::clone(&store) as _,
            authenticate: Arc::clone(&authenticate) as _,
            clock: Arc::new(Noon),
            options,
            collections,
            limits: Limits::default(),
            provider: ProviderId::DEFAULT,
            url: "http://localhost/oseo".to_owned(),
            wake: Arc::new(|| {}),
            recall: Arc::new(|_| {}),
            callbacks: Some(callbacks()),
            links: Arc::new(ordergate_oseo::NoLinks),
            quotations,
            deliveries: None,
        });
        Self { door, store, authenticate }
    }

    /// Answers.
    pub(crate) fn answer(&self, request: Request<'_>) -> Answer {
        finish(self.door.answer(&request))
    }

    /// Answers, and checks what holds for every answer.
    pub(crate) fn ask(&self, request: Request<'_>) -> Answer {
        let answer = self.answer(request);
        assert!(matches!(answer.status, 200 | 400..=599), "HTTP {}", answer.status);
        if answer.content_type.contains("xml") {
            check_document(&answer);
        } else {
            assert_eq!(answer.status, 405, "{}", shown(&answer.body));
        }
        answer
    }

    /// GetStatus of an order of this account, with all there is to tell.
    pub(crate) fn retrieve(&self, owner: i64, order: OrderId) {
        let basic = if owner == 1 { DEMO } else { OTHER };
        let body = format!(
            "<os:GetStatus xmlns:os=\"{OS}\" service=\"OS\" version=\"1.0.0\"><os:orderId>{order}</os:orderId>\
             <os:presentation>full</os:presentation></os:GetStatus>"
        );
        let answer = self.ask(post(basic, &body));
        assert_eq!(answer.status, 200, "{}", shown(&answer.body));
    }

    /// DescribeResultAccess of an order of account 1.
    pub(crate) fn describe_results(&self, order: OrderId) {
        let body = format!(
            "<os:DescribeResultAccess xmlns:os=\"{OS}\" service=\"OS\" version=\"1.0.0\"><os:orderId>{order}</os:orderId>\
             <os:subFunction>allReady</os:subFunction></os:DescribeResultAccess>"
        );
        let answer = self.ask(post(DEMO, &body));
        assert_eq!(answer.status, 200, "{}", shown(&answer.body));
    }

    pub(crate) fn newest_quotation(&self) -> Option<QuotationId> {
        self.store.newest_quotation()
    }
}

/// `Authorization` of demo:demo-secret.
pub(crate) const DEMO: &str = "Basic ZGVtbzpkZW1vLXNlY3JldA==";
/// `Authorization` of other:other-secret.
const OTHER: &str = "Basic b3RoZXI6b3RoZXItc2VjcmV0";

/// A message without an envelope.
pub(crate) fn post<'r>(authorization: &'r str, body: &'r str) -> Request<'r> {
    Request {
        method: Method::Post,
        query: None,
        content_type: None,
        authorization: Some(authorization),
        accept_language: None,
        body: body.as_bytes(),
        client: None,
        vouched: ordergate_door::Vouched::Nobody,
    }
}

/// Clients that may be called are those of the public internet.
fn callbacks() -> Callbacks {
    let check_address = Arc::new(|url: &str| check_url(url, &Reach::Public).map_err(|error| error.to_string()));
    Callbacks { check_address, patience_micros: 3_600_000_000 }
}

/// One collection that takes anything, which products belong to that name none, one with options, and one for subscriptions.
pub(crate) fn collections() -> Collections {
    let files = [
        ("a.toml", "id = \"urn:any\"\n"),
        ("b.toml", include_str!("collections.toml")),
        ("c.toml", "id = \"urn:s\"\nsubscription = true\n"),
    ];
    let catalogue = parse_collections(&files.map(|(path, text)| (path.into(), text.to_owned())));
    Collections::new(catalogue.unwrap_or_else(|error| panic!("{error}")))
}

/// Any request is answered with well-formed XML that keeps to the schema; only who was let in gets or leaves
/// anything; whatever fails leaves nothing. Gives operation and result.
pub fn oseo_request(data: &[u8]) -> String {
    let input = HttpInput::read(data);
    let door = OseoDoor::new();
    let answer = door.ask(input.request());
    let done = answer.status == 200;
    let let_in = door.authenticate.let_in();
    if done
        && matches!(answer.operation, "Submit" | "GetOptions" | "GetQuotation" | "GetStatus" | "DescribeResultAccess" | "Cancel")
    {
        assert!(let_in.is_some(), "{} without identity", answer.operation);
    }
    if let_in.is_none_or(|account| account.0 != 2) && !input.mentions(FOREIGN) {
        assert!(!shown(&answer.body).contains(FOREIGN), "an order of someone else: {}", shown(&answer.body));
    }
    let submitted = done && answer.operation == "Submit";
    // Nothing of the orders that are there is ready to be listed.
    // A quotation is kept if there is a price.
    let changes = done && matches!((answer.operation, answer.result), ("Submit" | "Cancel", _) | ("GetQuotation", "success"));
    assert_eq!(door.store.commits(), usize::from(changes), "{}", shown(&answer.body));
    if submitted {
        check_kept(&door, let_in.map_or(0, |account| account.0));
        // A retry of a message that has an id is no second order; without one it is.
        let again = door.ask(input.request());
        assert_eq!(again.status, 200, "{}", shown(&again.body));
    }
    format!("{} {}", answer.operation, answer.result)
}

/// What was taken can be asked for.
fn check_kept(door: &OseoDoor, owner: i64) {
    let order = door.store.newest_order().unwrap_or_else(|| panic!("nothing kept"));
    assert_eq!(order.owner.0, owner);
    door.retrieve(owner, order.id);
}

fn check_document(answer: &Answer) {
    let text = std::str::from_utf8(&answer.body).unwrap_or_else(|error| panic!("{error}"));
    if let Err(error) = roxmltree::Document::parse(text) {
        panic!("an ill-formed answer: {error}\n{}", shown(&answer.body));
    }
    let limits = Limits { body_bytes_max: usize::MAX, depth_max: 256, ..Limits::default() };
    let document = Document::parse_str(text, &limits).unwrap_or_else(|error| panic!("{error}\n{}", shown(&answer.body)));
    let mut messages: Vec<Node<'_>> = document.root().descendants().filter(|node| is_message(*node)).collect();
    messages.truncate(1);
    let is_fault = document.root().descendants().any(|node| node.is(ows::OWS, "Exception")) || text.contains("soap:Fault>");
    assert_eq!(is_fault, answer.status != 200, "HTTP {}: {}", answer.status, shown(&answer.body));
    for message in messages {
        if let Err(violation) = validate(message, &SCHEMA) {
            panic!("an answer against the schema: {violation}\n{}", shown(&answer.body));
        }
    }
}

fn is_message(node: Node<'_>) -> bool {
    node.is(ows::OWS, "ExceptionReport")
        || [
            "GetStatusResponse",
            "GetOptionsResponse",
            "GetQuotationAck",
            "SubmitAck",
            "Capabilities",
            "DescribeResultAccessResponse",
        ]
        .iter()
        .any(|name| node.is(OS, name))
}
