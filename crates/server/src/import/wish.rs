//! What an import's query says.

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use ordergate_import::{Encoding, Format, Kind as FormatKind};
use percent_encoding::percent_decode_str;

use super::refusal::Refusal;

/// What is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Articles,
    Stock,
    Prices,
    Numbers,
    Classification,
}

impl Kind {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        const ALL: [Kind; 5] = [Kind::Articles, Kind::Stock, Kind::Prices, Kind::Numbers, Kind::Classification];
        ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Articles => "articles",
            Self::Stock => "stock",
            Self::Prices => "prices",
            Self::Numbers => "numbers",
            Self::Classification => "classification",
        }
    }
}

/// How the body is to be read, and what is to come of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wish {
    /// Whose they are, by its name; `None`: the seller at the common address.
    pub(super) seller: Option<String>,
    pub(super) format: Format,
    pub(super) skip_bad: bool,
    pub(super) dry_run: bool,
    pub(super) fresh: bool,
}

impl Wish {
    pub(super) fn read(query: &str, headers: &HeaderMap) -> Result<Self, Refusal> {
        let mut wish = Self::default();
        wish.format.kind = kind_of(headers)?;
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, "true"));
            let value = percent_decode_str(value).decode_utf8_lossy();
            wish.set(name, &value).map_err(|expected| Refusal::Parameter(format!("{name}: expected {expected}")))?;
        }
        Ok(wish)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        match name {
            "seller" => self.seller = Some(value.to_owned()),
            "encoding" => self.format.encoding = Encoding::from_name(value).ok_or("utf-8, iso-8859-1 or windows-1252")?,
            "delimiter" => self.format.delimiter = Some(ordergate_import::delimiter(value).ok_or(DELIMITERS)?),
            "decimal_comma" => self.format.decimal_comma = yes(value)?,
            "ignore_unknown" => self.format.ignore_unknown = yes(value)?,
            "skip_bad" => self.skip_bad = yes(value)?,
            "dry_run" => self.dry_run = yes(value)?,
            "fresh" => self.fresh = yes(value)?,
            _ => return Err("one of seller, encoding, delimiter, decimal_comma, ignore_unknown, skip_bad, dry_run, fresh"),
        }
        Ok(())
    }
}

const DELIMITERS: &str = "comma, semicolon or tab";

fn yes(value: &str) -> Result<bool, &'static str> {
    match value {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err("true or false"),
    }
}

/// A body of which nothing is said shows by itself what it is.
fn kind_of(headers: &HeaderMap) -> Result<Option<FormatKind>, Refusal> {
    const LINES: [&str; 4] = ["application/x-ndjson", "application/ndjson", "application/jsonl", "application/json"];
    let Some(given) = headers.get(CONTENT_TYPE) else { return Ok(None) };
    let kind = given.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "text/csv" | "text/tab-separated-values" => Ok(Some(FormatKind::Csv)),
        "application/octet-stream" | "text/plain" => Ok(None),
        name if LINES.contains(&name) => Ok(Some(FormatKind::JsonLines)),
        _ => Err(Refusal::ContentType),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_query_says_how_to_read() {
        let none = HeaderMap::new();
        let wish = Wish::read("encoding=iso-8859-1&delimiter=semicolon&decimal_comma&skip_bad=1&dry_run=false", &none).unwrap();
        let format = Format { encoding: Encoding::Windows1252, delimiter: Some(b';'), decimal_comma: true, ..Format::default() };
        assert_eq!(wish, Wish { format, skip_bad: true, ..Wish::default() });
        for bad in ["encoding=ebcdic", "delimiter=x", "dry_run=maybe", "dryrun"] {
            assert!(matches!(Wish::read(bad, &none), Err(Refusal::Parameter(_))), "{bad}");
        }
        let with = |kind: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
            Wish::read("", &headers).map(|wish| wish.format.kind)
        };
        assert_eq!(with("text/csv; charset=utf-8").unwrap(), Some(FormatKind::Csv));
        assert_eq!(with("application/x-ndjson").unwrap(), Some(FormatKind::JsonLines));
        assert!(matches!(with("application/xml"), Err(Refusal::ContentType)));
    }
}
