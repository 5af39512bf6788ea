//! `POST /import/veloconnect/{kind}`: articles, stock, prices, numbers and classification from an ERP. The body is a file as
//! `docs/articles.md` describes it, taken as a stream; the report is JSON.

mod body;
mod refusal;
mod wish;

use std::collections::VecDeque;
use std::sync::Arc;

use http::header::CACHE_CONTROL;
use http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::Either;
use ordergate_engine::ProviderId;
use ordergate_engine::time::Clock;
use ordergate_import::{BytesRead, Import, ImportError, Listener, Problem, Source, Summary, catalogue, changes, classification};
use ordergate_store::SharedStore;
use ordergate_veloconnect::CatalogueOptions;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use self::refusal::Refusal;
use self::wish::{Kind, Wish};
use crate::auth::WorkersFile;
use crate::http_json::respond;
use crate::request_body::RequestBody;
use crate::request_log::{Outcome, Routed};
use crate::sellers::Numbers;
use crate::work::worker_of;

pub(crate) const PREFIX: &str = "/import/veloconnect/";
/// Imports that go on at the same time.
const AT_ONCE: usize = 2;
/// Problems that an answer tells; it always says how many there are.
const PROBLEMS_TOLD: usize = 1_000;

/// Who may import, and where to.
pub(crate) struct ImportRoute {
    importers: WorkersFile,
    store: SharedStore,
    clock: Arc<dyn Clock>,
    sellers: Numbers,
    options: CatalogueOptions,
    turns: Arc<Semaphore>,
}

/// Keeps the problems for the answer.
#[derive(Default)]
struct Told(VecDeque<Problem>);

impl Listener for Told {
    fn problem(&mut self, problem: &Problem) {
        if self.0.len() < PROBLEMS_TOLD {
            self.0.push_back(problem.clone());
        }
    }
}

impl ImportRoute {
    /// None if nobody may import.
    pub(crate) fn new(options: &CatalogueOptions, store: &SharedStore, clock: &Arc<dyn Clock>, sellers: Numbers) -> Option<Self> {
        let importers = WorkersFile::new(options.importers_file.as_ref()?);
        let (store, clock, turns) = (Arc::clone(store), Arc::clone(clock), Arc::new(Semaphore::new(AT_ONCE)));
        Some(Self { importers, store, clock, sellers, options: options.clone(), turns })
    }

    pub(crate) async fn answer<B: RequestBody>(&self, request: &mut Request<B>) -> Routed {
        let kind = request.uri().path().strip_prefix(PREFIX).and_then(Kind::from_name);
        let answered = self.carry_out(request, kind).await;
        let result = match &answered {
            Ok((StatusCode::OK, _)) => "ok",
            Ok(_) => "refused",
            Err(refusal) => refusal.kind(),
        };
        let outcome = Outcome { protocol: "import", operation: kind.map_or("unknown", Kind::name), result };
        let mut response = match answered {
            Ok((status, report)) => respond(status, &report),
            Err(refusal) => refusal.answer(),
        };
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Routed { response: response.map(Either::Left), outcome: Some(outcome) }
    }

    /// Who asks comes first: a stranger learns nothing, and sends nothing.
    async fn carry_out<B: RequestBody>(
        &self,
        request: &mut Request<B>,
        kind: Option<Kind>,
    ) -> Result<(StatusCode, Value), Refusal> {
        let importer = worker_of(&self.importers, request.headers()).await?;
        let kind = kind.ok_or(Refusal::NotFound)?;
        if request.method() != Method::POST {
            return Err(Refusal::Method);
        }
        let wish = Wish::read(request.uri().query().unwrap_or_default(), request.headers())?;
        let (provider, currency) = self.sellers.of(wish.seller.as_deref())?;
        let turn = Arc::clone(&self.turns).try_acquire_owned().map_err(|_| Refusal::Busy)?;
        let (reader, feeder) = body::pipe(self.options.import_bytes_max, request.body())?;
        let import = self.import(&wish, provider, currency);
        // A task of its own: what was received whole is carried out, whether or not the client waits for the answer.
        let working = tokio::spawn(async move {
            let mut told = Told::default();
            let sources = vec![Source { name: None, reader: Box::new(reader) }];
            let done = run(kind, &import, sources, &mut told).await;
            drop(turn);
            (done, told)
        });
        let fed = feeder.feed(request.body_mut()).await;
        let (done, told) = working.await.map_err(|_| Refusal::Failed)?;
        fed?;
        answer(done, &told, &importer, kind)
    }

    fn import(&self, wish: &Wish, provider: ProviderId, currency: &str) -> Import {
        Import {
            store: Arc::clone(&self.store),
            clock: Arc::clone(&self.clock),
            provider,
            format: wish.format,
            currency: currency.to_owned(),
            skip_bad: wish.skip_bad,
            max_errors: self.options.import_errors_max,
            dry_run: wish.dry_run,
            fresh: wish.fresh,
            read: BytesRead::default(),
        }
    }
}

async fn run(kind: Kind, import: &Import, sources: Vec<Source>, told: &mut Told) -> Result<Summary, ImportError> {
    match kind {
        Kind::Articles => catalogue::import(import, sources, told).await,
        Kind::Stock => changes::stock(import, sources, told).await,
        Kind::Prices => changes::prices(import, sources, told).await,
        Kind::Numbers => changes::numbers(import, sources, told).await,
        Kind::Classification => classification::import(import, sources, told).await,
    }
}

fn answer(done: Result<Summary, ImportError>, told: &Told, importer: &str, kind: Kind) -> Result<(StatusCode, Value), Refusal> {
    match done {
        Ok(summary) => {
            let Summary { rows, taken, problems, done, .. } = summary;
            tracing::info!(importer, kind = kind.name(), rows, taken, problems, done, "import");
            let status = if done || problems == 0 { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            Ok((status, json!({ "summary": summary, "problems": told.0 })))
        }
        Err(ImportError::Unreadable(error)) => Err(Refusal::Unreadable(error.to_string())),
        Err(error @ (ImportError::NoCatalogue | ImportError::GivenUp | ImportError::Contended | ImportError::Regrouped)) => {
            Err(Refusal::Conflict(error.to_string()))
        }
        Err(error) => {
            tracing::error!(%error, importer, kind = kind.name(), "an import failed");
            Err(Refusal::Failed)
        }
    }
}
