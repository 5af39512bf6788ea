//! Section `[limits]` of the configuration: how large a document may be, and how many requests a caller may send.

use ordergate_xml::Limits;
use serde::Deserialize;

use crate::http_options::OptionError;

/// Section `[limits]`. The size of a body is `server.body_bytes_max`.
#[allow(clippy::struct_field_names)] // `_max` says that these are bounds; the configuration shows the names
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct LimitsOptions {
    /// Elements inside one another.
    pub depth_max: usize,
    /// Attributes of one element, namespace declarations included.
    pub attributes_max: usize,
    /// Elements of a document.
    pub elements_max: usize,
    /// Namespace declarations in force at one place.
    pub namespaces_max: usize,
    /// Requests from one address, and of one account, within a minute; 0: any number.
    pub address_requests_per_minute_max: u32,
    pub account_requests_per_minute_max: u32,
}

impl Default for LimitsOptions {
    fn default() -> Self {
        let Limits { depth_max, attributes_max, elements_max, namespaces_max, .. } = Limits::default();
        let (address_requests_per_minute_max, account_requests_per_minute_max) = (0, 0);
        Self {
            depth_max,
            attributes_max,
            elements_max,
            namespaces_max,
            address_requests_per_minute_max,
            account_requests_per_minute_max,
        }
    }
}

impl LimitsOptions {
    /// Names the setting that cannot be, and says why.
    pub fn validate(&self) -> Result<(), OptionError> {
        let within = |key, value: usize, least: usize, most: usize| {
            let fits = (least..=most).contains(&value);
            if fits { Ok(()) } else { Err(OptionError::new(key, format!("must be between {least} and {most}"))) }
        };
        within("depth_max", self.depth_max, 16, 256)?;
        within("attributes_max", self.attributes_max, 16, 10_000)?;
        within("elements_max", self.elements_max, 100, 10_000_000)?;
        within("namespaces_max", self.namespaces_max, 16, 10_000)
    }

    /// The limits of the reader, with that of the body.
    pub fn limits(&self, body_bytes_max: usize) -> Limits {
        Limits {
            body_bytes_max,
            depth_max: self.depth_max,
            attributes_max: self.attributes_max,
            elements_max: self.elements_max,
            namespaces_max: self.namespaces_max,
        }
    }
}
