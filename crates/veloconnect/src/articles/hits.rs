//! The hits of a search: which places of which catalogue.

use ordergate_engine::Document;
use roaring::RoaringBitmap;

/// Which catalogue: never used for another one that has other articles in its places.
pub type CatalogueNumber = i64;

/// A snapshot of what a search found. All of half a million articles take some dozens of bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Hits {
    catalogue: CatalogueNumber,
    places: RoaringBitmap,
}

/// Some of the hits, in order of place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub catalogue: CatalogueNumber,
    pub places: Vec<u32>,
}

/// The first byte of a stored hit list, so that another form can be told from this one.
const FORM: u8 = 1;

impl Hits {
    pub fn new(catalogue: CatalogueNumber, mut places: RoaringBitmap) -> Self {
        places.optimize();
        Self { catalogue, places }
    }

    pub const fn catalogue(&self) -> CatalogueNumber {
        self.catalogue
    }

    pub fn len(&self) -> u64 {
        self.places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// So many hits from the given one on; fewer where there are no more.
    pub fn page(&self, start: u64, count: usize) -> Page {
        let first = u32::try_from(start).ok().and_then(|start| self.places.select(start));
        let places = first.map(|first| {
            let mut places = self.places.iter();
            places.advance_to(first);
            places.take(count).collect()
        });
        Page { catalogue: self.catalogue, places: places.unwrap_or_default() }
    }

    /// The hits as a transaction keeps them: a byte for the form, the catalogue, and the places as a portable roaring bitmap.
    pub fn to_document(&self) -> Document {
        let mut bytes = Vec::with_capacity(9 + self.places.serialized_size());
        bytes.push(FORM);
        bytes.extend_from_slice(&self.catalogue.to_be_bytes());
        // Writing into memory cannot fail.
        let _ = self.places.serialize_into(&mut bytes);
        Document(bytes)
    }

    /// Hits as they were stored; `None` if they cannot be read.
    pub fn from_document(document: &Document) -> Option<Self> {
        let (form, rest) = document.0.split_first()?;
        let (catalogue, places) = rest.split_first_chunk()?;
        let places = RoaringBitmap::deserialize_from(places).ok()?;
        (*form == FORM).then(|| Self { catalogue: CatalogueNumber::from_be_bytes(*catalogue), places })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_whole_catalogue_is_kept_in_few_bytes() {
        let mut all = RoaringBitmap::new();
        all.insert_range(0..500_000);
        let hits = Hits::new(7, all);
        let stored = hits.to_document();
        assert!(stored.0.len() < 200, "{}", stored.0.len());
        assert_eq!(Hits::from_document(&stored).unwrap(), hits);
    }

    #[test]
    fn pages() {
        let hits = Hits::new(-3, [2, 3, 5, 70_000, 4_000_000_000].into_iter().collect());
        let page = |start, count| hits.page(start, count).places;
        assert_eq!(hits.len(), 5);
        assert_eq!(page(0, 2), [2, 3]);
        assert_eq!(page(2, 2), [5, 70_000]);
        assert_eq!(page(3, 9), [70_000, 4_000_000_000]);
        assert_eq!(page(1, 0), [0_u32; 0]);
        assert_eq!(page(5, 1), [0_u32; 0]);
        assert_eq!(page(u64::MAX, 1), [0_u32; 0]);
        assert_eq!(Hits::from_document(&hits.to_document()).unwrap().catalogue(), -3);
    }

    #[test]
    fn what_is_no_hit_list_is_not_read() {
        for bytes in [b"".to_vec(), b"{\"lines\":[]}".to_vec(), vec![1, 0, 0, 0, 0, 0, 0, 0, 1, 9, 9], vec![1, 2]] {
            assert_eq!(Hits::from_document(&Document(bytes.clone())), None, "{bytes:?}");
        }
    }
}
