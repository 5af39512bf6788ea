//! How the customer wants results packed (`packaging`, 06-141r6 §7.3.6): what of it this server does.

use ordergate_engine::Document;

use crate::order_document;
use crate::schema::OS;

/// A kind of archive that results are packed as. The schema has more words; what they ask for is not done, and results are
/// offered as if nothing had been said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packaging {
    Zip,
    Tar,
    /// A tar archive, compressed by gzip.
    Tgz,
}

impl Packaging {
    /// What an order's document asks for.
    pub fn of_order(document: &Document) -> Option<Self> {
        // Most orders say nothing, and are not parsed for it.
        if !order_document::text(document).contains("<os:packaging") {
            return None;
        }
        let tree = order_document::tree(document)?;
        let word = tree.root().child(OS, "packaging")?.text();
        Self::from_word(&word)
    }

    /// The kind of archive that a word of the schema means, if it is made.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Zip, Self::Tar, Self::Tgz].into_iter().find(|packaging| packaging.word() == word.trim())
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Zip => "zip",
            Self::Tar => "tar",
            Self::Tgz => "tgz",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_made_where_one_that_can_be_made_is_asked_for() {
        let of = |text: &str| Packaging::of_order(&Document(text.as_bytes().to_vec()));
        assert_eq!(of("<os:packaging>zip</os:packaging>"), Some(Packaging::Zip));
        assert_eq!(of("<os:packaging>tar</os:packaging>"), Some(Packaging::Tar));
        assert_eq!(of("<os:orderRemark>x</os:orderRemark><os:packaging>tgz</os:packaging>"), Some(Packaging::Tgz));
        for other in ["<os:packaging>rar</os:packaging>", "<os:orderRemark>&lt;os:packaging>zip</os:orderRemark>", ""] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
