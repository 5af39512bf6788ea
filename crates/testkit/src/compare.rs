//! Our verdict beside that of the judge.

use std::fmt::Write as _;

use crate::Xmllint;

/// Where the verdicts differ on purpose.
#[derive(Debug)]
pub struct ByDesign {
    /// Why, in a sentence.
    pub reason: &'static str,
    /// Whether a difference on this document is meant. `ours` is what we say against it, if anything.
    pub covers: fn(document: &str, ours: Option<&str>) -> bool,
}

/// How many differences a failure shows.
const SHOWN_MAX: usize = 40;

/// Compares the verdicts on documents, each with a description of what was done to it.
///
/// # Panics
/// When they differ and no one of `by_design` says why; when one of those covers nothing any more; or when
/// nearly all documents are accepted, or refused, so that the comparison says little.
pub fn compare(
    xmllint: &Xmllint,
    documents: &[(String, String)],
    ours: impl Fn(&str) -> Result<(), String> + Sync,
    by_design: &[ByDesign],
) {
    let texts: Vec<&str> = documents.iter().map(|(_, document)| &document[..]).collect();
    let (theirs, ours) = std::thread::scope(|scope| {
        let theirs = scope.spawn(|| xmllint.accepts(&texts));
        let ours: Vec<_> = texts.iter().map(|text| ours(text)).collect();
        (theirs.join(), ours)
    });
    let theirs = theirs.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    let accepted = theirs.iter().filter(|accepted| **accepted).count();
    let mut covered = vec![0; by_design.len()];
    let (mut differences, mut report) = (0, String::new());
    for (((what, document), ours), theirs) in documents.iter().zip(ours).zip(theirs) {
        if ours.is_ok() == theirs {
            continue;
        }
        let ours = ours.err();
        if let Some(at) = by_design.iter().position(|design| (design.covers)(document, ours.as_deref())) {
            covered[at] += 1;
            continue;
        }
        differences += 1;
        if differences <= SHOWN_MAX {
            let ours = ours.as_deref().unwrap_or("accepted");
            let _ = writeln!(report, "{what}\n  xmllint: {}\n  we: {ours}", if theirs { "accepted" } else { "refused" });
        }
    }
    eprintln!("{} documents compared, {accepted} accepted by xmllint", documents.len());
    for (design, count) in by_design.iter().zip(&covered) {
        eprintln!("{count} differ by design: {}", design.reason);
    }
    assert!(differences == 0, "{differences} verdicts differ:\n{report}");
    let unused = by_design.iter().zip(&covered).find(|(_, count)| **count == 0);
    assert!(unused.is_none(), "nothing differs because of: {}", unused.map_or("", |(design, _)| design.reason));
    let share = accepted * 20;
    assert!(share > documents.len() && share < documents.len() * 19, "{accepted} of {} accepted", documents.len());
}
