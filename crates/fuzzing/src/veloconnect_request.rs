//! A whole request to the veloconnect door.

use std::sync::{Arc, OnceLock};

use ordergate_door::Answer;
use ordergate_engine::{Document, ProviderId};
use ordergate_veloconnect::articles::Articles;
use ordergate_veloconnect::{Context, ImportWaker, Seller, ShopBasket, Veloconnect, VeloconnectOptions, demo_articles, schema};
use ordergate_xml::{Document as Xml, Limits, validate};

use crate::authenticate::FewAccounts;
use crate::http_input::HttpInput;
use crate::store::MemoryStore;
use crate::{Noon, finish, shown};

/// Any request is answered with HTTP 200 and a document that keeps to the schema, in lenient and in strict mode.
/// What is refused changes nothing; only who was let in gets a 200 in it. Gives operation and
/// result, as lenient mode has them.
pub fn veloconnect_request(data: &[u8]) -> String {
    let input = HttpInput::read(data);
    check(&input, true);
    check(&input, false)
}

pub(crate) fn door(
    store: &Arc<MemoryStore>,
    authenticate: &Arc<FewAccounts>,
    articles: Arc<dyn Articles>,
    strict: bool,
) -> Veloconnect {
    let options = VeloconnectOptions { strict, ..VeloconnectOptions::default() };
    door_with(store, authenticate, options, articles, None)
}

/// The articles of the demonstration.
pub(crate) fn demo() -> Arc<dyn Articles> {
    static ARTICLES: OnceLock<Arc<dyn Articles>> = OnceLock::new();
    Arc::clone(ARTICLES.get_or_init(|| Arc::new(demo_articles())))
}

pub(crate) fn door_with(
    store: &Arc<MemoryStore>,
    authenticate: &Arc<FewAccounts>,
    options: VeloconnectOptions,
    articles: Arc<dyn Articles>,
    shop: Option<Arc<dyn ShopBasket>>,
) -> Veloconnect {
    Veloconnect::new(Context {
        store: Arc::clone(store) as _,
        authenticate: Arc::clone(authenticate) as _,
        clock: Arc::new(Noon),
        articles,
        options,
        limits: Limits::default(),
        secure: false,
        import: ImportWaker::default(),
        wake: Arc::new(|| {}),
        provider: ProviderId::DEFAULT,
        seller: Seller::default(),
        shop,
    })
}

/// The answer to a request of buyer K4711 by the URL binding, which keeps to the schema whatever it says.
pub(crate) fn ask(door: &Veloconnect, query: &str) -> Answer {
    let line = format!("GET\t{query}&BuyersID=K4711&Password=geheim\t-\t-\n");
    let answer = finish(door.answer(&HttpInput::read(line.as_bytes()).request()));
    check_document(&answer);
    answer
}

/// The context of an order with two lines, open and placed, and that of a search.
pub(crate) fn contexts() -> &'static (Document, Document, Document) {
    static CONTEXTS: OnceLock<(Document, Document, Document)> = OnceLock::new();
    CONTEXTS.get_or_init(|| {
        let (store, authenticate) = (Arc::new(MemoryStore::new()), Arc::new(FewAccounts::default()));
        let door = door(&store, &authenticate, demo(), true);
        let context = |query: &str| {
            let answer = ask(&door, query);
            assert_eq!(answer.result, "200", "{}", shown(&answer.body));
            store.newest_transaction().unwrap_or_else(|| panic!("no transaction"))
        };
        let lines = "Quantity.100-SP263=2&quantityUnitCode.100-SP263=PK&Quantity.100-SP265=1&quantityUnitCode.100-SP265=PK";
        let open = context(&format!("RequestName=CreateOrderRequest&{lines}"));
        let placed = context(&format!("RequestName=FinishOrderRequest&TransactionID={}", open.key.id));
        let search = context("RequestName=CreateTextSearchRequest&SearchString=speiche");
        (open.context, placed.context, search.context)
    })
}

fn check(input: &HttpInput<'_>, strict: bool) -> String {
    let (open, placed, search) = contexts();
    let (store, authenticate) =
        (Arc::new(MemoryStore::with_transactions(open, placed, search)), Arc::new(FewAccounts::default()));
    let door = door(&store, &authenticate, demo(), strict);
    let answer = finish(door.answer(&input.request()));
    check_document(&answer);
    let done = answer.result == "200";
    assert!(!done || authenticate.let_in().is_some(), "200 without identity: {}", shown(&answer.body));
    assert!(done || store.commits() == 0, "a refusal that changed something: {}", shown(&answer.body));
    // A second time: what the first left behind is read.
    check_document(&finish(door.answer(&input.request())));
    format!("{} {}", answer.operation, answer.result)
}

fn check_document(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", shown(&answer.body));
    let text = std::str::from_utf8(&answer.body).unwrap_or_else(|error| panic!("{error}"));
    if let Err(error) = roxmltree::Document::parse(text) {
        panic!("an ill-formed answer: {error}\n{}", shown(&answer.body));
    }
    let limits = Limits { body_bytes_max: usize::MAX, ..Limits::default() };
    let document = Xml::parse_str(text, &limits).unwrap_or_else(|error| panic!("{error}\n{}", shown(&answer.body)));
    let root = document.root();
    let code = root.descendants().find(|node| node.name() == "ResponseCode").map(|node| node.text().into_owned());
    assert_eq!(code.as_deref(), Some(answer.result), "{}", shown(&answer.body));
    if schema().element(root.ns(), root.name()).is_some()
        && let Err(violation) = validate(root, schema())
    {
        panic!("an answer against the schema: {violation}\n{}", shown(&answer.body));
    }
}
