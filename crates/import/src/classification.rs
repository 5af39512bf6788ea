//! How articles are grouped: classification schemes, a row for each group.

use std::collections::HashMap;

use ordergate_store::{Batch, Catalogue, CatalogueWrite, CommitError, ConflictOn, Write};
use ordergate_veloconnect::articles::{ClassificationGroup, ClassificationScheme, checks, stored};

use crate::problem::Problem;
use crate::pump::{self, Checked, Event, Source};
use crate::report::{Counting, Listener, Summary};
use crate::table::{Columns, Row};
use crate::{Import, ImportError, catalogue};

const COLUMNS: Columns = Columns {
    known: &["scheme", "uri", "single_mapping", "group", "parent", "description"],
    required: &["scheme"],
    bracketed: &[],
};
/// Articles that are held against the new groups at once.
const AT_ONCE: usize = 500;
/// All groups are answered in one document, and kept in memory meanwhile.
const GROUPS_MAX: usize = 100_000;
/// A seller has a handful.
const SCHEMES_MAX: usize = 1_000;

struct GroupRow {
    line: u64,
    scheme: String,
    uri: Option<String>,
    single_mapping: Option<bool>,
    group: Option<ClassificationGroup>,
}

/// Replaces all classification schemes. The articles that are offered must fit them.
pub async fn import(import: &Import, sources: Vec<Source>, listener: &mut dyn Listener) -> Result<Summary, ImportError> {
    let mut report = Counting::new(listener, import.max_errors);
    let schemes = read(import, sources, &mut report).await?;
    if let Err((scheme, problem)) = checks::schemes(&schemes) {
        report.problem(&Problem::line(0, problem).about(&scheme));
    }
    let offered = import.store.catalogue(import.provider).await?;
    if let Some(offered) = &offered {
        check_articles(import, offered, &schemes, &mut report).await?;
    }
    // Articles would name groups that there are not: here nothing can be left out.
    if let Some(why) = report.refusal(false) {
        return Ok(report.refused(why));
    }
    if import.dry_run {
        return Ok(report.refused("a dry run; nothing was changed".to_owned()));
    }
    let catalogue = match offered {
        Some(offered) => offered.id,
        None => catalogue::begin(import).await?,
    };
    let (document, at) = (stored::classification(&schemes), import.clock.now());
    let last = match offered {
        // Counts as a change, and is refused if another one is offered by now.
        Some(_) => Write::Catalogue(CatalogueWrite::Change { catalogue, changes: Vec::new(), at }),
        None => Write::Catalogue(CatalogueWrite::Offer { id: catalogue, over: None, traits: 0, at }),
    };
    let writes = vec![last, Write::Catalogue(CatalogueWrite::SetClassification { catalogue, document })];
    match import.store.commit(Batch { writes }).await {
        Err(CommitError::Conflict(ConflictOn::Catalogue)) => Err(ImportError::Contended),
        stored => Ok(stored.map(|()| report.done(Some(catalogue.0)))?),
    }
}

async fn read(
    import: &Import,
    sources: Vec<Source>,
    report: &mut Counting<'_>,
) -> Result<Vec<ClassificationScheme>, ImportError> {
    let mut schemes: Vec<ClassificationScheme> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut events = pump::rows(sources, import.format, COLUMNS, import.read.clone(), group_row);
    let mut groups = 0;
    while !report.is_too_much() {
        let rows = match events.recv().await.ok_or(ImportError::Fault)? {
            Event::Rows(file, rows) => {
                report.file = file;
                rows
            }
            Event::Failed(failure) => return Err(failure.into()),
            Event::End => return Ok(schemes),
        };
        groups += rows.len();
        if groups > GROUPS_MAX {
            report.problem(&Problem::line(0, format!("there are more than {GROUPS_MAX} groups")));
            return Ok(schemes);
        }
        let count = rows.len();
        for row in rows {
            let added = row.and_then(|row| add(row, &mut schemes, &mut places));
            match added {
                Ok(()) => report.summary.taken += 1,
                Err(problem) => report.problem(&problem),
            }
        }
        report.rows(count);
    }
    Ok(schemes)
}

fn group_row(row: &Row) -> Checked<GroupRow> {
    let scheme = row.required("scheme")?;
    let group = match row.text("group")? {
        None => None,
        Some(id) => {
            let description = row.text("description")?.unwrap_or_else(|| id.clone());
            Some(ClassificationGroup { parent: row.text("parent")?, description, id })
        }
    };
    let (uri, single_mapping) = (row.text("uri")?, row.yes_or_no("single_mapping")?);
    if uri.is_none() && group.is_none() {
        return Err(row.wrong("group", "expected a group, or the uri of somebody else's scheme").about(&scheme));
    }
    Ok(GroupRow { line: row.line(), scheme, uri, single_mapping, group })
}

fn add(row: GroupRow, schemes: &mut Vec<ClassificationScheme>, places: &mut HashMap<String, usize>) -> Result<(), Problem> {
    let GroupRow { line, scheme: id, uri, single_mapping, group } = row;
    if schemes.len() == SCHEMES_MAX && !places.contains_key(&id) {
        let problem = format!("there are more than {SCHEMES_MAX} schemes");
        return Err(Problem::column(line, "scheme", problem).about(&id));
    }
    let place = *places.entry(id.clone()).or_insert_with(|| {
        let single_mapping = single_mapping.unwrap_or(true);
        schemes.push(ClassificationScheme { id: id.clone(), single_mapping, uri: uri.clone(), groups: Vec::new() });
        schemes.len() - 1
    });
    let Some(scheme) = schemes.get_mut(place) else { return Ok(()) };
    if single_mapping.is_some_and(|said| said != scheme.single_mapping) {
        let problem = "expected what the first row of the scheme says";
        return Err(Problem::column(line, "single_mapping", problem).about(&id));
    }
    scheme.groups.extend(group);
    Ok(())
}

/// No article may be in a group that there is not any more.
async fn check_articles(
    import: &Import,
    offered: &Catalogue,
    schemes: &[ClassificationScheme],
    report: &mut Counting<'_>,
) -> Result<(), ImportError> {
    let schemes = checks::Schemes::new(schemes);
    let mut after = -1;
    while !report.is_too_much() {
        let articles = import.store.articles_after(offered.id, after, AT_ONCE).await?;
        let Some(last) = articles.last() else { break };
        after = last.place;
        for found in &articles {
            let article = stored::article(found).map_err(|error| ImportError::Stored(error.to_string()))?;
            if let Err(wrong) = schemes.check(&article) {
                report.problem(&Problem::line(0, format!("an article that is offered: {}", wrong.problem)).about(&found.number));
            }
        }
    }
    Ok(())
}
