//! Finding articles by parts of words: the texts of a whole catalogue in one buffer, which is looked through.
//!
//! Any part of any text may be asked for, so an index of words would not do. What is looked through is
//! contiguous, and the search for the longest word goes through it at some gigabytes a second; the other words are looked
//! for only in articles that have it.

use std::fmt;

use memchr::memmem::Finder;
use roaring::RoaringBitmap;

use super::codes::{Codes, CodesBuilder};
use super::fold::{SEPARATOR, Word, Words, index_into};
use super::{CatalogueNumber, Hits, Manufacturer};

/// Why texts cannot be indexed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    #[error("place {0} does not follow the one before it")]
    Order(u32),
    #[error("the texts of all articles together exceed 4 GiB")]
    TooLarge,
}

/// The texts of a catalogue, ready to be searched; and the codes of its articles.
#[derive(Clone)]
pub struct TextIndex {
    catalogue: CatalogueNumber,
    /// The texts of all articles one after the other, as they are compared.
    text: Box<str>,
    /// Where the texts of each article begin, and at last where all end.
    starts: Box<[u32]>,
    /// The place of each article.
    places: Box<[u32]>,
    all: RoaringBitmap,
    codes: Codes,
}

impl fmt::Debug for TextIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextIndex")
            .field("catalogue", &self.catalogue)
            .field("articles", &self.places.len())
            .field("bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}

/// Puts an index together, article by article.
#[derive(Debug)]
pub struct IndexBuilder {
    catalogue: CatalogueNumber,
    text: String,
    starts: Vec<u32>,
    places: Vec<u32>,
    codes: CodesBuilder,
}

impl IndexBuilder {
    pub fn new(catalogue: CatalogueNumber) -> Self {
        Self { catalogue, text: String::new(), starts: Vec::new(), places: Vec::new(), codes: CodesBuilder::default() }
    }

    /// Adds an article; its place comes after those of all before.
    pub fn push(
        &mut self,
        place: u32,
        id: &str,
        description: &str,
        ean: Option<&str>,
        manufacturer: Option<&Manufacturer>,
    ) -> Result<(), IndexError> {
        if self.places.last().is_some_and(|last| *last >= place) {
            return Err(IndexError::Order(place));
        }
        self.places.push(place);
        self.starts.push(offset(&self.text)?);
        for text in [Some(id), Some(description), ean].into_iter().flatten() {
            index_into(&mut self.text, text);
            self.text.push(SEPARATOR);
        }
        self.codes.push(ean, manufacturer)
    }

    pub fn finish(mut self) -> Result<TextIndex, IndexError> {
        self.starts.push(offset(&self.text)?);
        let mut all: RoaringBitmap = self.places.iter().copied().collect();
        all.optimize();
        Ok(TextIndex {
            catalogue: self.catalogue,
            text: self.text.into(),
            starts: self.starts.into(),
            places: self.places.into(),
            all,
            codes: self.codes.finish(),
        })
    }
}

fn offset(text: &str) -> Result<u32, IndexError> {
    u32::try_from(text.len()).map_err(|_| IndexError::TooLarge)
}

impl TextIndex {
    pub const fn catalogue(&self) -> CatalogueNumber {
        self.catalogue
    }

    /// How many articles there are.
    pub const fn len(&self) -> usize {
        self.places.len()
    }

    pub const fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// How much memory it takes.
    pub const fn bytes(&self) -> usize {
        self.text.len() + 4 * (self.starts.len() + self.places.len()) + self.codes.bytes()
    }

    pub const fn codes(&self) -> &Codes {
        &self.codes
    }

    /// The articles in which every word occurs; without a word, all (veloconnect 60, 61).
    pub fn search(&self, words: &Words) -> Hits {
        let mut words = words.iter();
        let Some(first) = words.next() else { return Hits::new(self.catalogue, self.all.clone()) };
        let others: Vec<_> = words.map(Needle::new).collect();
        let mut found = RoaringBitmap::new();
        for way in ways(first) {
            self.scan(&Finder::new(way), &others, &mut found);
        }
        Hits::new(self.catalogue, found)
    }

    /// Adds the places of articles that have this word and all others.
    fn scan(&self, word: &Finder<'_>, others: &[Needle<'_>], found: &mut RoaringBitmap) {
        let text = self.text.as_bytes();
        let (mut at, mut number) = (0, 0);
        while let Some(hit) = text.get(at..).and_then(|rest| word.find(rest)) {
            number = self.article_at(at + hit, number);
            let (start, end) = self.bounds(number);
            let own = &text[start..end];
            if others.iter().all(|needle| needle.is_in(own)) {
                found.insert(self.places[number]);
            }
            at = end;
        }
    }

    /// The article whose text an offset is in: a given one or a later one, most likely a near one.
    fn article_at(&self, offset: usize, from: usize) -> usize {
        let begins_by = |start: &u32| *start as usize <= offset;
        let (mut low, mut step) = (from, 1);
        while self.starts.get(low + step).is_some_and(begins_by) {
            low += step;
            step *= 2;
        }
        let high = self.starts.len().min(low + step);
        low + self.starts[low..high].partition_point(begins_by) - 1
    }

    fn bounds(&self, number: usize) -> (usize, usize) {
        (self.starts[number] as usize, self.starts[number + 1] as usize)
    }
}

/// The ways in which a word may be written.
fn ways(word: &Word) -> impl Iterator<Item = &str> {
    [Some(word.folded.as_str()), word.transcribed.as_deref()].into_iter().flatten()
}

/// A word that is looked for again and again.
struct Needle<'w>(Vec<Finder<'w>>);

impl<'w> Needle<'w> {
    fn new(word: &'w Word) -> Self {
        Self(ways(word).map(Finder::new).collect())
    }

    fn is_in(&self, text: &[u8]) -> bool {
        self.0.iter().any(|finder| finder.find(text).is_some())
    }
}

#[cfg(test)]
#[path = "text_index_tests.rs"]
mod tests;
