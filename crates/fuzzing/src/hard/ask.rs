//! How an input comes to who reads it.

use std::fmt;
use std::io::Cursor;
use std::sync::{Arc, OnceLock};

use ordergate_door::{Method, Request, Vouched};
use ordergate_engine::order::Priority;
use ordergate_engine::{Actor, Document as Bytes, ProviderId};
use ordergate_import::{BytesRead, Format, Listener, Problem, Source, buyers, catalogue, changes, classification};
use ordergate_oseo::feed::Feed;
use ordergate_oseo::quotation::answer;
use ordergate_store::{QuotedItem, QuotedOrder, SharedStore};
use ordergate_veloconnect::MemoryArticles;
use ordergate_veloconnect::articles::Articles;
use ordergate_veloconnect::receipts::intake::Intake;
use ordergate_xml::{Document, Limits};
use serde::Serialize;
use tokio::runtime::{Builder, Runtime};

use super::veloconnect::{ARTICLES, order};
use crate::authenticate::FewAccounts;
use crate::oseo_request::{DEMO, OseoDoor};
use crate::store::MemoryStore;
use crate::veloconnect_request::door;
use crate::{Noon, finish};

/// Who reads an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Xml,
    /// As the body of a POST.
    Oseo,
    /// As the `Authorization` of a small request.
    Authorization,
    /// As the XML body of a POST.
    Veloconnect,
    /// As parameters in the body of a POST.
    Form,
    Import(Import),
    /// Documents of the seller's system.
    Receipts,
    /// Announcements of products.
    Feed,
    /// What a program says of the price of an order.
    Prices,
}

/// What a file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Import {
    Articles,
    Stock,
    Prices,
    Classification,
    Buyers,
}

/// What is left to do when an input comes.
pub struct Prepared {
    /// The length of the input.
    pub bytes: usize,
    run: Run,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prepared ({} bytes)", self.bytes)
    }
}

impl Prepared {
    /// Answers, and says in a few words what was answered.
    pub fn run(self) -> String {
        (self.run)()
    }
}

pub(super) fn prepare(way: Way, input: Vec<u8>) -> Prepared {
    let bytes = input.len();
    let run = match way {
        Way::Xml => Box::new(move || match Document::parse(&input, None, &Limits::default()) {
            Ok(document) => format!("{} nodes", document.root().descendants().count()),
            Err(error) => error.to_string(),
        }),
        Way::Oseo => oseo(input, false),
        Way::Authorization => oseo(input, true),
        Way::Veloconnect => veloconnect(input, "application/xml"),
        Way::Form => veloconnect(input, "application/x-www-form-urlencoded"),
        Way::Import(what) => import(what, input),
        Way::Receipts => receipts(input),
        Way::Feed => feed(input),
        Way::Prices => Box::new(move || format!("{:?}", answer::said("it", &input, &one_item()).is_some())),
    };
    Prepared { bytes, run }
}

type Run = Box<dyn FnOnce() -> String>;

fn request<'r>(body: &'r [u8], content_type: &'r str, authorization: Option<&'r str>) -> Request<'r> {
    Request {
        method: Method::Post,
        query: None,
        content_type: Some(content_type),
        authorization,
        accept_language: None,
        body,
        client: None,
        vouched: Vouched::Nobody,
    }
}

const GET_STATUS: &[u8] = b"<GetStatus xmlns=\"http://www.opengis.net/oseo/1.0\" service=\"OS\" version=\"1.0.0\">\
                            <orderId>1</orderId><presentation>brief</presentation></GetStatus>";

fn oseo(input: Vec<u8>, is_header: bool) -> Run {
    let door = OseoDoor::new();
    Box::new(move || {
        let answer = if is_header {
            door.answer(request(GET_STATUS, "text/xml", std::str::from_utf8(&input).ok()))
        } else {
            let in_header = input.windows(9).take(2000).any(|part| part == b":Security");
            door.answer(request(&input, "text/xml", Some(DEMO).filter(|_| !in_header)))
        };
        format!("HTTP {} {} {}, {} bytes", answer.status, answer.operation, answer.result, answer.body.len())
    })
}

fn articles() -> Arc<dyn Articles> {
    static OFFERED: OnceLock<Arc<MemoryArticles>> = OnceLock::new();
    let make = || {
        let one = |n| {
            format!("[[article]]\nid = \"a{n}\"\ndescription = \"an article\"\nprices = [{{ amount = \"1\" }}]\nunit = \"EA\"\n")
        };
        let all: String = std::iter::once("currency = \"EUR\"\n".to_owned()).chain((0..ARTICLES).map(one)).collect();
        Arc::new(MemoryArticles::from_toml(&all).unwrap_or_else(|error| panic!("{error}")))
    };
    Arc::clone(OFFERED.get_or_init(make)) as _
}

fn veloconnect(input: Vec<u8>, content_type: &'static str) -> Run {
    let (store, authenticate) = (Arc::new(MemoryStore::new()), Arc::new(FewAccounts::default()));
    let door = door(&store, &authenticate, articles(), false);
    // The long one takes its time to begin, and few go on with it.
    let is_long = input.windows(6).take(2000).any(|part| part == b">long<");
    for (id, lines) in [("open", 2)].into_iter().chain(is_long.then_some(("long", 10_000))) {
        let begin = order("CreateOrder", "", lines, "a");
        let _ = finish(door.answer(&request(&begin, "application/xml", None)));
        store.rename_newest_transaction(id);
    }
    store.forget();
    Box::new(move || {
        let answer = finish(door.answer(&request(&input, content_type, None)));
        format!("{} {}, {} bytes", answer.operation, answer.result, answer.body.len())
    })
}

/// Tells nobody.
#[derive(Default)]
struct Counted(usize);

impl Listener for Counted {
    fn problem(&mut self, _: &Problem) {
        self.0 += 1;
    }
}

const RULES: buyers::Rules = buyers::Rules {
    hash: |password| Ok(password.to_owned()),
    fits: |password, hash| password == hash,
    is_hash: |_| true,
    name: |_| Ok(()),
    mail: |_| Ok(()),
    language: |_| Ok(()),
};

fn runtime() -> Runtime {
    Builder::new_current_thread().build().unwrap_or_else(|error| panic!("{error}"))
}

fn import(what: Import, input: Vec<u8>) -> Run {
    let runtime = runtime();
    let store: SharedStore = Arc::new(MemoryStore::with_catalogue());
    let import = ordergate_import::Import {
        store,
        clock: Arc::new(Noon),
        provider: ProviderId::DEFAULT,
        format: Format::default(),
        currency: "EUR".to_owned(),
        skip_bad: true,
        max_errors: 1000,
        dry_run: false,
        fresh: true,
        read: BytesRead::default(),
    };
    Box::new(move || {
        let sources = vec![Source { name: None, reader: Box::new(Cursor::new(input)) }];
        let mut told = Counted::default();
        let done = runtime.block_on(async {
            match what {
                Import::Articles => catalogue::import(&import, sources, &mut told).await,
                Import::Stock => changes::stock(&import, sources, &mut told).await,
                Import::Prices => changes::prices(&import, sources, &mut told).await,
                Import::Classification => classification::import(&import, sources, &mut told).await,
                Import::Buyers => buyers::import(&import, sources, RULES, false, &mut told).await,
            }
        });
        match done {
            Ok(summary) => format!("{} rows, {} taken, {} problems", summary.rows, summary.taken, told.0),
            Err(error) => error.to_string(),
        }
    })
}

fn receipts(input: Vec<u8>) -> Run {
    let store: SharedStore = Arc::new(MemoryStore::with_catalogue());
    let intake = Intake { store, clock: Arc::new(Noon), provider: ProviderId::DEFAULT, who: Actor::erp("erp") };
    Box::new(move || {
        let text = std::str::from_utf8(&input).unwrap_or_default();
        match finish(intake.take_all(text)) {
            Ok(report) => format!("{} taken, {} refused, {} bytes", report.taken, report.refused, json(&report)),
            Err(error) => error.to_string(),
        }
    })
}

fn feed(input: Vec<u8>) -> Run {
    let feed = Feed {
        store: Arc::new(MemoryStore::new()),
        clock: Arc::new(Noon),
        provider: ProviderId::DEFAULT,
        queues: true,
        offers: Arc::new(|_| false),
        who: Actor::pull_worker("w"),
        is_usable: |_| true,
    };
    Box::new(move || {
        let text = std::str::from_utf8(&input).unwrap_or_default();
        match finish(feed.announce(text.lines(), 1)) {
            Ok(report) => format!("{} announced, {} wrong, {} bytes", report.announced.len(), report.wrong(), json(&report)),
            Err(error) => error.to_string(),
        }
    })
}

/// The length of a report, as it is sent.
fn json(report: &impl Serialize) -> usize {
    serde_json::to_vec(report).map_or(0, |text| text.len())
}

fn one_item() -> QuotedOrder {
    let items = vec![QuotedItem { item_id: "0".to_owned(), document: Bytes::default() }];
    QuotedOrder { reference: None, priority: Priority::Standard, document: Bytes::default(), items }
}
