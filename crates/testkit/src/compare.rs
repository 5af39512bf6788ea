//! Our verdict beside that of the judge.

use std::fmt::Write as _;

use crate::{Mutant, Xmllint};

/// Where the verdicts differ on purpose.
#[derive(Debug)]
pub struct ByDesign {
    /// Why, in a sentence.
    pub reason: &'static str,
    /// Whether a difference is meant: what was done, the document, and what we say against it, if anything.
    pub covers: fn(what: &str, document: &str, ours: Option<&str>) -> bool,
}

/// libxml2 reports what is against Namespaces in XML and goes on; we go by the recommendation.
pub const NAMESPACES: ByDesign = ByDesign {
    reason: "names that are against Namespaces in XML are ill-formed here",
    covers: |_, _, ours| {
        let messages = ["\" is not declared.", "cannot be bound", "more than one colon", "':' stands here"];
        // A slash would be that of a path: not the reader, but the validator would have spoken.
        ours.is_some_and(|ours| messages.iter().any(|message| ours.contains(message)) && !ours.contains('/'))
    },
};

pub const DOCTYPE: ByDesign = ByDesign {
    reason: "a document type declaration is never accepted",
    covers: |_, document, ours| document.contains("<!DOCTYPE") && ours.is_some_and(|ours| ours.contains("document type")),
};

pub const NUL: ByDesign = ByDesign {
    reason: "for libxml2 a document ends before a character U+0000",
    covers: |_, document, ours| document.ends_with('\0') && ours.is_some(),
};

/// How many differences a failure shows.
const SHOWN_MAX: usize = 40;

/// Those that are essential, and of the rest one in so many, chosen by what was done: another mutation changes
/// nothing about the others. `ORDERGATE_MUTANTS=all` in the environment keeps all of them.
pub fn sample(mutants: Vec<Mutant>, one_in: u64) -> Vec<Mutant> {
    let hash = |what: &str| {
        what.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
    };
    let is_chosen = |mutant: &Mutant| mutant.essential || is_whole() || (hash(&mutant.what) >> 20) % one_in == 0;
    mutants.into_iter().filter(is_chosen).collect()
}

fn is_whole() -> bool {
    std::env::var_os("ORDERGATE_MUTANTS").is_some_and(|which| which == "all")
}

/// Compares the verdicts on documents, each with a description of what was done to it.
///
/// # Panics
/// When they differ and no one of `by_design` says why; when one of those covers nothing any more (told only with
/// all documents); or when nearly all documents are accepted, or refused, so that the comparison says little.
pub fn compare(
    xmllint: &Xmllint,
    documents: &[Mutant],
    ours: impl Fn(&str) -> Result<(), String> + Sync,
    by_design: &[ByDesign],
) {
    let texts: Vec<&str> = documents.iter().map(|mutant| &mutant.document[..]).collect();
    let (theirs, ours) = std::thread::scope(|scope| {
        let theirs = scope.spawn(|| xmllint.accepts(&texts));
        let ours: Vec<_> = texts.iter().map(|text| ours(text)).collect();
        (theirs.join(), ours)
    });
    let theirs = theirs.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    let accepted = theirs.iter().filter(|accepted| **accepted).count();
    let mut covered = vec![0; by_design.len()];
    let (mut differences, mut report) = (0, String::new());
    for ((Mutant { what, document, .. }, ours), theirs) in documents.iter().zip(ours).zip(theirs) {
        if ours.is_ok() == theirs {
            continue;
        }
        let ours = ours.err();
        if let Some(at) = by_design.iter().position(|design| (design.covers)(what, document, ours.as_deref())) {
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
    let unused = by_design.iter().zip(&covered).find(|(_, count)| **count == 0 && is_whole());
    assert!(unused.is_none(), "nothing differs because of: {}", unused.map_or("", |(design, _)| design.reason));
    let share = accepted * 20;
    assert!(share > documents.len() && share < documents.len() * 19, "{accepted} of {} accepted", documents.len());
}
