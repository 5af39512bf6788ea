//! How texts are compared: without regard to case, accents and ways of writing the same.
//!
//! A text is decomposed (NFKD), loses its marks, and is put into lower case; letters that have no
//! decomposition but are commonly written otherwise (ß, æ, ø and the like) are written so. What a German writes with
//! ä, ö or ü is found by ä, by a and by ae: texts and words are known in both ways of writing, so
//! that neither takes the other's place ("ae" in a word without umlauts means nothing else than "ae").

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What separates articles, and texts of an article. It is white space, so no word has it.
pub(super) const SEPARATOR: char = '\n';

/// Appends a text as it is compared.
pub(super) fn fold_into(out: &mut String, text: &str) {
    if text.is_ascii() {
        out.extend(text.chars().map(|c| c.to_ascii_lowercase()));
        return;
    }
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ß' | 'ẞ' => out.push_str("ss"),
            'æ' | 'Æ' => out.push_str("ae"),
            'œ' | 'Œ' => out.push_str("oe"),
            'ø' | 'Ø' => out.push('o'),
            'ł' | 'Ł' => out.push('l'),
            'đ' | 'Đ' => out.push('d'),
            'ı' => out.push('i'),
            'ς' => out.push('σ'),
            other => out.extend(other.to_lowercase()),
        }
    }
}

/// The text with its umlauts written as two letters; `None` if it has none. (Also those that are written with a mark of
/// their own, as some systems export them.)
fn transcribed(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let mut out = String::with_capacity(text.len() + 4);
    let mut any = false;
    for c in text.nfc() {
        let two = match c {
            'ä' | 'Ä' => "ae",
            'ö' | 'Ö' => "oe",
            'ü' | 'Ü' => "ue",
            other => {
                out.push(other);
                continue;
            }
        };
        any = true;
        out.push_str(two);
    }
    any.then_some(out)
}

/// Appends what an article's text is found by: the text, and those of its words that have umlauts, written out.
pub(super) fn index_into(out: &mut String, text: &str) {
    fold_into(out, text);
    if text.is_ascii() {
        return;
    }
    for word in text.split_whitespace().filter_map(transcribed) {
        out.push(SEPARATOR);
        fold_into(out, &word);
    }
}

/// A search string: words separated by white space, all of which must occur (D-CTS 2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words(Vec<Word>);

/// One word, as it may be written in texts: one way, or two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub folded: String,
    pub transcribed: Option<String>,
}

impl Words {
    pub fn new(text: &str) -> Self {
        let mut words: Vec<Word> = Vec::new();
        // Decomposing may bring out white space: a no-break space becomes a plain one.
        for word in text.nfkc().collect::<String>().split_whitespace() {
            let folded = folded(word);
            // A word of nothing but marks says nothing.
            if folded.is_empty() || words.iter().any(|w| w.folded == folded) {
                continue;
            }
            let transcribed = transcribed(word).map(|t| self::folded(&t));
            words.push(Word { folded, transcribed });
        }
        // The longest is the most selective, as a rule.
        words.sort_by_key(|word| std::cmp::Reverse(word.folded.len()));
        Self(words)
    }

    /// No word: everything is meant (veloconnect 60).
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Longest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Word> {
        self.0.iter()
    }
}

fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(&mut out, text);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ways_of_writing_the_same() {
        for (text, is) in [
            ("Größe", "grosse"),
            ("GRÖSSE", "grosse"),
            ("Café\u{301}", "cafe"),
            ("Zoll ½ № ﬁx", "zoll 1⁄2 no fix"),
            ("ＡＢＣ１２", "abc12"),
            ("Søren Łódź Œuvre", "soren lodz oeuvre"),
            ("İstanbul ısı", "istanbul isi"),
            ("ΣΟΦΟΣ σοφός", "σοφοσ σοφοσ"),
            ("28\u{a0}Zoll", "28 zoll"),
            ("Å \u{212b}", "a a"),
        ] {
            assert_eq!(folded(text), is, "{text}");
        }
    }

    #[test]
    fn umlauts_are_known_in_both_ways() {
        let mut out = String::new();
        index_into(&mut out, "Schläuche für 28 Zoll");
        assert_eq!(out, "schlauche fur 28 zoll\nschlaeuche\nfuer");
        let words = Words::new("für SCHLA\u{308}UCHE zoll für");
        let all: Vec<_> = words.iter().map(|w| (w.folded.as_str(), w.transcribed.as_deref())).collect();
        assert_eq!(all, [("schlauche", Some("schlaeuche")), ("zoll", None), ("fur", Some("fuer"))]);
    }

    #[test]
    fn strings_without_words() {
        for text in ["", "  \t\n", "\u{a0}\u{3000}", "\u{301}"] {
            assert!(Words::new(text).is_empty(), "{text:?}");
        }
    }

    proptest! {
        /// No text brings out a separator that was no white space, and folding twice is folding once.
        #[test]
        fn folding(text in "\\PC{0,20}") {
            let once = folded(&text);
            prop_assert!(!once.contains(SEPARATOR));
            prop_assert_eq!(folded(&once), once);
        }

        /// A word of a text is found in it, however it is written.
        #[test]
        fn a_text_is_found_by_its_words(text in "[a-zäöüÄÖÜßéèA-Z0-9 ./-]{1,30}", upper: bool) {
            let mut indexed = String::new();
            index_into(&mut indexed, &text);
            let asked = if upper { text.to_uppercase() } else { text.clone() };
            for word in Words::new(&asked).iter() {
                prop_assert!(indexed.contains(&word.folded), "{} in {}", word.folded, indexed);
            }
        }
    }
}
