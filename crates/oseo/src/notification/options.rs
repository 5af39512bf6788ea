//! Section `[oseo.notification]` of the configuration.

use serde::Deserialize;

/// Section `[oseo.notification]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct NotificationOptions {
    /// Whether customers may ask to be called (`statusNotification` Final and All).
    pub enabled: bool,
    /// Each callback shows the whole order. Where an order has more items than this, All tells of the moves of the order
    /// only, and not of each of its items.
    pub items_max: usize,
}

impl Default for NotificationOptions {
    fn default() -> Self {
        Self { enabled: true, items_max: 100 }
    }
}
