//! Articles that were asked for a moment ago. A client asks for an article, orders it and looks at the order, and each time
//! it is the same: as long as the catalogue is in the same edition, which whoever asks here has to make sure of.

use std::collections::HashMap;
use std::fmt;

use ordergate_store::{Edition, TermsFor};
use parking_lot::RwLock;

use super::Lookup;

/// Articles of one edition of the catalogue, as some buyers see them.
pub(super) struct Recent {
    /// Beyond so many it starts anew.
    most: usize,
    remembered: RwLock<Remembered>,
}

#[derive(Default)]
struct Remembered {
    edition: Option<Edition>,
    count: usize,
    /// By order number.
    seen: HashMap<TermsFor, HashMap<String, Lookup>>,
}

impl fmt::Debug for Recent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let remembered = self.remembered.read();
        f.debug_struct("Recent").field("edition", &remembered.edition).field("count", &remembered.count).finish_non_exhaustive()
    }
}

impl Recent {
    pub(super) fn new(most: usize) -> Self {
        Self { most, remembered: RwLock::default() }
    }

    /// The articles with these numbers, if all of them are remembered, and the edition in which they are so.
    pub(super) fn find(&self, terms: &TermsFor, ids: &[String]) -> Option<(Edition, Vec<Lookup>)> {
        let remembered = self.remembered.read();
        let (edition, seen) = (remembered.edition?, remembered.seen.get(terms)?);
        let found = ids.iter().map(|id| seen.get(id).cloned()).collect::<Option<_>>()?;
        Some((edition, found))
    }

    /// Keeps what was found in an edition. Numbers that are unknown are not kept: there is no end of them.
    pub(super) fn remember(&self, edition: Edition, terms: &TermsFor, ids: &[String], found: &[Lookup]) {
        if ids.len() > self.most {
            return;
        }
        let mut remembered = self.remembered.write();
        if remembered.edition != Some(edition) || remembered.count + ids.len() > self.most {
            *remembered = Remembered { edition: Some(edition), ..Remembered::default() };
        }
        let Remembered { count, seen, .. } = &mut *remembered;
        let seen = seen.entry(terms.clone()).or_default();
        for (id, lookup) in ids.iter().zip(found).filter(|(_, lookup)| **lookup != Lookup::Unknown) {
            *count += usize::from(seen.insert(id.clone(), lookup.clone()).is_none());
        }
    }
}

#[cfg(test)]
mod tests {
    use ordergate_store::CatalogueId;

    use super::*;

    fn ids(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn replaced(by: &str) -> Lookup {
        Lookup::Replaced(vec![by.to_owned()])
    }

    #[test]
    fn what_was_found_is_found_again_by_the_same_buyer_in_the_same_edition() {
        let recent = Recent::new(3);
        let [one, two] = [1, 2].map(|changes| Edition { catalogue: CatalogueId(7), changes });
        let [anna, bert] = ["anna", "bert"].map(|name| TermsFor::buyer(name, None));
        assert_eq!(recent.find(&anna, &ids(&["A"])), None);
        recent.remember(one, &anna, &ids(&["A", "B", "X"]), &[replaced("1"), replaced("2"), Lookup::Unknown]);
        assert_eq!(recent.find(&anna, &ids(&["B", "A"])), Some((one, vec![replaced("2"), replaced("1")])));
        assert_eq!((recent.find(&bert, &ids(&["A"])), recent.find(&anna, &ids(&["A", "X"]))), (None, None));
        recent.remember(two, &bert, &ids(&["A"]), &[replaced("3")]);
        assert_eq!(recent.find(&anna, &ids(&["A"])), None);
        assert_eq!(recent.find(&bert, &ids(&["A"])), Some((two, vec![replaced("3")])));
    }

    #[test]
    fn no_more_is_remembered_than_allowed() {
        let recent = Recent::new(2);
        let edition = Edition { catalogue: CatalogueId(7), changes: 0 };
        let anna = TermsFor::buyer("anna", None);
        recent.remember(edition, &anna, &ids(&["A", "B", "C"]), &[replaced("1"), replaced("2"), replaced("3")]);
        assert_eq!(recent.find(&anna, &ids(&["A"])), None);
        for id in ["A", "B", "C"] {
            recent.remember(edition, &anna, &ids(&[id]), &[replaced(id)]);
        }
        assert_eq!((recent.find(&anna, &ids(&["A"])), recent.remembered.read().count), (None, 1));
        assert_eq!(recent.find(&anna, &ids(&["C"])), Some((edition, vec![replaced("C")])));
        let none = Recent::new(0);
        none.remember(edition, &anna, &ids(&["A"]), &[replaced("1")]);
        assert_eq!(none.find(&anna, &ids(&["A"])), None);
    }
}
