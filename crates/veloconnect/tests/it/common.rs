//! A door over an empty store, a clock that stands still, and buyers who are known to the test.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use async_trait::async_trait;
use ordergate_door::{Answer, AuthError, Authenticate, Credentials, Identity, Method, Request};
use ordergate_engine::time::Clock;
use ordergate_engine::{AccountId, Protocol, ProviderId, Timestamp};
use ordergate_store::{Batch, NewAccount, Roles, SharedStore, StoreError, Write};
use ordergate_veloconnect::{
    Articles, Context, ImportWaker, Seller, ShopBasket, Veloconnect, VeloconnectOptions, demo_articles, schema,
};
use ordergate_xml::{Document, Limits, Node, validate};

use crate::place::{Place, empty_store};

/// insta's, but the file is named after the test or the given name alone: every binary that runs the test has the
/// same answers.
macro_rules! assert_snapshot {
    ($($arguments:tt)*) => {
        ::insta::with_settings!({ prepend_module_to_snapshot => false }, { ::insta::assert_snapshot!($($arguments)*) })
    };
}

pub(crate) use assert_snapshot;

pub(crate) const CREDENTIALS: &str = "BuyersID=K4711&Password=geheim";
pub(crate) const OTHER: &str = "BuyersID=K0815&Password=geheim2";

/// 2027-02-11T10:00:00Z
const NOON: i64 = 1_802_340_000_000_000;

/// Answers may be longer than requests.
fn unlimited() -> Limits {
    Limits { body_bytes_max: usize::MAX, elements_max: usize::MAX, ..Limits::default() }
}

#[derive(Debug)]
pub(crate) struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// K4711 and K0815 are buyers; other names stand for what can go wrong.
#[derive(Debug)]
struct Buyers;

#[async_trait]
impl Authenticate for Buyers {
    async fn authenticate(
        &self,
        provider: ProviderId,
        protocol: Protocol,
        credentials: Credentials<'_>,
        _client: Option<IpAddr>,
    ) -> Result<Identity, AuthError> {
        assert_eq!(protocol, Protocol::Veloconnect);
        let Credentials::Password { name, password, freshness: None } = credentials else { unreachable!() };
        let mut language = None;
        let account = match (name, password) {
            ("K4711", "geheim") => 1,
            // The same buyer, who reads English.
            ("K4711", "geheim-en") => {
                language = Some("en".to_owned());
                1
            }
            ("K0815", "geheim2") => 2,
            ("K4711" | "K0815", _) => return Err(AuthError::WrongPassword),
            ("gesperrt", _) => return Err(AuthError::Disabled),
            ("gebremst", _) => return Err(AuthError::Throttled),
            ("gestört", _) => return Err(AuthError::Store(StoreError::Closed)),
            _ => return Err(AuthError::UnknownAccount),
        };
        Ok(Identity {
            account: AccountId(account),
            provider,
            name: name.to_owned(),
            roles: Roles::CUSTOMER,
            in_groups: false,
            language,
        })
    }
}

pub(crate) struct Door {
    pub veloconnect: Veloconnect,
    /// The doors at the other sellers' own addresses.
    pub sellers: Vec<Veloconnect>,
    /// What requests say in `Accept-Language`.
    pub language: Option<&'static str>,
    pub store: SharedStore,
    pub woken: Arc<AtomicUsize>,
    clock: Arc<TestClock>,
    _place: Place,
}

/// A door with these settings.
pub(crate) async fn door_with(change: impl FnOnce(&mut VeloconnectOptions)) -> Door {
    custom(change, |store| store).await
}

pub(crate) async fn door() -> Door {
    door_with(|_| {}).await
}

/// A door whose store was wrapped into something else.
pub(crate) async fn custom(change: impl FnOnce(&mut VeloconnectOptions), wrap: impl FnOnce(SharedStore) -> SharedStore) -> Door {
    built(|_| Arc::new(demo_articles()), change, wrap, None).await
}

/// The same with these articles.
pub(crate) async fn door_of(
    articles: Arc<dyn Articles>,
    change: impl FnOnce(&mut VeloconnectOptions),
    wrap: impl FnOnce(SharedStore) -> SharedStore,
) -> Door {
    built(|_| articles, change, wrap, None).await
}

/// A door with articles that are in its store.
pub(crate) async fn door_offering(articles: impl FnOnce(&SharedStore) -> Arc<dyn Articles>) -> Door {
    built(articles, |_| {}, |store| store, None).await
}

/// A door beside a web shop.
pub(crate) async fn door_beside(shop: Arc<dyn ShopBasket>) -> Door {
    built(|_| Arc::new(demo_articles()), |o| o.shop.enabled = true, |store| store, Some(shop)).await
}

async fn built(
    articles: impl FnOnce(&SharedStore) -> Arc<dyn Articles>,
    change: impl FnOnce(&mut VeloconnectOptions),
    wrap: impl FnOnce(SharedStore) -> SharedStore,
    shop: Option<Arc<dyn ShopBasket>>,
) -> Door {
    let clock = Arc::new(TestClock(AtomicI64::new(NOON)));
    let (store, place) = empty_store(clock.as_ref()).await;
    let mut batch = Batch::new();
    for name in ["K4711", "K0815"] {
        let (protocol, created_at) = (Protocol::Veloconnect, clock.now());
        let (provider, password_hash) = (ProviderId::DEFAULT, String::new());
        batch.push(Write::InsertAccount(NewAccount {
            provider,
            protocol,
            name: name.into(),
            password_hash,
            digest_secret: None,
            roles: Roles::CUSTOMER,
            created_at,
        }));
    }
    store.commit(batch).await.unwrap();
    let store = wrap(store);
    let articles = articles(&store);
    let mut options =
        VeloconnectOptions { seller_name: Some("Muster Fahrradteile GmbH".into()), ..VeloconnectOptions::default() };
    change(&mut options);
    options.validate().unwrap();
    let woken = Arc::new(AtomicUsize::new(0));
    let context = |provider, options: VeloconnectOptions, name: Option<String>| {
        let count = Arc::clone(&woken);
        let wake = Arc::new(move || {
            count.fetch_add(1, Ordering::SeqCst);
        });
        let path = name.as_ref().map(|name| format!("/{name}")).unwrap_or_default();
        Arc::new(Context {
            store: Arc::clone(&store),
            authenticate: Arc::new(Buyers),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            articles: Arc::clone(&articles),
            options,
            limits: Limits::default(),
            secure: true,
            import: ImportWaker::default(),
            wake,
            provider,
            seller: Seller { name, url: format!("https://orders.example/veloconnect{path}") },
            shop: shop.clone(),
        })
    };
    let others = options.seller.iter().zip(2..);
    let others: Vec<_> =
        others.map(|(seller, id)| context(ProviderId(id), seller.over(&options), Some(seller.name.clone()))).collect();
    let sellers = others.iter().map(|context| Veloconnect::with_others(Arc::clone(context), Vec::new())).collect();
    let veloconnect = Veloconnect::with_others(context(ProviderId::DEFAULT, options, None), others);
    Door { veloconnect, sellers, store, woken, clock, language: None, _place: place }
}

impl Door {
    pub(crate) fn pass_days(&self, days: i64) {
        self.clock.0.fetch_add(days * 86_400_000_000, Ordering::SeqCst);
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock) as Arc<dyn Clock>
    }

    /// Deletes what has been kept for long enough.
    pub(crate) async fn expire(&self, options: &VeloconnectOptions) {
        let writes = options.expiries(self.now()).into_iter().map(Write::ExpireTransactions).collect();
        self.store.commit(Batch { writes }).await.unwrap();
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// GET with these parameters.
    pub(crate) async fn get(&self, query: &str) -> Reply {
        self.send(Method::Get, Some(query), None, b"").await
    }

    /// GET as K4711.
    pub(crate) async fn ask(&self, request: &str, rest: &str) -> Reply {
        self.get(&format!("RequestName={request}&{CREDENTIALS}{rest}")).await
    }

    /// Form POST.
    pub(crate) async fn form(&self, body: &str) -> Reply {
        self.send(Method::Post, None, Some("application/x-www-form-urlencoded"), body.as_bytes()).await
    }

    /// XML-POST.
    pub(crate) async fn xml(&self, body: &str) -> Reply {
        self.send(Method::Post, None, Some("application/xml"), body.as_bytes()).await
    }

    pub(crate) async fn send(&self, method: Method, query: Option<&str>, content_type: Option<&str>, body: &[u8]) -> Reply {
        self.send_to(&self.veloconnect, method, query, content_type, body).await
    }

    /// GET at the own address of a seller.
    pub(crate) async fn get_at(&self, seller: usize, query: &str) -> Reply {
        self.send_to(&self.sellers[seller], Method::Get, Some(query), None, b"").await
    }

    async fn send_to(
        &self,
        door: &Veloconnect,
        method: Method,
        query: Option<&str>,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Reply {
        let request = Request {
            method,
            query,
            content_type,
            authorization: None,
            accept_language: self.language,
            body,
            client: None,
            vouched: ordergate_door::Vouched::Nobody,
        };
        Reply::new(door.answer(&request).await)
    }

    /// The TransactionID of a new order with these lines, begun by K4711.
    pub(crate) async fn order(&self, rest: &str) -> String {
        let reply = self.ask("CreateOrderRequest", rest).await;
        assert_eq!(reply.code(), "200", "{reply}");
        reply.value("TransactionID")
    }
}

/// An answer that was found to be what it must be.
pub(crate) struct Reply {
    pub answer: Answer,
    text: String,
    document: Option<Document>,
}

impl Reply {
    fn new(answer: Answer) -> Self {
        let text = String::from_utf8(answer.body.clone()).unwrap();
        if answer.status != 200 {
            return Self { answer, text, document: None };
        }
        // veloconnect 3, 16, and one line, for clients that search by line.
        assert_eq!(answer.content_type, "application/xml; charset=utf-8");
        assert!(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?><"), "{text}");
        assert!(!text.contains('\n'), "{text}");
        let document = Document::parse(&answer.body, None, &unlimited()).unwrap();
        let reply = Self { answer, text, document: Some(document) };
        assert_eq!(reply.code(), reply.answer.result);
        reply.check_schema();
        reply
    }

    /// veloconnect 14, 15: every answer keeps to the schema, a refusal too.
    fn check_schema(&self) {
        let root = self.root();
        if schema().elements.iter().any(|e| root.is(e.ns, e.name)) {
            validate(root, schema()).unwrap_or_else(|v| panic!("{v}\n{self}"));
        }
        // There is no schema of catalog-1.1, which says nothing that 1.5 does not say.
        let text = self.text.replace("urn:veloconnect:catalog-1.1", "urn:veloconnect:catalog-1.5");
        let document = Document::parse_str(&text, &unlimited()).unwrap();
        if schema().element(document.root().ns(), document.root().name()).is_some() {
            validate(document.root(), schema()).unwrap_or_else(|v| panic!("{v}\n{self}"));
        }
        xmllint(&text);
    }

    pub(crate) fn root(&self) -> Node<'_> {
        self.document.as_ref().expect("an XML answer").root()
    }

    /// `{namespace}name` of the root.
    pub(crate) fn element(&self) -> String {
        format!("{{{}}}{}", self.root().ns(), self.root().name())
    }

    pub(crate) fn code(&self) -> String {
        self.value("ResponseCode")
    }

    /// Texts of all elements with this local name.
    pub(crate) fn values(&self, name: &str) -> Vec<String> {
        self.root().descendants().filter(|n| n.name() == name).map(|n| n.text().into_owned()).collect()
    }

    /// The text of the first such element; `""` if there is none.
    pub(crate) fn value(&self, name: &str) -> String {
        self.values(name).into_iter().next().unwrap_or_default()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        !self.values(name).is_empty()
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Display for Reply {
    /// One line for each leaf or bracket, indented; prefixes and namespaces as sent.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.document.is_none() {
            return write!(f, "HTTP {} {}", self.answer.status, self.text.trim_end());
        }
        f.write_str(&indent(self.text.split_once("?>").map_or(self.text.as_str(), |(_, rest)| rest)))
    }
}

fn indent(xml: &str) -> String {
    let (mut out, mut depth) = (String::new(), 0_usize);
    for piece in xml.replace("><", ">\n<").lines() {
        let closes = piece.starts_with("</");
        depth -= usize::from(closes);
        let _ = writeln!(out, "{}{piece}", "  ".repeat(depth));
        let opens = !closes && !piece.contains("</") && !piece.ends_with("/>");
        depth += usize::from(opens);
    }
    out
}

/// What was asked and answered, for snapshots: ids that differ with every run are numbered.
#[derive(Default)]
pub(crate) struct Transcript {
    text: String,
    ids: Vec<String>,
}

impl Transcript {
    pub(crate) fn note(&mut self, request: &str, reply: &Reply) {
        let id = if reply.document.is_some() { reply.value("TransactionID") } else { String::new() };
        if id.len() == 32 && !self.ids.contains(&id) {
            self.ids.push(id);
        }
        let _ = writeln!(self.text, "> {request}\n{reply}");
    }

    pub(crate) fn finish(self) -> String {
        let numbered = self.ids.iter().enumerate().map(|(n, id)| (id, format!("<T{}>", n + 1)));
        numbered.fold(self.text, |text, (id, name)| text.replace(id.as_str(), &name))
    }
}

fn shared(path: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    path.exists().then_some(path)
}

/// Files of a folder beside the project, where it is present.
pub(crate) fn shared_files(folder: &str) -> Vec<PathBuf> {
    let Some(folder) = shared(folder) else {
        eprintln!("skipped: {folder} is not present");
        return Vec::new();
    };
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    files
}

/// Compares an answer with the official schemas, where they and xmllint are present.
fn xmllint(text: &str) {
    static SCHEMA: std::sync::OnceLock<Option<PathBuf>> = std::sync::OnceLock::new();
    let schema = SCHEMA.get_or_init(|| {
        let installed = Command::new("xmllint").arg("--version").stderr(Stdio::null()).status().is_ok();
        let schema = shared("schemas/veloconnect/all.xsd").filter(|_| installed);
        if schema.is_none() {
            eprintln!("skipped: answers are not compared with the official schemas, which are not present");
        }
        schema
    });
    let Some(schema) = schema else { return };
    let mut command = Command::new("xmllint");
    command.args(["--nonet", "--noout", "--schema"]).arg(schema).arg("-");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}\n{text}", String::from_utf8_lossy(&output.stderr));
}
