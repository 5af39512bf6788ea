//! A store in which something is not as it was written.

mod cells;
mod requests;

use std::cell::OnceCell;
use std::path::Path;

use ordergate_server::stored_documents::are_readable;
use ordergate_store::StoreError;
use ordergate_store::integrity::{Examination, WorkedOff};
use ordergate_store::sqlite::SqliteOptions;
use ordergate_store::transfer::Endpoint;

use self::cells::{Cells, Damage};
use crate::http_output::Answer;
use crate::place::wait_for;
use crate::site::{Site, with_site};

/// The first line names a column, a row and what is done to its value, the rest is the new value ([`Damage`]). Whatever stands there,
/// the server answers every question and goes on, and the examination ends. Documents are handed out as they are stored: if that makes
/// an answer ill-formed, the examination finds it. What was there before is there again when the damage is mended.
pub fn damaged_store(data: &[u8]) {
    FILLED.with(|filled| {
        with_site(|site| {
            let filled = filled.get_or_init(|| Filled::new(site));
            if filled.cells.damage(&Damage::read(data)) {
                let examined = examine(&site.store_file());
                for question in &filled.questions {
                    let ill_formed = check(&question.ask(site), &question.body);
                    assert!(ill_formed.is_none() || !matches!(examined, Ok(0)), "not found: {}", ill_formed.unwrap_or_default());
                }
            }
            filled.cells.restore();
            let first = &filled.questions[0];
            assert_eq!(first.ask(site).status, 200, "not as before: {}", first.body);
        });
    });
}

thread_local! {
    static FILLED: OnceCell<Filled> = const { OnceCell::new() };
}

/// What there is to be damaged, and to be asked for.
struct Filled {
    cells: Cells,
    questions: Vec<requests::Request>,
}

impl Filled {
    fn new(site: &Site) -> Self {
        let questions = requests::fill(site);
        let sound = examine(&site.store_file());
        assert!(matches!(sound, Ok(0)), "damaged from the start: {sound:?}");
        Self { cells: Cells::new(&site.store_file()), questions }
    }
}

/// In the form that the question's protocol has for answers. Gives one whose document is ill-formed.
fn check(answer: &Answer, request: &str) -> Option<String> {
    let shown = || format!("{} {}\n{request}", answer.status, crate::shown(&answer.body));
    assert!(matches!(answer.status, 200..=599), "{}", shown());
    match answer.header("content-type").map(|kind| kind.split(';').next().unwrap_or_default()) {
        Some("application/json") => drop(answer.json()),
        Some(kind) if kind.ends_with("xml") => return roxmltree::Document::parse(&answer.text()).err().map(|_| shown()),
        _ => assert!(answer.status == 200 || answer.body.len() < 1000, "{}", shown()),
    }
    None
}

/// How much is found; or that something cannot be read at all.
fn examine(file: &Path) -> Result<u64, StoreError> {
    let endpoint = Endpoint::Sqlite(SqliteOptions::new(file));
    let worked_off = WorkedOff { oseo: true, veloconnect: true };
    wait_for(async {
        let mut examination = Examination::open(&endpoint).await?;
        let summary = examination.check(worked_off, are_readable, &mut |finding| assert!(!finding.problem.is_empty())).await?;
        Ok(summary.findings)
    })
}
