//! By what others know a catalogue's articles: EANs, and numbers of their makers. Lines of transmissions are held against them.
//!
//! Only whether there is one is asked, so they lie as close as they can: an EAN is a number of eight bytes, and all makers'
//! numbers are one text.

use std::collections::HashMap;

use super::{IndexError, Manufacturer, PartNumber};

/// The codes of a catalogue, sorted.
#[derive(Debug, Clone, Default)]
pub struct Codes {
    eans: Box<[u64]>,
    text: Box<str>,
    /// By number.
    parts: Box<[Part]>,
    /// The names of makers, as they are compared.
    makers: Box<[Box<str>]>,
}

/// A maker's number.
#[derive(Debug, Clone, Copy)]
struct Part {
    /// Where it stands in the text.
    start: u32,
    end: u32,
    maker: u32,
}

impl Part {
    fn number(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }
}

/// Puts the codes of a catalogue together.
#[derive(Debug, Default)]
pub(super) struct CodesBuilder {
    eans: Vec<u64>,
    text: String,
    parts: Vec<Part>,
    makers: HashMap<String, u32>,
}

impl CodesBuilder {
    /// Those of one article.
    pub(super) fn push(&mut self, ean: Option<&str>, manufacturer: Option<&Manufacturer>) -> Result<(), IndexError> {
        self.eans.extend(ean.and_then(number_of));
        let Some(Manufacturer { name, id }) = manufacturer else { return Ok(()) };
        let offset = |length: usize| u32::try_from(length).map_err(|_| IndexError::TooLarge);
        let start = offset(self.text.len())?;
        self.text.push_str(id);
        let (end, next) = (offset(self.text.len())?, offset(self.makers.len())?);
        let maker = *self.makers.entry(compared(name)).or_insert(next);
        self.parts.push(Part { start, end, maker });
        Ok(())
    }

    pub(super) fn finish(self) -> Codes {
        let Self { mut eans, text, mut parts, makers } = self;
        eans.sort_unstable();
        eans.dedup();
        parts.sort_unstable_by(|a, b| a.number(&text).cmp(b.number(&text)));
        let mut names = vec![Box::default(); makers.len()];
        for (name, at) in makers {
            names[at as usize] = name.into_boxed_str();
        }
        Codes { eans: eans.into(), text: text.into(), parts: parts.into(), makers: names.into() }
    }
}

impl Codes {
    /// Whether an article has this EAN, of thirteen digits.
    pub fn has_ean(&self, ean: &str) -> bool {
        number_of(ean).is_some_and(|number| self.eans.binary_search(&number).is_ok())
    }

    /// Whether an article has this number of the maker's, or of any maker's if none is named.
    pub fn has_part(&self, part: &PartNumber) -> bool {
        let maker = part.manufacturer.as_deref().map(compared);
        let first = self.parts.partition_point(|other| other.number(&self.text) < part.id.as_str());
        let same = self.parts[first..].iter().take_while(|other| other.number(&self.text) == part.id);
        let is_his = |other: &Part| maker.as_ref().is_none_or(|name| *self.makers[other.maker as usize] == **name);
        same.into_iter().any(is_his)
    }

    /// How much memory they take, but for the makers' names, who are few.
    pub const fn bytes(&self) -> usize {
        8 * self.eans.len() + self.text.len() + size_of::<Part>() * self.parts.len()
    }
}

/// Makers write themselves in capitals or not.
fn compared(maker: &str) -> String {
    maker.to_lowercase()
}

/// An EAN as a number; `None` if it is none, which no article has.
fn number_of(ean: &str) -> Option<u64> {
    let is_one = ean.len() == 13 && ean.bytes().all(|byte| byte.is_ascii_digit());
    is_one.then(|| ean.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn part(manufacturer: Option<&str>, id: &str) -> PartNumber {
        PartNumber { manufacturer: manufacturer.map(str::to_owned), id: id.to_owned() }
    }

    #[test]
    fn what_a_catalogue_has() {
        let mut builder = CodesBuilder::default();
        for (ean, maker) in [
            (Some("4000000000006"), Some(("Shimano", "X8"))),
            (None, Some(("KMC", "X8"))),
            (Some("0036000291452"), Some(("KMC", "X"))),
            (Some("4000000000006"), None),
            (None, Some(("Ritchey", ""))),
        ] {
            let maker = maker.map(|(name, id)| Manufacturer { name: name.to_owned(), id: id.to_owned() });
            builder.push(ean, maker.as_ref()).unwrap();
        }
        let codes = builder.finish();
        for (ean, there) in [
            ("4000000000006", true),
            ("0036000291452", true),
            ("36000291452", false),
            ("+036000291452", false),
            ("4000000000013", false),
            ("", false),
        ] {
            assert_eq!(codes.has_ean(ean), there, "{ean}");
        }
        for (maker, id, there) in [
            (None, "X8", true),
            (Some("SHIMANO"), "X8", true),
            (Some("kmc"), "X8", true),
            (Some("Ritchey"), "X8", false),
            (Some("shimano"), "X", false),
            (None, "X", true),
            (None, "x8", false),
            (None, "X88", false),
            (None, "", true),
            (Some("KMC"), "", false),
        ] {
            assert_eq!(codes.has_part(&part(maker, id)), there, "{maker:?} {id}");
        }
        let nothing = CodesBuilder::default().finish();
        assert!(!nothing.has_ean("4000000000006") && !nothing.has_part(&part(None, "")));
    }
}
