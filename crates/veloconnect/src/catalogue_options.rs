//! What an operator can set about the catalogue of articles: the section `veloconnect.catalogue` of the configuration.

use std::path::PathBuf;

use serde::Deserialize;

/// Settings of the catalogue. Everything has a default.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct CatalogueOptions {
    /// Where articles come from.
    pub source: CatalogueSource,
    /// ISO 4217, of all prices that are imported.
    pub currency: String,
    /// Hours for which a catalogue is kept that was replaced, for searches that were begun in it.
    pub keep_hours: u32,
    /// So many articles that were asked for are remembered, each about a kilobyte; 0: none.
    pub recent_max: usize,
    /// The tokens of those who may import over HTTP; without it nobody may.
    pub importers_file: Option<PathBuf>,
    /// The largest body of an import over HTTP.
    pub import_bytes_max: u64,
    /// An import is given up after so many problems.
    pub import_errors_max: u64,
}

/// Where articles come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CatalogueSource {
    /// The file that `veloconnect.articles` names.
    File,
    /// The store, where imports have put them.
    Store,
}

impl Default for CatalogueOptions {
    fn default() -> Self {
        Self {
            source: CatalogueSource::File,
            currency: "EUR".to_owned(),
            keep_hours: 24,
            recent_max: 20_000,
            importers_file: None,
            import_bytes_max: 4 * 1024 * 1024 * 1024,
            import_errors_max: 1_000,
        }
    }
}

impl CatalogueOptions {
    /// The setting that cannot be, and why. `articles`: whether a file of articles is named, too.
    pub fn validate(&self, articles: bool) -> Result<(), (&'static str, &'static str)> {
        let is_currency = self.currency.len() == 3 && self.currency.bytes().all(|byte| byte.is_ascii_uppercase());
        match () {
            () if articles && self.source == CatalogueSource::Store => {
                Err(("source", "is \"store\", but veloconnect.articles names a file: set one of the two"))
            }
            () if !is_currency => Err(("currency", "must be three capital letters (ISO 4217)")),
            () if self.keep_hours == 0 => Err(("keep_hours", "must be at least 1")),
            () if self.import_bytes_max == 0 => Err(("import_bytes_max", "must be at least 1")),
            () => Ok(()),
        }
    }

    /// For how long a catalogue is kept that was replaced.
    pub fn keep_micros(&self) -> i64 {
        i64::from(self.keep_hours) * 3_600 * 1_000_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_refused() {
        let standard = CatalogueOptions::default();
        let key = |options: CatalogueOptions, articles| options.validate(articles).err().map(|(key, _)| key);
        assert_eq!(key(standard.clone(), true), None);
        let store = CatalogueOptions { source: CatalogueSource::Store, ..standard.clone() };
        assert_eq!((key(store.clone(), false), key(store, true)), (None, Some("source")));
        assert_eq!(key(CatalogueOptions { currency: "Euro".into(), ..standard.clone() }, false), Some("currency"));
        assert_eq!(key(CatalogueOptions { keep_hours: 0, ..standard.clone() }, false), Some("keep_hours"));
        assert_eq!(key(CatalogueOptions { import_bytes_max: 0, ..standard }, false), Some("import_bytes_max"));
    }
}
