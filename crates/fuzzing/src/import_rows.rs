//! Files of articles, stock, prices, groups and buyers: CSV and lines of JSON.

use std::collections::HashSet;
use std::io::Cursor;
use std::sync::Arc;

use ordergate_engine::ProviderId;
use ordergate_import::buyers::Rules;
use ordergate_import::{
    BytesRead, Encoding, Format, Import, ImportError, Kind, Listener, Problem, Source, Summary, buyers, catalogue, changes,
    classification, delimiter, remove_unwanted,
};
use ordergate_store::StoreError;
use ordergate_veloconnect::articles::{checks, stored};

use crate::place::{Place, wait_for};

/// An import is given up after so many problems.
const ERRORS_MAX: u64 = 200;

/// What stock and prices, and groups, are imported for.
const ARTICLES: &str = "number;description;prices;groups\nA1;Chain;9.90;\nA2;Tyre;19.90 10=17.50;\nA3;Rim;5;WG:1\n";
const GROUPS: &str = "scheme;group;description\nWG;1;Wheels\nWG;2;Tyres\n";

/// Each kind has a seller of its own: what one leaves behind changes nothing for the others.
const SELLERS: [(&str, ProviderId); 5] = [
    ("articles", ProviderId(11)),
    ("stock", ProviderId(12)),
    ("prices", ProviderId(12)),
    ("classification", ProviderId(13)),
    ("buyers", ProviderId(14)),
];

thread_local! {
    static PLACE: Place = prepared();
}

/// The first line says what it is, and how it is to be read, in words: `articles latin1 comma semicolon skip dry fresh ignore csv
/// json`. The rest is the file. Every row is counted once, as taken or as a problem with its line; what is refused changes nothing,
/// and what is taken can be read. Gives kind, rows and rows taken.
pub fn import_rows(data: &[u8]) -> String {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (first, file) = (String::from_utf8_lossy(&data[..end]), data.get(end + 1..).unwrap_or_default());
    let words: HashSet<&str> = first.split_whitespace().collect();
    let (kind, provider) = SELLERS.into_iter().find(|(kind, _)| words.contains(kind)).unwrap_or(SELLERS[0]);
    PLACE.with(|place| {
        let import = import(place, provider, &words);
        wait_for(async {
            let before = content(&import).await;
            let mut told = Told::default();
            let summary = match run(kind, &import, file, &mut told).await {
                Ok(summary) => summary,
                Err(error) => {
                    check_failure(&error);
                    assert_eq!(content(&import).await, before);
                    return format!("{kind} unreadable");
                }
            };
            check(kind, &summary, &told.0, file);
            if !summary.done {
                assert_eq!(content(&import).await, before, "what was refused has changed something");
            } else if kind == "articles" {
                check_articles(&import, &summary).await;
            }
            let now = place.clock.now();
            remove_unwanted(place.store.as_ref(), now, now).await.unwrap_or_else(|error| panic!("{error}"));
            format!("{kind} {} {}", summary.rows, summary.taken)
        })
    })
}

fn prepared() -> Place {
    let place = Place::new();
    wait_for(async {
        for provider in [11, 12, 13].map(ProviderId) {
            let import = import(&place, provider, &HashSet::new());
            for (kind, file) in [("classification", GROUPS), ("articles", ARTICLES)] {
                let summary = run(kind, &import, file.as_bytes(), &mut Told::default()).await;
                assert!(summary.as_ref().is_ok_and(|summary| summary.done), "{summary:?}");
            }
        }
    });
    place
}

fn import(place: &Place, provider: ProviderId, words: &HashSet<&str>) -> Import {
    let has = |word: &str| words.contains(word);
    let kind = [("csv", Kind::Csv), ("json", Kind::JsonLines)].into_iter().find(|(word, _)| has(word)).map(|(_, kind)| kind);
    let format = Format {
        kind,
        delimiter: ["comma", "semicolon", "tab"].into_iter().find(|word| has(word)).and_then(delimiter),
        encoding: if has("latin1") { Encoding::Windows1252 } else { Encoding::Utf8 },
        decimal_comma: has("decimal_comma"),
        ignore_unknown: has("ignore"),
    };
    Import {
        store: Arc::clone(&place.store),
        clock: Arc::clone(&place.clock),
        provider,
        format,
        currency: "EUR".to_owned(),
        skip_bad: has("skip"),
        max_errors: ERRORS_MAX,
        dry_run: has("dry"),
        fresh: has("fresh"),
        read: BytesRead::default(),
    }
}

async fn run(kind: &str, import: &Import, file: &[u8], told: &mut Told) -> Result<Summary, ImportError> {
    let sources = vec![Source { name: None, reader: Box::new(Cursor::new(file.to_vec())) }];
    match kind {
        "stock" => changes::stock(import, sources, told).await,
        "prices" => changes::prices(import, sources, told).await,
        "classification" => classification::import(import, sources, told).await,
        "buyers" => buyers::import(import, sources, rules(), false, told).await,
        _ => catalogue::import(import, sources, told).await,
    }
}

/// Hashes are not what is looked at here.
fn rules() -> Rules {
    Rules {
        hash: |password| Ok(format!("hash of {password}")),
        fits: |password, hash| hash.strip_prefix("hash of ") == Some(password),
        is_hash: |text| text.starts_with("hash of "),
        name: |name| if name.len() <= 64 { Ok(()) } else { Err("expected at most 64 bytes".to_owned()) },
        mail: |mail| ordergate_outbox::check_address(mail).map_err(|error| error.to_string()),
        language: |language| if language.len() == 2 { Ok(()) } else { Err("expected two letters".to_owned()) },
    }
}

#[derive(Debug, Default)]
struct Told(Vec<Problem>);

impl Listener for Told {
    fn problem(&mut self, problem: &Problem) {
        self.0.push(problem.clone());
    }
}

/// What there is of the seller: catalogue, its changes, articles, groups, and buyers.
async fn content(import: &Import) -> impl PartialEq + std::fmt::Debug + use<> {
    let (store, provider) = (&import.store, import.provider);
    let read = async {
        let offered = store.catalogue(provider).await?;
        let groups = match &offered {
            Some(offered) => store.classification(offered.id).await?,
            None => None,
        };
        let buyers = store.accounts(provider).await?;
        Ok::<_, StoreError>((offered.map(|offered| (offered.id, offered.changes, offered.articles)), groups, buyers))
    };
    let (offered, groups, buyers) = read.await.unwrap_or_else(|error| panic!("{error}"));
    (offered, groups, format!("{buyers:?}"))
}

/// What is wrong with a file as a whole is the only failure there may be.
fn check_failure(error: &ImportError) {
    let ImportError::Unreadable(unreadable) = error else { panic!("{error}") };
    let text = unreadable.to_string();
    assert!(!text.is_empty() && !text.contains(char::is_control), "{text:?}");
}

fn check(kind: &str, summary: &Summary, told: &[Problem], file: &[u8]) {
    let lines = file.split(|byte| *byte == b'\n');
    let (all, said) = (lines.clone().count() as u64, lines.filter(|line| !line.trim_ascii().is_empty()).count() as u64);
    assert_eq!(summary.problems.min(ERRORS_MAX), told.len() as u64);
    for problem in told {
        let text = problem.to_string();
        assert!(problem.line <= all && !problem.problem.is_empty() && !text.contains(char::is_control), "{text:?}");
    }
    let Summary { rows, taken, problems, done, .. } = *summary;
    assert!(taken <= rows && rows <= said, "{summary:?} of {said} lines");
    assert_eq!(done, summary.refused.is_none(), "{summary:?}");
    if problems > ERRORS_MAX {
        return;
    }
    let is_json =
        file.trim_ascii_start().starts_with(b"{") && told.iter().all(|problem| !problem.problem.contains("longer than"));
    assert!(!is_json || rows == said || rows + 1 == said, "{summary:?} of {said} lines");
    match kind {
        // Each row has one problem at most.
        "stock" | "prices" | "buyers" => assert_eq!(taken + problems, rows, "{summary:?}"),
        // Further ones are found when all is read.
        _ => assert!(taken + problems >= rows, "{summary:?}"),
    }
}

/// All that were taken are offered, and each is such as a catalogue may have.
async fn check_articles(import: &Import, summary: &Summary) {
    let store = &import.store;
    let offered = store.catalogue(import.provider).await.ok().flatten().unwrap_or_else(|| panic!("nothing is offered"));
    assert_eq!(Some(offered.id.0), summary.catalogue);
    assert!(offered.articles > 0 && offered.articles.unsigned_abs() <= summary.taken, "{offered:?} {summary:?}");
    let articles = store.articles_after(offered.id, -1, usize::MAX >> 1).await.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(Ok(offered.articles), i64::try_from(articles.len()));
    for found in &articles {
        let article = stored::article(found).unwrap_or_else(|error| panic!("{}: {error}", found.number));
        assert!(article.id == found.number && !article.id.is_empty() && !article.description.is_empty(), "{article:?}");
        assert!(checks::prices(&article.prices).is_ok(), "{article:?}");
        let again = stored::document(&article);
        assert_eq!(again, found.document, "{article:?}");
    }
}
