//! What real clients are known to get wrong (section 13), and may be let pass: every leniency has a name, under which it can
//! be switched off. `docs/veloconnect-clients.md` says which client sends what.

use serde::Deserialize;

macro_rules! leniencies {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// The section `veloconnect.lenient`: what is let pass. All of it, unless switched off; `veloconnect.strict` switches
        /// all off.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields, default, expecting = "a table")]
        pub struct Lenient {
            $($(#[$doc])* pub $name: bool,)+
        }

        impl Lenient {
            /// Nothing but what the standard allows.
            pub const NONE: Self = Self { $($name: false,)+ };

            /// The names, as the configuration has them.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),+];

            /// Switches one of [`Self::NAMES`]; another name changes nothing.
            #[must_use]
            pub fn with(mut self, name: &str, passes: bool) -> Self {
                match name {
                    $(stringify!($name) => self.$name = passes,)+
                    _ => {}
                }
                self
            }
        }

        impl Default for Lenient {
            fn default() -> Self {
                Self { $($name: true,)+ }
            }
        }
    };
}

leniencies! {
    /// `RequestName` in any case.
    operation_names,
    /// A parameter that may be given once, given several times with the same value.
    repeated_parameters,
    /// Percent signs without two hex digits, which then stand for themselves, and characters that XML does not have.
    bad_escapes,
    /// Ampersands in values, where what follows one is no parameter: they stand for themselves.
    raw_ampersands,
    /// Numbers, dates and truth values that are empty: as if they were not there. SearchResult does without StartIndex, Count
    /// and ResultFormat then.
    empty_values,
    /// GetStatus with an empty TransactionID: as if there was none.
    empty_transaction_id,
    /// `True` and `FALSE`.
    boolean_case,
    /// A quantity without unit: it is in the article's own.
    missing_units,
    /// Units in small letters.
    unit_case,
    /// White space around numbers, buyers and ids.
    white_space,
    /// A form under the media type of XML, and the reverse.
    media_types,
    /// A request in a misspelt namespace, or in none.
    namespaces,
    /// Namespaces of versions that the standard has had, but that nobody has published: read as the nearest one below.
    old_versions,
    /// Elements in other namespaces than theirs or in another order, unknown elements, stray text.
    untidy_documents,
    /// No IsTest in a Rollback or SearchResult within a test.
    absent_is_test,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_leniency_is_a_setting_and_described() {
        let page = include_str!("../../../docs/veloconnect-clients.md");
        for name in Lenient::NAMES {
            let off: Lenient = toml::from_str(&format!("{name} = false")).unwrap();
            assert_eq!(off, Lenient::default().with(name, false));
            assert_ne!(off, Lenient::default());
            assert!(page.contains(&format!("| `{name}` |")), "{name} is not described in docs/veloconnect-clients.md");
        }
        assert!(toml::from_str::<Lenient>("kindness = false").is_err());
        assert_eq!(Lenient::NAMES.iter().fold(Lenient::default(), |all, name| all.with(name, false)), Lenient::NONE);
    }
}
